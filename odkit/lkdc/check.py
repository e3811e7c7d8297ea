"""Where the names of Local KDCs are in an export, a KDC's list and a keytab, and whether they agree.

An LKDC belongs to one machine: its computer record ``LKDC:SHA1.…$``, its keytab, its local users.  The same name on two machines is the
sign of a cloned disk (``asr`` copies the certificate), and the second one's clients cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.directory import Export, Record, as_directory
from odkit.findings import Finding, Report, Rule, Severity, finding, record_finding
from odkit.kerberos.inventory import Inventory, InventoryKind
from odkit.lkdc.realm import Certificate
from odkit.patterns import regex
from odkit.text import decode, escape, plural
from odkit.values.principal import LKDC

__all__ = ["check_lkdc"]

LKDC_MALFORMED = Rule(
    "OD501",
    "lkdc-malformed",
    Severity.WARNING,
    "Correct or delete the value. A Local KDC is named LKDC:SHA1. and the SHA-1 of its certificate.",
)
LKDC_SHARED = Rule(
    "OD502",
    "lkdc-shared",
    Severity.WARNING,
    "Run 'odkit lkdc teardown', and give all but one machine a new Local KDC. Disks were cloned with the certificate.",
)
LKDC_AUTHORITY_LEFT = Rule(
    "OD503", "lkdc-authority-left", Severity.INFO, "Remove the authority. A network user does not log in by a Local KDC."
)
LKDC_CERTIFICATE_DIFFERS = Rule(
    "OD504",
    "lkdc-certificate-differs",
    Severity.WARNING,
    "Compare the certificate with the machine. It belongs to another one, or its Local KDC was made again.",
)
LKDC_PRINCIPAL_LEFT = Rule(
    "OD505", "lkdc-principal-left", Severity.INFO, "Delete the principal with the tools of the Local KDC. It belongs to an earlier one."
)
LKDC_DISAGREES = Rule(
    "OD506", "lkdc-disagrees", Severity.WARNING, "Correct the authority. Its name and its realm must be the same Local KDC."
)


_ANY = regex(r"(?i)LKDC:[^;@/$\s,\"<>]*")


@dataclass(slots=True)
class _Found:
    """What one LKDC is seen on: name of a machine or record -> where."""

    machines: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    users: list[Record] = field(default_factory=list)


class _Check:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.names: dict[str, _Found] = {}

    def name(self, text: str, subject: str, where: str, path: str, line: int | None) -> str | None:
        """Return a well-formed name, or None and a finding."""
        if LKDC.match(text):
            self.names.setdefault(text, _Found())
            return text
        if text.upper().startswith("LKDC:SHA1.") and LKDC.match(text.upper()):
            why = "in lower case; Apple's tools compare byte for byte"
        else:
            why = "not LKDC:SHA1. and 40 upper-case hex digits"
        self.findings.append(finding(LKDC_MALFORMED, subject, f"{where}: {escape(text)} is {why}", path=path, line=line))
        return None


_MARKS = ("macAddress", "apple-hwuuid")


def _own_name(computer: Record) -> str | None:
    """Return the name by which a person knows the machine: a full name, else a short one; None for a record that has only an LKDC's."""
    names = [name.rstrip("$") for name in computer.names]
    listed = [part.strip().rstrip("$") for text in computer.texts("description") for part in text.split(",")]
    plain = [name.lower() for name in (*names, *listed) if name and not name.upper().startswith("LKDC:")]
    full = [name for name in plain if "." in name]
    return next(iter(full or plain), None)


def _machines(computers: Iterable[Record]) -> Iterator[tuple[Record, str | None]]:
    """Yield records with the machine each belongs to: its own name, or that of the record with the same hardware address."""
    found = [(computer, _own_name(computer)) for computer in computers]
    by_mark = {f"{mark}={value.lower()}": name for computer, name in found if name for mark in _MARKS for value in computer.texts(mark)}
    full = {name.partition(".")[0]: name for _, name in found if name and "." in name}
    for computer, name in found:
        if name is None:
            marks = (f"{mark}={value.lower()}" for mark in _MARKS for value in computer.texts(mark))
            name = next((by_mark[mark] for mark in marks if mark in by_mark), None)
        yield computer, full.get(name, name) if name else None


def check_lkdc(od: Export, inventories: Sequence[Inventory] = (), certificates: Sequence[Certificate] = ()) -> Report:
    """Check every LKDC name.

    Args:
        od: the export: opened, or a path (`odkit.directory.Export`).
        inventories: lists of a KDC, and keytabs; a keytab is that of one machine.
        certificates: those of Local KDCs.

    Returns:
        Findings OD501 to OD506; the summary has ``lkdc``: each name with the machines that have it.
    """
    od = as_directory(od)
    check = _Check()
    for computer, machine in _machines(od.computers.records()):
        _computer(check, computer, machine)
    for user in od.users.records():
        _authorities(check, user)
    _shared(check)
    for inventory in inventories:
        _inventory(check, inventory)
    _certificates(check, certificates)
    names = {name: sorted(found.machines) for name, found in sorted(check.names.items())}
    return Report({"lkdc": names, "answer": plural(len(names), "Local KDC")}, [*od.findings, *check.findings])


def _computer(check: _Check, computer: Record, machine: str | None) -> None:
    texts = [(name, f"computer {escape(computer.name)}") for name in computer.names]
    texts += [(text, f"computer {escape(computer.name)}, description") for text in computer.texts("description")]
    texts += [(text, f"computer {escape(computer.name)}, authAuthority") for text in computer.texts("authAuthority")]
    for text, where in texts:
        for match in _ANY.finditer(text):
            name = check.name(match[0], computer.dn, where, computer.path, computer.line)
            if name is not None and machine is not None:
                check.names[name].machines.setdefault(machine, (computer.path, computer.line))


def _authorities(check: _Check, user: Record) -> None:
    for text in user.texts("authAuthority"):
        found = [match[0] for match in _ANY.finditer(text)]
        names = {
            name for each in found if (name := check.name(each, user.dn, f"user {escape(user.name)}", user.path, user.line)) is not None
        }
        if len(names) > 1:
            message = f"user {escape(user.name)}: one authority names {plural(len(names), 'Local KDC')}: {', '.join(sorted(names))}"
            check.findings.append(record_finding(LKDC_DISAGREES, user.dn, message, path=user.path, line=user.line))
        for name in names:
            check.names[name].users.append(user)


def _shared(check: _Check) -> None:
    for name, found in check.names.items():
        if len(found.machines) > 1:
            path, line = next(iter(found.machines.values()))
            message = f"{name} is on {plural(len(found.machines), 'machine')}: {', '.join(map(escape, sorted(found.machines)))}"
            check.findings.append(finding(LKDC_SHARED, name, message, path=path, line=line))
        if found.users:
            user = found.users[0]
            which = f"that of {', '.join(map(escape, sorted(found.machines)))}" if found.machines else "no computer record has it"
            message = (
                f"{plural(len(found.users), 'user')} of the directory, such as {escape(user.name)}, with an authority of {name} ({which})"
            )
            check.findings.append(record_finding(LKDC_AUTHORITY_LEFT, user.dn, message, path=user.path, line=user.line))


def _inventory(check: _Check, inventory: Inventory) -> None:
    realms: dict[str, int] = {}
    for row in inventory.listed:
        parts = [row.principal.realm, *row.principal.components]
        for part in parts:
            text = decode(part)
            if text.upper().startswith("LKDC:"):
                name = check.name(text.rstrip("$"), str(row.principal), str(row.principal), inventory.path, row.line)
                if name is not None:
                    realms.setdefault(name, row.line)
    if inventory.kind is InventoryKind.KEYTAB and len(realms) > 1:
        message = f"the keytab holds keys of {plural(len(realms), 'Local KDC')}: {', '.join(sorted(realms))}"
        check.findings.append(finding(LKDC_PRINCIPAL_LEFT, "", message, path=inventory.path))
    if inventory.kind is not InventoryKind.KEYTAB:
        for name, line in realms.items():
            message = f"a principal of {name} in the list of a KDC that is not its own"
            if any(decode(row.principal.realm) != name for row in inventory.listed):
                check.findings.append(finding(LKDC_PRINCIPAL_LEFT, name, message, path=inventory.path, line=line))


def _certificates(check: _Check, certificates: Sequence[Certificate]) -> None:
    own = {certificate.realm for certificate in certificates}
    for certificate in certificates:
        if certificate.realm not in check.names:
            message = f"{certificate.realm} (of the certificate) is nowhere in the inputs"
            check.findings.append(finding(LKDC_CERTIFICATE_DIFFERS, certificate.realm, message))
    if own and not own & check.names.keys() and check.names:
        message = f"the inputs name {', '.join(sorted(check.names)[:3])} instead"
        check.findings.append(finding(LKDC_CERTIFICATE_DIFFERS, "", message))
