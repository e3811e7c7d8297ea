"""The targets for OpenLDAP on the real slapd: what is loaded, what is refused, what can be seen."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import lint
import odkit
from conftest import MART, needs
from live.carry_server import Server, run
from odkit.carrying import CarryPlan, carry, write_carry
from odkit.ldif import Entry, read

pytestmark = pytest.mark.live

SUFFIX = "dc=medicalmart,dc=example,dc=com"
MACS = "(&(objectClass=inetOrgPerson)(objectClass=posixAccount)(objectClass=shadowAccount)(objectClass=apple-user)(objectClass=extensibleObject))"


@pytest.fixture(scope="module")
def plan() -> CarryPlan:
    return carry(odkit.open(MART / "after" / "export.ldif"), to="openldap")


@pytest.fixture(scope="module")
def folder(plan: CarryPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs("slapd", "slapadd", "slapcat", "slaptest", "dash")
    out = tmp_path_factory.mktemp("plan") / "carry"
    write_carry(plan, out)
    return out


@pytest.fixture(scope="module")
def listing(plan: CarryPlan, folder: Path) -> Path:
    path = folder.parent / "listprincs.txt"
    path.write_bytes(b"".join(user.principal + b"\n" for user in plan.users if user.principal is not None))
    return path


@pytest.fixture(scope="module")
def loaded(folder: Path, listing: Path) -> Path:
    """A server's folder with everything loaded, to be copied."""
    server = Server(folder.parent / "server", folder)
    done = server.load("--apply", "--principals", listing)
    assert done.returncode == 0, done.stdout + done.stderr
    return server.folder


@pytest.fixture
def empty(folder: Path, tmp_path: Path) -> Server:
    return Server(tmp_path / "server", folder)


@pytest.fixture(scope="module")
def running(folder: Path, loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs with the loaded directory; tests only read it."""
    server = Server(tmp_path_factory.mktemp("running") / "server", folder)
    # the file of the database is as long as it may become, and nearly all of it is a hole
    subprocess.run(["cp", "--sparse=always", *(loaded / "db").iterdir(), server.folder / "db"], check=True)
    server.start()
    yield server
    server.stop()


def test_a_dry_run_changes_nothing_and_a_load_brings_every_record(empty: Server, listing: Path) -> None:
    done = empty.load("--principals", listing)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "would load 207 records" in done.stdout
    assert not (empty.folder / "db" / "data.mdb").exists() or empty.slapcat(SUFFIX) == b""
    done = empty.load("--principals", listing, "--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(read(empty.slapcat(SUFFIX)))) == 207
    done = empty.load("--principals", listing, "--apply")
    assert (done.returncode, "nothing to do" in done.stdout) == (0, True)


def test_what_arrived_differs_from_the_export_by_what_the_plan_announces(plan: CarryPlan, folder: Path, running: Server) -> None:
    arrived = run("slapcat", "-F", running.config, "-b", SUFFIX).stdout.encode()
    found = odkit.diff([MART / "after" / "export.ldif"], [arrived])
    announced = {change.attribute.lower() for change in plan.changed}
    gone = {user.dn for user in plan.users if user.verdict == "left_out"} | {group.dn for group in plan.groups if not group.carried}
    assert {record.before.dn for record in found.records if record.before and not record.after} == gone
    assert [record.after.dn for record in found.records if record.after and not record.before] == []
    changed = [record for record in found.records if record.before and record.after]
    assert {each.name.lower() for record in changed for each in record.attributes} <= announced
    assert all(record.before.dn == record.after.dn for record in changed if record.before and record.after)


def test_the_search_of_a_mac_finds_every_user(plan: CarryPlan, running: Server) -> None:
    done = running.search(f"cn=users,{SUFFIX}", MACS, "dn")
    assert done.stdout.count("dn: ") == sum(1 for user in plan.users if user.verdict != "left_out")


def test_nobody_sees_a_password_and_nobody_logs_in_with_a_marker(running: Server) -> None:
    assert "userPassword" not in running.search(SUFFIX, "(objectClass=*)", "*", "+").stdout
    for name in ("diradmin", "aabbott0"):
        for password in ("********", "*", "{CRYPT}*", f"{{SASL}}{name}@MEDICALMART.EXAMPLE.COM"):
            assert running.bind(f"uid={name},cn=users,{SUFFIX}", password) == 49


def test_a_database_with_anything_else_is_left_alone(empty: Server, listing: Path) -> None:
    (empty.folder / "own.ldif").write_text(f"dn: {SUFFIX}\nobjectClass: domain\ndc: medicalmart\ndescription: ours\n")
    assert run("slapadd", "-F", empty.config, "-b", SUFFIX, "-l", empty.folder / "own.ldif").returncode == 0
    before = empty.slapcat(SUFFIX)
    done = empty.load("--principals", listing, "--apply")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "is not empty" in done.stderr
    assert empty.slapcat(SUFFIX) == before


def test_a_load_that_was_ended_in_the_middle_says_how_to_go_on(folder: Path, empty: Server, listing: Path) -> None:
    records = (folder / "directory.ldif").read_bytes().split(b"\n\n")
    (empty.folder / "part.ldif").write_bytes(b"\n\n".join(records[:100]) + b"\n\n")
    assert run("slapadd", "-F", empty.config, "-b", SUFFIX, "-l", empty.folder / "part.ldif").returncode == 0
    done = empty.load("--principals", listing, "--apply")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "an earlier run was ended in the middle" in done.stderr
    for file in ("data.mdb", "lock.mdb"):
        (empty.folder / "db" / file).unlink()
    assert empty.load("--principals", listing, "--apply").returncode == 0


def test_what_users_have_changed_since_is_left_alone(empty: Server, listing: Path) -> None:
    assert empty.load("--principals", listing, "--apply").returncode == 0
    change = f"dn: uid=aabbott0,cn=users,{SUFFIX}\nchangetype: modify\nreplace: loginShell\nloginShell: /bin/zsh\n"
    (empty.folder / "change.ldif").write_text(change)
    assert run("slapmodify", "-F", empty.config, "-b", SUFFIX, "-l", empty.folder / "change.ldif").returncode == 0
    before = empty.slapcat(SUFFIX)
    done = empty.load("--principals", listing, "--apply")
    assert (done.returncode, "some were changed since" in done.stdout) == (0, True)
    assert empty.slapcat(SUFFIX) == before


def test_the_script_is_plain_sh(folder: Path) -> None:
    needs("posh")
    lint.assert_plain_sh(folder / "load.sh")
    assert run("posh", "-n", folder / "load.sh").returncode == 0


def test_a_copy_of_the_script_that_was_cut_does_nothing(empty: Server, folder: Path, listing: Path) -> None:
    whole = (folder / "load.sh").read_text()
    lines = whole.splitlines(keepends=True)
    for end in range(20, len(lines), 60):
        cut = folder / "cut.sh"
        cut.write_text("".join(lines[:end]))
        run("dash", cut, "--rehearsal", "--config", empty.config, "--principals", listing, "--apply")
        assert not (empty.folder / "db" / "data.mdb").exists()
    (folder / "cut.sh").unlink()


def test_a_principal_that_the_kdc_does_not_have_stops_the_load(empty: Server, listing: Path, tmp_path: Path) -> None:
    fewer = tmp_path / "fewer.txt"
    fewer.write_bytes(b"".join(listing.read_bytes().splitlines(keepends=True)[1:]))
    done = empty.load("--principals", fewer, "--apply")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "1 of 122 principals are not at the KDC" in done.stderr
    assert not (empty.folder / "db" / "data.mdb").exists() or empty.slapcat(SUFFIX) == b""


@pytest.mark.parametrize("damage", ["cut", "another plan"])
def test_a_damaged_folder_loads_nothing(folder: Path, listing: Path, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    data = (copy / "directory.ldif").read_bytes()
    (copy / "directory.ldif").write_bytes(
        data[: data.rindex(b"\n\n", 0, -2) + 2] if damage == "cut" else re.sub(rb"plan [0-9a-f]{16}", b"plan 0123456789abcdef", data)
    )
    server = Server(tmp_path / "server", copy)
    done = server.load("--principals", listing, "--apply")
    assert done.returncode == 3, done.stdout + done.stderr
    assert not (server.folder / "db" / "data.mdb").exists() or server.slapcat(SUFFIX) == b""


def test_a_server_without_the_schema_takes_nothing(empty: Server, listing: Path) -> None:
    shutil.rmtree(empty.config)
    text = (empty.folder / "config.ldif").read_text()
    text = "".join(line + "\n" for line in text.splitlines() if "apple.ldif" not in line and "apple-" not in line).replace(
        ",cmusaslsecretCRAM-MD5", ""
    )
    empty.configure(text)
    done = empty.load("--principals", listing, "--apply")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "schema" in done.stderr
    assert not (empty.folder / "db" / "data.mdb").exists() or empty.slapcat(SUFFIX) == b""


@pytest.mark.parametrize("shell", ["bash", "busybox"])
def test_other_shells_and_a_server_with_slapd_conf(folder: Path, listing: Path, tmp_path: Path, shell: str) -> None:
    needs(shell)
    server = Server(tmp_path / "server", folder, "slapd.conf")
    words = ["busybox", "sh"] if shell == "busybox" else [shell]
    long = tmp_path / "a folder for temporary files, whose path slaptest folds"
    long.mkdir()
    done = server.load("--principals", listing, "--apply", shell=["env", f"TMPDIR={long}", *words])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
    assert (server.folder / "db" / "data.mdb").exists(), "nothing was looked at in the copy that slaptest converted"
    assert len(list(read(server.slapcat(SUFFIX)))) == 207


def test_both_forms_of_the_configuration_say_the_same(folder: Path, tmp_path: Path) -> None:
    one, other = Server(tmp_path / "one", folder), Server(tmp_path / "other", folder, "slapd.conf")
    (tmp_path / "converted").mkdir()
    assert run("slapadd", "-f", other.config, "-l", "/dev/null").returncode == 0
    assert run("slaptest", "-f", other.config, "-F", tmp_path / "converted").returncode == 0
    found = []
    for config in (one.config, tmp_path / "converted"):
        entries: dict[str, Entry] = {e.dn: e for e in read(run("slapcat", "-n", "0", "-F", config).stdout.encode()) if isinstance(e, Entry)}
        main, base = entries["olcDatabase={1}mdb,cn=config"].attributes, entries["cn=config"].attributes
        names = ("olcAccess", "olcSuffix", "olcRootDN", "olcDbIndex", "olcDbMaxSize")
        words = {name: sorted(b" ".join(value.split()) for value in main[name]) for name in names}
        words["olcDbIndex"] = sorted(name for value in main["olcDbIndex"] for name in value.split()[0].split(b","))
        found.append(words | {"regexps": base["olcAuthzRegexp"]})
    assert found[0] == found[1]


def test_a_replica_gets_every_entry(running: Server, folder: Path, tmp_path: Path) -> None:
    consumer = Server(tmp_path / "consumer", folder, "slapd.conf")
    text = consumer.config.read_text()
    sync = (
        f"syncrepl rid=001 provider={running.url} type=refreshOnly interval=00:00:01:00 retry=\"1 +\" searchbase=\"{SUFFIX}\" "
        "bindmethod=simple\n"
    )  # fmt: skip
    consumer.config.write_text(text.replace("overlay syncprov", sync))
    consumer.start()
    try:
        until = time.monotonic() + 100
        while (count := consumer.search(SUFFIX, "(objectClass=*)", "dn").stdout.count("dn: ")) < 207 and time.monotonic() < until:
            time.sleep(0.1)
        assert count == 207
    finally:
        consumer.stop()
