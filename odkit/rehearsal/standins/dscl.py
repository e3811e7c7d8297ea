r"""Stand-in for dscl(1), strict: read, list, delete, create, change and merge against a directory, with Apple's path rules and exit codes.

Built from the facts of DSTools-60 (10.4), -112 (10.5) and -134 (10.6): ``dscl.m``, ``NSStringEscPath.m``, ``PathManager.m``.
What those do not settle is refused.  A delete of a whole record type does what dscl does: it removes every record of the type.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from odkit.dn import DN, parse_dn
from odkit.ldif import Attributes, ChangeRecord, Entry, Modification
from odkit.rehearsal.standins.dscl_node import Console, Fail, Node, Usage, kind_of, ldap_name, raw_path, split_path
from odkit.text import decode

_ERRORS = {
    "eDSUnknownNodeName": -14009,
    "eDSPermissionError": -14120,
    "eDSAttributeNotFound": -14134,
    "eDSRecordNotFound": -14136,
    "eDSAttributeValueNotFound": -14143,
}


def read(node: Node, words: list[str]) -> None:
    """``-read PATH [KEY…]``: ``Key: v1 v2``, or one value a line behind a space where a value holds a space."""
    parts = raw_path(words[0]) if node.modern else split_path(words[0])
    if len(parts) != 2:
        raise Usage("read takes a record")
    kind = kind_of(parts)
    found = node.search(kind, parts[1])
    if not found:
        raise Fail("eDSRecordNotFound")
    keys = words[1:] or list(found[0].attributes)
    for key in keys:
        values = [decode(v) for v in found[0].attributes.get(ldap_name(kind, key), ())]
        if not values:
            (node.console.err if node.modern else node.console.out)(f"No such key: {key}")
        elif any(" " in v or "\n" in v for v in values):
            node.console.out(f"{key}:\n" + "\n".join(f" {v}" for v in values))
        else:
            node.console.out(f"{key}: {' '.join(values)}")


def list_(node: Node, words: list[str]) -> None:
    """``-list PATH [KEY]``: the first name of every record, and the values of the key where it has any."""
    parts = split_path(words[0])
    if len(words) > 2 or len(parts) != 1:
        raise Usage("list takes a record type")
    kind = kind_of(parts)
    for entry in node.search(kind, None):
        name = decode((entry.attributes.get("uid") or entry.attributes.get("cn") or entry.attributes.get("ou") or [b"?"])[0])
        if len(words) == 1:
            node.console.out(name)
            continue
        values = [decode(v) for v in entry.attributes.get(ldap_name(kind, words[1]), ())]
        if values:
            node.console.out(f"{name:<24} {' '.join(values)}")


def delete(node: Node, words: list[str]) -> None:
    """``-delete PATH [KEY [VALUE…]]``."""
    parts = split_path(words[0])
    kind = kind_of(parts)
    if len(parts) > 2:
        raise Fail("eDSUnknownNodeName")
    if len(parts) == 1:  # dscl removes every record of the type, without a question
        for entry in node.search(kind, None):
            node.change(ChangeRecord(entry.dn, "delete"))
        return
    found = node.search(kind, parts[1])
    if not found:
        node.console.out("Invalid Path")
        raise Fail("eDSUnknownNodeName")
    dn, attributes = found[0].dn, found[0].attributes
    if len(words) == 1:
        node.change(ChangeRecord(dn, "delete"))
        return
    name = ldap_name(kind, words[1])
    if name not in attributes:
        raise Fail("eDSAttributeNotFound")
    for word in words[2:]:
        if word.encode("utf-8", "surrogateescape") not in attributes[name]:
            raise Fail("eDSAttributeValueNotFound")
    values = tuple(word.encode("utf-8", "surrogateescape") for word in words[2:])
    node.change(ChangeRecord(dn, "modify", changes=(Modification("delete", name, values),)))


def _record(node: Node, path: str) -> tuple[str, Entry]:
    """The first record that has a name; what is missing is a path that is not valid."""
    parts = split_path(path)
    if len(parts) != 2:
        raise Usage("this stand-in changes records only")
    kind = kind_of(parts)
    found = node.search(kind, parts[1])
    if not found:
        node.console.out("Invalid Path")
        raise Fail("eDSUnknownNodeName")
    return kind, found[0]


def _bytes(words: list[str]) -> tuple[bytes, ...]:
    return tuple(word.encode("utf-8", "surrogateescape") for word in words)


def create(node: Node, words: list[str]) -> None:
    """``-create PATH``: make a record; ``-create PATH KEY VALUE…``: these are all its values."""
    if len(words) == 1:
        parts = split_path(words[0])
        if len(parts) != 2 or kind_of(parts) != "Mounts":
            raise Usage("this stand-in makes mounts only")
        if node.search("Mounts", parts[1]):
            return  # dscl says nothing of a record that is there
        dn = str(DN(((("cn", parts[1]),), *parse_dn(f"cn=mounts,{node.machine['suffix']}").rdns)))
        node.change(ChangeRecord(dn, "add", attributes=Attributes({"objectClass": [b"mount"], "cn": [parts[1].encode()]})))
        return
    kind, entry = _record(node, words[0])
    name = ldap_name(kind, words[1])
    node.change(ChangeRecord(entry.dn, "modify", changes=(Modification("replace", name, _bytes(words[2:])),)))


def change(node: Node, words: list[str]) -> None:
    """``-change PATH KEY OLD NEW``: the old value must be there, exactly."""
    if len(words) != 4:
        raise Usage("change takes a path, a key, and two values")
    kind, entry = _record(node, words[0])
    name = ldap_name(kind, words[1])
    old, new = _bytes(words[2:])
    if name not in entry.attributes:
        raise Fail("eDSAttributeNotFound")
    if old not in entry.attributes[name]:
        raise Fail("eDSAttributeValueNotFound")
    node.change(ChangeRecord(entry.dn, "modify", changes=(Modification("delete", name, (old,)), Modification("add", name, (new,)))))


def merge(node: Node, words: list[str]) -> None:
    """``-merge PATH KEY VALUE…``: add the values that are not there."""
    kind, entry = _record(node, words[0])
    name = ldap_name(kind, words[1])
    values = tuple(value for value in _bytes(words[2:]) if value not in entry.attributes.get(name, ()))
    if values:
        node.change(ChangeRecord(entry.dn, "modify", changes=(Modification("add", name, values),)))


_COMMANDS = {
    "read": read,
    "cat": read,
    "list": list_,
    "ls": list_,
    "delete": delete,
    "rm": delete,
    "create": create,
    "mk": create,
    "change": change,
    "merge": merge,
}


def tokens(line: str) -> list[str]:
    """Split a batch line: a quote counts only at the start of a word; backslashes go."""
    out = []
    for match in re.finditer(r"""\s*(?:"([^"]*)"|'([^']*)'|(\S+))""", line):
        out.append(next(group for group in match.groups() if group is not None).replace("\\", ""))
    return out


def batch(node: Node) -> int:
    """Commands on standard input (10.5 and later); the status is always 0."""
    if not node.modern:
        node.console.err("dscl: 10.4 reads no batch")
        return 70
    for line in node.console.input().split("\n"):
        if len(line.encode("utf-8", "surrogateescape")) > 4095:
            raise Usage("a line of the batch is longer than 4095 bytes")
        words = tokens(line)
        if not words:
            continue
        if words[0] in {"quit", "exit", "q"}:
            break
        one(node, words)
    return 0


def one(node: Node, words: list[str]) -> int:
    """One command, its complaint on standard error, its status."""
    command = words[0].removeprefix("-")
    if command not in _COMMANDS or len(words) < 2:
        raise Usage(f"not a command of this stand-in: {words!r}")
    try:
        _COMMANDS[command](node, words[1:])
    except Fail as fail:
        number = _ERRORS[fail.name]
        node.console.err(f"<main> {command} status: {fail.name}\n<dscl_cmd> DS Error: {number} ({fail.name})")
        return -number & 0xFF if node.modern else number & 0xFF
    return 0


def main(state: str, arguments: list[str], console: Console) -> int:
    """Do what dscl does.

    Args:
        state: the file of the machine that it plays.
        arguments: dscl's own words.
        console: where it was called.

    Returns:
        Its exit status.

    Raises:
        Usage: a command line that it does not take.
    """
    node = Node(json.loads(Path(state).read_text()), console)
    user: str | None = None
    ask = False
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        option = arguments[at]
        if option == "-u":
            at += 1
            user = arguments[at]
        elif option == "-p":
            ask = True
        elif option not in {"-q", "-raw", "-url"}:
            raise Usage(f"option {option} has no place in a rehearsal")
        at += 1
    words = arguments[at:]
    if not words or words[0] != node.machine["node"]:
        node.console.out(f"Data source ({words[0] if words else ''}) is not valid.")
        return 69 if node.modern else 0
    if ask or user is not None:
        password = console.password()
        if (user or "root") != node.machine["admin"] or password != node.machine["password"]:
            node.console.out(f"Data source ({words[0]}) is not valid.")
            return 69 if node.modern else 0
        node.password = password
    return one(node, words[1:]) if len(words) > 1 else batch(node)
