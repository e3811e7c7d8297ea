"""``add.ldif``, ``secrets.ldif`` and the scripts of a plan for a Samba domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from uuid import UUID, uuid5

from odkit.carrying.model import PlannedFile
from odkit.carrying.pieces import pieces
from odkit.carrying.samba.entries import DISABLED, MACHINE, NORMAL, marked, marker
from odkit.carrying.samba.logins import Secrets
from odkit.carrying.samba.machines import Machine
from odkit.carrying.samba.names import Claim
from odkit.carrying.samba.script import CONTROL, load_script, unload_script
from odkit.carrying.samba.supplemental import supplemental_credentials
from odkit.dataclass import dataclass
from odkit.dn import escape_value
from odkit.ldif import Attributes, ChangeRecord, Entry, Modification, comment, format_record
from odkit.text import plural

__all__ = ["MADE", "Contents", "SambaPlan", "samba_files"]

MADE = UUID("6f1f2ac5-6a3f-5f8e-9d0b-6b1f4d8b3a53")  # name space of GUIDs for objects whose record has none


@dataclass(frozen=True, slots=True)
class Contents:
    """What the files hold.

    Attributes:
        objects: makes users and groups, members first; anew each time.
        machines: accounts of services and computers.
        secrets: DN of a user -> what he is checked by; secret inside.
    """

    objects: Callable[[], Iterable[Entry]]
    machines: tuple[Machine, ...]
    secrets: Mapping[str, Secrets] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SambaPlan:
    """What the files are made from.

    Attributes:
        base: base DN of the domain.
        realm: of the domain.
        claims: what its objects take.
        contents: of the files.
        count: how many objects ``add.ldif`` makes.
        moment: Unix time from which passwords count as set.
    """

    base: str
    realm: str
    claims: tuple[Claim, ...]
    contents: Contents
    count: int
    moment: int

    @property
    def passwords(self) -> int:
        """How many accounts ``secrets.ldif`` gives a password."""
        return len(self.contents.secrets) + len(self.contents.machines)


def samba_files(plan_id: str, plan: SambaPlan) -> tuple[PlannedFile, ...]:
    """Return the files, ``load.sh`` and ``unload.sh`` among them."""
    count = plural(plan.count, "object")
    return (
        PlannedFile("add.ldif", lambda: pieces(_additions(plan_id, plan)), f"{count}, without passwords, for ldbadd --relax"),
        PlannedFile(
            "secrets.ldif",
            lambda: pieces(_passwords(plan_id, plan)),
            f"NT hashes and keys of {plural(plan.passwords, 'account')}, for ldbmodify --controls={CONTROL}",
            secret=True,
        ),
        PlannedFile("load.sh", lambda: (_load_script(plan_id, plan),), "loads them"),
        PlannedFile("unload.sh", lambda: (unload_script(plan_id, plan.base, plan.count, plan.passwords),), "the way back"),
    )


def _load_script(plan_id: str, plan: SambaPlan) -> bytes:
    return load_script(plan_id, plan.base, plan.claims, plan.moment, plan.count, plan.passwords)


def _additions(plan_id: str, plan: SambaPlan) -> Iterator[bytes]:
    yield comment(
        f"odkit plan {plan_id}: add.ldif\n"
        f"{plural(plan.count, 'object')} for {plan.base}; accounts are disabled until secrets.ldif has given them their passwords\n"
        "load.sh loads both files. By hand: ldbadd -H SAM.LDB --relax add.ldif"
    ) + b"\n"  # fmt: skip
    mark = marker(plan_id).encode()
    for entry in plan.contents.objects():
        entry.attributes["adminDescription"] = [mark]
        yield format_record(entry)
    for machine in plan.contents.machines:
        yield format_record(_machine(machine, plan, mark))
    yield _end(plan_id)


def _machine(machine: Machine, plan: SambaPlan, mark: bytes) -> Entry:
    out = Attributes({
        "objectClass": [b"computer"],
        "sAMAccountName": [machine.name.encode()],
        "objectGUID": [str(uuid5(MADE, f"machine {plan.base.lower()} {machine.name}")).encode()],
        "userAccountControl": [str(MACHINE | DISABLED).encode()],
        "msDS-SupportedEncryptionTypes": [str(machine.types).encode()],
        "adminDescription": [mark],
    })  # fmt: skip
    if machine.host:
        out["dNSHostName"] = [machine.host.encode()]
    if machine.principal is not None:
        out["userPrincipalName"] = [f"{machine.principal}@{plan.realm.lower()}".encode()]
    if machine.services:
        out["servicePrincipalName"] = [text.encode() for text in machine.services]
    return Entry(_machine_dn(machine, plan.base), out)


def _machine_dn(machine: Machine, base: str) -> str:
    return f"CN={escape_value(machine.name[:-1])},CN=Computers,{base}"


def _passwords(plan_id: str, plan: SambaPlan) -> Iterator[bytes]:
    yield comment(
        f"odkit plan {plan_id}: secrets.ldif\n"
        f"{plural(plan.passwords, 'account')}: NT hashes and Kerberos keys IN CLEAR; keep the mode 0600, and destroy it after the load\n"
        f"By hand, after add.ldif: ldbmodify -H SAM.LDB --controls={CONTROL} secrets.ldif"
    ) + b"\n"  # fmt: skip
    mark = marked(plan_id).encode()
    for dn, secrets in plan.contents.secrets.items():
        yield format_record(_password(dn, secrets, NORMAL, mark))
    for machine in plan.contents.machines:
        yield format_record(_password(_machine_dn(machine, plan.base), machine.secrets, MACHINE, mark))
    yield _end(plan_id)


def _end(plan_id: str) -> bytes:
    """Return the last line: where it is missing, the file is cut."""
    return comment(f"odkit plan {plan_id}: the end")


def _password(dn: str, secrets: Secrets, kind: int, mark: bytes) -> ChangeRecord:
    """Set password, state and date in one record, so that no account is usable with a part of them."""
    values: dict[str, bytes] = {}
    if secrets.nt_hash is not None:
        values |= {"unicodePwd": secrets.nt_hash, "ntPwdHistory": secrets.nt_hash}
    if secrets.keys is not None:
        values["supplementalCredentials"] = supplemental_credentials(secrets.keys)
    values["userAccountControl"] = str(kind if secrets.enabled else kind | DISABLED).encode()
    values["pwdLastSet"] = str(secrets.changed).encode()
    values["adminDescription"] = mark
    return ChangeRecord(dn, "modify", changes=tuple(Modification("replace", name, (value,)) for name, value in values.items()))
