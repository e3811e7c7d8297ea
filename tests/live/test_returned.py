"""A server that came back between the plan and the purge: its names stay, and are named."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

import odkit
from conftest import MART, needs
from live.conftest import REALM, Kdc, Stage, fresh_heimdal
from live.hostile import domain, sh
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.standins import Machine, install

pytestmark = pytest.mark.live

LATER = "--apply", "--rehearsal"
RETIRED = ["gone.example.com", "old.example.com"]
NAMES = [f"{service}/{host}@{REALM}".encode() for host in (*RETIRED, "live.example.com") for service in ("host", "ldap")]


def planned(inventory: odkit.Inventory, folder: Path, target: str = "10.5") -> str:
    """The script of a plan that retires two servers."""
    plan = odkit.plan_purge(odkit.open(domain()), inventory, retire=RETIRED, realm=REALM, options=odkit.PurgeOptions(allow_large=True))
    assert {d.text for d in plan.delete} == set(NAMES[:4])
    odkit.write_plan(plan, folder / "purge", target=target)
    return str(folder / "purge" / "purge-principals.sh")


def tick() -> None:
    """Let a second pass: a KDC keeps times in seconds."""
    time.sleep(1.05 - time.time() % 1)


@pytest.fixture
def some(kdc: Kdc) -> Kdc:
    kdc.realm.add(NAMES)
    return kdc


@pytest.mark.parametrize("form", ["dump", "list"])
def test_a_principal_with_a_new_key_stays_and_is_named(some: Kdc, tmp_path: Path, form: str) -> None:
    (tmp_path / "inventory").write_bytes(some.realm.dump() if form == "dump" else some.realm.listing())
    script = planned(odkit.read_principals(tmp_path / "inventory"), tmp_path)
    tick()
    some.realm.kadmin([b"cpw -randkey host/gone.example.com"])
    before = some.realm.names()
    for words in (("--rehearsal",), LATER):
        done = some.sh(script, *words)
        assert done.returncode == 3, (done.stdout, done.stderr)
        assert f"host/gone.example.com@{REALM}: changed 20" in done.stderr
        assert ("key version 2 and not 1" in done.stderr) == (form == "dump")
        assert "host/old.example.com" not in done.stderr
        assert "1 of 4 names have changed, their servers may have come back; nothing was deleted" in done.stderr
    assert some.realm.names() == before
    assert not (tmp_path / "purge" / "backup-1").exists()


def test_the_other_servers_go_when_that_is_asked_for_and_every_name_of_the_one_that_came_back_stays(some: Kdc, tmp_path: Path) -> None:
    script = planned(odkit.read_principals(some.realm.dump()), tmp_path)
    tick()
    some.realm.kadmin([b"cpw -randkey host/gone.example.com"])
    before = some.realm.names()
    done = some.sh(script, *LATER, "--skip-changed")
    assert done.returncode == 1, done.stderr
    assert "2 deleted, 0 absent, 0 failed" in done.stdout
    assert "2 left because their servers may have come back" in done.stderr
    assert before - some.realm.names() == {f"{service}/old.example.com@{REALM}".encode() for service in ("host", "ldap")}
    again = some.sh(script, *LATER, "--skip-changed")
    assert again.returncode == 1
    assert "nothing to delete: 0 deleted, 2 absent, 0 failed, 2 left because their servers may have come back" in again.stdout


def test_a_login_with_the_old_key_is_a_sign_of_life(tmp_path: Path) -> None:
    """A KDC writes down the time of a login with pre-authentication, and changes nothing else."""
    needs("krb5kdc", "kinit", "dash")
    standins = install(tmp_path / "standins", Machine("10.5.8"))
    with ScratchRealm(REALM, listen=True) as realm:
        kdc = Kdc(realm, realm.env | {"PATH": f"{standins}:{realm.env['PATH']}"})
        realm.add(NAMES, "+requires_preauth -randkey")
        name = f"ldap/old.example.com@{REALM}"
        realm.kadmin([f"ktadd -norandkey -k {tmp_path}/old.keytab {name}".encode()])
        script = planned(odkit.read_principals(realm.dump()), tmp_path)
        before = realm.names()
        kinit = subprocess.run(["kinit", "-k", "-t", f"{tmp_path}/old.keytab", name], env=realm.env, capture_output=True, check=False)
        assert kinit.returncode == 0, kinit.stderr
        done = kdc.sh(script, *LATER)
        assert done.returncode == 3
        assert f"{name}: used 20" in done.stderr
        assert "1 of 4 names have changed" in done.stderr
        assert realm.names() == before


def test_nothing_is_deleted_by_a_list_without_a_date(some: Kdc, tmp_path: Path) -> None:
    """A pipe has no date, and `listprincs` shows no change: what is not known is not taken for unchanged."""
    inventory = odkit.read_principals(some.realm.listing())
    assert inventory.date is None
    script = planned(inventory, tmp_path)
    Path(script).write_text(Path(script).read_text().replace('[ "$UNDATED$REHEARSAL" = nono ]', '[ "$UNDATED" = no ]'))
    before = some.realm.names()
    done = some.sh(script, *LATER)
    assert done.returncode == 3
    assert "not known whether these have changed since" in done.stderr
    assert some.realm.names() == before
    done = some.sh(script, *LATER, "--undated")
    assert done.returncode == 0, done.stderr
    assert before - some.realm.names() == set(NAMES[:4])


def test_a_kdc_that_is_younger_than_the_list_stops_a_real_run_and_not_a_rehearsal(some: Kdc, tmp_path: Path) -> None:
    listing = tmp_path / "listprincs.txt"
    listing.write_bytes(some.realm.listing())
    os.utime(listing, (1_200_000_000, 1_200_000_000))
    script = planned(odkit.read_principals(listing), tmp_path)
    real = Path(script).read_text()
    Path(script).write_text(real.replace('[ "$REHEARSAL" = yes ] && awk -v asof', "false && awk -v asof"))
    before = some.realm.names()
    done = some.sh(script, *LATER)
    assert done.returncode == 3
    assert "changed or used after the list was made that the plan comes from (2008-01-10 21:20:00Z)" in done.stderr
    assert some.realm.names() == before
    Path(script).write_text(real)
    done = some.sh(script, *LATER)
    assert done.returncode == 0, done.stderr
    assert "A real run would stop here" in done.stderr


@pytest.mark.parametrize("form", ["dump", "long"])
def test_heimdal(heimdal_prefix: None, tmp_path: Path, form: str) -> None:
    with fresh_heimdal(*NAMES) as realm:
        text = realm.dump() if form == "dump" else realm.kadmin("list", "-l", "*").stdout
        inventory = odkit.read_principals(text)
        assert inventory.date is not None
        script = planned(inventory, tmp_path, "heimdal")
        tick()
        realm.kadmin("passwd", "--random-key", "host/gone.example.com")
        before = set(realm.listing().split())
        done = sh(realm, "dash", script, *LATER)
        assert done.returncode == 3, (done.stdout, done.stderr)
        assert f"host/gone.example.com@{REALM}: changed 20" in done.stderr
        assert "key version 2 and not 1" in done.stderr
        assert "1 of 4 names have changed" in done.stderr
        assert set(realm.listing().split()) == before
        done = sh(realm, "dash", script, *LATER, "--skip-changed")
        assert done.returncode == 1, (done.stdout, done.stderr)
        assert len(before - set(realm.listing().split())) == 2


def purged(kdc: Kdc, folder: Path) -> tuple[str, str]:
    """A KDC from which the names are gone; the script that puts them back, and its backup."""
    script = planned(odkit.read_principals(kdc.realm.dump()), folder)
    assert kdc.sh(script, *LATER).returncode == 0
    return str(folder / "purge" / "restore" / "restore-principals.sh"), str(folder / "purge" / "backup-1")


def test_a_backup_that_is_refused_half_way_leaves_the_database_untouched(some: Kdc, tmp_path: Path) -> None:
    restore, backup = purged(some, tmp_path)
    path = Path(backup) / "kdc.dump"
    lines = path.read_bytes().split(b"\n")
    at = next(number for number, line in enumerate(lines) if b"\tldap/gone.example.com@" in line)
    lines[at] = lines[at].replace(b"\t-1;", b"\tzz;")
    path.write_bytes(b"\n".join(lines))
    before = some.realm.dump()
    for words in (("--rehearsal", backup), (*LATER, backup)):
        done = some.sh(restore, *words)
        assert done.returncode == 3, (done.stdout, done.stderr)
        assert "refuses the names of the backup in a copy of the database; nothing was changed" in done.stderr
    assert some.realm.dump() == before
    some.realm.add([b"after@" + REALM.encode()])  # the database is still one that can be written


def test_keys_under_another_master_key_are_not_put_back(some: Kdc, tmp_path: Path) -> None:
    """kdb5_util would load them without a word, and no login would work."""
    restore, backup = purged(some, tmp_path)
    path = Path(backup) / "kdc.dump"
    with ScratchRealm(REALM) as other:
        master = next(line for line in other.dump().split(b"\n") if b"\tK/M@" in line)
    path.write_bytes(b"\n".join(master if b"\tK/M@" in line else line for line in path.read_bytes().split(b"\n")))
    before = some.realm.dump()
    done = some.sh(restore, *LATER, backup)
    assert done.returncode == 3
    assert "another master key than the backup" in done.stderr
    assert some.realm.dump() == before


def test_a_backup_that_brings_back_fewer_names_than_were_deleted_is_not_put_back(some: Kdc, tmp_path: Path) -> None:
    """One that lacks a name, and one of which kdb5_util takes fewer than it says."""
    restore, backup = purged(some, tmp_path)
    path, before = Path(backup) / "kdc.dump", some.realm.dump()
    whole = path.read_bytes()
    path.write_bytes(b"".join(line for line in whole.splitlines(keepends=True) if b"\tldap/gone.example.com@" not in line))
    done = some.sh(restore, *LATER, backup)
    assert (done.returncode, "stopped: the backup holds" in done.stderr) == (3, True), done.stderr
    path.write_bytes(whole)
    wrapper = tmp_path / "standins" / "kdb5_util"
    lose = 'for last do :; done; grep -v ldap/gone.example.com@ "$last" > "$last.less"; mv "$last.less" "$last"'
    wrapper.write_text(f'#!/bin/sh\n/usr/sbin/kdb5_util "$@" || exit\ncase "$*" in *-d*dump*) {lose} ;; esac\n')
    wrapper.chmod(0o755)
    done = some.sh(restore, *LATER, backup)
    assert (done.returncode, "stopped: the copy holds" in done.stderr) == (3, True), done.stderr
    assert some.realm.dump() == before


def test_a_load_that_is_refused_all_the_same_names_the_cure(some: Kdc, tmp_path: Path) -> None:
    restore, backup = purged(some, tmp_path)
    wrapper = tmp_path / "standins" / "kdb5_util"
    wrapper.write_text('#!/bin/sh\ncase "$*" in *-d*) ;; *"load -update"*) exit 1 ;; esac\nexec /usr/sbin/kdb5_util "$@"\n')
    wrapper.chmod(0o755)
    done = some.sh(restore, *LATER, backup)
    assert done.returncode == 1
    assert "touch DATABASE.kadm5.lock" in done.stderr
    assert "0 put back, 0 there already, 4 failed" in done.stdout


def test_heimdal_tries_a_backup_in_a_database_of_its_own(heimdal_prefix: None, tmp_path: Path) -> None:
    with fresh_heimdal(*NAMES) as realm:
        script = planned(odkit.read_principals(realm.dump()), tmp_path, "heimdal")
        assert sh(realm, "dash", script, *LATER).returncode == 0
        restore, backup = str(tmp_path / "purge/restore/restore-principals.sh"), tmp_path / "purge" / "backup-1"
        whole = (backup / "kdc.dump").read_bytes()
        lines = whole.split(b"\n")
        at = next(number for number, line in enumerate(lines) if line.startswith(b"ldap/gone.example.com@"))
        name, _, rest = lines[at].partition(b" ")
        (backup / "kdc.dump").write_bytes(whole.replace(lines[at], name + b" x" + rest))
        before = realm.dump()
        done = sh(realm, "dash", restore, *LATER, str(backup))
        assert done.returncode == 3, (done.stdout, done.stderr)
        assert "refuses the names of the backup in a database of its own; nothing was changed" in done.stderr
        assert realm.dump() == before
        (backup / "kdc.dump").write_bytes(whole)
        done = sh(realm, "dash", restore, *LATER, str(backup))
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert set(NAMES[:4]) <= set(realm.listing().replace(b"\n", b"@" + REALM.encode() + b"\n").split()) | set(realm.listing().split())


class TestRecords:
    """A record that was changed and reads the same again: its time of change tells that somebody works with it."""

    def changed(self, stage: Stage) -> str:
        plan = odkit.plan_purge(stage.od, retire=(MART / "retired.txt").read_text().split())
        odkit.write_plan(plan, stage.folder / "purge", target="10.5")
        dn = next(change.entry.dn for change in plan.records if change.attribute is None)
        for step in ("add: cn\ncn: back", "delete: cn\ncn: back"):
            done = stage.directory.modify(f"dn: {dn}\nchangetype: modify\n{step}\n".encode())
            assert done.returncode == 0, done.stderr
        return dn

    @pytest.mark.parametrize(("script", "words"), [("delete-records-ldif.sh", ["--uri"]), ("delete-records.sh", [])])
    def test_nothing_is_deleted_and_the_record_is_named(self, stage: Stage, script: str, words: list[str]) -> None:
        needs("dash")
        dn = self.changed(stage)
        before = stage.directory.cat()
        uri = [stage.directory.url] if words else []
        done = stage.run(str(stage.folder / "purge" / script), "--apply", "--rehearsal", *words, *uri)
        assert done.status == 3, done.output
        name = dn.partition(",")[0].partition("=")[2]
        assert "changed since the plan saw it, although it reads the same" in done.output
        assert name in done.output
        assert "records are no longer as planned; nothing was changed" in done.output
        assert stage.directory.cat() == before
