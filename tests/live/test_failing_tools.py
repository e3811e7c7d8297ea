"""The n-th call of a tool fails, for every n: nothing is sent but what the plan says, and the status tells whether anything was.

dscl and kadmin.local are stubs here that answer from files and keep what they are sent, so that hundreds of runs take seconds; the real
programs and the strict stand-in are in the other tests.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

import odkit
from build import config
from conftest import needs
from live.conftest import SHELLS
from odkit.hostrefs import plan_rewrite
from odkit.hostrefs.rewrite_scripts import rewrite_files
from odkit.ldif import Entry, dump
from odkit.rehearsal.standins import Machine, install
from odkit.rehearsal.standins.dscl import read
from odkit.rehearsal.standins.dscl_node import Fail, Node

pytestmark = pytest.mark.live

SUFFIX, REALM = "dc=example,dc=com", "EXAMPLE.COM"
GONE, LIVE, NEW = "gone.example.com", "live.example.com", "new.example.com"
NAMES = [f"krbtgt/{REALM}@{REALM}", f"K/M@{REALM}", f"host/{LIVE}@{REALM}", f"host/{GONE}@{REALM}", f"cifs/{GONE}@{REALM}"]
DSCL = """#!/bin/sh
if [ "$1" = -q ]; then /bin/cat > FOLDER/sent; exit 0; fi
if [ "$2" = -list ]; then exit 0; fi
if [ -e FOLDER/sent ]; then exit 56; fi
printf '%s\\037' "$@" >> FOLDER/reads; echo >> FOLDER/reads
case "$*" in
ANSWERS
*) exit 56 ;;
esac
"""
# without a first line for the kernel, because a kadmin.local that is a script is not touched; the shell runs it all the same
KADMIN = """case $* in
    *-q*) if [ -e FOLDER/sent ]; then /bin/grep -v GONE FOLDER/list; else /bin/cat FOLDER/list; fi ;;
    *) /bin/cat > FOLDER/sent ;;
esac
"""
# a dump to standard output, or into the file that is the last word; every principal was changed in 1970
KDB5 = """#!/bin/sh
while [ $# -gt 1 ]; do shift; done
if [ "$1" = dump ]; then set -- /dev/stdout; fi
/bin/sed 's/.*/princ\\t38\\t&\\t1\\t0\\t0\\t&\\t0\\t0\\t0\\t0\\t0\\t0\\t0\\t0\\t2\\t4\\t01000000\\t-1;/' FOLDER/list > "$1"
"""
FAILING = """read -r n < FOLDER/calls; n=$((n + 1)); echo $n > FOLDER/calls
if [ $n -eq $FAIL_AT ]; then exit 2; fi
exec REAL "$@"
"""
TOOLS = ("awk", "sed", "sort", "comm", "grep", "cat", "cp")


def entries() -> list[Entry]:
    def computer(name: str) -> Entry:
        values = {"objectClass": [b"apple-computer"], "cn": [name.encode()], "apple-generateduid": [f"0000-{name}".encode()]}
        return Entry(f"cn={name},cn=computers,{SUFFIX}", values)

    members = [f"{name}$".encode() for name in (GONE, LIVE)]
    lists = {"objectClass": [b"apple-computer-list"], "cn": [b"servers"], "apple-computers": members}
    mount = {"objectClass": [b"mount"], "cn": [f"{GONE}:/Homes".encode()], "mountDirectory": [b"/Network/Servers/"], "mountType": [b"url"]}
    user = {
        "objectClass": [b"apple-user"],
        "uid": [b"ann"],
        "labeledURI": [f"http://{GONE}/it's".encode()],
        "mail": [f"ann@{GONE}".encode()],
    }
    return [
        Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}),
        config("KerberosKDC"),
        computer(f"{GONE}$"),
        computer(f"{LIVE}$"),
        Entry(f"cn=servers,cn=computer_lists,{SUFFIX}", lists),
        Entry(f"cn={GONE}:/Homes,cn=mounts,{SUFFIX}", mount),
        Entry(f"uid=ann,cn=users,{SUFFIX}", user),
    ]


class Printed:
    """A console that keeps what is printed."""

    def __init__(self) -> None:
        self.text = ""

    def out(self, text: str) -> None:
        self.text += text + "\n"

    def err(self, text: str) -> None:
        """Not kept."""

    def password(self) -> str:
        raise AssertionError

    def input(self) -> str:
        raise AssertionError


class Answers(Node):
    """A node that searches the entries here."""

    def search(self, kind: str, name: str | None) -> list[Entry]:
        container = {"Computers": "computers", "ComputerLists": "computer_lists", "Mounts": "mounts", "Users": "users"}[kind]
        found = [e for e in entries() if e.dn.endswith(f",cn={container},{SUFFIX}")]
        return [e for e in found if name is None or name.encode() in (*e.attributes.get("cn", ()), *e.attributes.get("uid", ()))]


class Place:
    """A folder with the script, and stubs in front of the real tools."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder = folder
        self.tools = tools
        self.stubs = install(folder / "stubs", Machine("10.5.8"))
        for name, body in {"dscl": DSCL.replace("ANSWERS\n", ""), "kadmin.local": KADMIN, "kdb5_util": KDB5}.items():
            self.stub(name, body)
        (folder / "list").write_text("".join(f"{name}\n" for name in sorted(NAMES)))
        od = odkit.open(dump(entries()))
        plan = odkit.plan_purge(od, odkit.read_principals(folder / "list"), retire=[GONE], keep=[LIVE], realm=REALM)
        odkit.write_plan(plan, folder / "purge", target="10.5")
        (folder / "rewrite").mkdir()
        for name, data in rewrite_files(od, plan_rewrite(od, GONE, NEW), "10.5").files:
            (folder / "rewrite" / name).write_bytes(data)

    def stub(self, name: str, body: str) -> None:
        (self.stubs / name).write_text(body.replace("FOLDER", str(self.folder)).replace("GONE", GONE))
        (self.stubs / name).chmod(0o755)

    def run(self, script: str, fail_at: int = 0) -> tuple[int, bytes | None, str]:
        """Status, what was sent, and what was printed."""
        for name in ("sent", "reads"):
            (self.folder / name).unlink(missing_ok=True)
        for made in (self.folder / "purge").glob("backup-*"):
            shutil.rmtree(made)
        (self.folder / "calls").write_text("0")
        env = {"PATH": f"{self.stubs}:{self.tools}:/usr/sbin:/usr/bin:/sbin:/bin", "FAIL_AT": str(fail_at)}
        words = ["dash", str(self.folder / script), "--apply", "--rehearsal"]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60, cwd=self.folder)
        sent = self.folder / "sent"
        return done.returncode, sent.read_bytes() if sent.exists() else None, done.stdout + done.stderr

    def answer(self, script: str) -> None:
        """Let dscl answer what the script asks."""
        self.run(script)
        answers = ""
        for line in dict.fromkeys((self.folder / "reads").read_text().splitlines()):
            words = line.split("\x1f")[:-1]
            said = Printed()
            with contextlib.suppress(Fail):
                read(Answers({"release": "10.5.8", "suffix": SUFFIX}, said), words[2:])
            if said.text:
                answers += f"{shlex.quote(' '.join(words))}) printf %s {shlex.quote(said.text)} ;;\n"
        self.stub("dscl", DSCL.replace("ANSWERS\n", answers))

    def calls(self, tools: Sequence[str], script: str) -> dict[str, int]:
        """How often each tool is called by a run in which none fails."""
        for tool in tools:
            self.wrap(tool, f'echo {tool} >> {self.folder}/calls\nexec REAL "$@"\n')
        status, sent, said = self.run(script)
        assert sent is not None, (status, said)
        counted = Counter((self.folder / "calls").read_text().split()[1:])
        for tool in tools:
            (self.stubs / tool).unlink()
        return {tool: counted[tool] for tool in tools}

    def wrap(self, tool: str, body: str) -> None:
        """Put a script in front of a tool, which it finds as REAL."""
        real = shutil.which(tool, path=f"{self.tools}:{os.environ['PATH']}")
        assert real is not None
        (self.stubs / tool).write_text("#!/bin/sh\n" + body.replace("REAL", real))
        (self.stubs / tool).chmod(0o755)


@pytest.fixture
def place(tmp_path: Path, tools_of_a_mac: Path) -> Place:
    needs("dash")
    return Place(tmp_path, tools_of_a_mac)


def lines(sent: bytes | None) -> list[bytes]:
    return sorted(line for line in (sent or b"").split(b"\n") if line)


@pytest.mark.parametrize(
    ("script", "dscl"), [("purge/delete-records.sh", True), ("purge/purge-principals.sh", False), ("rewrite/rewrite.sh", True)]
)
def test_every_call(place: Place, script: str, *, dscl: bool) -> None:
    if dscl:
        place.answer(script)
    status, whole, said = place.run(script)
    assert whole is not None, said
    if not script.startswith("rewrite"):  # of a rewrite the first batch alone is sent here: the stub's directory does not change as it says
        assert status == 0, said
    assert len(lines(whole)) > 1
    for tool, count in place.calls(TOOLS, script).items():
        place.wrap(tool, FAILING.replace("FOLDER", str(place.folder)))
        for at in range(1, count + 1, 1 if "delete" in script else 3):
            status, sent, said = place.run(script, at)
            where = (script, tool, at, status, said[-400:])
            if sent is None:
                assert status in {2, 3}, where
            else:
                assert lines(sent) == lines(whole), where
                assert status in {0, 1}, where
        (place.stubs / tool).unlink()


@pytest.mark.parametrize("lost", [f"K/M@{REALM}", f"host/{LIVE}@{REALM}"])
def test_a_backup_that_holds_another_number_of_principals_than_the_list_deletes_nothing(place: Place, lost: str) -> None:
    """kdb5_util ends well, and a name that stays is not in what it wrote."""
    assert place.run("purge/purge-principals.sh")[1] is not None
    place.stub("kdb5_util", KDB5.replace("/bin/sed '", f"/bin/sed '/{lost.replace('/', '.')}/d; "))
    status, sent, said = place.run("purge/purge-principals.sh")
    assert (status, sent) == (3, None), said
    assert f"the backup holds {len(NAMES) - 1} principals and the list {len(NAMES)}; nothing was deleted" in said


def test_a_backup_of_another_plan_is_not_put_back(place: Place) -> None:
    status, _, said = place.run("purge/purge-principals.sh")
    assert status == 0, said
    (place.folder / "purge/backup-1/plan-id").write_text("0123456789abcdef\n")
    words = [
        "dash",
        str(place.folder / "purge/restore/restore-principals.sh"),
        "--apply",
        "--rehearsal",
        str(place.folder / "purge/backup-1"),
    ]
    env = {"PATH": f"{place.stubs}:/usr/sbin:/usr/bin:/sbin:/bin"}
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60, cwd=place.folder)
    assert (done.returncode, "belongs to another plan than" in done.stderr) == (3, True), done.stderr


@pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
def test_a_signal_behind_the_deletions(place: Place, shell: str) -> None:
    """It says that they were sent, and where the way back is; the folder with the KDC's keys is gone."""
    needs(SHELLS[shell][0])
    (place.stubs / "kadmin.local").write_text(
        KADMIN.replace("FOLDER", str(place.folder)).replace("/sent ;;", "/sent; kill -INT $PPID; sleep 0.2 ;;")
    )
    env = {"PATH": f"{place.stubs}:/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": "t"}
    (place.folder / "t").mkdir()
    words = [*SHELLS[shell], str(place.folder / "purge" / "purge-principals.sh"), "--apply", "--rehearsal"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60, cwd=place.folder)
    assert (done.returncode, (place.folder / "sent").exists()) == (130, True), done.stderr
    assert "stopped by a signal" in done.stderr
    assert "deletions were sent" in done.stderr
    assert str(place.folder / "purge" / "backup-1") in done.stderr
    assert list((place.folder / "t").iterdir()) == []
