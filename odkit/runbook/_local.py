"""Network and mobile accounts made local: what each user needs, what stands in the way, and the script that does it on a Mac.

What a mobile account consists of is known from public scripts that undo it, not from a document of Apple (docs/leaving.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from odkit.dataclass import dataclass
from odkit.directory import Directory, User
from odkit.ldif import Answer
from odkit.names import host_key
from odkit.patterns import regex
from odkit.releases import LION, release_of_version
from odkit.runbook._clients import part
from odkit.shell import assemble, field_of, heredoc
from odkit.text import escape, plural

__all__ = ["LocalAccount", "local_accounts", "local_list", "local_script"]

_FIRST = 501  # of the accounts of people; those below are the system's own, and hidden
_SERVERS = "/Network/Servers/"
_NAME = regex(r"[A-Za-z_][A-Za-z0-9._-]{0,99}\Z")
_GUID = regex(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\Z")
_NUMBER = regex(r"(?:0|[1-9][0-9]{0,9})\Z")
_NEEDED = ("uidNumber", "gidNumber", "apple-generateduid", "homeDirectory", "apple-user-homeurl", "loginShell", "cn")
_HEAD = (
    "# Accounts to be made local",
    "",
    "On each Mac: `sh make-local.sh` shows which of these users it knows; `sh make-local.sh NAME`, then with `--apply`, makes the account",
    "the Mac's own, with its number, its GUID and its home. A home on a server is copied, and stays where it is.",
    "Where a user works on several Macs, each gets a home of its own: choose one Mac, or merge them by hand.",
    "",
    "| user | uid | group | GUID | home | reached by | to do | done |",
    "|---|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """A user, as he has to be on a Mac.

    Attributes:
        dn: of the record.
        name: short name.
        number, group, guid: of the account, which stay; "" where the export has none.
        real_name, shell: for the new account.
        server: of the home, "" where it is on no server.
        scheme: of the home's URL, such as "afp"; "" for none.
        source: path of the home on a server, as Macs see it; "" where it is on no server.
        why_not: what stands in the way, one sentence each; empty where nothing does.
    """

    dn: str
    name: str
    number: str
    group: str
    guid: str
    real_name: str
    shell: str
    server: str
    scheme: str
    source: str
    why_not: tuple[str, ...] = ()


def local_accounts(od: Directory) -> tuple[LocalAccount, ...]:
    """Return what has to be known of each user to make his account a Mac's own, in the order of the export.

    Args:
        od: the newest export.
    """
    users = list(od.users.records())
    names = Counter(name for user in users for name in {each.casefold() for each in user.texts("uid")})
    numbers = Counter(user.text("uidNumber") for user in users)
    guids = Counter((user.text("apple-generateduid") or "").upper() for user in users)
    found = []
    for user in users:
        number, guid = user.text("uidNumber") or "", (user.text("apple-generateduid") or "").upper()
        why = [*_unknown(od, user), *_odd(user, number, guid)]
        why += (
            ["a name of it is that of another user, too, capitals apart"]
            if any(names[each.casefold()] > 1 for each in user.texts("uid"))
            else []
        )
        why += [f"uid {escape(number)} is that of another user, too"] if number and numbers[number] > 1 else []
        why += ["its GUID is that of another user, too"] if guid and guids[guid] > 1 else []
        found.append(_account(user, number, guid, tuple(dict.fromkeys(why))))
    return tuple(found)


def _account(user: User, number: str, guid: str, why: tuple[str, ...]) -> LocalAccount:
    home = user.home
    path = home.nfs if home.nfs.startswith(_SERVERS) else ""
    server = host_key(path.removeprefix(_SERVERS).partition("/")[0])
    scheme = home.url.partition(":")[0].lower() if "://" in home.url else ""
    group, real_name, shell = user.text("gidNumber") or "", user.text("cn") or user.name, user.text("loginShell") or "/bin/bash"
    return LocalAccount(user.dn, user.name, number, group, guid, real_name, shell, server, scheme, path, why)


def _unknown(od: Directory, user: User) -> Iterator[str]:
    """Yield what the export does not show: it is not known, and nothing is made from it."""
    for name in _NEEDED:
        if od.answers.attribute(user, name) not in {Answer.KNOWN, Answer.ABSENT}:
            yield f"the export does not show its {name}"


def _odd(user: User, number: str, guid: str) -> Iterator[str]:
    """Yield what keeps a user from becoming an account of a Mac."""
    for name in ("uidNumber", "gidNumber", "apple-generateduid", "homeDirectory"):
        if len(user.texts(name)) > 1:
            yield f"it has several values of {name}"
    if _NAME.match(user.name) is None:
        yield "its name has characters that this script does not write into an account"
    if _NUMBER.match(number) is None:
        yield "it has no number (uidNumber)"
    elif int(number) < _FIRST or int(number) >= 2**31:
        yield f"uid {number} is not one of the numbers for people, from {_FIRST} on"
    if _NUMBER.match(user.text("gidNumber") or "") is None:
        yield "it has no primary group (gidNumber)"
    if _GUID.match(guid) is None:
        yield "it has no GUID (apple-generateduid)"
    home = user.home.nfs
    if home in {"", "99", "/dev/null"} or not home.startswith("/"):
        yield "it has no home"
    elif not (user.text("cn") or "x").isprintable() or not home.isprintable() or not (user.text("loginShell") or "x").isprintable():
        yield "its full name, home or shell has control characters"
    elif home.startswith(_SERVERS) and any(part in {"", ".", ".."} for part in home.removeprefix("/").split("/")):
        yield "the path of its home is not a plain one"


def local_script(accounts: tuple[LocalAccount, ...]) -> bytes:
    """Return ``make-local.sh``.

    Args:
        accounts: see `local_accounts`; those with something in the way are refused by the script, with the reason.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    rows = [
        "|".join([a.name, a.number, a.group, a.guid, field_of(a.real_name), field_of(a.shell), field_of(a.server), field_of(a.source)])
        for a in accounts
        if not a.why_not
    ]
    left = [f"{field_of(a.name)}|{field_of('; '.join(a.why_not))}" for a in accounts if a.why_not]
    head = (
        "odkit runbook: make-local.sh",
        "For any Mac, 10.5 and later: makes accounts of the domain the Mac's own; number, GUID and home stay.",
        "Without --apply it changes nothing. It never changes a home on a server.",
        "Confidence: named at each step; from 10.14 on macOS may want full disk access for Terminal.",
        "Status: 0 fine; 1 a user was refused, or something had trouble; 2 the surroundings are not right; 3 another release.",
    )
    data = [heredoc("users", rows), heredoc("left", left)]
    own = map(part, ("runbook.sh", "make-local.sh"))
    values = {"STEPS": str(len(rows)), "TARGET": release_of_version(LION).name, "NODE": "."}
    return assemble(head, values, ("common.sh", "records.sh", "dscl.sh"), data, own=own)


def local_list(accounts: tuple[LocalAccount, ...]) -> bytes:
    """Return ``LOCAL.md``: every user, where his home is, and what has to be done or stands in the way."""
    blocked = sum(bool(each.why_not) for each in accounts)
    lines = list(_HEAD)
    for each in sorted(accounts, key=lambda a: (bool(a.why_not), a.server, a.name.casefold())):
        where = f"{each.server}: {each.source}" if each.server else "on the Mac, or none"
        todo = "; ".join(each.why_not) if each.why_not else _todo(each)
        cells = (each.name, each.number, each.group, each.guid, where, each.scheme, ("LEFT: " if each.why_not else "") + todo)
        lines.append(f"| {' | '.join(map(_cell, cells))} | {'-' if each.why_not else '[ ]'} |")
    lines += ["", f"{plural(len(accounts) - blocked, 'account')} to be made local, {blocked} left.", ""]
    return "\n".join(lines).encode("utf-8", "backslashreplace")


def _todo(each: LocalAccount) -> str:
    if not each.server:
        return "mobile account: untied from the directory"
    afp = "; before the Mac is updated to macOS 27, which cannot mount it" if each.scheme == "afp" else ""
    return f"home copied, account made; or, a mobile account: untied{afp}"


def _cell(text: str) -> str:
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>#|!~&$" else char for char in escape(text))
