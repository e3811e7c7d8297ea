"""The way back from OpenLDAP: unload.sh takes out what load.sh has loaded, and nothing that somebody has changed or made since."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import lint
import odkit
from conftest import needs
from live.carry_server import Server, run
from odkit.carrying import carry, write_carry
from odkit.ldif import Entry, dump, read

pytestmark = pytest.mark.live

SUFFIX = "dc=x"
USER = [b"inetOrgPerson", b"posixAccount", b"apple-user", b"extensibleObject"]


def domain() -> bytes:
    out = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"x"]})]
    out += [Entry(f"cn={name},{SUFFIX}", {"objectClass": [b"container"], "cn": [name.encode()]}) for name in ("users", "groups")]
    for number, name in enumerate(("ann", "bob", "grün"), 1025):
        values = {"uid": [name.encode()], "cn": [name.encode()], "sn": [b"99"], "uidNumber": [str(number).encode()]}
        values |= {"gidNumber": [b"1030"], "homeDirectory": [b"/h"], "description": [b"long " * 40 + b"end", "ä".encode()]}
        out.append(Entry(f"uid={name},cn=users,{SUFFIX}", {"objectClass": USER, **values}))
    return dump(out)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with a database, whose file is as long as it may become, and nearly all of it a hole."""
    subprocess.run(["cp", "-R", "-p", "--sparse=always", source, target], check=True)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A stopped server that holds the plan; a copy of both lies beside them."""
    needs("slapd", "slapadd", "slapcat", "slaptest", "dash")
    base = tmp_path_factory.mktemp("unload")
    (base / "now").mkdir()
    write_carry(carry(odkit.open(domain()), to="openldap"), base / "now" / "plan")
    made = Server(base / "now" / "server", base / "now" / "plan")
    done = made.load("--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    _copy(base / "now", base / "kept")
    return made


@pytest.fixture
def server(loaded: Server) -> Server:
    """The server and the plan as they were when it was loaded, in their place: the configuration names it."""
    now = loaded.folder.parent
    shutil.rmtree(now)
    _copy(now.with_name("kept"), now)
    return loaded


def unload(server: Server, *words: str) -> str:
    done = run("dash", server.plan / "unload.sh", "--rehearsal", "--config", server.config, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names(server: Server) -> set[str]:
    return {entry.dn for entry in read(server.slapcat(SUFFIX)) if isinstance(entry, Entry)}


def test_a_dry_run_changes_nothing_and_all_goes_when_nobody_has_changed_it(server: Server) -> None:
    before = server.slapcat(SUFFIX)
    assert "would take 6 of 6 records out" in unload(server)
    assert server.slapcat(SUFFIX) == before
    assert "6 records taken out, 0 stay, 0 were absent" in unload(server, "--apply")
    assert not (server.folder / "db" / "data.mdb").exists()
    assert (server.plan / "before-1.ldif").read_bytes() == before
    assert "nothing to take out" in unload(server, "--apply")
    assert server.load("--apply").returncode == 0
    assert len(names(server)) == 6


@pytest.mark.parametrize(
    ("name", "ldif"),
    [
        ("uid=ann,cn=users,dc=x", "dn: uid=ann,cn=users,dc=x\nchangetype: modify\nreplace: sn\nsn: Smith\n"),
        ("uid=gr\u00fcn,cn=users,dc=x", "dn: uid=gr\u00fcn,cn=users,dc=x\nchangetype: modify\nreplace: sn\nsn: Smith\n"),
        ("uid=new,cn=users,dc=x", "dn: uid=new,cn=users,dc=x\nchangetype: add\nobjectClass: account\nuid: new\n"),
    ],
    ids=["changed", "changed, with a name in base64", "added"],
)
def test_what_somebody_has_changed_or_made_since_stays_with_what_is_above_it(server: Server, name: str, ldif: str) -> None:
    done = run("slapmodify", server.flag, server.config, "-b", SUFFIX, data=ldif)
    assert done.returncode == 0, done.stderr
    kept = next(entry for entry in read(server.slapcat(SUFFIX)) if isinstance(entry, Entry) and entry.dn == name)
    said = unload(server, "--apply")
    assert ("somebody has changed them" if "modify" in ldif else "has not loaded them") in said
    assert names(server) == {SUFFIX, "cn=users,dc=x", name}
    now = next(entry for entry in read(server.slapcat(SUFFIX)) if isinstance(entry, Entry) and entry.dn == name)
    assert now.attributes == kept.attributes
    assert "0 of 6 records" in unload(server, "--apply")


def test_a_server_that_runs_is_not_touched(server: Server) -> None:
    server.start()
    done = run("dash", server.plan / "unload.sh", "--rehearsal", "--config", server.config, "--apply")
    server.stop()
    assert done.returncode == 2
    assert "slapd runs" in done.stderr
    assert len(names(server)) == 6


def test_records_that_slapd_does_not_take_again_leave_the_database_as_it_was(server: Server, tmp_path: Path) -> None:
    ldif = "dn: uid=ann,cn=users,dc=x\nchangetype: modify\nreplace: sn\nsn: Smith\n"
    assert run("slapmodify", server.flag, server.config, "-b", SUFFIX, data=ldif).returncode == 0
    before = server.slapcat(SUFFIX)
    tools = tmp_path / "tools"
    tools.mkdir()
    stub = tools / "slapadd"  # refuses what is not the whole
    stub.write_text('#!/bin/sh\nfor word; do last=$word; done\ncase $last in stay.ldif) exit 1 ;; esac\nexec /usr/sbin/slapadd "$@"\n')
    stub.chmod(0o755)
    script = server.plan / "unload.sh"
    done = run("dash", script, "--rehearsal", "--config", server.config, "--apply", env={"PATH": f"{tools}:/usr/bin:/bin:/usr/sbin:/sbin"})
    assert done.returncode == 1
    assert "the database is as it was" in done.stderr
    assert server.slapcat(SUFFIX) == before


def test_the_script_is_plain_sh(server: Server) -> None:
    needs("shellcheck", "checkbashisms", "posh")
    lint.assert_plain_sh(server.plan / "unload.sh")
