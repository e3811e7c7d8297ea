"""Columns whose values differ from record to record: GUIDs, dates, accounts, homes, and whether all of a record can be read.

A pattern for lines in their usual form stands beside one for the same attributes in any other form: that one tells that the record must be
read by itself, and no more, so that a column changes nothing about which records the reader of LDIF parses at once.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from odkit.directory._base64 import are_base64, fault_of_base64
from odkit.directory.dwellings import Dwelling, dwelling_of
from odkit.ldif import ANY_NAME, CONTINUED, LINE_ENDS, Pattern, UnfetchedURL
from odkit.text import decode
from odkit.values.verifier import PLACEHOLDERS, VERIFIER_ATTRIBUTES

if TYPE_CHECKING:
    from odkit.directory.accounts import Accounts

__all__ = ["OWN_COLUMNS", "OwnColumn", "lacks_guid"]

_GUID = 36  # characters of one
_LINE = rb"[^ \n][^\n]*+" + CONTINUED  # a logical line as it is in the file
_AUTHORITY = rb";[^\n]*+" + CONTINUED
_ANY = rb"(?::|(?:;[A-Za-z0-9_-]++)++:)(?=[^<])"  # what stands behind an attribute's name in any form
_VERIFIERS = tuple(sorted(name.encode() for name in VERIFIER_ATTRIBUTES if name[0].isalpha()))  # a line that begins with an OID is parsed
_PLACEHOLDERS = [b2a_base64(each, newline=False) for each in PLACEHOLDERS]

Values = Mapping[str, Sequence[bytes]]  # by attribute, in lower case and without options
Own = Sequence[Sequence[bytes | None]]  # see `odkit.ldif.Batch`


class OwnColumn(Protocol):
    """A column that is read from own values (see `odkit.ldif.Pattern`).

    Args:
        at: place of its first pattern among those of own values.

    Attributes:
        patterns: that it needs.
    """

    patterns: ClassVar[tuple[Pattern, ...]]

    def __init__(self, at: int) -> None: ...

    @property
    def values(self) -> Any:
        """By record id."""

    def take(self, own: Own, usual: bytearray) -> None:
        """Add regular records.

        Args:
            own: what was found in them.
            usual: for each whether the columns before this one know that what they looked at can be read; gets the same for this one.
        """
        ...

    def take_parsed(self, values: Values) -> None:
        """Add a record whose attributes were parsed."""
        ...


def _text(values: Values, name: str) -> str:
    return next((decode(value) for value in values.get(name, ()) if not isinstance(value, UnfetchedURL)), "")


class _Guids:
    patterns: ClassVar[tuple[Pattern, ...]] = (
        Pattern((b"apple-generateduid",), rb"apple-generateduid: ([0-9A-Fa-f-]{%d})" % _GUID + LINE_ENDS, own=True),
    )

    def __init__(self, at: int) -> None:
        self._values: list[str] = []
        self._at = at
        self._joined: list[str] = []  # of the last records: who looks for a name alone needs no list
        self.others: set[str] = set()  # what was parsed: perhaps no GUIDs

    def take(self, own: Own, usual: bytearray) -> None:
        guids: Sequence[Any] = own[self._at]
        found = b"\n".join([value or b"" for value in guids] if None in guids else guids)
        if found.count(b"\n") >= len(usual):  # a record has several
            found = b"\n".join([(value or b"")[:_GUID] for value in own[self._at]])
        self._joined.append(found.decode("ascii"))

    def take_parsed(self, values: Values) -> None:
        guid = _text(values, "apple-generateduid").upper()
        (self.values if "\n" in guid else self._joined).append(guid)
        self.others.add(guid)

    @property
    def values(self) -> list[str]:
        if self._joined:
            self._values += "\n".join(self._joined).upper().split("\n")
            self._joined.clear()
        return self._values


def lacks_guid(column: OwnColumn | None, text: str) -> bool:
    """Tell whether it is known of the column of GUIDs that no record has one, given in upper case."""
    return isinstance(column, _Guids) and len(text) != _GUID and text not in column.others


class _Stamps:
    patterns: ClassVar[tuple[Pattern, ...]] = (Pattern((b"modifyTimestamp",), rb"modifyTimestamp: ([0-9]{14}Z)" + LINE_ENDS, own=True),)

    def __init__(self, at: int) -> None:
        self.values: list[str] = []
        self._at = at
        self._known: dict[bytes | None, str] = {None: ""}

    def take(self, own: Own, usual: bytearray) -> None:
        known = self._known
        for value in set(own[self._at]) - known.keys():
            assert value is not None
            known[value] = value[:15].decode("ascii")
        self.values += [known[value] for value in own[self._at]]

    def take_parsed(self, values: Values) -> None:
        self.values.append(_text(values, "modifytimestamp"))


class _Primaries:
    patterns: ClassVar[tuple[Pattern, ...]] = (Pattern((b"gidNumber",), rb"gidNumber: ([0-9]{1,10})" + LINE_ENDS, own=True),)

    def __init__(self, at: int) -> None:
        self.values: list[str | None] = []
        self._at = at
        self._known: dict[bytes | None, str] = {None: ""}

    def take(self, own: Own, usual: bytearray) -> None:
        known = self._known
        for value in set(own[self._at]) - known.keys():
            assert value is not None
            known[value] = value.partition(b"\n")[0].decode("ascii")
        self.values += [known[value] for value in own[self._at]]

    def take_parsed(self, values: Values) -> None:
        self.values.append(None)


class _Names:
    patterns: ClassVar[tuple[Pattern, ...]] = (
        Pattern((b"uid",), rb"uid: ([!-~][ -~]*+)" + LINE_ENDS, own=True),
        Pattern((b"cn",), rb"cn: ([!-~][ -~]*+)" + LINE_ENDS, own=True),
        Pattern((b"cn",), rb"cn:: (" + _LINE + rb")", own=True),
        Pattern((b"uid",), rb"((?i:uid|cn)" + _ANY + rb")", own=True),
    )

    def __init__(self, at: int) -> None:
        self._uids: list[bytes | None] = []
        self._cns: list[bytes | None] = []
        self.values = (self._uids, self._cns)
        self._places = slice(at, at + len(self.patterns))

    def take(self, own: Own, usual: bytearray) -> None:
        uids, cns, coded, others = own[self._places]
        first = len(self._uids)
        self._uids += [uid or b"" for uid in uids] if None in uids else uids
        self._cns += [cn or b"" for cn in cns] if None in cns else cns
        for index, lines in compress(enumerate(coded), coded):
            # which of them stands first, it or one that is not in base64, would have to be read
            names = self._cns[first + index] = _names(lines) if lines is not None and cns[index] is None else None
            if names is None:
                usual[index] = False
        for index in compress(range(len(others)), others):
            self._uids[first + index] = self._cns[first + index] = None
            usual[index] = False

    def take_parsed(self, values: Values) -> None:
        self._uids.append(None)
        self._cns.append(None)


def _names(lines: bytes) -> bytes | None:
    """Return names that are in base64, joined by line feeds; None where one cannot be read."""
    try:
        if b"\n" not in lines:  # one name, as nearly every record has it
            name = a2b_base64(lines.strip(b" "), strict_mode=True)
            return None if b"\n" in name else name
        found = [a2b_base64(line.strip(b" "), strict_mode=True) for line in lines.replace(b"\n ", b"").split(b"\n")]
    except Base64Error:
        return None
    return None if any(b"\n" in name for name in found) else b"\n".join(found)


class _Accounts:
    patterns: ClassVar[tuple[Pattern, ...]] = (
        Pattern((b"uidNumber",), rb"uidNumber: ([0-9]{1,10})" + LINE_ENDS, own=True),
        Pattern((b"authAuthority",), rb"authAuthority: (" + _AUTHORITY + rb"(?:\nauthAuthority: " + _AUTHORITY + rb")*+)", own=True),
        Pattern(
            (b"apple-user-passwordpolicy", b"apple-accountpolicy"),
            rb"((?i:uidNumber|authAuthority|apple-user-passwordpolicy|apple-accountpolicy)" + _ANY + rb")",
            own=True,
        ),
    )

    def __init__(self, at: int) -> None:
        from odkit.directory.accounts import Accounts  # and all that reads passwords

        self.values: Accounts = Accounts()
        self._name, self._places = at - len(_Names.patterns), slice(at, at + 3)

    def take(self, own: Own, usual: bytearray) -> None:
        add, add_other = self.values.add, self.values.add_other
        for index, (name, number, authorities, other) in enumerate(zip(own[self._name], *own[self._places], strict=True)):
            if other is not None:
                usual[index] = False
                add_other()
            elif name is None or authorities is None:
                add_other()
            else:
                add(name, number, authorities)

    def take_parsed(self, values: Values) -> None:
        self.values.add_other()


class _Dwellings:
    patterns: ClassVar[tuple[Pattern, ...]] = (
        Pattern((b"homeDirectory",), rb"homeDirectory: (" + _LINE + rb")", own=True),
        Pattern((b"apple-user-homeurl",), rb"apple-user-homeurl:: (" + _LINE + rb")", own=True),
        Pattern((b"homeDirectory",), rb"((?i:homeDirectory|apple-user-homeurl)" + _ANY + rb")", own=True),
    )

    def __init__(self, at: int) -> None:
        self.values: list[Dwelling | None] = []
        self._places = slice(at, at + 3)
        self._known: dict[Dwelling, Dwelling] = {}

    def take(self, own: Own, usual: bytearray) -> None:
        for index, (path, url, other) in enumerate(zip(*own[self._places], strict=True)):
            found = None if other is not None else dwelling_of(path, url)
            if found is None:
                usual[index] = False
                self.values.append(None)
            else:
                self.values.append(self._known.setdefault(found, found))

    def take_parsed(self, values: Values) -> None:
        self.values.append(None)


class _Verifiers:
    patterns: ClassVar[tuple[Pattern, ...]] = (
        Pattern((b"userPassword",), rb"userPassword:: (" + b"|".join(_PLACEHOLDERS) + rb")" + LINE_ENDS, own=True),
        Pattern(_VERIFIERS, rb"((?i:" + b"|".join(_VERIFIERS) + rb")" + _ANY + rb")", own=True),
    )

    def __init__(self, at: int) -> None:
        self.values = bytearray()
        self._places = slice(at, at + 2)

    def take(self, own: Own, usual: bytearray) -> None:
        placeholders, others = own[self._places]
        for index, (placeholder, other) in enumerate(zip(placeholders, others, strict=True)):
            odd = other is not None or (placeholder is not None and b"\n" in placeholder)
            self.values.append(2 if odd else placeholder is not None)
            if other is not None:
                usual[index] = False

    def take_parsed(self, values: Values) -> None:
        self.values.append(2)


class _Readable:
    patterns: ClassVar[tuple[Pattern, ...]] = (
        Pattern((), ANY_NAME + rb":(:[^\n]*+" + CONTINUED + rb"|(?=\n))", fault_of_base64, own=True, nothing=are_base64),
    )

    def __init__(self, at: int) -> None:
        self.values = bytearray()
        self._at = at

    def take(self, own: Own, usual: bytearray) -> None:
        found = own[self._at]
        for index, value in enumerate(found) if found.count(None) < len(found) else ():
            if value is not None:
                usual[index] = False
        self.values += usual

    def take_parsed(self, values: Values) -> None:
        self.values.append(False)


OWN_COLUMNS: dict[str, type[OwnColumn]] = {
    "guids": _Guids,
    "stamps": _Stamps,
    "primaries": _Primaries,
    "names": _Names,
    "accounts": _Accounts,  # stands behind the names, which it needs
    "dwellings": _Dwellings,
    "verifiers": _Verifiers,
    "readable": _Readable,
}
