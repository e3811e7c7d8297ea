"""`verify`: one verdict over all that "no interruption" means for the people of a domain.

Records counted, identities, homes, mail, groups by name and by GUID, administrators, mounts, passwords, MCX and the names of retired
servers.
What a move of servers explains by itself - a home on another host, in the same place - is said once for each pair of hosts, as information.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from odkit.comparison import differences
from odkit.directory import Directory, Group, Home, Mount, Record, User
from odkit.directory.absence import Absences
from odkit.findings import About, Finding, Report, Rule, Severity, finding, record_finding
from odkit.hostrefs import Handling, HitKind, references
from odkit.hosts.given import check_full_names
from odkit.hosts.rules import RETIRED_NOT_FOUND
from odkit.identities import check_identities
from odkit.mcx import verify_mcx
from odkit.names import host_key
from odkit.passwords import PasswordReport, verify_passwords
from odkit.servers.mounts import check_mounts
from odkit.text import escape, plural

__all__ = ["Verification", "verify"]

COUNT_DIFFERS = Rule(
    "OD601",
    "count-differs",
    Severity.INFO,
    "Compare with what was meant to go and come: odkit diff --only added,removed.",
    about=About(whole=True),
)
USER_MISSING = Rule("OD602", "user-missing", Severity.ERROR, "Put the record back from the older export.", about=About(newer=True))
IDENTITY_DIFFERS = Rule(
    "OD603",
    "identity-differs",
    Severity.ERROR,
    "Files belong to the number, and access lists to the GUID. Put the old ones back.",
    about=About(("apple-generateduid", "uidNumber", "uid")),
)
PRIMARY_GROUP_DIFFERS = Rule(
    "OD604",
    "primary-group-differs",
    Severity.WARNING,
    "Files are shared by the group's number. Check that the change was meant.",
    about=About(("gidNumber",)),
)
SHELL_DIFFERS = Rule("OD605", "shell-differs", Severity.WARNING, "Check that the change was meant.", about=About(("loginShell",)))
HOME_DIFFERS = Rule(
    "OD606",
    "home-differs",
    Severity.WARNING,
    "Check that the files are there, and that a mount gives the share.",
    about=About(("homeDirectory", "apple-user-homeurl")),
)
MAIL_DIFFERS = Rule(
    "OD607",
    "mail-differs",
    Severity.WARNING,
    "Check that the mail server knows the mailbox.",
    about=About(("mail", "apple-user-mailattribute")),
)
GROUP_MISSING = Rule("OD608", "group-missing", Severity.ERROR, "Put the record back from the older export.", about=About(newer=True))
MEMBER_LOST = Rule(
    "OD609",
    "member-lost",
    Severity.WARNING,
    "Add the members again, by name and by GUID.",
    about=About(("memberUid", "apple-group-memberguid", "apple-group-nestedgroup", "apple-computers", "apple-computer-list-groups")),
)
ADMINISTRATOR_NEW = Rule(
    "OD610",
    "administrator-new",
    Severity.WARNING,
    "Check that the right was meant to be given.",
    about=About(("memberUid", "apple-group-memberguid", "apple-group-nestedgroup", "apple-computers", "apple-computer-list-groups")),
)
MOUNT_MISSING = Rule("OD611", "mount-missing", Severity.WARNING, "Put the mount back: odkit mounts.", about=About(newer=True))
RETIRED_NAME_LEFT = Rule("OD613", "retired-name-left", Severity.WARNING, "odkit references shows what is to be done about each place.")
MOUNT_DIFFERS = Rule(
    "OD615",
    "mount-differs",
    Severity.WARNING,
    "Check that clients still find what the older mount gave.",
    about=About(("cn", "mountOption", "mountDirectory", "mountType")),
)
GROUP_NUMBER_DIFFERS = Rule(
    "OD616", "group-number-differs", Severity.ERROR, "Files are shared by the number. Put the old one back.", about=About(("gidNumber",))
)
GROUP_FOLDER_DIFFERS = Rule(
    "OD617", "group-folder-differs", Severity.WARNING, "Check that the folder is there.", about=About(("apple-group-homeurl",))
)
MOUNT_MOVED = Rule("OD614", "mount-moved", Severity.INFO, "Check that it is the share that the older mount gave.", about=About(newer=True))


_COUNTED = ("Users", "Groups", "Computers", "ComputerLists", "ComputerGroups", "Mounts")
_PEOPLE = frozenset({"Users", "Groups"})


@dataclass(slots=True)
class Verification(Report):
    """What `verify` found.

    Attributes:
        passwords: the report on the passwords, from which some of the findings are.
    """

    passwords: PasswordReport = field(default_factory=PasswordReport)


def verify(before: Directory, after: Directory | None = None, *, retired: Sequence[str] = ()) -> Verification:
    """Verify an export, and with two that everything came through a migration.

    Args:
        before: the only export, or the older one.
        after: the newer one.
        retired: full names of retired servers, which the only, or the newer, export must not name any more.

    Returns:
        A report.  Its summary has ``checks``: each check with ``result`` ("fine", or what is wrong) and ``answer``, the verdict.

    Raises:
        InputError: an export was changed while it was read.
        UsageError: a retired name that is no host, or a short one: it would match less than is meant.
    """
    check_full_names(retired)
    newest = after if after is not None else before
    checks: list[tuple[str, list[Finding]]] = []
    if after is not None:
        pairs = _pairs(before, after, "Users")
        groups = _pairs(before, after, "Groups")
        checks += [
            ("counts", list(_counts(before, after))),
            ("identities", list(_identities(pairs))),
            ("homes", list(_homes(pairs))),
            ("mail", list(_mail(pairs))),
            ("groups", list(_groups(groups, after))),
            ("mounts", list(_mounts(before, after))),
        ]
    checks.append(("identities of the records", check_identities(newest)))
    checks.append(("mounts and the homes on them", check_mounts(newest)))
    checks = [(name, _judged(found, newest, before if after is not None else None)) for name, found in checks]
    passwords = verify_passwords(before, after)
    mcx = verify_mcx(before, after, retired=retired)
    own = {id(f) for od in (before, after) if od is not None for f in od.findings}
    checks += [
        ("passwords", [f for f in passwords.findings if id(f) not in own]),
        ("policies", [f for f in mcx.findings if id(f) not in own]),
        ("retired names", [*_unknown(before, retired, alone=after is None), *_references(newest, retired)]),
    ]
    findings = [*before.findings, *(after.findings if after is not None else ()), *(f for _, found in checks for f in found)]
    table = [{"check": name, "result": _result(found)} for name, found in checks]
    bad = sum(f.severity is not Severity.INFO for f in findings)
    answer = "everything came through" if after is not None else "nothing is wrong"
    answer = answer if not bad else f"{plural(bad, 'finding')} to look at"
    summary: dict[str, Any] = {
        "answer": answer,
        "checks": table,
        "passwords": passwords.summary["answer"],
        "policies": mcx.summary["answer"],
        "retired_checked": bool(retired),
    }
    return Verification(summary, findings, passwords)


def _judged(found: Sequence[Finding], newest: Directory, older: Directory | None) -> list[Finding]:
    """Findings of a check; those about what an export does not show are withheld, and counted in their place."""
    absences = Absences(newest, older)
    kept = list(absences.kept(found))
    return [*absences.findings(), *kept]


def _result(found: Sequence[Finding]) -> str:
    counts = Counter(f.severity for f in found)
    parts = [plural(counts[s], s.value) for s in (Severity.ERROR, Severity.WARNING) if counts[s]]
    notes = f" ({plural(counts[Severity.INFO], 'note')})" if counts[Severity.INFO] else ""
    return (", ".join(parts) or "fine") + notes


def _add(rule: Rule, record: Record, message: str, severity: Severity | None = None) -> Finding:
    return record_finding(rule, record.dn, message, path=record.path, line=record.line, severity=severity)


def _counts(before: Directory, after: Directory) -> Iterator[Finding]:
    was, now = before.counts(), after.counts()
    for kind in _COUNTED:
        if was.get(kind, 0) != now.get(kind, 0):
            severity = Severity.WARNING if kind in _PEOPLE and now.get(kind, 0) < was.get(kind, 0) else Severity.INFO
            message = f"{kind}: {was.get(kind, 0):,} before, {now.get(kind, 0):,} after"
            yield finding(COUNT_DIFFERS, kind, message, path=after.sources[0].path, severity=severity)


Pairs = list[tuple[Any, Any]]  # a record of the older export, and its like in the newer one or None


def _pairs(before: Directory, after: Directory, kind: str) -> Pairs:
    """Each record with its like: by GUID where that is unique on both sides, else by name."""
    old, new = before.unique_guids([kind]), after.unique_guids([kind])
    numbers = {number: guid for guid, number in old.items()}
    named = after.of_type(kind)  # its table of names is made once
    out: Pairs = []
    for number in before.numbers(kind):
        record = before.view(number, kind)
        guid = numbers.get(number)
        other = after.view(new[guid], kind) if guid is not None and guid in new else named.get(record.name)
        out.append((record, other))
    return out


def _who(record: Record) -> str:
    return f"{'user' if record.kind == 'Users' else 'group'} {escape(record.name)}"


def _identities(pairs: Pairs) -> Iterator[Finding]:
    for was, now in pairs:
        if now is None:
            yield _add(USER_MISSING, was, f"{_who(was)} is missing in the newer export")
            continue
        if (was.guid or "").upper() != (now.guid or "").upper():
            yield _add(IDENTITY_DIFFERS, now, f"{_who(now)}: GUID {escape(was.guid or '(none)')} became {escape(now.guid or '(none)')}")
        if was.name != now.name:
            yield _add(IDENTITY_DIFFERS, now, f"{_who(now)}: was called {escape(was.name)}")
        lost = sorted(set(was.texts("uid")) - {now.name, *now.texts("uid")} - {was.name})
        if lost:
            yield _add(IDENTITY_DIFFERS, now, f"{_who(now)}: does not answer to {escape(', '.join(lost))} any more", Severity.WARNING)
        for attribute, code in (("uidNumber", IDENTITY_DIFFERS), ("gidNumber", PRIMARY_GROUP_DIFFERS), ("loginShell", SHELL_DIFFERS)):
            if was.text(attribute) != now.text(attribute):
                old, new = (escape(each.text(attribute) or "(none)") for each in (was, now))
                yield _add(code, now, f"{_who(now)}: {attribute} {old} became {new}")


def _place(home: Home) -> tuple[str, str, str]:
    """A home without its host: share, path inside it, and the path of automounted homes."""
    rest = home.url.partition("://")[2].rpartition("@")[2].partition("/")[2]
    nfs = home.nfs.split("/", 4) if home.nfs.startswith("/Network/Servers/") else ["", "", "", "", home.nfs]
    return rest.rstrip("/"), home.path, nfs[4] if len(nfs) > 4 else ""


def _homes(pairs: Pairs) -> Iterator[Finding]:
    moved: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    first: dict[tuple[tuple[str, ...], tuple[str, ...]], User] = {}
    for was, now in pairs:
        if now is None or was.home == now.home:
            continue
        old, new = (tuple(sorted({host_key(host) for host in each.home.hosts})) for each in (was, now))
        if _place(was.home) == _place(now.home) and len(old) == len(new):
            moved[old, new] += 1
            first.setdefault((old, new), now)
        elif not (now.home.url or now.home.nfs):
            yield _add(HOME_DIFFERS, now, f"{_who(now)}: the home is gone", Severity.ERROR)
        else:
            yield _add(HOME_DIFFERS, now, f"{_who(now)}: the home is in another place")
    for (old, new), count in sorted(moved.items()):
        message = f"{plural(count, 'home')} moved from {escape(', '.join(old)) or '(no host)'} to {escape(', '.join(new)) or '(no host)'}"
        yield _add(HOME_DIFFERS, first[old, new], message, Severity.INFO)


def _mail(pairs: Pairs) -> Iterator[Finding]:
    for was, now in pairs:
        if now is None:
            continue
        for attribute in ("mail", "apple-user-mailattribute"):
            old, new = was.texts(attribute), now.texts(attribute)
            if sorted(old) != sorted(new):
                yield _add(MAIL_DIFFERS, now, f"{_who(now)}: {attribute} {'is gone' if not new else 'differs' if old else 'is new'}")


def _groups(pairs: Pairs, after: Directory) -> Iterator[Finding]:
    """Members by name and by GUID, for those who are still there."""
    people = {name.lower() for user in after.users.records() for name in user.names}
    guids = {(user.guid or "").upper() for user in after.users.records()}
    for was, now in pairs:
        if now is None:
            yield _add(GROUP_MISSING, was, f"{_who(was)} is missing in the newer export")
            continue
        assert isinstance(was, Group)
        assert isinstance(now, Group)
        if was.text("gidNumber") != now.text("gidNumber"):
            number, other = (escape(each.text("gidNumber") or "(none)") for each in (was, now))
            yield _add(GROUP_NUMBER_DIFFERS, now, f"{_who(now)}: gidNumber {number} became {other}")
        if _place(was.home) != _place(now.home):
            yield _add(
                GROUP_FOLDER_DIFFERS, now, f"{_who(now)}: the group folder {'is gone' if not now.home.url else 'is in another place'}"
            )
        admin = Severity.ERROR if was.name.lower() in {"admin", "com.apple.access_ssh"} else None
        old_names, new_names = ({n.lower() for n in each.member_names} for each in (was, now))
        lost = [n for n in was.member_names if n.lower() in people and n.lower() not in new_names]
        if lost:
            yield _add(MEMBER_LOST, now, f"{_who(now)}: {plural(len(lost), 'member')} lost: {escape(', '.join(lost[:5]))}", admin)
        kept = {x.upper() for x in now.member_guids}
        gone = [g for g in was.member_guids if g.upper() in guids and g.upper() not in kept]
        if gone:
            yield _add(MEMBER_LOST, now, f"{_who(now)}: {plural(len(gone), 'member GUID')} lost: {escape(', '.join(gone[:3]))}", admin)
        nested = [{g.upper() for g in each.texts("apple-group-nestedgroup")} for each in (was, now)]
        if nested[0] - nested[1]:
            yield _add(MEMBER_LOST, now, f"{_who(now)}: {plural(len(nested[0] - nested[1]), 'nested group')} lost", admin)
        if nested[1] - nested[0] and admin is not None:
            yield _add(
                ADMINISTRATOR_NEW,
                now,
                f"{_who(now)}: {plural(len(nested[1] - nested[0]), 'nested group')} more, whose members are administrators now",
            )
        new = [n for n in now.member_names if n.lower() not in old_names]
        if new and admin is not None:
            yield _add(ADMINISTRATOR_NEW, now, f"{_who(now)}: new {plural(len(new), 'administrator')}: {escape(', '.join(new[:5]))}")


def _shares(od: Directory) -> dict[tuple[str, ...], list[Mount]]:
    """Mounts by what they give, the host left out."""
    out: dict[tuple[str, ...], list[Mount]] = {}
    for mount in od.mounts.records():
        paths = sorted({name.partition(":")[2] for name in mount.names if ":" in name})
        out.setdefault(tuple(paths), []).append(mount)
    return out


def _mounts(before: Directory, after: Directory) -> Iterator[Finding]:
    names = {name for mount in after.mounts.records() for name in mount.names}
    shares = _shares(after)
    by_name = {name: mount for mount in after.mounts.records() for name in mount.names}
    for mount in before.mounts.records():
        if any(name in names for name in mount.names):
            now = next(by_name[name] for name in mount.names if name in by_name)
            for attribute in ("mountDirectory", "mountType", "mountOption"):
                if differences(attribute, mount.attributes.get(attribute, []), now.attributes.get(attribute, [])) is not None:
                    yield _add(MOUNT_DIFFERS, now, f"mount {escape(now.name)}: {attribute} differs")
            continue
        paths = tuple(sorted({name.partition(":")[2] for name in mount.names if ":" in name}))
        like = shares.get(paths, [])
        if not like:
            yield _add(MOUNT_MISSING, mount, f"mount {escape(mount.name)} is missing, and no other server gives {escape(', '.join(paths))}")
        else:
            hosts_now = ", ".join(sorted({host for each in like for host in each.hosts}))
            yield _add(MOUNT_MOVED, like[0], f"mount {escape(mount.name)} is gone; the same path is given by {escape(hosts_now)}")


def _unknown(od: Directory, retired: Sequence[str], *, alone: bool) -> Iterator[Finding]:
    """Names that the older export does not have either: perhaps another spelling is meant."""
    named = {each.host for each in references(od, retired)} if retired else set()
    for host in dict.fromkeys(map(host_key, retired)):
        if host not in named:
            message = f"{escape(host)} is named nowhere in {escape(od.sources[0].path)}"
            yield finding(RETIRED_NOT_FOUND, host, message, path=od.sources[0].path, severity=Severity.INFO if alone else None)


def _references(od: Directory, retired: Sequence[str]) -> Iterator[Finding]:
    for each in references(od, retired) if retired else ():
        if each.handling is Handling.KEEP:
            continue
        severity = Severity.INFO if each.kind is HitKind.SHORT or each.handling is Handling.REVIEW else None
        message = f"{escape(each.dn)} {each.attribute}: {escape(each.host)} ({each.kind.value}); {each.handling.value}"
        yield record_finding(
            RETIRED_NAME_LEFT, each.dn, message, attribute=each.attribute, path=each.path, line=each.line, severity=severity
        )
