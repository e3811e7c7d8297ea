"""An entry that was read and changed, as bytes: the lines of what was not changed stay as they are.

A record is taken apart into logical lines with their bytes.  Of an attribute whose values differ, lines go and come; all others, with
their folding, spelling, base64, comments and damage, are written as they were read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from odkit.arguments import a_text, some_values
from odkit.dataclass import dataclass
from odkit.dn import DN, parse_dn
from odkit.errors import InputError, RefusedError, UsageError
from odkit.ldif._grammar import Fault, LogicalLine, attribute_line, is_attribute_description, is_version_spec, normalised
from odkit.ldif._parse import Parser
from odkit.ldif._values import RESERVED, Attributes
from odkit.text import shorten

__all__ = ["added", "deleted", "edited", "replaced", "still_named"]

_FormatValue = Callable[[str, bytes], bytes]


@dataclass(frozen=True, slots=True)
class _Line:
    """A logical line of a record.

    Attributes:
        data: its bytes, with the line end of each physical line.
        key: attribute description in lower case; empty where the line gives no value of the entry.
        name: attribute description as written.
        value: the value.
    """

    data: bytes
    key: str = ""
    name: str = ""
    value: bytes = b""


def edited(raw: bytes, dn: str, attributes: Attributes, form: _FormatValue) -> bytes:
    """Return the bytes of an entry whose attributes were changed, without the final line feed.

    Args:
        raw: the bytes that were read.
        dn: its DN.
        attributes: as they are now.
        form: writes a value as a line, folded with line feeds.

    Raises:
        RefusedError: the changed entry cannot be written so that it is read back.
    """
    lines = _lines(raw)
    end = b"\r\n" if lines and lines[0].data.endswith(b"\r\n") else b"\n"
    before: dict[int, list[bytes]] = {}  # new lines by the number of the line that they stand before
    gone: set[int] = set()
    places: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if line.key:
            places.setdefault(line.key, []).append(number)
    last = max((numbers[-1] for numbers in places.values()), default=_dn_line(lines)) + 1
    now = {name.lower(): (name, values) for name, values in attributes.as_written().items() if values}
    for key, (name, values) in now.items():
        own = places.get(key, [])
        if not own or lines[own[0]].name != name:  # new, or spelled in another way
            gone.update(own)
            before.setdefault(own[0] if own else last, []).extend(form(name, value) for value in values)
            continue
        for at, old, new in _changes([lines[number].value for number in own], values):
            gone.update(own[old])
            place = own[at] if at < len(own) and (at == 0 or old.stop > old.start) else own[at - 1] + 1
            before.setdefault(place, []).extend(form(name, value) for value in new)
    for key in places.keys() - now.keys():
        gone.update(places[key])
    data = b"".join(_joined(lines, before, gone, end)).removesuffix(b"\n")
    if not _reads_as(data, dn, attributes):
        raise RefusedError(f"{shorten(dn)}: the record has damaged lines that the change would be lost in; repair them in the file")
    return data


def _lines(raw: bytes) -> list[_Line]:
    """Return the logical lines of an entry, as the grammar reads them; those behind a second dn are no lines of the entry."""
    folded: list[list[bytes]] = []
    for text in _physical(raw + b"\n"):
        if text[:1] == b" " and folded:
            folded[-1].append(text)
        else:
            folded.append([text])
    found: list[_Line] = []
    seen_dn = ended = False
    for parts in folded:
        data = b"".join(parts)
        text = b"".join([_bare(parts[0]), *(_bare(each[1:]) for each in parts[1:])])
        if ended or not text or text[:1] == b"#":
            found.append(_Line(data))
        elif not seen_dn:
            seen_dn = not is_version_spec(LogicalLine(0, text))
            found.append(_Line(data))
        else:
            name, value = _value(text)
            ended = name.lower() == "dn"
            found.append(_Line(data) if ended or not name else _Line(data, name.lower(), name, value))
    return found


def _physical(data: bytes) -> list[bytes]:
    """Return physical lines with their ends: lines end at LF alone, and a lone CR is a part of one."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def _bare(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _value(text: bytes) -> tuple[str, bytes]:
    """Return attribute description and value of a line as a reader that is not strict keeps them; no description for one that it drops."""
    try:
        name, value = attribute_line(LogicalLine(0, text))
    except Fault:
        name, colon, value = text.partition(b":")
        if name.lower() != b"dn" and (not colon or not is_attribute_description(name)):
            return "", b""
        value = value[value[:1] == b":" :].lstrip(b" ")
    return name.decode("ascii"), value


def _dn_line(lines: list[_Line]) -> int:
    """Return the number of the dn's line: the first that is no comment, no version and not empty."""
    for number, line in enumerate(lines):
        text = normalised(line.data).strip(b"\n")
        if text and text[:1] != b"#" and not is_version_spec(LogicalLine(0, text)):
            return number
    return len(lines) - 1


def _changes(old: list[bytes], new: list[bytes]) -> Iterator[tuple[int, slice, list[bytes]]]:
    """Yield what makes of one list of values the other: where, which of the old values go, and which come there."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    stop = 0
    while stop < min(len(old), len(new)) - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    left, right = old[start : len(old) - stop], new[start : len(new) - stop]
    if left or right:
        from difflib import SequenceMatcher  # most changes are one value

        for kind, first, end, low, high in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if kind != "equal":
                yield start + first, slice(start + first, start + end), right[low:high]


def _joined(lines: list[_Line], before: dict[int, list[bytes]], gone: set[int], end: bytes) -> Iterator[bytes]:
    for number, line in enumerate([*lines, None]):
        for new in before.get(number, ()):
            yield new.replace(b"\n", end) + end
        if line is not None and number not in gone:
            yield line.data


def _reads_as(data: bytes, dn: str, attributes: Attributes) -> bool:
    found, read = Parser("", strict=False).entry_by_grammar(data, lambda: 0)
    return found == dn and read == {name: values for name, values in attributes.items() if values}


def _name(attribute: object) -> str:
    name = a_text(attribute, "the attribute")
    if not name.isascii() or not is_attribute_description(name.encode()) or name.lower() in RESERVED:
        raise UsageError(f"{shorten(name)!r} is no attribute")
    return name


def replaced(attributes: Attributes, attribute: str, values: Iterable[str | bytes]) -> Attributes:
    """Return attributes in which one has these values and no other; none of them takes it away (RFC 4511 section 4.6).

    Raises:
        UsageError: it is no attribute, a value is neither text nor bytes, or is given twice.
    """
    name, new = _name(attribute), some_values(values, attribute)
    _check_once(name, new)
    made = Attributes(attributes)
    if new:
        made[name] = new
    elif name in made:
        del made[name]
    return made


def still_named(dn: str, old: Attributes, new: Attributes) -> Attributes:
    """Return new attributes, which still have the values that the record is named by, as far as the old ones had them.

    Raises:
        UsageError: they do not; no server takes such a record.
    """
    try:
        rdns = parse_dn(dn).rdns
    except InputError:
        return new
    for kind, value in rdns[0] if rdns else ():
        wanted = DN((((kind, value),),)).key

        def has(attributes: Attributes, kind: str = kind, wanted: str = wanted) -> bool:
            texts = (bytes(each).decode("utf-8", "surrogateescape") for each in attributes.get(kind, ()))
            return any(DN((((kind, each),),)).key == wanted for each in texts)

        if has(old) and not has(new):
            raise UsageError(
                f"{kind}: the record is named by a value that would be gone; keep it, or rename the record on the server first"
            )
    return new


def added(attributes: Attributes, attribute: str, values: Iterable[str | bytes]) -> Attributes:
    """Return attributes in which one has these values, too.

    Raises:
        UsageError: it is no attribute, there is no value, or one is neither text nor bytes, or is there already.
    """
    name, new = _name(attribute), some_values(values, attribute)
    if not new:
        raise UsageError(f"{name}: no value to add")
    made = Attributes(attributes)
    whole = [*made.get(name, []), *new]
    _check_once(name, whole)
    made[name] = whole
    return made


def deleted(attributes: Attributes, attribute: str, values: Iterable[str | bytes]) -> Attributes:
    """Return attributes of which one lacks these values; without values it is gone.

    Raises:
        UsageError: it is no attribute, or it or a value is not there.
    """
    name, old = _name(attribute), some_values(values, attribute)
    made = Attributes(attributes)
    if name not in made:
        raise UsageError(f"{name}: the record has no such attribute")
    left = list(made[name]) if old else []
    for value in old:
        if value not in left:
            raise UsageError(f"{name}: the record has no such value")
        left.remove(value)
    if left:
        made[name] = left
    else:
        del made[name]
    return made


def _check_once(name: str, values: list[bytes]) -> None:
    if len(set(values)) < len(values):
        raise UsageError(f"{name}: a value is there twice")
