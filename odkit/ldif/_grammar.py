r"""The grammar of RFC 2849, one function a rule, in the order of a file.

Nothing here is fast.  The reader's short cuts (`odkit.ldif._fast`, `odkit.ldif._scan`) are optimisations of this module, and the laws
in tests/property prove that they read what it reads.  The input is one physical record: the bytes between two blank lines.

    ldif-file           = ldif-content / ldif-changes                   SEP  = ( CR LF / LF )
    ldif-content        = version-spec 1*( 1*SEP ldif-attrval-record )  FILL = *SPACE
    ldif-changes        = version-spec 1*( 1*SEP ldif-change-record )
    ldif-attrval-record = dn-spec SEP 1*attrval-spec
    ldif-change-record  = dn-spec SEP *control changerecord

Every function raises `Fault`, and nothing else, where its input does not follow the rule.  Departures, because real files need them:

* The version line may be missing (slapcat writes none), and a file may hold both kinds of records (ldapmodify allows it).
* A record may have no attributes (``ldapsearch 1.1`` writes such), and comments may be anywhere.
* A value that is not base64 may hold bytes above 0x7F and control bytes other than NUL, LF and CR (``SAFE-STRING`` is ASCII).
* An attribute name may hold ``_`` (RFC 4512 allows none).
* Base64 may have spaces behind it; of a modify the last ``-`` may be missing; ``increment:`` (RFC 4525) is an operation.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator, Sequence
from dataclasses import replace

from odkit.findings import Rule
from odkit.ldif._values import Attributes, ChangeRecord, Control, Modification, UnfetchedURL
from odkit.ldif.rules import BAD_BASE64, BAD_LINE, CHANGE_RECORD, CONTROL_BYTE, RECORD_WITHOUT_DN
from odkit.namedtuple import NamedTuple
from odkit.patterns import regex
from odkit.text import escape, plural, shorten


class LogicalLine(NamedTuple):
    """A line after unfolding: the number of the physical line on which it starts, and its bytes without the line end."""

    number: int
    text: bytes


LogicalLines = Sequence[LogicalLine]


class Fault(ValueError):  # noqa: N818 - it never leaves the package
    """A fault in a record: the rule's code (docs/findings.md), the physical line, and what is wrong.  No message shows a value."""

    def __init__(self, rule: Rule, line: int, message: str) -> None:
        self.code = rule
        self.line = line
        super().__init__(message)


# Lines


def normalised(raw: bytes) -> bytes:
    """Return a record with LF as its only line end.  A final CR belongs to the line end that was taken off."""
    return raw.removesuffix(b"\r").replace(b"\r\n", b"\n")


def logical_lines(raw: bytes, first: int = 0) -> list[LogicalLine]:
    r"""Unfold a record, and leave out comments.

        continuation = SEP SPACE          a line may be broken before any byte, inside a character, too (note 2)
        comment      = "#" anything       continued in the same way (note 3)

    Args:
        raw: the record.  If its first line starts with a space, the space is kept: there is nothing to continue.
        first: number of its first physical line.
    """
    folded: list[tuple[int, list[bytes]]] = []
    for number, text in enumerate(normalised(raw).split(b"\n"), first):
        if text[:1] == b" " and folded:
            folded[-1][1].append(text[1:])
        else:
            folded.append((number, [text]))
    return [LogicalLine(number, b"".join(parts)) for number, parts in folded if parts[0][:1] != b"#" and parts != [b""]]


def is_version_spec(line: LogicalLine) -> bool:
    """Tell whether a line is a version-spec, of any version."""
    return line.text[:8].lower() == b"version:"


def version_spec(line: LogicalLine) -> None:
    """version-spec = "version:" FILL "1"."""
    if line.text[8:].strip(b" ") != b"1":
        raise Fault(BAD_LINE, line.number, f"version {shorten(line.text[8:].strip(), 20)} of LDIF is not known")


# An attribute and its value

_DESCRIPTION = regex(rb"(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:\.[0-9]+)*)(?:;[A-Za-z0-9_-]+)*\Z")


def is_attribute_description(name: bytes) -> bool:
    """AttributeDescription = ( descr / numericoid ) *( ";" option ), RFC 4512 section 2.5."""
    return _DESCRIPTION.match(name) is not None


def attrval_spec(line: LogicalLine) -> tuple[bytes, bytes]:
    """attrval-spec = AttributeDescription value-spec SEP.

    Returns:
        The attribute description and the value.
    """
    name, colon, _ = line.text.partition(b":")
    if line.text[:1] == b" ":
        message = "a continuation line without a line to continue: a blank line above it has cut a record in two"
        raise Fault(BAD_LINE, line.number, message)
    if not colon:
        what = f"no colon in a line of {plural(len(line.text), 'byte')}"
        raise Fault(BAD_LINE, line.number, f"{what}: a line is 'attribute: value', a continuation starts with a space")
    if not is_attribute_description(name):
        raise Fault(BAD_LINE, line.number, f"the {plural(len(name), 'byte')} before the colon are not an attribute name")
    return name, value_spec(line, len(name))


def value_spec(line: LogicalLine, start: int) -> bytes:
    """value-spec = ":" ( FILL 0*1(SAFE-STRING) / ":" FILL (BASE64-STRING) / "<" FILL 0*1(url) ).

    Args:
        line: the line.
        start: where the value-spec starts in it.

    Returns:
        The value; an `UnfetchedURL` if the line names a URL.
    """
    text = line.text[start:]
    if b"\0" in text or b"\r" in text:
        raise Fault(CONTROL_BYTE, line.number, f"a NUL or a lone CR in the value of {escape(line.text[:start])}")
    if text[:2] == b":<":
        return UnfetchedURL(text[2:].lstrip(b" "))
    if text[:2] != b"::":
        return text[1:].lstrip(b" ")
    encoded = text[2:].strip(b" ")
    try:
        return a2b_base64(encoded, strict_mode=True)
    except Base64Error:
        raise Fault(BAD_BASE64, line.number, f"not base64 ({plural(len(encoded), 'byte')})") from None


def dn_spec(line: LogicalLine) -> bytes:
    """dn-spec = "dn:" ( FILL distinguishedName / ":" FILL base64-distinguishedName ).

    Returns:
        The DN.  Whether it is UTF-8 is another question: a file may hold a DN that is not.
    """
    name, value = attrval_spec(line)
    if name.lower() != b"dn" or isinstance(value, UnfetchedURL):
        raise Fault(RECORD_WITHOUT_DN, line.number, "a record starts with its dn")
    return value


# ldif-attrval-record = dn-spec SEP 1*attrval-spec


def attribute_line(line: LogicalLine) -> tuple[bytes, bytes]:
    """Read an attrval-spec of an entry.  It may not start a record of another kind: no second dn, no changetype.

    Returns:
        The attribute description and the value.
    """
    name, value = attrval_spec(line)
    if name.lower() == b"dn":
        message = "a second dn in one record: the blank line between two records is missing, or is made of spaces; "
        raise Fault(BAD_LINE, line.number, message + "what stands behind it is not read")
    if name.lower() == b"changetype":
        raise Fault(CHANGE_RECORD, line.number, "changetype behind attributes: neither an entry nor a change record")
    return name, value


# ldif-change-record = dn-spec SEP *control changerecord

_CONTROL = regex(rb"([0-9]+(?:\.[0-9]+)*)(?: +(true|false))?(:.*)?\Z", re.DOTALL | re.IGNORECASE)
_CHANGE = regex(rb"(?:changetype|control)[:;]", re.IGNORECASE)
_OPERATIONS = frozenset({"add", "delete", "replace", "increment"})


def is_change_record(lines: LogicalLines) -> bool:
    """Tell whether a record is a change record: the line behind its dn is a ``changetype`` or a ``control``."""
    return len(lines) > 1 and _CHANGE.match(lines[1].text) is not None


def change_record(lines: LogicalLines, dn: str) -> ChangeRecord:
    """changerecord = "changetype:" FILL ( change-add / change-delete / change-modify / change-moddn ).

    Args:
        lines: of the record; the first is its dn, behind it may be controls.
        dn: of the record, decoded.
    """
    controls: list[Control] = []
    for line in lines[1:]:
        if line.text[:8].lower() != b"control:":
            break
        controls.append(control(line))
    rest = lines[1 + len(controls) :]
    if not rest:
        raise Fault(BAD_LINE, lines[-1].number, "changetype is missing")
    first, body = rest[0], rest[1:]
    name, value = attrval_spec(first)
    if name.lower() != b"changetype":
        raise Fault(BAD_LINE, first.number, "changetype is missing behind the controls")
    changetype = value.decode("ascii", "replace").strip().lower()
    made = ChangeRecord(dn, changetype, tuple(controls), line=lines[0].number)
    if changetype == "add":
        return replace(made, attributes=change_add(first, body))
    if changetype == "delete":
        change_delete(body)
        return made
    if changetype == "modify":
        return replace(made, changes=tuple(change_modify(body)))
    if changetype in {"modrdn", "moddn"}:
        newrdn, deleteoldrdn, newsuperior = change_moddn(first, body)
        return replace(made, changetype="modrdn", newrdn=newrdn, deleteoldrdn=deleteoldrdn, newsuperior=newsuperior)
    raise Fault(BAD_LINE, first.number, f"{escape(changetype)!r} is not a changetype (add, delete, modify, modrdn)")


def control(line: LogicalLine) -> Control:
    """control = "control:" FILL ldap-oid 0*1( 1*SPACE ( "true" / "false" ) ) 0*1(value-spec) SEP."""
    match = _CONTROL.match(line.text[8:].lstrip(b" "))
    if not match:
        raise Fault(BAD_LINE, line.number, "not a control: 'control: OID [true|false] [: value]' is wanted")
    value = attrval_spec(LogicalLine(line.number, b"value" + match[3]))[1] if match[3] is not None else None
    return Control(match[1].decode(), (match[2] or b"").lower() == b"true", value)


def change_add(changetype: LogicalLine, body: LogicalLines) -> Attributes:
    """change-add = "add" SEP 1*attrval-spec."""
    if not body:
        raise Fault(BAD_LINE, changetype.number, "changetype add without attributes")
    attributes = Attributes()
    for line in body:
        name, value = attrval_spec(line)
        attributes.setdefault(name.decode("ascii"), []).append(value)
    return attributes


def change_delete(body: LogicalLines) -> None:
    """change-delete = "delete" SEP."""
    if body:
        raise Fault(BAD_LINE, body[0].number, "changetype delete takes no further lines")


def change_modify(body: LogicalLines) -> Iterator[Modification]:
    """change-modify = "modify" SEP *mod-spec.

    mod-spec = ( "add:" / "delete:" / "replace:" ) FILL AttributeDescription SEP *attrval-spec "-" SEP
    """
    lines = iter(body)
    for line in lines:
        name, attribute = attrval_spec(line)
        operation = name.decode("ascii").lower()
        if operation not in _OPERATIONS:
            raise Fault(BAD_LINE, line.number, f"{escape(operation)!r} is not an operation (add, delete, replace)")
        if not is_attribute_description(attribute):
            raise Fault(BAD_LINE, line.number, f"{operation} names no attribute")
        values = []
        for each in lines:
            if each.text == b"-":
                break
            name, value = attrval_spec(each)
            if name.lower() != attribute.lower():
                message = f"a value of {escape(name)} inside '{operation}: {escape(attribute)}'; '-' is missing"
                raise Fault(BAD_LINE, each.number, message)
            values.append(value)
        yield Modification(operation, attribute.decode("ascii"), tuple(values))


def change_moddn(changetype: LogicalLine, body: LogicalLines) -> tuple[str, bool, str | None]:
    """change-moddn = ( "modrdn" / "moddn" ) SEP newrdn SEP deleteoldrdn SEP 0*1(newsuperior SEP), in any order.

        newrdn       = "newrdn:" ( FILL rdn / ":" FILL base64-rdn )
        deleteoldrdn = "deleteoldrdn:" FILL ( "0" / "1" )
        newsuperior  = "newsuperior:" ( FILL distinguishedName / ":" FILL base64-distinguishedName )

    Returns:
        The new RDN, whether the old one is deleted, and the new parent.
    """
    found: dict[str, str] = {}
    for line in body:
        name, value = attrval_spec(line)
        key = name.decode("ascii").lower()
        if key not in {"newrdn", "deleteoldrdn", "newsuperior"} or key in found:
            raise Fault(BAD_LINE, line.number, f"{escape(name)} does not belong in a modrdn")
        try:
            found[key] = value.decode("utf-8")
        except UnicodeDecodeError:
            raise Fault(BAD_LINE, line.number, f"{escape(name)} is not UTF-8") from None
    if "newrdn" not in found or found.get("deleteoldrdn") not in {"0", "1"}:
        raise Fault(BAD_LINE, changetype.number, "modrdn needs newrdn and deleteoldrdn (0 or 1)")
    return found["newrdn"], found["deleteoldrdn"] == "1", found.get("newsuperior")
