"""Plans that are carried to a scratch Samba domain."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import odkit
from conftest import MART
from odkit.carrying import CarryPlan, Verdict, Why
from odkit.ldif import Entry, Reader
from odkit.rehearsal.samba import ScratchDomain
from odkit.values.attributes import text_of, texts_of

LION = MART / "lion"

BASE = "DC=ad,DC=example,DC=com"

REALM = "AD.EXAMPLE.COM"

LION_PASSWORDS = dict(line.split("\t") for line in (LION / "passwords.txt").read_text().splitlines())


@dataclass
class Move:
    """A written plan, and the domain that it is loaded into."""

    plan: CarryPlan
    od: odkit.Directory
    passwords: Mapping[str, str]
    domain: ScratchDomain
    folder: Path

    def sh(self, script: str, *words: str, shell: str = "dash", path: str = "") -> subprocess.CompletedProcess[str]:
        line = [shell, str(self.folder / script), "--rehearsal", "--config", str(self.domain.config), *words]
        env = self.domain.env | ({"PATH": f"{path}:{self.domain.env['PATH']}"} if path else {})
        return subprocess.run(line, env=env, capture_output=True, text=True, check=False, timeout=300)

    def objects(self) -> dict[str, Entry]:
        """Everything with a name in the domain, as it is stored."""
        found = self.domain.search("(sAMAccountName=*)", "*", "unicodePwd", "supplementalCredentials")
        return {text_of(e.attributes, "sAMAccountName") or "": e for e in Reader(found) if isinstance(e, Entry)}

    def everything(self) -> set[tuple[str, tuple[str, ...]]]:
        """Every object, also the remains of deleted ones."""
        found = self.domain.search("(objectClass=*)", "--show-deleted", "--show-recycled", "objectGUID", "uSNChanged")
        return {(e.dn, tuple(texts_of(e.attributes, "uSNChanged"))) for e in Reader(found) if isinstance(e, Entry)}

    def free(self) -> list[str]:
        """Users who log in without any condition."""
        return [
            user.name
            for user in self.plan.users
            if user.verdict in {Verdict.CARRIED, Verdict.WARNED} and all(reason.why is not Why.MUST_CHANGE for reason in user.reasons)
        ]

    def having(self, verdict: Verdict) -> list[str]:
        return [user.name for user in self.plan.users if user.verdict is verdict]

    def by_form(self, target: str) -> list[str]:
        forms = {user.name: {form.target for form in user.forms} for user in self.plan.users}
        return [name for name in self.free() if target in forms[name]]


def nested(export: Path, folder: Path) -> Path:
    """The export with three groups more: one in which another one is nested, and two that are nested in one another."""
    guids = dict(zip(("inner", "left", "right"), (f"0E57ED00-0000-4000-8000-00000000000{n}" for n in range(3)), strict=True))
    office = odkit.open(export).groups["office-edmonton"].guid or ""
    inside: dict[str, list[str]] = {"inner": [office], "left": [guids["right"]], "right": [guids["left"], guids["inner"]]}
    text = "".join(
        f"\ndn: cn={name},cn=groups,{odkit.open(export).suffix}\nobjectClass: posixGroup\nobjectClass: apple-group\ncn: {name}\n"
        f"gidNumber: {2000 + number}\napple-generateduid: {guids[name]}\n"
        + "".join(f"apple-group-nestedgroup: {guid}\n" for guid in inside[name])
        for number, name in enumerate(guids)
    )
    folder.mkdir(parents=True, exist_ok=True)
    before, _, last = export.read_text().rstrip("\n").rpartition("\n\n")  # the last record is left as slapcat ends
    (folder / "export.ldif").write_text(f"{before}\n{text}\n{last}\n\n")
    return folder / "export.ldif"


def lion(folder: Path, domain: ScratchDomain, **options: Any) -> Move:
    od = odkit.open(nested(LION / "export.ldif", folder), LION / "authdata.ldif")
    plan = odkit.carry(od, to="samba", m_key=LION / "m-key", base_dn=BASE, target_realm=REALM, **options)
    odkit.write_carry(plan, folder / "carry")
    return Move(plan, od, LION_PASSWORDS, domain, folder / "carry")
