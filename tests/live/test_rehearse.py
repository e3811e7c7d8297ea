"""`odkit rehearse`: a good plan passes, a bad deed fails with its name, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import build_authdata as lion
import odkit
from commandline import odkit as command
from conftest import needs
from live.rehearsed import LIVE, NAMES, OLD, REALM, SLOT, cut_script, domain, planned, words
from odkit.errors import InputError, LiveError, UsageError
from odkit.ldif import Entry, dump
from odkit.rehearsal import play
from odkit.rehearsal.play import rehearse
from odkit.rehearsal.stage import played
from odkit.releases import RELEASES
from schemas import loaded, validate
from stories import in_order

pytestmark = pytest.mark.live

OLDER = "older.example.com"


@pytest.fixture
def od() -> odkit.Directory:
    return domain()


@pytest.fixture
def signals() -> Iterator[None]:
    """The command takes signals over; in this process they are given back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_listed_name_is_no_command(od: odkit.Directory, tmp_path: Path) -> None:
    """A line that kadmin.local's reader would split, its second part a command of the shell; and a name that it cannot make."""
    stem = b'addprinc -randkey "host/'
    tail = b"!touch " + str(tmp_path / "pwned").encode() + b" #@" + REALM.encode()
    long = b"host/" + b"a" * (8191 - len(stem)) + tail
    odd = b"host/odd\\\\@" + REALM.encode()
    listing = tmp_path / "listprincs.txt"
    header = b"Authenticating as principal root/admin@" + REALM.encode() + b" with password."  # only kadmin.local's own list has raw blanks
    listing.write_bytes(b"".join(name + b"\n" for name in [header, *(name.encode() for name in NAMES), long, odd]))
    plan = odkit.plan_purge(od, odkit.read_principals(listing), retire=[OLD])
    found = rehearse(od, plan, target="10.5")
    validate(found.as_json())
    assert not (tmp_path / "pwned").exists()
    assert not found.passed
    assert found.text().count("the scratch KDC cannot make it") == 2


def wrong_deletion(scripts: Path) -> None:
    path = scripts / "purge-principals.sh"
    path.write_text(
        path.read_text().replace('main "$@"\n', f'kadmin.local -q "delprinc -force host/{LIVE}@{REALM}" > /dev/null 2>&1\nmain "$@"\n')
    )


def wrong_deletion_at_the_end(scripts: Path) -> None:
    """After the script's own comparison, as a command that takes more than its name says."""
    path = scripts / "purge-principals.sh"
    text = path.read_text()
    assert "\nleave() {\n" in text
    path.write_text(
        text.replace("\nleave() {\n", f'\nleave() {{\n    kadmin.local -q "delprinc -force ldap/{LIVE}@{REALM}" > /dev/null 2>&1\n')
    )


def missing_deletion(scripts: Path) -> None:
    """One name less, everywhere the script counts."""
    path = scripts / "purge-principals.sh"
    text = path.read_text()
    assert "DELETIONS='2'" in text
    path.write_text(
        text.replace("DELETIONS='2'", "DELETIONS='1'").replace(
            f"deletions() {{\n    cat <<'ODKIT_END'\nafpserver/{OLD}@{REALM}\n", "deletions() {\n    cat <<'ODKIT_END'\n"
        )
    )


def changed_user(scripts: Path) -> None:
    path = scripts / "delete-records-ldif.sh"
    more = "\\ndn: uid=bob,cn=users,dc=example,dc=com\\nchangetype: modify\\nreplace: sn\\nsn: y\\n-\\n"
    path.write_text(path.read_text().replace("\nmodify() {\n", f"\nmodify() {{\n    printf '{more}' >> changes\n"))


def changed_password(scripts: Path) -> None:
    path = scripts / "purge-principals.sh"
    path.write_text(
        path.read_text().replace("\nleave() {\n", f'\nleave() {{\n    kadmin.local -q "cpw -pw evil ann@{REALM}" > /dev/null 2>&1\n')
    )


def without_restore(scripts: Path) -> None:
    shutil.rmtree(scripts / "restore")


def live_slot(scripts: Path) -> None:
    path = scripts / "delete-slots.sh"
    path.write_text(path.read_text().replace('main "$@"\n', f'mkpassdb -deleteslot {SLOT % 1} > /dev/null 2>&1\nmain "$@"\n'))


def without_slots(scripts: Path) -> None:
    (scripts / "delete-slots.sh").unlink()


def no_way_back(scripts: Path) -> None:
    path = scripts / "restore" / "restore-records.ldif"
    path.write_text(path.read_text().replace(f"apple-realname: {OLD}\n", ""))


Deed = tuple[Callable[[Path], None], str, str]

# each with the check that has to fail and what it has to say; no deed of a row hides another one's
DEEDS: list[tuple[Deed, ...]] = [
    (
        (wrong_deletion, "principals gone = plan", f"gone, and not planned: host/{LIVE}@{REALM}"),
        (changed_user, "every user's entry", "another value: uid=bob,cn=users,dc=example,dc=com sn"),
        (live_slot, "slots gone = plan", f"gone, and not meant: {SLOT % 1}"),
    ),
    (
        (wrong_deletion_at_the_end, "live services get tickets", f"ldap/{LIVE}@{REALM}: the KDC does not know the service"),
        (missing_deletion, "principals gone = plan", f"still there: afpserver/{OLD}@{REALM}"),
        (changed_password, "principals gone = plan", f"changed: ann@{REALM}"),
        (without_slots, "slots gone = plan", f"still there: {SLOT % 2}"),
        (no_way_back, "put back as it was", f"another value: cn={OLD}$,cn=computers,dc=example,dc=com apple-realname"),
    ),
]


@pytest.mark.parametrize("deeds", DEEDS, ids=[" ".join(deed.__name__ for deed, _, _ in row) for row in DEEDS])
def test_a_bad_deed_fails_with_its_name(od: odkit.Directory, tmp_path: Path, deeds: tuple[Deed, ...]) -> None:
    plan, scripts = planned(od, tmp_path)
    for deed, _, _ in deeds:
        deed(scripts)
    found = rehearse(od, plan, target="10.5", scripts=scripts)
    assert not found.passed
    assert found.answer.startswith("FAILED: ")
    for _, check, name in deeds:
        wrong = [line for each in found.checks if check in each.name for line in each.failures]
        assert any(name in line for line in wrong), found.text()
    assert not list(scripts.glob("backup-*"))  # they were played in a copy


def test_the_command_says_what_fails(od: odkit.Directory, tmp_path: Path, signals: None) -> None:
    _, scripts = planned(od, tmp_path)
    cut_script(scripts)
    without_restore(scripts)
    done = command(*words(od, tmp_path), "--scripts", str(scripts), data=None)
    assert (done.returncode, done.stderr) == (1, "")
    for line in (
        "FAILED  delete-records-ldif.sh run: status 0",
        "delete-records-ldif.sh ends with",
        "FAILED  every script of the plan is there, and its way back",
        "  missing: restore/restore-principals.sh",
        "\nFAILED: ",
    ):
        assert line in done.stdout


def test_retired_records_that_todays_schema_refuses(od: odkit.Directory, tmp_path: Path) -> None:
    """Deleted and put back as the scratch slapd has it; with attributes that slapd shows, and does not store."""
    entries = [record.entry for record in od.records()]
    old = next(entry for entry in entries if OLD in entry.dn)
    older = Entry(old.dn.replace(OLD, OLDER), {name: [value.replace(OLD.encode(), OLDER.encode()) for value in values] for name, values in old.attributes.items()
                                               if name != "authAuthority"})  # fmt: skip
    entries.append(older)
    old.attributes["objectClass"] = [b"apple-computer", b"ipHost"]
    older.attributes["objectClass"] = [b"appleFoo"]
    for entry in entries:
        entry.attributes["entryDN"] = [entry.dn.encode()]
        entry.attributes["hasSubordinates"] = [b"TRUE"]
        entry.attributes["subschemaSubentry"] = [b"cn=Subschema"]
    ugly = odkit.open(dump(entries))
    listing = tmp_path / "listprincs.txt"
    more = [b"http/b\xfcro.example.com@" + REALM.encode(), b"host/live.other.com@OTHER.EXAMPLE.COM", b"odkit-rehearsal@" + REALM.encode()]
    listing.write_bytes(b"".join(name + b"\n" for name in [*(n.encode() for n in NAMES), *more]))
    plan = odkit.plan_purge(ugly, odkit.read_principals(listing), retire=[OLD, OLDER])
    assert {change.entry.dn for change in plan.records} == {old.dn, older.dn}
    found = rehearse(ugly, plan, target="10.5")
    assert found.passed, found.text()


def test_a_good_plan(od: odkit.Directory, tmp_path: Path) -> None:
    """It passes, by the program, and what is left is kept; no module of the folder is run, no process stays, and nothing else is left."""
    plan, scripts = planned(od, tmp_path)
    (tmp_path / "gssapi.py").write_text("open('ran', 'w')\n")
    script = scripts / "purge-principals.sh"
    script.write_text(
        script.read_text().replace('main "$@"\n', '(trap "" HUP; exec sleep 7713) > /dev/null 2>&1 < /dev/null &\nmain "$@"\n')
    )
    (scripts / "backup-1").mkdir()  # of the real run
    program, left, used = Path(sys.executable).parent / "odkit", tmp_path / "left", tmp_path / "used"
    used.mkdir()
    line: list[str | Path] = [program, *words(od, tmp_path), "--scripts", scripts, "--keep-files", left, "--json"]
    done = subprocess.run(line, cwd=tmp_path, env=os.environ | {"TMPDIR": str(used)}, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    found = loaded(done.stdout)
    assert (found["schema"], found["passed"]) == ("odkit/rehearsal/1", True)
    assert found["scripts"] == [
        script.name for script in played(RELEASES["10.5"], dscl=False, kdc=True) if (scripts / script.name).exists()
    ]
    assert in_order(found["scripts"], "delete-records-ldif.sh", "delete-slots.sh", "purge-principals.sh")
    assert len(found["repairs"]) > 2
    assert all("noSuchAttribute" in line or "object" in line for line in found["repairs"])
    kept = {str(path.relative_to(left)) for path in left.rglob("*")}
    assert {
        "VERDICT.txt",
        "directory/before.ldif",
        "directory/after.ldif",
        "directory/restored.ldif",
        "plan/plan.json",
        "output/purge-principals.sh.run.txt",
    } <= kept
    assert all(path.stat().st_mode & 0o077 == 0 for path in left.rglob("*"))
    assert not (tmp_path / "ran").exists()
    assert not [each for each in Path("/proc").glob("[0-9]*/cmdline") if b"7713" in each.read_bytes()]
    assert list(used.iterdir()) == []
    with pytest.raises(UsageError, match="the folder is not empty: give a new or empty one"):
        rehearse(od, plan, target="10.5", left=tmp_path)


def test_a_domain_of_10_7(tmp_path: Path) -> None:
    needs("slapd", "ldapmodify")
    od = odkit.open(lion.main(), lion.auth())
    plan = odkit.plan_purge(od, retire=["old.example.com", "gone.example.com"])
    found = rehearse(od, plan, target="10.7+")
    assert found.passed, found.text()
    assert in_order(found.scripts, "delete-records-ldif.sh", "remove-aliases.sh")


def test_what_cannot_be_rehearsed(od: odkit.Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, scripts = planned(od, tmp_path)
    with pytest.raises(UsageError, match="cannot be copied: No such file or directory"):
        rehearse(od, plan, target="10.5", scripts=tmp_path / "nowhere")
    other = odkit.plan_purge(od, odkit.read_principals(tmp_path / "listprincs.txt"), retire=[OLD, OLDER])
    with pytest.raises(UsageError, match=f"purge: these are the scripts of the plan {plan.id}; .* give the plan {other.id}"):
        rehearse(od, other, target="10.5", scripts=scripts)
    whole = (scripts / "plan.json").read_bytes()
    (scripts / "plan.json").write_bytes(whole[:-3])
    with pytest.raises(InputError, match=r"plan\.json: is cut or damaged"):
        rehearse(od, plan, target="10.5", scripts=scripts)
    (scripts / "plan.json").write_bytes(whole)
    with pytest.raises(UsageError, match="for a Heimdal KDC of its own there is none"):
        rehearse(od, plan, target="heimdal")
    with pytest.raises(UsageError, match="give it with --principals"):
        rehearse(od, odkit.plan_purge(od, retire=[OLD]), target="10.5")
    monkeypatch.setattr(play, "find_spec", lambda _: None)
    with pytest.raises(
        LiveError, match=r"^a rehearsal needs gssapi: apt-get install libkrb5-dev gcc, then pip install '\.\[kerberos\]' in odkit's source$"
    ):
        rehearse(od, plan, target="10.5")
    monkeypatch.undo()
    monkeypatch.setattr("odkit.rehearsal.programs.SYSTEM_PATH", "/nonexistent")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(LiveError, match=r"^slapd is not installed: apt-get install slapd ldap-utils krb5-kdc krb5-admin-server krb5-user$"):
        rehearse(od, plan, target="10.5")
