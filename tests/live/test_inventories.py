"""Every reader of principals against files that the real programs write, with names that want to be something else."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import needs
from live.conftest import REALM, Kdc, fresh_heimdal
from live.hostile import heimdal_text, hostile_names
from odkit.errors import InputError
from odkit.kerberos import Inventory, InventoryKind, Principal, read_principals
from odkit.rehearsal.heimdal import ScratchHeimdal
from odkit.rehearsal.kdc import ScratchRealm

pytestmark = pytest.mark.live

NAMES = hostile_names(6, 250)


@pytest.fixture(scope="module")
def heimdal(heimdal_prefix: None) -> Iterator[ScratchHeimdal]:
    with fresh_heimdal() as realm:
        realm.add_those_it_can(heimdal_text(p) for p in NAMES)
        yield realm


@pytest.fixture(scope="module")
def mit() -> Iterator[ScratchRealm]:
    """A realm with all names, which is only read."""
    needs("kadmin.local", "kdb5_util")
    with ScratchRealm(REALM) as realm:
        realm.add(map(bytes, NAMES))
        yield realm


@pytest.fixture(scope="module")
def listed(mit: ScratchRealm, tmp_path_factory: pytest.TempPathFactory) -> set[Principal]:
    """The names that the realm itself lists."""
    path = tmp_path_factory.mktemp("listed") / "list"
    path.write_bytes(mit.listing())
    return names(path, "listprincs")


def own(names: set[Principal]) -> set[Principal]:
    """Without the KDC's own."""
    first = {b"K", b"krbtgt", b"kadmin", b"changepw", b"default", b"WELLKNOWN", b"kiprop"}
    ours = set(NAMES)
    return {n for n in names if n in ours or n.components[0] not in first}


def names(path: Path, format_: str, kind: InventoryKind = InventoryKind.KDC) -> set[Principal]:
    return {row.principal for row in inventory(path, format_, kind).listed}


def inventory(path: Path, format_: str, kind: InventoryKind = InventoryKind.KDC) -> Inventory:
    """What a file lists, as a mail or an editor leaves it, too."""
    found = read_principals(path)
    assert (found.format, found.kind) == (format_, kind)
    assert not found.findings
    data = path.read_bytes()
    if format_ != "keytab" and b"\r" not in data:
        assert [row.principal for row in read_principals(data.replace(b"\n", b"\r\n")).listed] == [row.principal for row in found.listed]
    return found


class TestMit:
    @pytest.mark.parametrize("form", [[], ["-r18"], ["-r13"], ["-b7"]])
    def test_dumps(self, mit: ScratchRealm, listed: set[Principal], tmp_path: Path, form: list[str]) -> None:
        subprocess.run(["/usr/sbin/kdb5_util", "-r", REALM, "dump", *form, str(tmp_path / "dump")], env=mit.env, check=True)
        rows = inventory(tmp_path / "dump", "kdb5_util dump").listed
        found = {row.principal for row in rows}
        assert own(found) == set(NAMES)
        assert found == listed
        user = next(row for row in rows if row.principal == NAMES[0])
        assert (user.kvno, user.enctypes) == (1, ("aes256-cts-hmac-sha1-96", "aes128-cts-hmac-sha1-96"))

    @pytest.mark.parametrize("table", ["princ_meta", "princ_lockout", "princ_tktpolicy", "princ_flags"])
    @pytest.mark.parametrize("form", [[], ["-c"], ["-n"]], ids=["tabs", "csv", "numbers"])
    def test_tables_of_tabdump(self, mit: ScratchRealm, listed: set[Principal], tmp_path: Path, table: str, form: list[str]) -> None:
        words = ["/usr/sbin/kdb5_util", "-r", REALM, "tabdump", "-o", str(tmp_path / "table"), *form, table]
        subprocess.run(words, env=mit.env, check=True)
        rows = inventory(tmp_path / "table", "kdb5_util tabdump").listed
        assert {row.principal for row in rows} == listed
        ours = set(NAMES)
        dated = [row.modified for row in rows if row.principal in ours]
        assert all(dated) == (table == "princ_meta")

    def test_prompts_glued_to_names(self, mit: ScratchRealm, tmp_path: Path) -> None:
        (tmp_path / "list").write_bytes(mit.kadmin([b"listprincs"]).stdout)
        assert own(names(tmp_path / "list", "listprincs")) == set(NAMES)

    def test_a_cut_dump(self, mit: ScratchRealm, tmp_path: Path) -> None:
        data = mit.dump()
        for end in (len(data) - 1, len(data) - 2, len(data) // 2):
            with pytest.raises(Exception, match=r"cut|damaged"):
                read_principals(data[:end])

    def test_keytabs(self, kdc: Kdc, tmp_path: Path) -> None:
        """The file, and what klist -k prints of it in every form; after ktremove there are holes."""
        kdc.realm.add(map(bytes, NAMES))
        env = kdc.realm.env | {"LC_ALL": "C", "SS_READLINE_PATH": "none"}
        keytab = tmp_path / "keytab"
        wanted = [p for p in NAMES if bytes(p).isascii()][:120]
        lines = [b'ktadd -k %s -q "%s"' % (bytes(keytab), bytes(p).replace(b'"', b'""')) for p in wanted]
        lines += [lines[0]]  # a second version of the first key
        lines += [b'ktremove -k %s "%s" all' % (bytes(keytab), bytes(p).replace(b'"', b'""')) for p in wanted[100:]]
        kdc.realm.kadmin(lines)
        kept = set(wanted[:100])
        assert names(keytab, "keytab", InventoryKind.KEYTAB) == kept
        first = next(row for row in read_principals(keytab).listed if row.principal == wanted[0])
        assert (first.kvno, first.enctypes) == (3, ("aes256-cts-hmac-sha1-96", "aes128-cts-hmac-sha1-96"))
        for options in ([], ["-t"], ["-e"], ["-t", "-e"], ["-t", "-e", "-K"], ["-K"]):
            done = subprocess.run(["klist", "-k", *options, str(keytab)], env=env, capture_output=True, check=True)
            (tmp_path / "klist").write_bytes(done.stdout)
            found = read_principals(tmp_path / "klist")
            crlf = done.stdout.replace(b"\n", b"\r\n")
            assert [row.principal for row in read_principals(crlf).listed] == [row.principal for row in found.listed]
            with pytest.raises(InputError) as caught:
                read_principals(done.stdout + b"no row of a keytab (0xABCDEF0123456789)\n")
            assert "ABCDEF" not in str(caught.value)
            assert (found.format, {row.principal for row in found.listed}) == ("klist", kept), options
            row = next(row for row in found.listed if row.principal == wanted[0])
            assert row.kvno == 3
            assert row.enctypes == (first.enctypes if "-e" in options else ())
        for words in ("", " -t", " -e", " -t -e -k", " -k"):
            session = f"rkt {keytab}\nlist{words}\nquit\n".encode()
            done = subprocess.run(["ktutil"], input=session, env=env, capture_output=True, check=True)
            found = read_principals(done.stdout)
            assert (found.format, {row.principal for row in found.listed}) == ("mit ktutil", kept), words
            row = next(row for row in found.listed if row.principal == wanted[0])
            assert (row.kvno, row.enctypes) == (3, first.enctypes if "-e" in words else ())
            with pytest.raises(InputError) as caught:
                read_principals(done.stdout.replace(b"-\n", b"-\n no row (0xABCDEF0123456789)\n"))
            assert "ABCDEF" not in str(caught.value)

    def test_old_keytabs(self, tmp_path: Path) -> None:
        """05 01 in both byte orders: written here, because no program of today writes it."""
        for order in "<>":

            def counted(data: bytes, order: str = order) -> bytes:
                return struct.pack(f"{order}H", len(data)) + data

            entry = struct.pack(f"{order}H", 3) + counted(b"R") + counted(b"host") + counted(b"old.example.com")
            entry += struct.pack(f"{order}IBH", 0, 7, 16) + counted(b"k" * 24)
            data = b"\x05\x01" + struct.pack(f"{order}i", len(entry)) + entry
            [row] = read_principals(data).listed
            assert (row.principal, row.kvno, row.enctypes) == (Principal((b"host", b"old.example.com"), b"R"), 7, ("des3-cbc-sha1",))


class TestHeimdal:
    def test_lists(self, heimdal: ScratchHeimdal, tmp_path: Path) -> None:
        for words in (["list", "*"], ["list", "-l", "*"], ["list", "-s", "*"], ["get", "*"], ["get", "-s", "*"], ["get", "-t", "*"]):
            (tmp_path / "list").write_bytes(heimdal.kadmin(*words).stdout)
            assert own(names(tmp_path / "list", "heimdal list")) == set(NAMES), words

    def test_dumps(self, heimdal: ScratchHeimdal, tmp_path: Path) -> None:
        (tmp_path / "dump").write_bytes(heimdal.dump())
        assert own(names(tmp_path / "dump", "heimdal dump")) == set(NAMES)
        row = next(row for row in read_principals(tmp_path / "dump").listed if row.principal == NAMES[0])
        assert (row.kvno, row.enctypes) == (1, ("aes256-cts-hmac-sha1-96", "des3-cbc-sha1", "arcfour-hmac"))
        heimdal.kadmin("dump", "--format=MIT", str(tmp_path / "mit"))
        assert own(names(tmp_path / "mit", "kdb5_util dump")) == set(NAMES)

    def test_a_renamed_principal_shows_its_salt_and_no_enctype_of_it(self, heimdal_prefix: None) -> None:
        """The old name's salt stands in the column of the types."""
        with fresh_heimdal() as realm:
            realm.kadmin("add", "--use-defaults", "--password=x", "--", "des-cbc-crc(pw-salt)[1]")
            realm.kadmin("rename", "des-cbc-crc(pw-salt)[1]", "new")
            listing = realm.kadmin("list", "--long", "new").stdout
            assert b"(pw-salt(EXAMPLE.COMdes-cbc-crc(pw-salt)[1]))" in listing.replace(REALM.encode(), b"EXAMPLE.COM")
            [row] = read_principals(listing, realm=REALM).listed
            [dumped] = [row for row in read_principals(realm.dump()).listed if row.principal.components == (b"new",)]
            assert row.enctypes == dumped.enctypes == ("aes256-cts-hmac-sha1-96", "des3-cbc-sha1", "arcfour-hmac")

    def test_keytabs(self, heimdal: ScratchHeimdal, tmp_path: Path) -> None:
        keytab = f"FILE:{tmp_path}/keytab"
        wanted = NAMES[:80]
        heimdal.kadmin("ext_keytab", "-k", keytab, "--", *(glob_escaped(heimdal_text(p)) for p in wanted))
        assert names(tmp_path / "keytab", "keytab", InventoryKind.KEYTAB) == set(wanted)
        for options in ([], ["--timestamp"], ["--keys"], ["--timestamp", "--keys"]):
            (tmp_path / "list").write_bytes(heimdal.run("ktutil", "-k", keytab, "list", *options).stdout)
            assert names(tmp_path / "list", "ktutil", InventoryKind.KEYTAB) == set(wanted), options


def glob_escaped(name: bytes) -> bytes:
    return b"".join(b"\\" + bytes([b]) if b in b"*?[]" else bytes([b]) for b in name)
