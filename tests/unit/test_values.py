"""DNs, plists, text, secrets, files, principals, inventories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from odkit import files, text
from odkit import redaction as secrets
from odkit.dn import DN, dn_key, escape_value, parse_dn
from odkit.errors import InputError, OdkitError, RefusedError, UsageError
from odkit.findings import RULES, Report, finding
from odkit.kerberos import Principal, is_lkdc, parse_principal, protected, read_principals


class TestDN:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("cn=a,dc=x", "CN = A , DC=x"), ("cn=a\\,b,dc=x", 'cn="a,b",dc=x'), ("cn=a\\2Cb", "cn=a\\,b"), ("cn=a  b", "cn=a b"),
            ("cn=é", "cn=\\C3\\A9"), ("cn=É", "cn=é"), ("a=1+b=2,dc=x", "b=2+a=1;dc=x"), ("cn=a#b,dc=x", "cn=a#b, dc=x"),
            ("cn=\\#a", "cn=\\23A"),
        ],
    )  # fmt: skip
    def test_one_name(self, one: str, other: str) -> None:
        assert dn_key(one) == dn_key(other) is not None

    @pytest.mark.parametrize("text", ["cn", "=a", "cn=a,", "cn=a\\", 'cn="a', "cn=a<b", "1a=b", 'cn="a"b'])
    def test_no_name(self, text: str) -> None:
        assert dn_key(text) is None
        with pytest.raises(InputError, match="not a distinguished name"):
            parse_dn(text, path="x", line=1)

    def test_names_of_mounts(self) -> None:
        assert dn_key("cn=h.example.com:/Homes,cn=mounts,dc=x") == dn_key("cn=h.example.com:\\2FHomes,cn=mounts,dc=x")

    @given(
        st.lists(
            st.tuples(st.sampled_from(["cn", "uid"]), st.text(min_size=1, max_size=12) | st.text('a#=, +\\"ßσ\t', min_size=1)),
            min_size=1,
            max_size=4,
        )
    )
    def test_round_trip_and_short_way(self, pairs: list[tuple[str, str]]) -> None:
        pairs = [(t, v) for t, v in pairs if not any(0xD800 <= ord(c) < 0xE000 for c in v)]
        dn = DN(tuple(((t, v),) for t, v in pairs))
        assert parse_dn(str(dn)) == dn
        assert dn_key(str(dn)) == dn.key
        assert all(escape_value(v) in str(dn) for _, v in pairs)
        assert dn.parent.rdns == dn.rdns[1:]

    def test_a_long_bad_dn_is_linear(self) -> None:
        assert dn_key("a=b" + " " * 4_000 + ",c") is None
        assert dn_key("a=b" + "+c=d" * 1_000 + ",") is None


class TestText:
    def test_escape(self) -> None:
        assert text.escape("plain é \\ x") == "plain é \\ x"
        assert text.escape(b"\x1b[2J\n\xff") == "\\x1b[2J\\n\\xff"
        assert text.escape("a\u202eb\u2028\\") == "a\\u202eb\\u2028\\\\"

    @given(st.one_of(st.text(), st.binary()))
    def test_escaped_is_one_printable_line(self, value: str | bytes) -> None:
        assert text.escape(value).isprintable()
        assert text.shorten(value, 10).isprintable()

    def test_table_cuts_nothing(self) -> None:
        assert text.table([("a", "bb"), ("ccc", "d" * 200)], headers=("X", "Y")) == ["  X    Y", "  a    bb", "  ccc  " + "d" * 200]
        assert text.table([]) == []
        assert (text.plural(1, "entry", "entries"), text.plural(2000, "entry", "entries")) == ("1 entry", "2,000 entries")


class TestSecrets:
    @pytest.mark.parametrize("name", ["userPassword", "USERPASSWORD;lang-x", "2.5.4.35", "cmusaslsecretSMBNT", "SRP-RFC5054-4096-SHA512-PBKDF2",
                                      "draft-krbKeySet", "password", "historyData", "PWSPrivateKey", "apple-kdc-authkey", "userPKCS12",
                                      "1.3.6.1.1.1.1.45", "sambaNTPassword", "ShadowHashData"])  # fmt: skip
    def test_secret(self, name: str) -> None:
        assert secrets.is_secret(name)

    @pytest.mark.parametrize("name", ["uid", "authAuthority", "apple-user-passwordpolicy", "passwordModDate", "apple-password-server-list"])
    def test_not_secret(self, name: str) -> None:
        assert not secrets.is_secret(name)

    def test_masks(self) -> None:
        assert secrets.mask(b"hunter2") == "(secret, 7 bytes)"
        assert secrets.mask_urls("afp://ann:hunter2@h/S") == "afp://ann:(secret, 7 bytes)@h/S"
        for password in ("a/b", "a@b", "a?b#c", "x" * 300):
            assert password not in secrets.mask_urls(f"url==afp://ann:{password}@h/S")
        assert secrets.mask_urls("afp://;AUTH=NO%20USER%20AUTHENT@h/S") == "afp://;AUTH=NO%20USER%20AUTHENT@h/S"


class TestFiles:
    def test_whole_and_private(self, tmp_path: Path) -> None:
        target = tmp_path / "x"
        files.write_file(target, b"one")
        files.write_file(target, b"two")
        assert target.read_bytes() == b"two"
        assert target.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [target]

    def test_odd_targets_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_text("keep")
        (tmp_path / "link").symlink_to(tmp_path / "real")
        os.link(tmp_path / "real", tmp_path / "hard")
        os.mkfifo(tmp_path / "fifo")
        for name in ("link", "hard", "fifo", "missing/x"):
            with pytest.raises(RefusedError):
                files.write_file(tmp_path / name, b"x")
        with pytest.raises(RefusedError, match="not an ordinary file"):
            files.write_file(Path("/dev/null"), b"x")
        assert Path("/dev/null").is_char_device()
        assert (tmp_path / "real").read_text() == "keep"

    def test_a_full_disk_leaves_the_old_file(self, tmp_path: Path) -> None:
        import resource

        target = tmp_path / "x"
        files.write_file(target, b"old")
        import signal

        old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(RefusedError, match="File too large"):
                files.write_file(target, b"x" * 5000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, old)
        assert target.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [target]

    def test_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        output = files.OutputFolder(folder)
        output.write("a", b"1")
        output.write("sub/b", b"2")
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "sub" / "b").stat().st_mode & 0o777 == 0o600
        for name in ("../x", "/x"):
            with pytest.raises(UsageError):
                output.write(name, b"")
        with pytest.raises(RefusedError, match="not empty"):
            files.OutputFolder(folder)
        files.OutputFolder(folder, force=True)
        assert list(folder.iterdir()) == []

    def test_force_clears_nothing_of_others(self, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        files.OutputFolder(folder).write("a", b"1")
        (folder / "mine").write_text("keep")
        with pytest.raises(RefusedError, match="not odkit's"):
            files.OutputFolder(folder, force=True)
        assert (folder / "mine").read_text() == "keep"
        assert (folder / "a").exists()
        (folder / "mine").unlink()
        (folder / files.FOLDER_MARK).write_text("a\n../other\n")
        with pytest.raises(RefusedError, match="outside the folder"):
            files.OutputFolder(folder, force=True)
        (tmp_path / "link").symlink_to(folder)
        with pytest.raises(RefusedError, match="not a folder"):
            files.OutputFolder(tmp_path / "link")


class TestPrincipals:
    CASES = {
        b"host/a.example.com@R": ((b"host", b"a.example.com"), b"R"),
        b"a\\/b\\@c\\\\d@R": ((b"a/b@c\\d",), b"R"),
        b"a\\nb\\tc\\bd\\0e@R": ((b"a\nb\tc\bd\0e",), b"R"),
        b"a b\"c'@R": ((b"a b\"c'",), b"R"),
        b"@R": ((b"",), b"R"),
        b"\xff\xc3\xa9/x@R": ((b"\xff\xc3\xa9", b"x"), b"R"),
        b"K/M@LKDC:SHA1.00": ((b"K", b"M"), b"LKDC:SHA1.00"),
    }

    @pytest.mark.parametrize("written", CASES)
    def test_both_ways(self, written: bytes) -> None:
        components, realm = self.CASES[written]
        assert parse_principal(written) == Principal(components, realm)
        assert bytes(Principal(components, realm)) == written

    @given(st.lists(st.binary(max_size=12), min_size=1, max_size=4), st.binary(min_size=1, max_size=8))
    def test_round_trip(self, components: list[bytes], realm: bytes) -> None:
        if b"/" in realm:
            realm = realm.replace(b"/", b".")
        p = Principal(tuple(components), realm)
        assert parse_principal(bytes(p)) == p
        assert str(p).isprintable()

    @pytest.mark.parametrize("bad", [b"a", b"a@b@c", b"a@b/c", b"a\\", "a@\ud800"])
    def test_bad(self, bad: bytes | str) -> None:
        with pytest.raises(InputError):
            parse_principal(bad)

    def test_default_realm_and_service(self) -> None:
        p = parse_principal("host/a", realm=b"R")
        assert (p.service, p.host, p.realm) == (b"host", b"a", b"R")
        assert parse_principal("a@R").service is None

    @pytest.mark.parametrize("name", ["K/M", "krbtgt/R", "krbtgt/OTHER", "kadmin/admin", "kadmin/host.example.com", "changepw/kerberos", "kiprop/x",
                                      "WELLKNOWN/ANONYMOUS", "default", "ann", "ann/admin", "ann/root", "xs$", "vpn_0016cb0a1b2c"])  # fmt: skip
    def test_protected(self, name: str) -> None:
        assert protected(parse_principal(f"{name}@R"))

    def test_lkdc(self) -> None:
        assert is_lkdc("LKDC:SHA1.00")
        assert is_lkdc(b"WELLKNOWN:COM.APPLE.LKDC")
        assert not is_lkdc("EXAMPLE.COM")


class TestInventories:
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


def test_findings() -> None:
    with pytest.raises(UsageError):
        finding("OD999", "x", "y")
    report = Report({"a": 1}, [finding("OD101", "x\x1b", "bad", path="p", line=3)])
    assert report.worst() == 3
    assert report.as_json()["findings"] == [
        {"code": "OD101", "severity": "error", "subject": "x\\x1b", "path": "p", "line": 3,
         "message": "bad. The record is reachable by its text only."}
    ]  # fmt: skip
    assert [f.where for f in report] == ["p:3"]
    assert all(code == rule.code and rule.advice.endswith((".", "?")) for code, rule in RULES.items())
    assert odkit.Severity.WARNING.weight == 2
