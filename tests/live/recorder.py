"""A Mac whose programs write down how they are called, for the scripts of a runbook."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from odkit import project
from odkit.project import Export, Project, Server
from odkit.rehearsal.terminal import run_on_terminal
from odkit.runbook import How, phases

__all__ = ["RELEASES", "STEPS", "applied", "recorder", "small", "without_terminal"]

RELEASES = ("10.4", "10.5", "10.6", "10.7+")
# what the steps of a script call: functions of runbook.sh and binding.sh, which change nothing without --apply; need, archive and must_know look
STEPS = {"heading", "by_hand", "reading", "changing", "confirmed", "bind_to", "leave_retired", "need", "archive", "must_know", "["}


def small(release: str) -> Project:
    """One server of each role."""
    names = {"master": "", "relay": "master", "replica": "relay", "member": "master"}
    servers = tuple(
        Server(f"{role}.example.com", role, f"10.0.0.{n}", f"{parent}.example.com" if parent else "", f"site {n}", release, release, dns="secondary",
               shares=(Export("afp", "/Volumes/Data/Homes"),), backups=(project.Backup("/Volumes/Data", "store.example.com:/backup"),))
        for n, (role, parent) in enumerate(names.items(), 1)
    )  # fmt: skip
    return Project(Path("odkit.toml"), "OD.EXAMPLE.COM", "dc=example,dc=com", servers=servers)


def recorder(folder: Path, release: str = "10.5") -> tuple[dict[str, str], Path]:
    """Stubs for every program of the runbook that changes or asks a Mac: each call is written down, word by word."""
    log = folder / "log"
    stubs = folder / "stubs"
    stubs.mkdir()
    programs = {
        c.words[0]
        for each in RELEASES
        for p in phases(small(each))
        for s in p.steps
        for c in s.commands
        if c.how not in {How.PERSON, How.CALL}
    }
    answers = {
        "slapconfig": "echo '-createreplica -backupdb -destroyldapserver'",
        "mkpassdb": "echo '-backupdb'",
        "sw_vers": f"echo {release.replace('7+', '7')}.8",
    }
    for name in programs | {"shutdown", "dsconfigldap", "killall", "sw_vers", "dscl"}:
        body = answers.get(name, ":")
        (stubs / name).write_text(
            f'#!/bin/sh\n{{ printf "%s" "{name}"; for w in "$@"; do printf " [%s]" "$w"; done; echo; }} >> {log}\n{body}\n'
        )
        (stubs / name).chmod(0o755)
    return os.environ | {"PATH": f"{stubs}:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}, log


def applied(
    script: Path, steps: set[str], env: Mapping[str, str], *, shell: Sequence[str] = ("dash",), machine: str = "", cwd: Path | None = None
) -> tuple[int, str]:
    """Status and output of a script with --apply, on a terminal where one of its steps asks somebody, who answers."""
    words = [*shell, str(script), "--apply", "--rehearsal", "--machine", machine or script.stem]
    if "confirmed" not in steps:
        return without_terminal(words, env, cwd)
    done = run_on_terminal(words, env=env, password="", cwd=cwd)
    return done.status, done.output


def without_terminal(words: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> tuple[int, str]:
    """Status and output of a script that asks nobody: one that reads its standard input, or from a terminal, does not come to its end."""
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            words, env=env, stdin=reading, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
            start_new_session=True, cwd=cwd,
        )  # fmt: skip
    finally:
        os.close(reading)
        os.close(writing)
    return done.returncode, done.stdout
