"""The target ``freeipa``: its staging directory on the real slapd, and its scripts with a program ``ipa`` that plays a strict model."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import odkit
from build_carry import domain, group, user
from conftest import SYSTEM_PATH, needs, needs_root
from live.carry_server import environment
from live.conftest import SHELLS
from live.edge_records import EDGES, LOST
from odkit.rehearsal.freeipa import ScratchIpa
from odkit.rehearsal.programs import Port
from processes import Copy

pytestmark = pytest.mark.live

# crypt(3) of "old-pw"
CRYPT = b"{CRYPT}abOOeeF/zReOA"
HOSTILE = ["$(touch x)", "`id`", "a'b", 'a"b', "a b", "a\\b", "é", "*", "a;b", "--x y", "a\nb", " a", "\u202ea"]


def company() -> bytes:
    """People of every kind: hostile names that are left out, capitals, a disabled one, one with a crypt value, nested groups."""
    people = [user(n, 1200 + i, dn=f"uid={odkit.dn.escape_value(n)},cn=users,dc=x") for i, n in enumerate(HOSTILE)]
    guid = "BBBBBBBB-0000-4000-8000-000000000001"
    return domain(
        *people,
        user("Ann", 1100, "AAAAAAAA-0000-4000-8000-000000000001", userPassword=[CRYPT], gidNumber=[b"20"]),
        user("bob", 1101, authAuthority=[b";DisabledUser;;basic;"], userPassword=[CRYPT], manager=[b"uid=ann,cn=users,dc=x"]),
        user("Eve", 1102, userPassword=[CRYPT]),
        user("root", 0),
        group("Sales", 1030, memberUid=[b"Ann", b"bob"], apple_group_nestedgroup=[guid.encode()]),
        group("north", 1031, memberUid=[b"ann", b"root"], apple_generateduid=[guid.encode()]),
        group("admins", 1032),
    )


@dataclass
class Moving:
    """A written plan, a program ``ipa``, and a staging server that runs."""

    folder: Path
    ipa: ScratchIpa
    port: int

    def sh(self, name: str, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        env = environment() | {"PATH": f"{self.ipa.folder}:{os.environ['PATH']}:/usr/sbin:/sbin", "HOME": "/root"}
        line = [*SHELLS[shell], str(self.folder / name), "--rehearsal", *words]
        return subprocess.run(line, env=env, capture_output=True, text=True, errors="surrogateescape", check=False, timeout=120)

    def load(self, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        return self.sh("load.sh", "--uri", f"ldap://127.0.0.1:{self.port}", *words, shell=shell)


def staged(folder: Path, data: bytes, *, shell: str = "dash") -> Iterator[Moving]:
    needs("slapd", "slapadd", "slapcat", "ldapsearch", "ldapwhoami")
    odkit.write_carry(odkit.carry(odkit.open(data), to="freeipa"), folder / "plan")
    port = Port()
    moving = Moving(folder / "plan", ScratchIpa(folder / "ipa"), port.number)
    line = [*SHELLS[shell], str(moving.folder / "stage.sh"), "--apply", "--rehearsal", "--port", str(moving.port)]
    with (folder / "stage.log").open("wb") as log:
        process = subprocess.Popen(line, stdout=log, stderr=log, env=environment())
    try:
        until = time.monotonic() + 110
        while b"serving at" not in (folder / "stage.log").read_bytes():
            assert process.poll() is None, (folder / "stage.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.02)
        yield moving
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(110) == 130
    assert {path.name for path in moving.folder.iterdir()} - {"loaded.txt"} == {
        "CARRY.txt", "ODKIT-FILES", "carry.json", "load.sh", "schema", "stage.sh", "staging.ldif"
    }  # fmt: skip
    needs_no_server(moving.port)
    port.close()


def needs_no_server(port: int) -> None:
    done = subprocess.run(["ldapwhoami", "-x", "-H", f"ldap://127.0.0.1:{port}"], capture_output=True, check=False)
    assert done.returncode != 0


@pytest.fixture
def moving(tmp_path: Path) -> Iterator[Moving]:
    yield from staged(tmp_path, company())


@pytest.fixture(scope="module")
def served(_memory: Path | None, tools_of_fedora: Path) -> Iterator[Moving]:
    """One for the tests that bring nobody: the server only reads."""
    with tempfile.TemporaryDirectory(dir=_memory) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{tools_of_fedora}:{os.environ['PATH']}")
        yield from staged(Path(folder), company())


@pytest.fixture
def unmoved(served: Moving, tmp_path: Path) -> Iterator[Moving]:
    """That one with a domain of its own; the test leaves no file beside the plan, and what it has changed is put back."""
    before = {path: path.read_bytes() for path in served.folder.iterdir() if path.is_file()}
    yield replace(served, ipa=ScratchIpa(tmp_path / "ipa"))
    (served.folder / "loaded.txt").unlink(missing_ok=True)
    assert {path for path in served.folder.iterdir() if path.is_file()} == {*before}
    for path, data in before.items():
        if path.read_bytes() != data:
            path.write_bytes(data)


def test_the_whole_way_and_a_second_run_and_what_was_deleted_stays_deleted(moving: Moving) -> None:
    dry = moving.load()
    assert dry.returncode == 0, dry.stderr
    assert [call[0] for call in moving.ipa.read()["calls"]] == ["--version", "config-show", "user-find", "group-find"]
    done = moving.load("--apply", shell="bash")  # what sh is on a FreeIPA server
    assert done.returncode == 0, done.stderr
    assert "6 brought, 0 known from an earlier run, 0 failed" in done.stdout
    [call] = [call for call in moving.ipa.read()["calls"] if call[0] == "migrate-ds"]
    plan = json.loads((moving.folder / "carry.json").read_text())
    assert {word.partition("=")[2] for word in call if word.startswith("--exclude-users=")} == {*HOSTILE[:10], "root"}
    assert call[-1] == f"ldap://127.0.0.1:{moving.port}"
    assert {user["name"] for user in plan["users"] if user["verdict"] in {"warned", "disabled"}} == {"Ann", "Eve", "bob"}
    there = moving.ipa.domain()
    assert list(there.entries["user"]) == ["ann", "bob", "eve"]
    assert sorted(there.entries["group"]) == ["north", "od-group-20", "sales"]
    assert there.entries["group"]["sales"]["member"] == [b"uid=ann", b"uid=bob", b"cn=north"]
    assert there.entries["user"]["ann"]["userpassword"] == [CRYPT]
    assert there.entries["user"]["bob"]["manager"] == [b"uid=ann,ou=people,dc=staging"]
    assert there.clear == []
    again = moving.load("--apply")
    assert again.returncode == 0
    assert "nothing to do: 6 of 6 names are there" in again.stdout
    state = moving.ipa.read()
    del state["entries"]["user"]["bob"], state["entries"]["group"]["north"]
    moving.ipa.write(state)
    last = moving.load("--apply")
    assert last.returncode == 0
    assert "deleted since an earlier run, and not brought back: 2" in last.stdout
    assert "bob" not in moving.ipa.domain().entries["user"]


def test_another_shell_runs_the_words_of_the_plan_each_as_one(tmp_path: Path) -> None:
    for moving in staged(tmp_path, company(), shell="zsh"):
        done = moving.load("--apply", shell="zsh")
        assert done.returncode == 0, done.stderr
        [call] = [call for call in moving.ipa.read()["calls"] if call[0] == "migrate-ds"]
        text = (moving.folder / "load.sh").read_text()
        words = text.partition("\nwords() {\n    cat <<'ODKIT_END'\n")[2].partition("\nODKIT_END")[0].split("\n")
        assert call == [*words, f"ldap://127.0.0.1:{moving.port}"]
    assert not list(tmp_path.rglob("x"))


def test_what_stops_load_sh(unmoved: Moving) -> None:
    state = unmoved.ipa.read()
    unmoved.ipa.write(state | {"migration": False})
    done = unmoved.load("--apply")
    assert done.returncode == 3
    assert "--enable-migration=TRUE" in done.stderr
    taken: dict[str, dict[str, object]] = {"user": {"ann": {}}, "group": {}}
    unmoved.ipa.write(state | {"entries": taken})
    done = unmoved.load("--apply")
    assert done.returncode == 3
    assert "user ann" in done.stderr
    unmoved.ipa.write(state)
    # who is there already could not be told, and would be taken for new
    listed = unmoved.ipa.folder / "state" / "user"
    listed.write_text(listed.read_text().replace("  uid: admin", "  User login: admin"))
    done = unmoved.load("--apply")
    assert (done.returncode, "ipa user-find says '1' entries, and 0 were read" in done.stderr) == (2, True), done.stderr
    assert not any(call[0] == "migrate-ds" for call in unmoved.ipa.read()["calls"])
    unmoved.ipa.write(state)
    for words, status in (
        (("--uri", "ldap://a b"), 2),
        (("--uri", "http://x"), 2),
        (("--password-file", "/nonexistent"), 2),
        (("--made-up",), 2),
    ):
        assert unmoved.load("--apply", *words).returncode == status
    wrong = unmoved.ipa.folder / "wrong"
    wrong.write_text("wrong")
    done = unmoved.load("--apply", "--password-file", str(wrong))
    assert done.returncode == 1
    assert "the staging server answers 49" in done.stderr
    assert "6 failed" in done.stdout
    assert unmoved.ipa.domain().entries == {"user": {}, "group": {}}
    (unmoved.folder / "carry.json").write_text("{}")
    assert unmoved.load("--apply").returncode == 3


def test_a_cut_script_and_a_cut_directory_are_noticed(unmoved: Moving) -> None:
    script = unmoved.folder / "load.sh"
    text = script.read_text()
    script.write_text(text.replace("--exclude-users=root\n", "", 1))
    assert unmoved.load("--apply").returncode == 3
    script.write_text(text.replace("user bob\n", "", 1))
    assert unmoved.load("--apply").returncode == 3
    script.write_text(text.removesuffix('main "$@"\n'))
    assert unmoved.load("--apply").stdout == ""
    assert unmoved.ipa.read()["calls"] == []
    script.write_text(text)
    staging = unmoved.folder / "staging.ldif"
    whole = staging.read_bytes()
    for cut in (whole[: whole.rindex(b"\ndn:")], whole.replace(b"posixAccount", b"posixNothing")):
        staging.write_bytes(cut)
        done = unmoved.sh("stage.sh")
        assert done.returncode == 3, done.stdout
    staging.write_bytes(whole)
    assert unmoved.sh("stage.sh").returncode == 0
    assert unmoved.sh("stage.sh", "--apply").returncode == 3  # the one that runs has its password there


@pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
def test_of_two_that_stage_at_once_the_second_leaves_the_password_of_the_first(unmoved: Moving, shell: str) -> None:
    """The first one writes it when the second has looked already, and loads."""
    needs(SHELLS[shell][0])
    password, kept = unmoved.folder / "password", unmoved.folder / "kept"
    first = password.read_bytes()
    password.rename(kept)
    (unmoved.ipa.folder / "slapcat").write_text(
        f'#!/bin/sh\n[ ! -e {kept} ] || mv {kept} {password}\nexec {shutil.which("slapcat", path=SYSTEM_PATH)} "$@"\n'
    )
    (unmoved.ipa.folder / "slapcat").chmod(0o755)
    done = unmoved.sh("stage.sh", "--apply", "--port", str(unmoved.port), shell=shell)
    assert done.returncode == 3, done.stderr
    assert "another stage.sh has begun beside this one" in done.stderr
    assert password.read_bytes() == first


def test_a_password_that_cannot_be_written_leaves_no_file_that_looks_like_another_stage(unmoved: Moving) -> None:
    password, kept = unmoved.folder / "password", unmoved.folder / "kept"
    password.rename(kept)
    full = '() { if [ "$1" = %s ] && [ ${#2} -eq 32 ]; then return 1; fi; builtin printf "$@"; }'  # as on a full disk
    line = ["bash", str(unmoved.folder / "stage.sh"), "--apply", "--rehearsal", "--port", str(unmoved.port)]
    done = subprocess.run(line, env=os.environ | {"BASH_FUNC_printf%%": full}, capture_output=True, text=True, check=False, timeout=60)
    left = password.exists()
    kept.rename(password)
    assert (done.returncode, left) == (2, False), done.stderr
    assert f"stopped: cannot write {password}" in done.stderr


def test_records_that_slapd_or_freeipa_would_refuse_do_not_stop_the_others(tmp_path: Path) -> None:
    people = [user(name, 1025 + n, "", "", **more) for n, (name, more, _, _) in enumerate(EDGES)]
    lost = [user(name, 1200 + n, "", "", **more) for n, (name, more) in enumerate(LOST)]
    for moving in staged(tmp_path, domain(*people, *lost, group("sales", 1030))):
        done = moving.load("--apply")
        assert done.returncode == 0, done.stderr
        there = moving.ipa.domain()
        assert there.failed == {"user": {}, "group": {}}
        plan = json.loads((moving.folder / "carry.json").read_text())
        assert {user["name"] for user in plan["users"] if user["verdict"] == "left_out"} == {*(name for name, _ in LOST), "nobody"}
        assert len(there.entries["user"]) == len(EDGES) - 1


def rehearsed(*words: str) -> tuple[int, dict[str, tuple[str, str]]]:
    needs("slapd", "slapadd", "slapcat", "ldapsearch", "ldapwhoami")
    needs_root()
    process = Copy("carry", *words, "--to", "freeipa", "--rehearse", "--json")
    out, err = process.communicate()
    assert process.returncode is not None, err
    return process.returncode, {row["what"]: (row["proof"], row["detail"]) for row in json.loads(out)["rows"]}


def test_a_rehearsal_proves_everything_but_freeipa_itself(tmp_path: Path) -> None:
    (tmp_path / "export.ldif").write_bytes(company())
    status, rows = rehearsed(str(tmp_path / "export.ldif"))
    assert status == 1
    assert [what for what, (proof, _) in rows.items() if proof != "proved"] == [
        "the staged value verifies the old password (slapd)",  # no test user was named
        "FreeIPA itself takes every user and group",
        "users with a carried password log in at FreeIPA, and get their Kerberos keys there",
    ]
    assert len(rows) == 14


def test_a_folder_that_was_changed_fails_its_rows_and_old_passwords_are_tried(tmp_path: Path) -> None:
    folder, export, logins = tmp_path / "carry", tmp_path / "export.ldif", tmp_path / "logins"
    export.write_bytes(company())
    odkit.write_carry(odkit.carry(odkit.open(export), to="freeipa"), folder)
    script = folder / "load.sh"
    script.write_text(script.read_text().replace("--group-ignore-objectclass=groupOfMembers\n", "--user-ignore-objectclass=top\n", 1))
    logins.touch(0o600)
    logins.write_text("Ann\told-pw\nEve\twrong\n")
    status, rows = rehearsed(str(export), "-o", str(folder), "--logins", str(logins))
    assert status == 1
    failed = [what for what, (proof, _) in rows.items() if proof == "failed"]
    assert "migrate-ds, by the model, finds and takes every planned group, and no other" in failed
    assert "migrate-ds, by the model, finds and takes every planned user, and no other" not in failed
    assert rows["the staged value verifies the old password (slapd)"] == ("failed", "1 of 2 users: Eve")
