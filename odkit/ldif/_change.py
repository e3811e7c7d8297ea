"""Change records (RFC 2849 ``ldif-change-record``): not speed critical, read strictly by the grammar.

    change-record = *control "changetype:" FILL ( add / delete / modify / modrdn )
    control       = "control:" FILL ldap-oid 0*1( 1*SPACE ("true" / "false") ) 0*1(value-spec) SEP
    mod-spec      = ( "add:" / "delete:" / "replace:" ) FILL AttributeDescription SEP *attrval-spec "-" SEP

The last ``-`` may be missing, as OpenLDAP's tools allow.
"""

from __future__ import annotations

import re

from odkit.errors import InputError
from odkit.ldif._entry import Attributes, ChangeRecord, Control, Modification
from odkit.ldif._parse import Fault, is_name, spec
from odkit.ldif._unfold import logical_lines
from odkit.text import escape

__all__ = ["is_change", "parse_change"]

Lines = list[tuple[int, bytes]]

_CONTROL = re.compile(rb"([0-9]+(?:\.[0-9]+)*)(?: +(true|false))?(:.*)?\Z", re.DOTALL | re.IGNORECASE)
_FIRST = re.compile(rb"(?i)(?:changetype|control)[:;]")
_OPS = frozenset({"add", "delete", "replace", "increment"})


def is_change(lines: Lines) -> bool:
    """Tell whether the record of these logical lines is a change record: ``changetype`` or ``control`` follows its dn."""
    return len(lines) > 1 and _FIRST.match(lines[1][1]) is not None


def parse_change(raw: bytes, line: int, dn: str, path: str) -> ChangeRecord:
    """Parse a change record.

    Raises:
        InputError: it breaks the grammar.
    """
    lines = [each for each in logical_lines(raw, line) if each[1][:8].lower() != b"version:"]
    number = lines[0][0]
    try:
        at = 1
        controls = []
        while at < len(lines) and lines[at][1][:8].lower() == b"control:":
            number = lines[at][0]
            controls.append(_control(lines[at][1]))
            at += 1
        if at >= len(lines):
            raise Fault("OD001", "changetype is missing")
        number = lines[at][0]
        name, value = spec(lines[at][1])
        kind = value.decode("ascii", "replace").strip().lower()
        if name.lower() != b"changetype":
            raise Fault("OD001", "changetype is missing behind the controls")
        common = {"dn": dn, "controls": tuple(controls), "line": lines[0][0], "path": path, "raw": raw}
        return _body(kind, common, lines[at + 1 :], number)
    except _At as place:
        raise InputError(path, place.line, str(place)) from None
    except Fault as fault:
        raise InputError(path, number, str(fault)) from None


class _At(Fault):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__("OD001", message)


def _spec_at(line: tuple[int, bytes]) -> tuple[bytes, bytes]:
    try:
        return spec(line[1])
    except Fault as fault:
        raise _At(line[0], str(fault)) from None


def _control(text: bytes) -> Control:
    match = _CONTROL.match(text[8:].lstrip(b" "))
    if not match:
        raise Fault("OD001", "not a control: 'control: OID [true|false] [: value]' is wanted")
    value = spec(b"value" + match[3])[1] if match[3] is not None else None
    return Control(match[1].decode(), (match[2] or b"").lower() == b"true", value)


def _body(kind: str, common: dict[str, object], body: Lines, number: int) -> ChangeRecord:
    make = ChangeRecord
    if kind == "add":
        if not body:
            raise _At(number, "changetype add without attributes")
        attributes = Attributes()
        for line in body:
            name, value = _spec_at(line)
            attributes.setdefault(name.decode("ascii"), []).append(value)
        return make(changetype="add", attributes=attributes, **common)  # type: ignore[arg-type]
    if kind == "delete":
        if body:
            raise _At(body[0][0], "changetype delete takes no further lines")
        return make(changetype="delete", **common)  # type: ignore[arg-type]
    if kind == "modify":
        return make(changetype="modify", changes=_modifications(body), **common)  # type: ignore[arg-type]
    if kind in {"modrdn", "moddn"}:
        return make(changetype="modrdn", **_rename(body, number), **common)  # type: ignore[arg-type]
    raise _At(number, f"{escape(kind)!r} is not a changetype (add, delete, modify, modrdn)")


def _modifications(body: Lines) -> tuple[Modification, ...]:
    out = []
    at = 0
    while at < len(body):
        number = body[at][0]
        name, attribute = _spec_at(body[at])
        op = name.decode("ascii").lower()
        if op not in _OPS:
            raise _At(number, f"{escape(op)!r} is not an operation (add, delete, replace)")
        if not is_name(attribute):
            raise _At(number, f"{op} names no attribute")
        values = []
        at += 1
        while at < len(body) and body[at][1] != b"-":
            each, value = _spec_at(body[at])
            if each.lower() != attribute.lower():
                raise _At(body[at][0], f"a value of {escape(each)} inside '{op}: {escape(attribute)}'; '-' is missing")
            values.append(value)
            at += 1
        at += 1
        out.append(Modification(op, attribute.decode("ascii"), tuple(values)))
    return tuple(out)


def _rename(body: Lines, number: int) -> dict[str, object]:
    fields: dict[str, str] = {}
    for line in body:
        name, value = _spec_at(line)
        key = name.decode("ascii").lower()
        if key not in {"newrdn", "deleteoldrdn", "newsuperior"} or key in fields:
            raise _At(line[0], f"{escape(name)} does not belong in a modrdn")
        try:
            fields[key] = value.decode("utf-8")
        except UnicodeDecodeError:
            raise _At(line[0], f"{escape(name)} is not UTF-8") from None
    if "newrdn" not in fields or fields.get("deleteoldrdn") not in {"0", "1"}:
        raise _At(number, "modrdn needs newrdn and deleteoldrdn (0 or 1)")
    return {
        "newrdn": fields["newrdn"],
        "deleteoldrdn": fields["deleteoldrdn"] == "1",
        "newsuperior": fields.get("newsuperior"),
    }
