"""Plans that are carried to a scratch Heimdal KDC."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import odkit
from live.old_realm import REALM
from odkit.carrying import CarryOptions, CarryPlan, Verdict, Why
from odkit.ldif import Entry, dump
from odkit.rehearsal.heimdal import ScratchHeimdal

NEW = "NEW.EXAMPLE.COM"

SUFFIX = "dc=od,dc=example,dc=com"


@dataclass
class Move:
    """A written plan, and the realm that it is loaded into."""

    plan: CarryPlan
    passwords: Mapping[str, str]
    realm: ScratchHeimdal
    folder: Path
    od: odkit.Directory
    options: CarryOptions

    def sh(self, script: str, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        line = [shell, str(self.folder / script), "--rehearsal", *words]
        return subprocess.run(line, env=self.realm.env, capture_output=True, text=True, check=False, timeout=120)

    def kinit(self, name: str, secret: str) -> str | None:
        """None for a ticket, else what kinit says."""
        file = self.folder.parent / "password"
        file.write_text(f"{secret}\n")
        done = self.realm.run("kinit", "-c", "MEMORY:x", f"--password-file={file}", f"{name}@{self.realm.realm}", check=False)
        return None if done.returncode == 0 else (done.stdout + done.stderr).decode("utf-8", "replace")

    def records(self) -> dict[bytes, bytes]:
        return {line.replace(b"\\ ", b"_").partition(b" ")[0]: line for line in self.realm.dump().splitlines() if line}

    def free(self) -> list[str]:
        return [
            user.name
            for user in self.plan.users
            if user.verdict in {Verdict.CARRIED, Verdict.WARNED} and all(reason.why is not Why.MUST_CHANGE for reason in user.reasons)
        ]


def planned(folder: Path, od: odkit.Directory, options: CarryOptions, passwords: Mapping[str, str], realm: ScratchHeimdal) -> Move:
    plan = odkit.carry(od, to="heimdal", options=options)
    odkit.write_carry(plan, folder / "carry")
    return Move(plan, passwords, realm, folder / "carry", od, options)


def person(name: str, uid: int) -> Entry:
    return Entry(f"uid={name},cn=users,{SUFFIX}", {
        "objectClass": [b"apple-user"], "uid": [name.encode()], "uidNumber": [str(uid).encode()],
        "authAuthority": [f";Kerberosv5;;{name}@{REALM};{REALM};".encode()],
    })  # fmt: skip


def domain(*users: Entry) -> bytes:
    tops = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"od"]}), Entry(f"cn=users,{SUFFIX}", {"cn": [b"users"]})]
    return dump([*tops, *users])
