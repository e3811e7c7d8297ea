"""A directory node as dscl sees it: its records, its paths, its errors."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import unquote_to_bytes

from odkit.ldif import ChangeRecord, Entry
from odkit.releases import release_of_version
from odkit.values.schema import CONTAINERS, DSCL_ATTRIBUTES

__all__ = ["Console", "Fail", "Node", "Usage", "kind_of", "ldap_name", "raw_path", "split_path"]

_TYPES = {kind: container for container, kind in CONTAINERS.items()}


class Fail(Exception):  # noqa: N818 - a DirectoryService status
    """A status of DirectoryService."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class Usage(Exception):  # noqa: N818
    """A command line that dscl would answer with its usage."""


class Console(Protocol):
    """Where dscl was called: lines that it prints, the password that it asks for, and what is piped into it."""

    def out(self, text: str) -> None:
        """Print a line on standard output."""

    def err(self, text: str) -> None:
        """Print a line on standard error."""

    def password(self) -> str:
        """Ask for a password at the terminal."""

    def input(self) -> str:
        """Everything on standard input."""


class Node:
    """A directory node: where it is, and who has authenticated.

    Args:
        machine: what a `Machine` says.
        console: where dscl was called.
    """

    def __init__(self, machine: dict[str, str], console: Console) -> None:
        self.machine = machine
        self.console = console
        self.password: str | None = None

    @property
    def modern(self) -> bool:
        """10.5 or later."""
        return not release_of_version(self.machine["release"]).dscl_decodes_read_path

    def search(self, kind: str, name: str | None) -> list[Entry]:
        """Records of a type, or those that have a name."""
        base = f"cn={_TYPES[kind]},{self.machine['suffix']}"
        assertion = "".join(map(_filter_char, name or ""))
        wanted = f"(|(cn={assertion})(uid={assertion})(ou={assertion}))" if name is not None else "(objectClass=*)"
        # its mapping of OD servers has a time of change for every type; of 10.4 that is not known
        attributes = ["*", "modifyTimestamp"] if self.modern else ["*"]
        from odkit.rehearsal.standins import dscl_ldap

        try:
            return dscl_ldap.search(self.machine["ldap"], base, wanted, attributes)
        except dscl_ldap.Refused:
            raise Fail("eDSUnknownNodeName") from None

    def change(self, record: ChangeRecord) -> None:
        """Apply one change as the administrator."""
        from odkit.rehearsal.standins import dscl_ldap

        if self.password is None:
            raise Fail("eDSPermissionError")
        try:
            dscl_ldap.change(self.machine["ldap"], self.machine["bind"], self.password, record)
        except dscl_ldap.Refused:
            raise Fail("eDSPermissionError") from None


def _filter_char(char: str) -> str:
    """One character of an assertion value in a filter (RFC 4515 section 3)."""
    if char.isalnum() and char.isascii():
        return char
    return "".join(f"\\{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def split_path(path: str) -> list[str]:
    r"""``\/`` and ``\\`` become escapes, other backslashes go, split at ``/``, percent-decode, resolve ``.`` and ``..``."""
    text = path.replace("\\/", "%2f").replace("\\\\", "%5c").replace("\\", "")
    parts: list[str] = []
    for raw in text.split("/"):
        if re.search(r"%(?![0-9A-Fa-f]{2})", raw):
            raise Usage("uncaught exception: malformed escape")
        part = unquote_to_bytes(raw.encode("utf-8", "surrogateescape")).decode("utf-8", "strict")
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return parts


def raw_path(path: str) -> list[str]:
    """Return the path of ``-read`` in 10.5 and later: the last component as written; with a colon, split at the last ``/`` before it."""
    head = path.partition(":")[0]
    cut = head.rfind("/") if ":" in path else path.rfind("/")
    return [*split_path(path[:cut]), path[cut + 1 :]]


def kind_of(parts: list[str]) -> str:
    """Record type that a path names.

    Raises:
        Fail: not a type of a directory node.
    """
    kind = parts[0].removeprefix("dsRecTypeStandard:")
    if kind not in _TYPES:
        raise Fail("eDSUnknownNodeName")
    return kind


def ldap_name(kind: str, key: str) -> str:
    """LDAP attribute that a key of dscl means."""
    if key.startswith("dsAttrTypeNative:"):
        return key.partition(":")[2]
    key = key.removeprefix("dsAttrTypeStandard:")
    if key == "ModificationTimestamp":
        return "modifyTimestamp"
    return next((ldap for ldap, standard in DSCL_ATTRIBUTES.get(kind, {}).items() if standard == key), key)
