"""Converts MCX to configuration profiles: one .mobileconfig for each record, one payload for each domain.

Profiles do not compose as MCX did: where two that may meet on one machine manage the same key, the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from uuid import uuid5

from odkit.arguments import a_text
from odkit.dataclass import dataclass
from odkit.directory import Export, Record, as_directory, describe
from odkit.directory.reliance import made_from, require_whole
from odkit.errors import UsageError
from odkit.findings import Finding, Severity
from odkit.mcx._check import KINDS, NEEDS, managed_ids
from odkit.mcx._payloads import SPACE, custom_payload, keys_of, native_of, native_payloads
from odkit.mcx._today import schema_findings
from odkit.mcx.schema import source as schema_source
from odkit.patterns import regex
from odkit.plist import dumps
from odkit.text import escape, plural

__all__ = ["Profile", "Profiles", "profiles"]

_PRESETS = frozenset({"PresetUsers", "PresetGroups", "PresetComputers", "PresetComputerLists", "PresetComputerGroups"})  # on no machine
_NEEDED = ("apple-mcxsettings", "apple-mcxsettings2", "apple-mcxflags", "apple-generateduid", "cn", "uid")  # what a profile is made of
PREFIX = "odkit.mcx"
_PREFIX = regex(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\Z")
_UNSAFE = regex(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile.

    Attributes:
        name: of its file.
        record: the record whose MCX it carries.
        data: the profile, XML; the same input gives the same bytes.
        lines: what was converted how, for the report.
        records: all records whose settings it holds; several only after `odkit.mcx.once`.
    """

    name: str
    record: Record
    data: bytes = field(repr=False)
    lines: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles of an export.

    Attributes:
        profiles: in the order of the export.
        left: what could not be converted, and why.
        made_from: the export, its number of records and the last one, for the report.
        overlaps: keys that profiles which can meet on one machine both manage.
        findings: with native payloads, what Apple's schema says of them.
        schema: with native payloads, the line that names Apple's schema.
    """

    profiles: tuple[Profile, ...] = ()
    left: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    schema: str = ""

    @property
    def wrong(self) -> bool:
        """Whether a finding is more than a note."""
        return any(each.severity is not Severity.INFO for each in self.findings)

    def report(self) -> str:
        """Return the report: every value has a line in it."""
        lines = [f"{plural(len(self.profiles), 'profile')}.", *self.made_from, ""]
        for profile in self.profiles:
            lines += [f"{profile.name}: {describe(profile.record)}", *(f"  {line}" for line in profile.lines), ""]
        lines += ["Not converted", *(f"  {line}" for line in self.left or ["nothing"]), ""]
        lines += ["Managed by more than one profile: MCX composed these, profiles do not; which one counts is undefined"]
        lines += [f"  {line}" for line in self.overlaps or ["nothing"]]
        if self.schema:
            said = [f"  {each.where}: {each.severity.value}: {each.message} [{each.code}]" for each in self.findings]
            lines += ["", "Payloads of today, by Apple's schema", f"  {self.schema}", *(said or ["  nothing is deprecated or removed"])]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Form:
    organization: str
    prefix: str
    removable: bool
    native: bool


@dataclass(slots=True)
class _Draft:
    form: _Form
    profiles: list[Profile] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    keys: dict[tuple[str, str], list[Record]] = field(default_factory=dict)  # domain and key -> records that manage it
    names: set[str] = field(default_factory=set)  # of files, lower case


def profiles(
    od: Export,
    *,
    organization: str = "",
    native: bool = False,
    accept_incomplete: bool = False,
    prefix: str = PREFIX,
    removable: bool = False,
    records: Iterable[Record] | None = None,
) -> Profiles:
    """Convert the MCX of every record.

    Args:
        od: the export: opened, or a path (`odkit.directory.Export`).
        organization: PayloadOrganization.
        native: use Apple's own payload for a domain if all its keys map; the report names the others, and why.
        accept_incomplete: convert although the export is incomplete.
        prefix: of PayloadIdentifier; a UUID stands behind it.
        removable: let users remove the profiles.
        records: of this export; only theirs, and overlaps among them alone. None for all.

    Returns:
        The profiles and the report on them; nothing has been written.  A record whose settings the export does not show has none.

    Raises:
        InputError: the export is incomplete, and that was not accepted.
        UsageError: the prefix is none.
    """
    od = as_directory(od, needs=NEEDS)
    form = _Form(a_text(organization, "organization"), _prefix(prefix), removable, native)
    chosen = None if records is None else {record.record_id for record in records}
    relied = [source.reliance for source in od.sources]
    require_whole(relied, "policies that it lacks would have no profile", accept_incomplete=accept_incomplete)
    out = _Draft(form)
    od.prefetch(NEEDS)
    for kind in KINDS:
        for record_id in managed_ids(od, kind):
            if chosen is not None and record_id not in chosen:
                continue
            record = od.view(record_id, kind)
            if unknown := od.answers.unknown(record, *_NEEDED):
                out.left.append(f"{describe(record)}: {unknown}")
                out.findings += _findings(record) if native else []
                continue
            _record(out, record)
    schema = schema_source() if native else ""
    return Profiles(tuple(out.profiles), tuple(out.left), _overlaps(out), tuple(made_from(relied)), tuple(out.findings), schema)


def _overlaps(out: _Draft) -> tuple[str, ...]:
    overlaps = []
    for (domain, key), records in sorted(out.keys.items()):
        kinds = {record.kind for record in records}
        if len(records) > 1 and (len(kinds) > 1 or kinds & {"Groups", "ComputerGroups", "ComputerLists"}):
            overlaps.append(f"{escape(domain)} {escape(key)}: {', '.join(describe(record) for record in records)}")
    return tuple(overlaps)


def _record(out: _Draft, record: Record) -> None:
    mcx = record.mcx
    for value in mcx.values:
        problems = (*value.problems, *value.union_problems)
        out.left += [f"{describe(record)}, value {value.index + 1}: {escape(problem)}" for problem in problems]
    if mcx.values and mcx.written_flags is None:
        out.left.append(f"{describe(record)}: it has no flags, so that clients did not load its settings; they are converted nevertheless")
    settings = list(mcx.settings())
    held = {s.domain for s in settings}
    out.left += [
        f"{describe(record)}: {escape(domain)} holds no settings" for v in mcx.values for domain in v.domains if domain not in held
    ]
    if not settings:
        return
    identity = record.guid or record.dn
    top = uuid5(SPACE, f"{identity.upper()}")
    identifier = f"{out.form.prefix}.{top}"
    payloads, lines = [], []
    user = _is_for_users(record)
    for domain in dict.fromkeys(s.domain for s in settings):
        payload, said = custom_payload(mcx, domain, identity, identifier)
        lines += said
        for key, _ in keys_of(payload):
            found = out.keys.setdefault((domain.lower(), key), [])
            if record.kind not in _PRESETS and (not found or found[-1] is not record):
                found.append(record)
        if not out.form.native:
            payloads.append(payload)
            continue
        made = native_of(payload, mcx, domain, user=user)
        lines += [f"{escape(domain)} {escape(key)}: the number was written as Apple's payload wants it" for key in made.turned]
        lines.append(f"{escape(domain)}: {f'custom settings: {made.why}' if made.why else 'native payload'}")
        payloads += native_payloads(payload, made) if not made.why else [payload]
        out.findings += schema_findings(record, domain, made, [key for key, _ in keys_of(payload)])
    content = {
        "PayloadContent": payloads,
        "PayloadDisplayName": f"MCX of {describe(record)}",
        "PayloadIdentifier": identifier,
        "PayloadOrganization": out.form.organization,
        "PayloadRemovalDisallowed": not out.form.removable,
        "PayloadScope": "User" if user else "System",
        "PayloadType": "Configuration",
        "PayloadUUID": str(top).upper(),
        "PayloadVersion": 1,
    }
    name = _file_name(record, out.names)
    try:
        data = dumps(content)
    except (OverflowError, ValueError, TypeError) as error:  # an integer of more than 64 bits, a control character
        out.left.append(f"{describe(record)}: it cannot be written as a property list ({escape(str(error))})")
        return
    out.profiles.append(Profile(name, record, data, tuple(lines), (record,)))


def _findings(record: Record) -> list[Finding]:
    """Return what Apple's schema says of a record for which no profile is made, because the export does not show all of it."""
    found: list[Finding] = []
    for domain in dict.fromkeys(each.domain for each in record.mcx.settings()):
        payload, _ = custom_payload(record.mcx, domain, record.dn, "")
        made = native_of(payload, record.mcx, domain, user=_is_for_users(record))
        found += schema_findings(record, domain, made, [key for key, _ in keys_of(payload)])
    return found


def _is_for_users(record: Record) -> bool:
    return record.kind in {"Users", "Groups", "PresetUsers", "PresetGroups"}


def _prefix(prefix: object) -> str:
    text = a_text(prefix, "prefix")
    if _PREFIX.match(text) is None:
        raise UsageError(f"the prefix {escape(text)!r} is none: give letters, digits, hyphens and full stops, such as com.example.mcx")
    return text


def _file_name(record: Record, names: set[str]) -> str:
    base = f"{record.kind}-{_UNSAFE.sub('_', record.name)[:80] or 'record'}"
    name, number = f"{base}.mobileconfig", 2
    while name.lower() in names:
        name, number = f"{base}-{number}.mobileconfig", number + 1
    names.add(name.lower())
    return name
