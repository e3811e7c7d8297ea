"""A Mac that knows what it is bound to, for the scripts of the offices: the programs that they ask and change it with.

Strict: what the facts do not have ends with 64.  A script asks two hundred times, so questions are answered by sh, from a file that is
written again behind every change; the changes are made in the test's own process, which a program asks by one FIFO and hears by another.
"""

from __future__ import annotations

import ast
import os
import shlex
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["become", "install", "read", "serving"]

_PROGRAMS = ("sw_vers", "hostname", "host", "id", "mount", "killall", "dscl", "dsconfigldap", "plutil")
_ASKED = """#!/bin/sh
. {folder}/answers
printf '%s\\0' "${{0##*/}}" "$@" > {folder}/ask
{{ read -r status; while IFS= read -r line; do printf '%s\\n' "$line"; done; printf %s "$line"; }} < {folder}/told
exit "$status"
"""


def read(folder: Path) -> dict[str, Any]:
    """What the Mac is now."""
    found: dict[str, Any] = ast.literal_eval((folder / "state").read_text())
    return found


def become(folder: Path, mac: Mapping[str, Any]) -> None:
    """Let the Mac be something else."""
    answers = {"sw_vers -productVersion": [mac["release"]], "hostname": ["imac-7.local"], "mount": [mac["mounted"]], "id -u": ["0"]}
    if not mac.get("broken"):
        answers["dscl localhost -list /LDAPv3"] = mac["bound"] or [""]
        answers |= {f"dscl {policy} -read / CSPSearchPath": [f"CSPSearchPath: {' '.join(nodes)}"] for policy, nodes in mac["paths"].items()}
    cases = [f"{shlex.quote(words)}) printf '%s\\n' {shlex.join(lines)}; exit 0 ;;" for words, lines in answers.items()]
    (folder / "answers").write_text("\n".join(['case "${0##*/}${*:+ $*}" in', *cases, "esac\n"]))
    (folder / "state").write_text(repr(dict(mac)))


def install(folder: Path, programs: Sequence[str] = _PROGRAMS) -> None:
    """Write the programs into a folder's bin/; they need somebody who serves."""
    (folder / "bin").mkdir()
    for name in ("ask", "told"):
        os.mkfifo(folder / name)
    for name in programs:
        (folder / "bin" / name).write_text(_ASKED.format(folder=folder))
        (folder / "bin" / name).chmod(0o755)


@contextmanager
def serving(folder: Path, done: Callable[[dict[str, Any], str, list[str]], tuple[int, str]] | None = None) -> Iterator[None]:
    """Do what the programs are called for: `change`, or another Mac's own way."""

    def serve() -> None:
        while called := (folder / "ask").read_bytes():
            name, *words = called.decode("utf-8", "surrogateescape").split("\0")[:-1]
            mac = read(folder)
            mac["log"].append([name, *words])
            status, said = (done or change)(mac, name, words)
            become(folder, mac)
            (folder / "told").write_text(f"{status}\n{said}")

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        yield
    finally:
        (folder / "ask").write_bytes(b"")
        server.join(10)


def change(mac: dict[str, Any], name: str, words: list[str]) -> tuple[int, str]:
    """What is not answered by sh: status and output of a program that changes the Mac, or is not known."""
    nodes = mac["paths"].get(words[0] if words else "", [])
    if name == "host":
        return 0, f"{words[0]} has address 10.0.0.1\n"
    if name == "id" and (len(words) == 1 or words[:1] == ["-u"]):
        return 0, "0\n" if words[0] == "-u" else "uid=1025(diradmin) gid=20(staff)\n"
    if name == "dscl" and mac.get("broken"):
        return 69, ""
    if name == "killall" and words == [mac["daemon"]]:
        pass
    elif name == "dscl" and words[1:4] == ["-delete", "/", "CSPSearchPath"] and words[4] in nodes:
        nodes.remove(words[4])
    elif name == "dscl" and words[1:] == ["-create", "/", "SearchPolicy", "CSPSearchPath"]:
        mac["policy"][words[0]] = "custom"
    elif name == "dscl" and words[0] in mac["paths"] and words[1:4] == ["-append", "/", "CSPSearchPath"]:
        if words[4].removeprefix("/LDAPv3/") not in mac["bound"]:
            return 184, ""  # -14008: the node must be configured first
        nodes.append(words[4])
    elif name == "dsconfigldap" and words[:2] == ["-f", "-r"] and words[3:] == ["-u", "diradmin", "-i"] and words[2] in mac["bound"]:
        mac["bound"].remove(words[2])
        for each in mac["paths"].values():
            if mac["daemon"] == "opendirectoryd" and f"/LDAPv3/{words[2]}" in each:
                each.remove(f"/LDAPv3/{words[2]}")
    elif name == "dscl" and words == [".", "-list", "/Users", "OriginalNodeName"]:
        return 0, "".join(f"{user}  /LDAPv3/od.example.com\n" for user in mac.get("kept", ()))
    elif name == "dsconfigldap" and (
        (words[:3] == ["-v", "-f", "-a"] and words[4:] == ["-c", "imac-7", "-u", "diradmin", "-i"])
        or (words[:2] == ["-v", "-a"] and not words[3:])
    ):
        mac["bound"].append(words[words.index("-a") + 1])
        for each in mac["paths"].values():
            each += [f"/LDAPv3/{mac['bound'][-1]}"] if mac["daemon"] == "opendirectoryd" else []
    else:
        return 64, ""
    return 0, ""
