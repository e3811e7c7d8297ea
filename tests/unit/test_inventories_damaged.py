"""Inventories that are odd or damaged, and names that are all that is shown of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from build_inventories import KEY, R, keytab_entry
from conftest import each_in_turn, in_turn
from odkit.errors import InputError, OdkitError
from odkit.kerberos import Principal, read_principals


class TestNothingButNames:
    """A line with a raw blank, a tab or two '@' becomes no principal: it may hold a key."""

    LINES = (
        f"host/od.example.com@{R} (aes256-cts-hmac-sha1-96)  (0x{KEY})",
        f"   1    3 host/od.example.com@{R}",
        f"host/od.example.com {KEY}",
        f"host/od.example.com\t{KEY}",
        f"host/od.example.com@{R}@{KEY}",
        f"host/od.example.com@{R} ",
        f" host/od.example.com@{R}",
        f"ann:{KEY} x",
    )

    @pytest.mark.parametrize("realm", [None, R])
    @pytest.mark.parametrize("head", ["", f"krbtgt/{R}\n", f"krbtgt/{R}@{R}\n"])
    def test_in_a_list_of_unknown_origin(self, head: str, realm: str | None) -> None:
        for data in in_turn([text for line in self.LINES for text in (f"{line}\n{head}", f"{head}{line}\n")]):
            with pytest.raises(InputError) as caught:
                odkit.read_principals(data.encode(), realm=realm)
            assert KEY[:8] not in str(caught.value)
            assert "kadmin.local -q listprincs" in str(caught.value)

    @pytest.mark.parametrize(
        "line", [f"host/a@{R} (aes256-cts-hmac-sha1-96) (0x{KEY})", f"host/a@{R}\t{KEY}", f"host/a@{R}@{KEY}", f"a{KEY}"]
    )
    def test_in_what_kadmin_printed(self, line: str) -> None:
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"Authenticating as principal root/admin@{R} with password.\nK/M@{R}\n{line}\n".encode())
        assert KEY[:8] not in str(caught.value)

    def test_blanks_that_kadmin_leaves_raw_are_part_of_a_name(self) -> None:
        listing = f"Authenticating as principal root/admin@{R} with password.\nwe ird@{R}\n"
        assert [str(row.principal) for row in odkit.read_principals(listing.encode()).listed] == [f"we ird@{R}"]

    def test_a_blank_that_is_escaped_is_part_of_a_name(self) -> None:
        assert [row.principal.components for row in odkit.read_principals(f"we\\ ird@{R}\n".encode()).listed] == [(b"we ird",)]

    def test_a_dump_whose_lengths_are_wrong_shows_no_key(self) -> None:
        record = "princ\t38\t20\t0\t0\t0\t" + KEY[:20] + "\t" + "\t".join(["0"] * 8) + "\t-1;\n"
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"kdb5_util load_dump version 5\n{record}".encode())
        assert KEY[:8] not in str(caught.value)


class TestEmptiedKeytabs:
    HOLE = (-72).to_bytes(4, "big", signed=True) + bytes(72)

    @each_in_turn(
        "data",
        [
            b"\5\2",
            b"\5\2" + HOLE,
            b"\5\2" + HOLE + HOLE,
            b"\5\2" + bytes(80),
            b"Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ---\n",
            b"FILE:x:\n\nVno  Type  Principal  Aliases\n",
            b"slot KVNO Principal\n---- ---- -------\n",
            b"ktutil:  list\nslot KVNO Principal\n---- ---- -------\nktutil:  ",
        ],
    )
    def test_a_keytab_without_a_key_is_fine(self, data: bytes) -> None:
        found = odkit.read_principals(data)
        assert (len(found), [f.code for f in found.findings], found.kind) == (0, ["OD212"], "keytab")

    def test_it_changes_no_plan(self) -> None:
        export = odkit.open(b"dn: dc=example,dc=com\ndc: example\n\ndn: cn=config,dc=example,dc=com\ncn: config\n\n")
        names = odkit.read_principals(f"krbtgt/{R}@{R}\nhost/old.example.com@{R}\nhost/keep.example.com@{R}\n".encode())
        plan = odkit.plan_purge(
            export, [names, odkit.read_principals(b"\5\2")], realm=R, retire=["old.example.com"], keep=["keep.example.com"]
        )
        assert [d.host for d in plan.delete] == ["old.example.com"]
        assert "OD212" in {f.code for f in plan.findings}

    @pytest.mark.parametrize("data", [b"\5\2\0", b"\5\2\0\0\0", b"Keytab name: FILE:x\nKVNO Principal\n", b"slot KVNO Principal\n"])
    def test_a_keytab_that_is_cut_is_not_empty(self, data: bytes) -> None:
        with pytest.raises(InputError, match="cut"):
            odkit.read_principals(data)

    def test_entries_of_zeros_are_no_principal(self) -> None:
        zeros = (27).to_bytes(4, "big") + b"\0\1" + bytes(25)
        head = "FILE:x:\n\nVno  Type          Principal   Date        Aliases\n"
        rows = "  3  arcfour-hmac  host/a@R    2010-08-29  \n" + "  0  null          @           1970-01-01  \n" * 2
        for data, line in ((head + rows).encode(), 5), (b"\5\2" + keytab_entry("host/a", 23) + zeros + zeros, 2):
            found = odkit.read_principals(data)
            assert ([row.principal.components for row in found.listed], [(f.code, f.line) for f in found.findings]) == (
                [(b"host", b"a")],
                [("OD213", line)],
            )


class TestListprincs:
    QUERY = b"Authenticating as principal root/admin@R with password.\nK/M@R\nhost/a@R\nkrbtgt/R@R\n"
    STDIN = b"Authenticating as principal root/admin@R with password.\nkadmin.local:  K/M@R\nhost/a@R\nkrbtgt/R@R\nkadmin.local:  "
    READLINE = b"Authenticating as principal root/admin@R with password.\nkadmin.local:  listprincs\nK/M@R\nhost/a@R\nkrbtgt/R@R\nkadmin.local:  \n"
    NAMES = b"K/M@R\nhost/a@R\nkrbtgt/R@R\n"

    @each_in_turn("data", [QUERY, STDIN, READLINE, NAMES, NAMES.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + NAMES])
    def test_forms(self, data: bytes) -> None:
        inventory = read_principals(data)
        assert [each.text for each in inventory.listed] == [b"K/M@R", b"host/a@R", b"krbtgt/R@R"]
        assert data.split(b"\n")[inventory.listed[-1].line - 1].startswith(b"krbtgt")

    def test_a_name_that_looks_like_a_prompt(self) -> None:
        inventory = read_principals(self.QUERY + b"kadmin.local:  host/b@R\n")
        assert inventory.listed[-1].principal == Principal((b"kadmin.local:  host", b"b"), b"R")

    def test_duplicates_count_once(self) -> None:
        inventory = read_principals(self.NAMES + b"host/a@R\n")
        assert len(inventory) == 3
        assert [(f.code, f.line) for f in inventory.findings] == [("OD206", 4)]

    @each_in_turn(
        "data, words",
        [
            (b"", "is empty"), (b"\n\n", "is empty"), (b"\x05\x02\0\0", "keytab"), (b"kdb5_util load_dump version 5\n", "kdb5_util dump"),
            (b"Keytab name: FILE:/etc/krb5.keytab\n", "klist"), (b"dn: cn=a\n", "LDIF"), (QUERY[:-3], "cut"), (b"K/M@R\nhello\n", "neither a list of principals"),
            (b"a\0b@R\n", "NUL"), (b"kadmin.local: Cannot open DB2 database while initializing\n", "neither|reports an error"),
            (b"Authenticating as principal x@R with password.\n", "holds no principal"), (b"<?xml version='1.0'?>", "XML"),
        ],
    )  # fmt: skip
    def test_refused(self, data: bytes, words: str) -> None:
        with pytest.raises(InputError, match=words):
            read_principals(data)

    @given(st.binary(max_size=300))
    def test_any_bytes(self, data: bytes) -> None:
        for start in (b"", self.QUERY, b"kadmin.local:  "):
            try:
                read_principals(start + data)
            except OdkitError as error:
                assert str(error).isprintable()

    @given(st.lists(st.lists(st.binary(min_size=1, max_size=10), min_size=1, max_size=3), min_size=1, max_size=6))
    def test_every_name_of_a_listing_is_read(self, names: list[list[bytes]]) -> None:
        listed = sorted({bytes(Principal(tuple(c), b"R")) for c in names if b"\r" not in b"".join(c) and b"\0" not in b"".join(c)})
        listed = [n for n in listed if not n.startswith((b"kadmin", b"Authenticating", b"get_", b"list_"))]
        data = b"Authenticating as principal root/admin@R with password.\n" + b"".join(n + b"\n" for n in [b"K/M@R", *listed])
        assert [x.text for x in read_principals(data).listed] == list(dict.fromkeys([b"K/M@R", *listed]))


class TestOddAndDamaged:
    def test_klist_of_old_releases(self) -> None:
        head = "Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ---\n"
        rows = "".join(
            f"   3 host/h.example.com@R ({name}) \n"
            for name in ("DES cbc mode with CRC-32", "ArcFour with HMAC/md5", "Triple DES cbc mode with HMAC/sha1")
        )
        [row] = odkit.read_principals((head + rows).encode()).listed
        assert (bytes(row.principal), row.enctypes) == (b"host/h.example.com@R", ("des-cbc-crc", "arcfour-hmac", "des3-cbc-sha1"))
        with pytest.raises(InputError, match="a blank in the realm"):
            odkit.read_principals(f"{head}   3 host/h@R (some new thing?)\n".encode())

    @pytest.mark.parametrize(
        "data",
        [
            "kdb5_util load_dump version 5\nprinc\t38\t3\t0\t99999999999\t0\ta@R\t"
            + "\t".join(["0"] * 7 + ["-1", "-1", "1", "5"])
            + "\t;\n",
            "kdb5_util load_dump version 5\nprinc\t38\t3\t0\t9999\t0\ta@R\t" + "\t".join(["0"] * 8 + ["-1", "1"]) + "\t-1;\n",
            f"host/a@R {'1' * 5000}:18:AB:- 20200101000000:x@R - - - - - 126\n",
            f"Keytab name: FILE:x\nKVNO Principal\n---- ---\n{'1' * 5000} host/h@R\n",
            "dn: authGUID=1,cn=users,cn=authdata\nobjectClass: pwsAuthdata\ndraft-krbPrincipalName: host/b.example.com@OD.EXAM",
        ],
    )
    def test_damaged_ones(self, data: str) -> None:
        with pytest.raises(InputError):
            odkit.read_principals(data.encode())

    def test_a_huge_version_is_none(self) -> None:
        [row] = odkit.read_principals(f"   Principal: host/a@R\n        Kvno: {'1' * 5000}\n".encode()).listed
        assert row.kvno is None

    def test_no_key_is_shown(self) -> None:
        key = "DEADBEEF00112233445566778899AABBCCDDEEFF"
        data = f"\nhost/a@R 1::18:{key}:- 20200101000000:- - - - - - 126 - -\n"
        assert [bytes(row.principal) for row in odkit.read_principals(data.encode()).listed] == [b"host/a@R"]
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"\n\nhost/a@R 1::18:{key}:- x@y@z\n".encode())
        assert key not in str(caught.value)
