"""Names that want to be something else, in every position, through the real programs."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import odkit
from conftest import SYSTEM_PATH, in_turn, needs
from live.conftest import REALM, SHELLS, Kdc
from live.hostile import domain, random_names
from odkit.kerberos import Principal
from odkit.ldif import Entry, dump
from odkit.names import is_host_name
from odkit.rehearsal.slapd import ScratchDirectory, state
from odkit.rehearsal.standins import Machine, install
from odkit.rehearsal.terminal import run_on_terminal
from property.strategies import HOSTILE

pytestmark = pytest.mark.live

SUFFIX = "dc=example,dc=com"
LIVE = b"live.example.com"


def hostile_plan(kdc: Kdc, folder: Path, seed: int) -> odkit.PurgePlan:
    """The plan for a KDC with such names, written."""
    realm = REALM.encode()
    hosts = list(dict.fromkeys(HOSTILE + random_names(seed, 150)))
    names = [Principal((b"host", h), realm) for h in hosts] + [Principal((h, b"gone.example.com"), realm) for h in hosts]
    names += [Principal((h,), realm) for h in hosts] + [Principal((b"host", h, b"x"), realm) for h in hosts]
    # every look-alike that a wrong quoting would hit
    names += [Principal((b"host", n), realm) for n in (b"a", b"b", b"lead", b"trail", b"ls", b"x", b"id", LIVE)]
    wanted = [b'addprinc -nokey "' + bytes(p).replace(b'"', b'""') + b'"' for p in dict.fromkeys(names) if len(bytes(p)) < 900]
    kdc.realm.kadmin(wanted)  # what kadmin cannot name cannot be in its database
    (folder / "list").write_bytes(kdc.realm.listing())
    inventory = odkit.read_principals(folder / "list")
    assert len(inventory) > 500
    texts = [h.decode("utf-8", "surrogateescape") for h in hosts]
    retire = [*filter(is_host_name, texts), "gone.example.com"]  # a caller who gives another one is told so
    services = [h.decode("utf-8", "surrogateescape") for h in hosts if h and b"/" not in h and b"@" not in h]
    plan = odkit.plan_purge(
        odkit.open(domain()), inventory, retire=retire, realm=REALM, options=odkit.PurgeOptions(services=services, allow_large=True)
    )
    lists = [
        {d.text for d in plan.delete},
        *({x.principal for x in part if x.principal} for part in (plan.keep, plan.review, plan.refused)),
    ]
    assert sum(map(len, lists)) == len(inventory) == len(set().union(*lists))
    assert len(plan.delete) > 120
    assert plan.refused
    odkit.write_plan(plan, folder / "purge", target="10.5")
    script = folder / "purge" / "purge-principals.sh"
    assert script.read_bytes().isascii()
    assert not any(byte < 0x20 and byte != 0x0A for byte in script.read_bytes().replace(b"\t", b" "))
    return plan


def runs(kdc: Kdc, folder: Path, plan: odkit.PurgePlan, shell: str) -> None:
    """Exactly what the plan names is deleted, and comes back."""
    before = kdc.realm.names()
    done = kdc.sh(str(folder / "purge" / "purge-principals.sh"), "--apply", "--rehearsal", shell=SHELLS[shell])
    assert done.returncode == 0, (done.stdout[-500:], done.stderr)
    assert before - kdc.realm.names() == {d.text for d in plan.delete}
    assert not (folder / "x").exists()
    back = kdc.sh(str(folder / "purge/restore/restore-principals.sh"), "--apply", "--rehearsal", str(folder / "purge/backup-1"))
    assert back.returncode == 0, back.stderr
    assert kdc.realm.names() == before
    for output in (done.stdout, back.stdout):
        assert f"using {shutil.which('awk', path=kdc.env['PATH'])}\n" in output


@pytest.mark.parametrize(
    ("shell", "awk", "seed"), [("dash", "original-awk", 1), ("bash", "gawk", 2), ("zsh", "mawk", 3), ("dash", "busybox", 9)]
)
def test_principals(kdc: Kdc, tmp_path: Path, shell: str, awk: str, seed: int) -> None:
    """Either exactly that name is deleted, or it stands under refused (or review); never another name, never a command.

    The scripts' encoding of names depends neither on the shell nor on the awk, which is the original one in 10.4.
    """
    needs(SHELLS[shell][0], awk)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "awk").symlink_to(shutil.which(awk, path=SYSTEM_PATH) or "")
    runs(Kdc(kdc.realm, kdc.env | {"PATH": f"{tools}:{kdc.env['PATH']}"}), tmp_path, hostile_plan(kdc, tmp_path, seed), shell)


def test_computer_records(tmp_path: Path) -> None:
    """Records with hostile names: deleted exactly, or refused; by dscl and by LDIF."""
    needs("slapd", "dash")
    rng = random.Random(3)
    plain = [h for h in HOSTILE if h.strip() and b"\0" not in h]
    entries = [e for e in odkit.ldif.read(domain()) if isinstance(e, Entry)]
    entries += [
        Entry(f"cn={c},{SUFFIX}", {"objectClass": [b"container"], "cn": [c.encode()]}) for c in ("computers", "computer_lists", "mounts")
    ]
    for i, name in enumerate(plain):
        text = name.decode("utf-8", "replace").strip()
        if not text or len(text) > 400:
            continue
        values = [text.encode() + b"$", b"gone.example.com$"] if i % 2 else [b"gone.example.com$", text.encode()]
        attributes = {"objectClass": [b"apple-computer"], "cn": [*values, f"n{i}".encode()], "description": [rng.choice(plain)]}
        entries.append(Entry(f"cn=n{i},cn=computers,{SUFFIX}", attributes))
        if i % 3 == 0:  # another machine bears its only safe name: dscl could not tell them apart
            names = [f"d{i}".encode(), f"n{i}".encode(), *values[:2]]
            other = {"objectClass": [b"apple-computer"], "cn": [n for n in dict.fromkeys(names) if n != b"gone.example.com$"]}
            entries.append(Entry(f"cn=d{i},cn=computers,{SUFFIX}", other))
    texts = dict.fromkeys(n.decode("utf-8", "replace").strip() for n in plain)
    members = [b"keep$", *(text.encode() + b"$" for text in texts if len(text) < 400)]  # slapd takes UTF-8 only
    shown = [m for m in members if m.decode().isprintable()]
    for list_name, each in (("l", shown), ("odd", members)):
        lists = {"objectClass": [b"apple-computer-list"], "cn": [list_name.encode()], "apple-computers": each}
        entries.append(Entry(f"cn={list_name},cn=computer_lists,{SUFFIX}", lists))
    admin = f"uid=diradmin,cn=users,{SUFFIX}"
    with ScratchDirectory(entries, SUFFIX, admin) as directory:
        assert directory.refused == []
        directory.keep()
        plan = odkit.plan_purge(
            odkit.open(directory.cat()), retire=["gone.example.com"], realm="R", options=odkit.PurgeOptions(accept_incomplete=True)
        )
        assert len(plan.records) > 10
        assert plan.refused
        odkit.write_plan(plan, tmp_path / "purge", target="10.5")
        machine = Machine("10.5.8", ldap=directory.url, suffix=SUFFIX, bind=admin, password=directory.password)
        standins = install(tmp_path / "standins", machine)
        env = os.environ | {"PATH": f"{standins}:{os.environ['PATH']}:/usr/sbin"}
        before = state(directory.entries())
        for script, words in in_turn([("delete-records.sh", []), ("delete-records-ldif.sh", ["--uri", directory.url])]):
            line = ["dash", str(tmp_path / "purge" / script), "--apply", "--rehearsal", *words]
            done = run_on_terminal(line, env=env, password=directory.password)
            assert done.status == 0, done.output
            after = state(directory.entries())
            gone = {c.entry.dn.lower() for c in plan.records if c.attribute is None}
            assert set(before) - set(after) == gone
            key = f"cn=l,cn=computer_lists,{SUFFIX}"
            removed = sorted(c.value or b"" for c in plan.records if c.attribute is not None)
            assert len(removed) > 5
            assert any("in another value beside it" in d.reason for d in plan.refused)
            assert sorted(set(before[key]["apple-computers"]) - set(after[key]["apple-computers"])) == removed
            assert all(after[dn] == before[dn] for dn in after if dn != key)
            directory.reset()


class TestPrefixes:
    """A script that was cut on its way does nothing that the whole would not do.

    What a shell has read to its end it runs: on top level a function, an assignment, the last line.  There the cuts are close; within a
    function there is nothing to run before its end, and some places stand for all.
    """

    def script(self, folder: Path, name: str) -> bytes:
        listing = b"krbtgt/R.EXAMPLE.COM@R.EXAMPLE.COM\nhost/live.example.com@R.EXAMPLE.COM\n"
        listing += b"".join(s + b"/gone.example.com@R.EXAMPLE.COM\n" for s in (b"host", b"cifs", b"ldap"))
        entries = [e for e in odkit.ldif.read(domain()) if isinstance(e, Entry)]
        for n in ("gone$", "gone.example.com$", "LKDC:SHA1.x$"):
            values = {"objectClass": [b"apple-computer"], "cn": [n.encode()], "macAddress": [b"00:00:00:00:00:01"]}
            entries.append(Entry(f"cn={n},cn=computers,{SUFFIX}", values))
        od = odkit.open(dump(entries))
        plan = odkit.plan_purge(od, odkit.read_principals(listing), retire=["gone.example.com"], realm="R.EXAMPLE.COM")
        assert len(plan.delete) == 3 == len(plan.records)
        odkit.write_plan(plan, folder / "purge", target="10.5")
        return (folder / "purge" / name).read_bytes()

    def cuts(self, whole: bytes, step: int) -> list[int]:
        """Behind, within and before every line of the top level that says something, at each byte of the last line, and here and there in all
        others.
        """
        ends: set[int] = set(range(0, len(whole) - 1, step))
        at, top = 0, True
        for line in whole.splitlines(keepends=True):
            top = top or line == b"}\n"
            if top and not line.startswith((b"#", b"\n")):
                ends |= {at, at + len(line) // 2, at + len(line) - 1, at + len(line)}
            top = top and not line.endswith(b") {\n")
            at += len(line)
        last = whole.rstrip().rindex(b"\n")
        return sorted(end for end in ends | set(range(last, len(whole) - 1)) if end < len(whole) - 1)

    def read_on(self, folder: Path, whole: bytes, ends: list[int]) -> Iterator[str]:
        """What a shell does that reads the script up to each of these ends: for each a copy of it, which reads from the last function on.

        What stands before that the shell has read by then, and run, as it does with a whole file.
        """
        starts = [found.start() for found in re.finditer(rb"(?m)^\w+\(\) \{$", whole)]
        read = 0
        for end in ends:
            start = max((at for at in starts if at <= end), default=0)
            if start > read:
                (folder / f"{start}.whole").write_bytes(whole[read:start])
                yield f". ./{start}.whole"
                read = start
            (folder / f"{end}.read").write_bytes(whole[read:end])
            yield f"(set -- --apply --rehearsal; . ./{end}.read) < /dev/null > /dev/null 2>&1"

    @pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
    @pytest.mark.parametrize(
        "name", ["purge-principals.sh", "delete-records.sh", "delete-records-ldif.sh", "restore/restore-principals.sh"]
    )
    def test_every_prefix(self, tmp_path: Path, shell: str, name: str) -> None:
        needs(SHELLS[shell][0])
        whole = self.script(tmp_path, name)
        places = self.cuts(whole, 211)
        assert len(places) > 300
        run = {*places[::40], *places[-12:]}  # by a shell of their own; the others by copies of one that reads them, which is as good
        if shell != "dash":
            places = [*places[::6], *places[-12:]]
        stubs = tmp_path / "stubs"
        stubs.mkdir()
        log = tmp_path / "log"
        for program in (
            "kadmin.local",
            "kdb5_util",
            "dscl",
            "ldapmodify",
            "ldapsearch",
            "slapconfig",
            "sw_vers",
            "rm",
            "mv",
            "cp",
            "mkdir",
            "x",
        ):
            (stubs / program).write_text(f'#!/bin/sh\necho "{program} $*" >> {log}\n')
            (stubs / program).chmod(0o755)
        cuts = tmp_path / "cuts"
        cuts.mkdir()
        for end in run.intersection(places):  # without its last line end the script is whole
            (cuts / f"{end}.run").write_bytes(whole[:end])
        lines = [f"PATH={stubs}:/usr/bin:/bin", f"cd {cuts} || exit"]
        own = " ".join(["/bin/" + SHELLS[shell][0], *SHELLS[shell][1:]])
        lines.append(f'for cut in *.run; do {own} "$cut" --apply --rehearsal < /dev/null > /dev/null 2>&1; done')
        lines += self.read_on(cuts, whole, sorted({*places} - run))
        subprocess.run([*SHELLS[shell], "-c", "\n".join([*lines, "true"])], check=True, timeout=280)
        assert not log.exists(), log.read_text()
        if name.startswith("restore"):
            return
        # the stubs would have noticed: the whole script does call them
        words = ["/bin/dash", str(tmp_path / "purge" / name), "--apply", "--rehearsal"]
        subprocess.run(words, check=False, timeout=60, env={"PATH": f"{stubs}:/usr/bin:/bin"}, capture_output=True)
        assert "sw_vers" in log.read_text()
