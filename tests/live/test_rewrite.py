"""rewrite.sh and undo.sh through the stand-in, on a real slapd: what dscl does is what the LDIF form does."""

from __future__ import annotations

import contextlib
import functools
import plistlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import odkit
from conftest import MART, needs
from live.conftest import SHELLS, Kept, Stage, State, staged
from odkit.hostrefs import plan_rewrite
from odkit.hostrefs.rewrite_scripts import rewrite_files
from odkit.ldif import ChangeRecord, Entry, Modification, dump
from odkit.rehearsal.slapd import ScratchDirectory

pytestmark = pytest.mark.live

OLD, NEW = "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com"
SUFFIX = "dc=medicalmart,dc=example,dc=com"
ADMIN = f"uid=diradmin,cn=users,{SUFFIX}"
Domains = Callable[[bool], Kept]
MAILS = [each % OLD.encode() for each in (b"quote ' here afp://%s/x", b"pipe | and $(reboot) `id` %% ; %s", b'double " smb://%s')]


def domain(*, small: bool) -> list[Entry]:
    """A part of the domain before the move, with values that a shell or dscl could take for something else.

    Each of its answers starts ldapsearch, so that there are few records.
    """
    entries = [r.entry for r in odkit.open(MART / "before" / "export.ldif").records()]
    users = [e for e in entries if e.dn.startswith("uid=") and e.dn != ADMIN]
    home = next(e for e in users if OLD.encode() in e.attributes.get("homeDirectory", [b""])[0])
    mount = next(e for e in entries if ",cn=mounts," in e.dn and OLD in e.dn)
    policy = plistlib.dumps({"mcx_application_data": {"d": {"Forced": [{"mcx_preference_settings": {"u": f"http://{OLD}/a"}}]}}})
    odd = [{"labeledURI": [mail]} for mail in MAILS] + [
        {"labeledURI": [f"afp://{OLD}/S".encode(), f"afp://{NEW}/S".encode()]},
        {"labeledURI": [f"afp://{OLD}/S both ' and \"".encode()]},
        {"apple-mcxsettings": [policy]},
    ]
    others = [e for e in users if OLD.encode() not in e.attributes.get("homeDirectory", [b""])[0]]
    chosen = [home, mount]
    for entry, values in zip(others, odd[1:2] if small else odd, strict=False):
        entry.attributes.update(values)
        chosen.append(entry)
    return [
        e
        for e in entries
        if (not e.dn.startswith("uid=") and OLD not in e.dn and "apple-group-homeurl" not in e.attributes) or e.dn == ADMIN
    ] + chosen


@pytest.fixture(scope="module")
def domains() -> Iterator[Domains]:
    """The part of the domain, small or not, each on a slapd of its own."""
    needs("slapd", "ldapmodify", "dash")
    with contextlib.ExitStack() as stack:

        @functools.cache
        def made(small: bool) -> Kept:
            kept = Kept(odkit.open(dump(domain(small=small))))
            stack.callback(kept.close)
            return kept

        yield made


@pytest.fixture
def moved(tmp_path: Path, request: pytest.FixtureRequest, domains: Domains) -> Stage:
    kept = domains(not hasattr(request, "param"))
    return staged(kept.directory(), kept.loaded(), tmp_path)


def written(stage: Stage, target: str = "10.5") -> Path:
    folder = stage.folder / "rewrite"
    folder.mkdir(exist_ok=True)
    for name, data in rewrite_files(stage.od, plan_rewrite(stage.od, OLD, NEW), target).files:
        (folder / name).write_bytes(data)
    return folder


def seen(found: State) -> State:
    """A state, without the order of values; the object classes of a mount that dscl makes are DirectoryService's choice."""
    out = {}
    for dn, each in found.items():
        out[dn] = {name: sorted(values) for name, values in each.items()}
        if ",cn=mounts," in dn:
            del out[dn]["objectclass"]
    return out


def now(stage: Stage) -> State:
    return seen(stage.now())


@pytest.mark.parametrize("moved", ["all"], indirect=True)
def test_the_same_as_ldif_and_back(moved: Stage, domains: Domains) -> None:
    plan = plan_rewrite(moved.od, OLD, NEW)
    found = rewrite_files(moved.od, plan, "10.5")
    assert [name for name, _ in found.files] == ["rewrite.sh", "undo.sh", "rewrite-rest.ldif", "undo-rest.ldif"]
    assert len(found.left) == 2
    assert any("apple-mcxsettings may hold a secret" in line for line in found.left)
    assert any("both kinds of quotes" in line for line in found.left)
    folder = written(moved)
    before = now(moved)
    assert moved.directory.modify(plan.ldif()).returncode == 0
    wanted = now(moved)
    assert domains(False).directory() is moved.directory  # put back
    assert now(moved) == before != wanted
    dry = moved.run(str(folder / "rewrite.sh"), "--rehearsal")
    assert (dry.status, dry.prompts) == (0, 0), dry.output
    assert now(moved) == before
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert (done.status, done.prompts) == (0, 3), done.output
    assert "were as wanted, 0 failed" in done.output
    assert moved.directory.modify((folder / "rewrite-rest.ldif").read_bytes()).returncode == 0
    assert now(moved) == wanted
    again = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert (again.status, again.prompts) == (0, 0), again.output
    assert "nothing to change" in again.output
    assert moved.directory.modify((folder / "undo-rest.ldif").read_bytes()).returncode == 0
    back = moved.run(str(folder / "undo.sh"), "--apply", "--rehearsal")
    assert (back.status, back.prompts) == (0, 3), back.output
    assert now(moved) == before


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_shells(moved: Stage, shell: str) -> None:
    needs(SHELLS[shell][0])
    folder = written(moved)
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal", shell=SHELLS[shell])
    assert (done.status, done.prompts) == (0, 3), done.output
    assert [r for r in odkit.references(odkit.open(moved.directory.cat()), [OLD]) if r.handling == "rewrite"] == []


@pytest.mark.parametrize("place", ["Users", "Mounts"])
def test_what_somebody_changed_meanwhile_stops_it(moved: Stage, place: str) -> None:
    """A mount is made anew from what the plan has seen, and the old one deleted: a further value would be lost."""
    folder = written(moved)
    user = next(r for r in moved.od.users.records() if OLD.encode() in r.attributes.get("homeDirectory", [b""])[0])
    dn, other = user.dn, Modification("replace", "homeDirectory", (b"/Network/Servers/third.example.com/x",))
    if place == "Mounts":
        dn = next(each.record.dn for each in plan_rewrite(moved.od, OLD, NEW).records if each.renamed)
        other = Modification("add", "mountOption", (b"nosuid",))
    assert moved.directory.modify(dump([ChangeRecord(dn, "modify", changes=(other,))])).returncode == 0
    before = now(moved)
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert (done.status, done.prompts) == (3, 0)
    assert f"no longer as planned: /{place}/" in done.output
    assert now(moved) == before


def test_a_mount_that_cannot_be_made_deletes_nothing(moved: Stage) -> None:
    """A wrong password: nothing is changed, and the script says what failed."""
    folder = written(moved)
    before = now(moved)
    moved.play("10.5.8", password="another")
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert done.status == 1
    assert "a mount could not be made as planned; no value was changed, and nothing deleted" in done.output
    assert now(moved) == before


def test_half_done_is_finished(moved: Stage) -> None:
    """A run that broke off when the mounts were made: the next one goes on from there."""
    folder = written(moved)
    plan = plan_rewrite(moved.od, OLD, NEW)
    renamed = next(each for each in plan.records if each.renamed)
    half = {name: values for name, values in renamed.attributes.items() if name not in {"cn", "objectClass"} and name[:5] == "mount"}
    name = renamed.record.name.replace(OLD, NEW)
    entry = Entry(renamed.renamed, {"objectClass": [b"mount"], "cn": [name.encode()], **half})
    assert moved.directory.modify(dump([ChangeRecord(entry.dn, "add", attributes=entry.attributes)])).returncode == 0
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert done.status == 0, done.output
    hosts = {host for mount in odkit.open(moved.directory.cat()).mounts.records() for host in mount.hosts}
    assert OLD not in hosts


def test_a_mount_stays_while_a_home_is_on_it(moved: Stage) -> None:
    """A user and a group that the export did not have, or whose records only LDIF can change."""
    folder = written(moved)
    plan = plan_rewrite(moved.od, OLD, NEW)
    mount = next(each.record for each in plan.records if each.renamed)
    path = mount.name.partition(":")[2]
    late = {"objectClass": [b"inetOrgPerson", b"posixAccount"], "uid": [b"late"], "cn": [b"late"], "sn": [b"x"], "uidNumber": [b"9"], "gidNumber": [b"9"],
            "homeDirectory": [f"/Network/Servers/{OLD}{path}/late".encode()]}  # fmt: skip
    dn = f"uid=late,cn=users,{SUFFIX}"
    share = next(value.rpartition(b"/")[2] for value in mount.attributes["mountOption"] if value.startswith(b"url=="))
    url = f"<home_dir><url>afp://{OLD}/{share.decode()}</url><path>x</path></home_dir>".encode()
    group = Entry(f"cn=later,cn=groups,{SUFFIX}", {"objectClass": [b"device", b"extensibleObject"], "cn": [b"later"],
            "apple-group-homeurl": [url]})  # fmt: skip
    added = [ChangeRecord(e.dn, "add", attributes=e.attributes) for e in (Entry(dn, late), group)]
    assert moved.directory.modify(dump(added)).returncode == 0
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert (done.status, done.prompts) == (1, 2), done.output
    assert f"2 homes are still on mounts of {OLD}" in done.output
    assert re.findall(r"(?m)^REHEARSAL:   (late\w*)$", done.output) == ["late", "later"]
    assert odkit.open(moved.directory.cat()).get(mount.dn) is not None
    home = Modification("replace", "homeDirectory", (f"/Network/Servers/{NEW}{path}/late".encode(),))
    assert moved.directory.modify(dump([ChangeRecord(dn, "modify", changes=(home,)), ChangeRecord(group.dn, "delete")])).returncode == 0
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert (done.status, done.prompts) == (0, 1), done.output
    assert odkit.open(moved.directory.cat()).get(mount.dn) is None


def test_blanks_at_the_end_of_a_value_and_values_that_become_one(tmp_path: Path) -> None:
    entries = [Entry("dc=x", {"objectClass": [b"domain"], "dc": [b"x"]})]
    entries += [Entry(f"cn={name},dc=x", {"objectClass": [b"container"], "cn": [name.encode()]}) for name in ("users", "config", "mounts")]
    option = b"url==afp://old.example.com/H "
    entries.append(
        Entry(
            "cn=old.example.com:/H,cn=mounts,dc=x",
            {"objectClass": [b"mount"], "cn": [b"old.example.com:/H"], "mountOption": [b"net", option]},
        )
    )
    two = [b"afp://old.example.com/S", b"afp://OLD.example.com/S"]
    entries.append(
        Entry("uid=u,cn=users,dc=x", {"objectClass": [b"inetOrgPerson"], "uid": [b"u"], "cn": [b"u"], "sn": [b"u"], "labeledURI": two})
    )
    with ScratchDirectory(entries, "dc=x", "uid=diradmin,cn=users,dc=x") as directory:
        od = odkit.open(directory.cat())
        made = staged(directory, od, tmp_path)
        found = rewrite_files(od, plan_rewrite(od, "old.example.com", "new.example.com"), "10.5")
        assert any("two of its values become one" in line for line in found.left)
        for name, data in found.files:
            (tmp_path / name).write_bytes(data)
        before = now(made)
        done = made.run(str(tmp_path / "rewrite.sh"), "--apply", "--rehearsal")
        assert done.status == 0, done.output
        mount = odkit.open(directory.cat()).get("cn=new.example.com:/H,cn=mounts,dc=x")
        assert mount is not None
        assert option.replace(b"old", b"new") in mount.attributes["mountOption"]
        assert made.run(str(tmp_path / "undo.sh"), "--apply", "--rehearsal").status == 0
        assert now(made) == before


@pytest.mark.parametrize(("release", "style", "status"), [("10.4.11", "master", 3), ("10.5.8", "replica", 3)])
def test_another_machine(moved: Stage, release: str, style: str, status: int) -> None:
    folder = written(moved)
    moved.play(release, style)
    done = moved.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert (done.status, done.prompts) == (status, 0)


def test_a_prefix_does_nothing(moved: Stage) -> None:
    folder = written(moved)
    data = (folder / "rewrite.sh").read_bytes()
    before = now(moved)
    cut = folder / "cut.sh"
    for length in range(0, len(data) - 1, 1009):
        # a whole word at the end might be a program that waits for the terminal
        cut.write_bytes(re.sub(rb"(?m)^(\s*\w+)\w\Z", rb"\1", data[:length]))
        moved.run(str(cut), "--apply", "--rehearsal")  # with the password at hand: the whole script would do its work
    assert now(moved) == before


def test_hostile_names(tmp_path: Path) -> None:
    """Names of records and values with everything that a shell, awk or dscl takes for something of its own."""
    needs("slapd", "ldapmodify")
    names = ["a'b", 'a"b', "a|b", "a;reboot", "$(reboot)", "`id`", "a b", "%41", "a%b", "..", "a\\b", "é", "ODKIT_END", "-rf", "*", "a:b", "a/b"]  # fmt: skip
    entries = [Entry("dc=x", {"objectClass": [b"domain"], "dc": [b"x"]})]
    entries += [
        Entry(f"cn={name},dc=x", {"objectClass": [b"container"], "cn": [name.encode()]}) for name in ("users", "groups", "config", "mounts")
    ]
    entries.append(
        Entry(
            "uid=diradmin,cn=users,dc=x",
            {"objectClass": [b"inetOrgPerson"], "uid": [b"diradmin"], "cn": [b"d"], "sn": [b"d"], "userPassword": [b"x"]},
        )
    )
    for number, name in enumerate(names):
        value = f"afp://old.example.com/{name}".encode()
        entries.append(
            Entry(f"cn=n{number},cn=users,dc=x", {"objectClass": [b"inetOrgPerson", b"extensibleObject"], "cn": [f"n{number}".encode()], "sn": [b"x"], "uid": [name.encode()], "labeledURI": [value]})
        )  # fmt: skip
    with ScratchDirectory(entries, "dc=x", "uid=diradmin,cn=users,dc=x") as directory:
        od = odkit.open(directory.cat())
        made = staged(directory, od, tmp_path)
        plan = plan_rewrite(od, "old.example.com", "new.example.com")
        found = rewrite_files(od, plan, "10.5")
        folder = tmp_path / "rewrite"
        folder.mkdir()
        for name, data in found.files:
            (folder / name).write_bytes(data)
        before = now(made)
        done = made.run(str(folder / "rewrite.sh"), "--apply", "--rehearsal")
        assert done.status == 0, done.output
        assert directory.modify((folder / "rewrite-rest.ldif").read_bytes()).returncode == 0
        after = now(made)
        for dn, each in before.items():
            wanted = {k: sorted(v.replace(b"old.example.com", b"new.example.com") for v in values) for k, values in each.items()}
            assert after[dn] == wanted, dn
        assert [line.partition(",")[0] for line in found.left] == [f"cn=n{names.index(chr(97) + chr(92) + chr(98))}"]
