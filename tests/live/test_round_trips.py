"""What odkit reads of a program's file and writes for it again is, to that program, what it was."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import odkit
from build_carry import directory, kerberos_user
from conftest import MART, needs
from live.carry_server import Server, run
from live.conftest import REALM, fresh_heimdal
from live.hostile import hostile_names
from odkit.carrying import CarryOptions, Verdict
from odkit.carrying.heimdal.merge import merge_pieces, why_not_in_a_dump
from odkit.carrying.keys import Key, KeySource, MitEntry
from odkit.carrying.mitdump import Planned, why_not_in_a_mit_dump
from odkit.errors import InputError
from odkit.kerberos import Principal
from odkit.kerberos.kdb.dump import DumpEntry, read_dump, write_entry
from odkit.kerberos.kdb.master import open_mit, read_master_keys
from odkit.kerberos.keytab import read_keytab
from odkit.rehearsal.heimdal import ScratchHeimdal
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import run as start

pytestmark = pytest.mark.live

SECRET = "old password"
# every byte but NUL at the beginning, in the middle and at the end of a name
NAMES = [
    Principal((part,), REALM.encode())
    for byte in (bytes([each]) for each in range(1, 256))
    for part in (byte + b"first", b"mid" + byte + b"dle", b"last" + byte)
]


def entries_of(realm: ScratchRealm, *form: str) -> tuple[bytes, dict[bytes, DumpEntry]]:
    """The first line of a dump in a form, and its principals."""
    path = realm.folder / "dump"
    start("kdb5_util", "-r", realm.realm, "dump", *form, str(path), env=realm.env)
    return path.read_bytes().split(b"\n", 1)[0], {entry.text: replace(entry, line=0) for entry in read_dump(path).entries}


class TestMit:
    def made(self, *, listen: bool = False) -> ScratchRealm:
        needs("kdb5_util", "kadmin.local", *(("krb5kdc", "kinit") if listen else ()))
        realm = ScratchRealm(REALM, listen=listen)
        realm.add([b"plain", b"host/files.example.com", *(bytes(name).rpartition(b"@")[0] for name in hostile_names(6, 20))])
        realm.kadmin([b"addpol -minlength 5 staff", b'addprinc -pw "old password" -policy staff ann',
                      b'addprinc -pw "old password" -e aes128-cts:norealm +needchange bob', b'modprinc -expire "2030-01-02 03:04:05 UTC" plain'])  # fmt: skip
        return realm

    @pytest.fixture
    def realm(self) -> ScratchRealm:
        return self.made()

    def login(self, realm: ScratchRealm, name: str) -> int:
        words = ["kinit", "-c", f"FILE:{realm.folder}/ccache", f"{name}@{realm.realm}"]
        return subprocess.run(words, env=realm.env, input=f"{SECRET}\n", capture_output=True, text=True, check=False, timeout=30).returncode

    @pytest.mark.parametrize("form", [("-r13",), ("-r18",), ("-b7",), ()], ids=["r13", "r18", "b7", "its own"])
    def test_principals_of_every_version_come_back_as_they_were(self, realm: ScratchRealm, form: tuple[str, ...], tmp_path: Path) -> None:
        with realm:
            header, was = entries_of(realm, *form)
            mine = {text: entry for text, entry in was.items() if not text.startswith((b"K/M@", b"krbtgt/", b"kadmin/"))}
            assert len(mine) == 24
            part = tmp_path / "part"
            part.write_bytes(header + b"\n" + b"".join(write_entry(entry) for entry in mine.values()))
            realm.kadmin([b'delprinc -force "' + text.replace(b'"', b'""') + b'"' for text in mine])
            assert entries_of(realm)[1].keys() & mine.keys() == set()
            start("kdb5_util", "-r", REALM, "load", "-update", str(part), env=realm.env)
            assert entries_of(realm, *form)[1] == was

    def test_a_name_that_the_loading_of_a_dump_changes_is_not_carried_and_every_other_one_is(
        self, realm: ScratchRealm, tmp_path: Path
    ) -> None:
        with realm:
            header, was = entries_of(realm)
            plain = was[f"plain@{REALM}".encode()]
            (tmp_path / "part").write_bytes(header + b"\n" + b"".join(write_entry(replace(plain, principal=name)) for name in NAMES))
            start("kdb5_util", "-r", REALM, "load", "-update", str(tmp_path / "part"), env=realm.env)
            there = {entry.principal for entry in entries_of(realm)[1].values()}
        lost = {name for name in NAMES if name not in there}
        assert lost
        assert {name for name in NAMES if why_not_in_a_mit_dump(name) is not None} == lost

    def test_a_renamed_principal_logs_in_after_it(self, tmp_path: Path) -> None:
        with self.made(listen=True) as realm:
            realm.kadmin([b"renprinc -force ann beth"])
            header, was = entries_of(realm)
            beth = was[f"beth@{REALM}".encode()]
            assert {(key.salt_type, key.salt) for key in beth.keys} == {(4, f"{REALM}ann".encode())}
            (tmp_path / "part").write_bytes(header + b"\n" + write_entry(beth))
            realm.kadmin([b"delprinc -force beth"])
            assert self.login(realm, "beth") != 0
            start("kdb5_util", "-r", REALM, "load", "-update", str(tmp_path / "part"), env=realm.env)
            assert self.login(realm, "beth") == 0

    @pytest.mark.parametrize("stash", ["of today", "of before"])
    def test_everybody_is_carried_after_the_master_key_was_changed(self, realm: ScratchRealm, stash: str, tmp_path: Path) -> None:
        """`add_mkey`, `use_mkey`, and one principal sealed anew: the others' keys still are under the older one."""
        with realm:
            (tmp_path / "of before").write_bytes((realm.folder / "stash").read_bytes())
            start("kdb5_util", "-r", REALM, "add_mkey", "-s", env=realm.env, data=b"second\nsecond\n")
            start("kdb5_util", "-r", REALM, "use_mkey", "2", env=realm.env)
            start("kdb5_util", "-r", REALM, "update_princ_encryption", "-f", f"ann@{REALM}", env=realm.env)
            (tmp_path / "of today").write_bytes((realm.folder / "stash").read_bytes())
            start("kadmin.local", "-r", REALM, "ktadd", "-norandkey", "-k", f"{tmp_path}/all", "-glob", "*", env=realm.env)
            start("kdb5_util", "-r", REALM, "dump", f"{tmp_path}/dump", env=realm.env)
        with ScratchRealm(REALM) as target:
            start("kdb5_util", "-r", REALM, "dump", f"{tmp_path}/target", env=target.env)
            users = directory(kerberos_user("ann"), kerberos_user("plain", 1101))
            source = CarryOptions(kdc_dump=tmp_path / "dump", stash=tmp_path / stash)
            plan = odkit.carry(users, to="mit", options=source, target_dump=tmp_path / "target", target_stash=target.folder / "stash")
            [master] = read_master_keys(target.folder / "stash")
        assert {each.name: each.verdict for each in plan.users} == {"ann": Verdict.CARRIED, "plain": Verdict.CARRIED}
        odkit.write_carry(plan, tmp_path / "carry")
        wanted = {(k.principal, k.enctype): k.key for k in read_keytab((tmp_path / "all").read_bytes(), "all")}
        entries = read_dump(tmp_path / "carry" / "principals.dump").entries
        assert {entry.principal.components for entry in entries} >= {(b"ann",), (b"plain",)}
        for entry in entries:
            keys = {key.enctype: open_mit(key.sealed, master) for key in entry.keys}
            assert keys == {enctype: wanted[entry.principal, enctype] for enctype in keys}


class TestHeimdal:
    @pytest.fixture
    def realm(self, heimdal_prefix: None) -> ScratchHeimdal:
        return fresh_heimdal(b"ann", b"host/files.example.com")

    def test_a_dump_is_merged_where_the_master_key_is_the_same(self, realm: ScratchHeimdal, tmp_path: Path) -> None:
        with realm, fresh_heimdal() as other:
            (tmp_path / "dump").write_bytes(realm.dump())
            other.kadmin("merge", str(tmp_path / "dump"))
            was, now = (odkit.read_principals(each.dump()).listed for each in (realm, other))
            assert {(row.principal, row.kvno, row.enctypes) for row in was} == {(row.principal, row.kvno, row.enctypes) for row in now}

    def test_a_name_that_a_merge_changes_is_not_carried(self, realm: ScratchHeimdal, tmp_path: Path) -> None:
        key = Key(18, bytes(32), b"salt", 1, KeySource.MIT)
        planned = [Planned(name, (key,), MitEntry(), None) for name in NAMES if why_not_in_a_dump(name) is None]
        (tmp_path / "merge").write_bytes(b"".join(merge_pieces(planned, datetime(2026, 11, 1, tzinfo=UTC), b"odkit")))
        with realm:
            realm.kadmin("merge", str(tmp_path / "merge"))
            there = {row.principal for row in odkit.read_principals(realm.dump()).listed}
        assert len(planned) > 600
        assert {each.principal for each in planned} <= there

    def test_hprop_brings_the_same_principals_and_its_stream_is_no_list(self, realm: ScratchHeimdal, tmp_path: Path) -> None:
        root = Path(realm.env["PATH"].split(":")[0]).joinpath("kadmin").resolve().parents[2]
        with realm, fresh_heimdal() as other:
            sent = start(str(root / "usr/sbin/hprop"), "--stdout", "--database=" + str(realm.folder / "heimdal"), env=realm.env).stdout
            with pytest.raises(InputError):
                odkit.read_principals(sent)
            start(str(root / "usr/sbin/hpropd"), "--stdin", f"--database={other.folder}/heimdal", env=other.env, data=sent)
            was, now = ({row.principal for row in odkit.read_principals(each.dump()).listed} for each in (realm, other))
            assert was == now
            assert {(b"ann",), (b"host", b"files.example.com")} <= {principal.components for principal in was}


class TestSlapd:
    @pytest.mark.parametrize("checked", ["yes", "no"])
    def test_what_is_written_loads_with_and_without_value_checks_and_comes_back(self, tmp_path: Path, checked: str) -> None:
        needs("slapd", "slapadd", "slapcat")
        plan = odkit.carry(odkit.open(MART / "after" / "export.ldif"), to="openldap")
        odkit.write_carry(plan, tmp_path / "carry")
        server = Server(tmp_path / "server", tmp_path / "carry")
        words = ("slapadd", "-F", server.config, "-b", "dc=medicalmart,dc=example,dc=com", "-o", f"value-check={checked}")
        done = run(*words, "-l", tmp_path / "carry" / "directory.ldif")
        assert done.returncode == 0, done.stderr
        back = tmp_path / "back.ldif"
        back.write_bytes(server.slapcat("dc=medicalmart,dc=example,dc=com"))
        found = odkit.diff(tmp_path / "carry" / "directory.ldif", back)
        assert list(found.records) == []
