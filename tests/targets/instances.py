"""Plans that are carried to a scratch 389-DS."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import odkit
from conftest import needs, needs_root
from odkit.carrying import CarryPlan
from odkit.carrying.ds389.schema import SCHEMA_FILE
from odkit.ldif import Attributes, Entry, read
from odkit.rehearsal.ds389 import ScratchInstance
from odkit.values.schema import OPERATIONAL

__all__ = ["Carried389", "carried_389"]

_OWN = OPERATIONAL | {"nsuniqueid", "dsentrydn"}


@dataclass
class Carried389:
    """A written plan, and the instance that it is for."""

    plan: CarryPlan
    folder: Path
    server: ScratchInstance

    def sh(self, script: str, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        line = [shell, str(self.folder / script), "--rehearsal", "--instance", str(self.server.config), *words]
        return subprocess.run(line, env=self.server.env, capture_output=True, text=True, errors="replace", check=False, timeout=300)

    def load(self, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        listing = self.folder.parent / "listprincs"
        listing.write_bytes(b"".join(user.principal + b"\n" for user in self.plan.users if user.principal is not None))
        return self.sh("load.sh", "--principals", str(listing), *words, shell=shell)

    def planned(self) -> dict[str, Attributes]:
        return {each.dn: each.attributes for each in read(self.folder / "directory.ldif") if isinstance(each, Entry)}

    def stored(self) -> dict[str, Attributes]:
        """What the stopped instance holds, but for what it writes itself."""
        found = self.server.entries().items()
        return {dn: Attributes({n: v for n, v in each.attributes.items() if n.lower() not in _OWN}) for dn, each in found}

    def schema(self) -> Path:
        return self.server.config / "schema" / SCHEMA_FILE


def carried_389(folder: Path, data: bytes | tuple[Path, ...], server: ScratchInstance, **options: Any) -> Carried389:
    needs("ns-slapd", "ldapwhoami", "ldapmodify", "dash")
    needs_root()
    od = odkit.open(data) if isinstance(data, bytes) else odkit.open(*data)
    plan = odkit.carry(od, to="389", **options)
    shutil.rmtree(folder / "carry", ignore_errors=True)
    odkit.write_carry(plan, folder / "carry")
    return Carried389(plan, folder / "carry", server)
