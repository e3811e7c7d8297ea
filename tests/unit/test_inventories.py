"""Readers of principals: what is read, what is refused, and that no key is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from odkit.errors import InputError, OdkitError
from odkit.kerberos import Principal, read_principals
from odkit.kerberos.inventory import Listed, all_formats, formats

KEY = "4b" * 32
R = "OD.EXAMPLE.COM"


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
    @pytest.mark.parametrize("line", LINES)
    @pytest.mark.parametrize("first", [True, False])
    @pytest.mark.parametrize("head", ["", f"krbtgt/{R}\n", f"krbtgt/{R}@{R}\n"])
    def test_in_a_list_of_unknown_origin(self, head: str, line: str, realm: str | None, first: bool) -> None:
        data = f"{line}\n{head}" if first else f"{head}{line}\n"
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


def record(name: str, *, alias_of: str | None = None) -> str:
    """A line of ``kdb5_util dump``, version 7; an alias as MIT 1.22 dumps one."""
    name = f"{name}@{R}"
    tls, keys = "2\t4\t00000000", f"1\t3\t18\t34\t2000{KEY}"
    if alias_of is not None:
        target = f"{alias_of}@{R}".encode() + b"\0"
        tls, keys = f"12\t{len(target)}\t{target.hex()}", ""
    fields = [f"princ\t38\t{len(name)}\t1\t{1 if keys else 0}\t0\t{name}\t" + "\t".join(["0"] * 8), tls, *([keys] if keys else []), "-1;"]
    return "\t".join(fields) + "\n"


OWN = record("K/M") + record(f"krbtgt/{R}")


def mit_dump(*records: str) -> bytes:
    return ("kdb5_util load_dump version 7\n" + OWN + "".join(records)).encode()


class TestAliasesOfMit:
    """MIT 1.22: an entry whose tl-data of type 12 names another one."""

    def plan(self, *records: str, names: tuple[str, ...] = (), retire: tuple[str, ...] = ("old.example.com",)) -> odkit.PurgePlan:
        lists = [odkit.read_principals("".join(f"{n}@{R}\n" for n in (f"krbtgt/{R}", *names)).encode())] if names else []
        export = odkit.open(b"dn: dc=example,dc=com\ndc: example\n\ndn: cn=config,dc=example,dc=com\ncn: config\n\n")
        inventories = [*lists, odkit.read_principals(mit_dump(*records))]
        return odkit.plan_purge(export, inventories, retire=retire, keep=["keep.example.com"], realm=R)

    def told(self, plan: odkit.PurgePlan) -> dict[str, list[str]]:
        lists = {"delete": [d.text for d in plan.delete], "review": [d.principal or b"" for d in plan.review]}
        return {name: [text.decode().removesuffix(f"@{R}") for text in texts] for name, texts in lists.items()}

    KEEP = record("host/keep.example.com")

    def test_an_alias_is_read_with_its_target(self) -> None:
        rows = odkit.read_principals(mit_dump(record("host/new.example.com", alias_of="host/old.example.com"))).listed
        assert [(row.alias, row.target and str(row.target)) for row in rows] == [
            (False, None), (False, None), (True, f"host/old.example.com@{R}")]  # fmt: skip

    @pytest.mark.parametrize("alias", ["host/new.example.com", "host/keep.example.com.au", "jdoe", "cifs/new.example.com/x"])
    def test_the_target_of_an_alias_that_stays_is_left_to_a_person(self, alias: str) -> None:
        plan = self.plan(
            self.KEEP, record("host/old.example.com"), record("ldap/old.example.com"), record(alias, alias_of="host/old.example.com")
        )
        assert self.told(plan) == {"delete": ["ldap/old.example.com"], "review": ["host/old.example.com"]}
        assert f"{alias}@{R} is an alias of it" in plan.review[0].reason

    def test_a_stale_alias_goes_alone(self) -> None:
        plan = self.plan(self.KEEP, record("host/old.example.com", alias_of="host/keep.example.com"))
        assert self.told(plan) == {"delete": ["host/old.example.com"], "review": []}

    def test_an_alias_goes_before_its_target(self) -> None:
        plan = self.plan(self.KEEP, record("host/old.example.com"), record("ldap/old.example.com", alias_of="host/old.example.com"))
        assert self.told(plan) == {"delete": ["ldap/old.example.com", "host/old.example.com"], "review": []}

    def test_an_alias_of_an_alias_holds_back_both(self) -> None:
        plan = self.plan(
            self.KEEP,
            record("host/old.example.com"),
            record("ldap/old.example.com", alias_of="host/old.example.com"),
            record("ldap/new.example.com", alias_of="ldap/old.example.com"),
        )
        assert self.told(plan) == {"delete": [], "review": ["host/old.example.com", "ldap/old.example.com"]}

    def test_a_list_of_names_beside_the_dump_does_not_hide_it(self) -> None:
        """listprincs prints an alias like any other name."""
        names = ("K/M", "host/keep.example.com", "host/old.example.com", "host/new.example.com")
        alias = record("host/new.example.com", alias_of="host/old.example.com")
        plan = self.plan(self.KEEP, record("host/old.example.com"), alias, names=names)
        assert self.told(plan) == {"delete": [], "review": ["host/old.example.com"]}

    @pytest.mark.parametrize("value", ["zz", "6", "61", "6140", "614062", "ff" * 16, ""])
    def test_a_damaged_target(self, value: str) -> None:
        target = f"a@{R}".encode() + b"\0"
        line = record("host/new.example.com", alias_of="a")
        assert f"\t{target.hex()}\t" in line
        with pytest.raises(InputError):
            odkit.read_principals(mit_dump(line.replace(target.hex(), value)))


HEIMDAL_GET = f"""            Principal: host/od.example.com@{R}
                 Kvno: 2
             Keytypes: aes256-cts-hmac-sha1-96(pw-salt)[2], arcfour-hmac-md5(pw-salt(O(D, des-cbc-crc(x)[9)ann))[2], unknown(99)(unknown(7)())[2]
              Aliases: cifs/od.example.com@{R} we\\ ird@{R}

"""


def keytab_entry(name: str, enctype: int, kvno: int = 3) -> bytes:
    parts = [part.encode() for part in name.split("/")]
    body = len(parts).to_bytes(2, "big") + b"".join(len(p).to_bytes(2, "big") + p for p in (R.encode(), *parts))
    body += bytes(8) + bytes([kvno]) + enctype.to_bytes(2, "big") + (16).to_bytes(2, "big") + b"K" * 16
    return len(body).to_bytes(4, "big") + body


# one row a format: an example, its name in the JSON, what is read
EXAMPLES: dict[str, tuple[bytes, str, list[str]]] = {
    "authdata": (
        f"dn: authGUID=1,cn=users,cn=authdata\ndraft-krbPrincipalName: a@{R}\ndraft-krbPrincipalAliases: host/b@{R}\n\n".encode(),
        "authdata", [f"a@{R}", f"host/b@{R} alias"]),
    "heimdal_dump": (f"\nann@{R} 2::23:{KEY}:- 20200101000000:- - - - - - 126 20200101000000:1:0 -\n".encode(), "heimdal dump", [f"ann@{R} 2 arcfour-hmac"]),
    "heimdal_long": (HEIMDAL_GET.encode(), "heimdal list", [
        f"host/od.example.com@{R} 2 aes256-cts-hmac-sha1-96 arcfour-hmac enctype 99",
        f"cifs/od.example.com@{R} alias of host/od.example.com@{R}", f"we ird@{R} alias of host/od.example.com@{R}"]),
    "heimdal_plain": (f"ann\nkrbtgt/{R}\n".encode(), "heimdal list", [f"ann@{R}", f"krbtgt/{R}@{R}"]),
    "heimdal_short": (f"Principal    Expiration  PW-exp \nann@{R[:2]}       never       never  \n".encode(), "heimdal list", ["ann@OD"]),
    "kdb5_dump": (mit_dump(record("ann")), "kdb5_util dump", [
        f"K/M@{R} 3 aes256-cts-hmac-sha1-96", f"krbtgt/{R}@{R} 3 aes256-cts-hmac-sha1-96", f"ann@{R} 3 aes256-cts-hmac-sha1-96"]),
    "keytab": (b"\5\2" + keytab_entry("host/a", 23) + keytab_entry("host/a", 99), "keytab", [f"host/a@{R} 3 arcfour-hmac enctype 99"]),
    "klist": (
        f"Keytab name: FILE:x\nKVNO Principal\n---- ---\n   3 host/a@{R} (DEPRECATED:arcfour-hmac) (0x{KEY})\n   3 host/a@{R} (etype 99) (0x{KEY})\n".encode(),
        "klist", [f"host/a@{R} 3 arcfour-hmac enctype 99"]),
    "ktutil": (
        f"FILE:x:\n\nVno  Type              Principal                Aliases\n  3  arcfour-hmac-md5  host/a@{R}    \n".encode(),
        "ktutil", [f"host/a@{R} 3 arcfour-hmac"]),
    "listprincs": (f"Authenticating as principal root/admin@{R} with password.\nann@{R}\n".encode(), "listprincs", [f"ann@{R}"]),
    "mit_ktutil": (
        f"slot KVNO Timestamp         Principal\n---- ---- ----------------- ---\n   1    3 07/14/17 02:40:00     host/a@{R} (rc4-hmac)  (0x{KEY})\n".encode(),
        "mit ktutil", [f"host/a@{R} 3 arcfour-hmac"]),
    "one_per_line": (f"ann@{R}\n".encode(), "names", [f"ann@{R}"]),
}  # fmt: skip


def shown(row: Listed) -> str:
    of = f" alias of {row.target}" if row.target else " alias" if row.alias else ""
    return " ".join([str(row.principal) + of, *([str(row.kvno)] if row.kvno is not None else []), *row.enctypes])


class TestFormats:
    def test_every_format_has_an_example(self) -> None:
        folder = Path(formats.__file__).parent
        assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(EXAMPLES)

    @pytest.mark.parametrize("module", EXAMPLES)
    def test_an_example_is_read(self, module: str) -> None:
        data, name, rows = EXAMPLES[module]
        found = odkit.read_principals(data)
        assert (found.format, [shown(row) for row in found.listed]) == (name, rows)
        assert not found.findings

    @pytest.mark.parametrize("module", EXAMPLES)
    def test_no_key_stands_in_what_is_read(self, module: str) -> None:
        found = odkit.read_principals(EXAMPLES[module][0])
        assert KEY[:8] not in repr(found)
        assert "KKKK" not in repr(found)

    @pytest.mark.parametrize("module", [m for m in EXAMPLES if m != "keytab"])
    def test_a_list_that_ends_in_the_middle_of_a_line_is_cut(self, module: str) -> None:
        data = EXAMPLES[module][0].rstrip(b"\n")
        with pytest.raises(InputError, match="cut"):
            odkit.read_principals(data[:-1])

    def test_a_format_is_proved_before_one_is_guessed(self) -> None:
        assert [form.guess for form in all_formats()] == sorted(form.guess for form in all_formats())


class TestEmptiedKeytabs:
    HOLE = (-72).to_bytes(4, "big", signed=True) + bytes(72)

    @pytest.mark.parametrize(
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


class TestSessionsOfKtutil:
    def test_a_session_with_prompts_and_several_lists(self) -> None:
        rows = f"   1    3                     host/a@{R}\n   2    4           afpserver/b@{R}\n"
        data = (
            "ktutil:  rkt /etc/krb5.keytab\nktutil:  list\nslot KVNO Principal\n---- ---- ------\n" + rows
            + f"ktutil:  list -k\nslot KVNO Principal\n---- ---- ------\n   1    3    host/a@{R} (0x{KEY})\nktutil:  quit\n"
        )  # fmt: skip
        assert [shown(row) for row in odkit.read_principals(data.encode()).listed] == [f"host/a@{R} 3", f"afpserver/b@{R} 4"]

    @pytest.mark.parametrize(
        "row", [f"   1  host/a@{R} (0x{KEY})", f"   1    3 host/a@{R} (a new kind) (0x{KEY})", f"(0x{KEY})", f"   1    3 {KEY}"]
    )
    def test_a_row_that_is_none_shows_no_key(self, row: str) -> None:
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"slot KVNO Principal\n---- ---- ------\n{row}\n".encode())
        assert KEY[:8] not in str(caught.value)


class TestHeimdalsLongList:
    def test_a_salt_is_never_taken_for_an_enctype(self) -> None:
        """After a renaming the old name's salt stands in the column; a name may hold anything."""
        for salt in ("aes128-cts-hmac-sha1-96(x)", "des-cbc-crc(pw-salt", "OD.EXAMPLE.COMann", ")[1], x", "null("):
            data = HEIMDAL_GET.replace("O(D, des-cbc-crc(x)[9)ann", salt)
            row = odkit.read_principals(data.encode()).listed[0]
            assert row.enctypes == ("aes256-cts-hmac-sha1-96", "arcfour-hmac", "enctype 99"), salt

    def test_more_aliases_than_kadmin_prints(self) -> None:
        """It cuts a value at 1,023 bytes: the last name may be a part of one."""
        value = " ".join(f"host/server{n:03}.example.com@{R}" for n in range(40))[:1023]
        found = odkit.read_principals(f"  Principal: host/a@{R}\n    Aliases: {value}\n\n".encode())
        assert [f.code for f in found.findings] == ["OD214"]
        assert str(found.listed[-1].principal) in value
        assert not value.endswith(str(found.listed[-1].principal))

    def test_an_alias_that_is_no_name_is_said(self) -> None:
        found = odkit.read_principals(f"  Principal: host/a@{R}\n    Aliases: a@b@c host/b@{R}\n\n".encode())
        assert ([f.code for f in found.findings], len(found)) == (["OD210"], 2)


class TestListprincs:
    QUERY = b"Authenticating as principal root/admin@R with password.\nK/M@R\nhost/a@R\nkrbtgt/R@R\n"
    STDIN = b"Authenticating as principal root/admin@R with password.\nkadmin.local:  K/M@R\nhost/a@R\nkrbtgt/R@R\nkadmin.local:  "
    READLINE = b"Authenticating as principal root/admin@R with password.\nkadmin.local:  listprincs\nK/M@R\nhost/a@R\nkrbtgt/R@R\nkadmin.local:  \n"
    NAMES = b"K/M@R\nhost/a@R\nkrbtgt/R@R\n"

    @pytest.mark.parametrize("data", [QUERY, STDIN, READLINE, NAMES, NAMES.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + NAMES])
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

    @pytest.mark.parametrize(
        ("data", "words"),
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
