"""The common entry, read fast: an optimisation of `odkit.ldif._grammar`, and nothing else.

A common line costs one partition, one dictionary lookup and one append.  Whatever is unusual (a spelling seen for the first time,
``attr:value`` without a space, a URL, a lone CR, a fault) is left to the grammar.

What must hold, for every record and after any other records:

1. `FastParser.entry` returns None, or the DN and the attributes that the grammar reads, in the same order and spelling;
2. if it returns them, the grammar finds no fault in the record, and no URL;
3. `FastParser.dn` returns None, or the DN that the grammar reads;
4. `lines_before_dn` and `lines_of` return what the grammar says.

None is always a correct answer: the caller then asks the grammar.  tests/property/test_scan_laws.py proves all four.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator

from odkit.ldif._grammar import Fault, LogicalLine, attrval_spec, is_version_spec, logical_lines, normalised
from odkit.ldif._values import Attributes, UnfetchedURL
from odkit.patterns import compiled, regex

__all__ = ["FastParser", "lines_before_dn", "lines_by_name", "lines_of"]

_COMMENTS = regex(rb"(?:#[^\n]*+\n(?: [^\n]*+\n)*+)++")
_LARGE = 1 << 14  # bytes of a record in which many values of one attribute are looked for
# at least 16 lines of one attribute with common values
_RUNS = regex(rb"\n([^:\n]++: )([!-\xff][^\n]*+)(?:\n\1[!-\xff][^\n]*+){15,}+")
_NO_COLON = regex(rb"\n(?![ #])[^:\n]*+(?:\n|\Z)")
_NO_VALUE = frozenset((b" ", b"#"))  # what a continuation and a comment start with
_FOLD = compiled(rb"\n ")
_UNFOLD = _FOLD.sub
_NO_ATTRIBUTES = frozenset((b"dn", b"changetype", b"control"))  # inside an entry they need the grammar


def lines_before_dn(raw: bytes) -> int:
    """Return the number of physical lines of comments and of a version line before the dn of a record."""
    if raw[:4] == b"dn: ":
        return 0
    comments = _COMMENTS.match(raw)
    if comments is not None and raw.startswith(b"dn: ", comments.end()):
        return comments[0].count(b"\n")
    return next((line.number for line in logical_lines(raw) if not is_version_spec(line)), 0)


def lines_of(raw: bytes, name: bytes) -> Iterator[int]:
    """Yield the numbers, from 0, of the physical lines of a record in which the values of an attribute begin.

    Args:
        raw: the record.
        name: attribute description in lower case.
    """
    text = normalised(raw) if b"\r" in raw else raw
    lines = b"\n" + text
    if b"\r" in text or _NO_COLON.search(lines) is not None:  # perhaps a name is folded
        yield from (line.number for line in logical_lines(raw) if line.text.partition(b":")[0].lower() == name)
        return
    number, at, start = -1, 0, b"\n" + name + b":"
    lower = lines.lower()  # a pattern would be compiled for every attribute that is asked for
    while (found := lower.find(start, at)) >= 0:
        number, at = number + lower.count(b"\n", at, found + 1), found + 1
        yield number


def lines_by_name(raw: bytes) -> dict[bytes, list[int]]:
    """Return what `lines_of` yields for every attribute of a record, by its description in lower case; the dn is among them."""
    found: dict[bytes, list[int]] = {}
    known: dict[bytes, list[int]] = {}  # by description as written
    text = normalised(raw) if b"\r" in raw else raw
    is_common = b"\r" not in text
    for number, line in enumerate(text.split(b"\n")) if is_common else ():
        if line[:1] in _NO_VALUE:
            continue
        name, colon, _ = line.partition(b":")
        those = known.get(name)
        if those is None:
            if not colon:  # perhaps a name is folded
                is_common = False
                break
            those = known[name] = found.setdefault(name.lower(), [])
        those.append(number)
    if is_common:
        return found
    found.clear()
    for each in logical_lines(raw):
        found.setdefault(each.text.partition(b":")[0].lower(), []).append(each.number)
    return found


class FastParser:
    """Reads the entries of one input; remembers which attribute names the grammar has accepted.

    Args:
        keep: whether to remember the entries, too: for a small input, of which each check reads all.
    """

    def __init__(self, *, keep: bool = False) -> None:
        # b"cn" -> "cn" for plain values; b"cn:" -> None for base64, whose name is in _base64_names
        self._names: dict[bytes, str | None] = {}
        self._base64_names: dict[bytes, str] = {}
        self._spellings: dict[str, str] = {}
        self._kept: dict[bytes, tuple[str, dict[str, list[bytes]]] | None] | None = {} if keep else None
        self._mixed = False  # one name was seen in two spellings: an entry that has both of them is left to the grammar

    def dn(self, raw: bytes) -> str | None:
        """Return the DN of a record whose first line is a common one, without reading its attributes; else None."""
        if raw[:4] == b"dn: ":
            end = raw.find(b"\n")
            if end < 0 or raw[end + 1 : end + 2] != b" ":
                value = (raw[4:end] if end > 0 else raw[4:]).removesuffix(b"\r")
                if value[:1] > b" " and b"\r" not in value and b"\0" not in value:
                    try:
                        return value.decode("utf-8")
                    except UnicodeDecodeError:
                        return None
        return None

    def entry(self, raw: bytes) -> tuple[str, Attributes] | None:
        """Return the DN and the attributes of a common entry; None for a record that the grammar must read."""
        if self._kept is None:
            found = self._read(raw)
        else:
            if raw not in self._kept:
                self._kept[raw] = self._read(raw)
            found = self._kept[raw]
            if found is not None:  # whoever changes the values changes nobody else's
                found = found[0], {name: values.copy() for name, values in found[1].items()}
        return None if found is None else (found[0], Attributes.adopt(found[1], None if self._mixed else self._spellings))

    def regular(self, raw: bytes) -> tuple[str, Attributes] | None:
        """Return the same for a regular record (see `odkit.ldif._split`), which needs fewer looks."""
        if self._kept is not None:
            return self.entry(raw)
        found = self._content(raw)
        return None if found is None else (found[0], Attributes.adopt(found[1], None if self._mixed else self._spellings))

    def _read(self, raw: bytes) -> tuple[str, dict[str, list[bytes]]] | None:
        text = raw
        if text[:4] != b"dn: ":
            comments = _COMMENTS.match(text)  # ldapsearch puts one before every entry
            text = text[comments.end() :] if comments is not None else b""
            if text[:4] != b"dn: ":
                return None
        if b"\r" in text:
            text = normalised(text)
            if b"\r" in text:
                return None
        return None if b"\0" in text else self._content(text)

    def _content(self, text: bytes) -> tuple[str, dict[str, list[bytes]]] | None:
        """Return the same for what begins with its dn, and has neither carriage returns nor NULs."""
        is_folded = len(text) < _LARGE or _FOLD.search(text) is not None  # a copy of a large record costs more
        first, _, rest = (_UNFOLD(b"", text) if is_folded else text).partition(b"\n")
        dn = first[4:]
        if dn[:1] <= b" ":
            return None
        try:
            values = self._values(rest.split(b"\n")) if len(rest) < _LARGE else self._values_of_runs(rest)
            return None if values is None else (dn.decode("utf-8"), values)
        except (Fault, UnicodeDecodeError):
            return None

    def _values_of_runs(self, text: bytes) -> dict[str, list[bytes]] | None:
        """Return the same for a large record, most lines of which are values of one attribute: the members of a group."""
        values: dict[str, list[bytes]] | None = {}
        text, at = b"\n" + text, 1
        for run in _RUNS.finditer(text):
            first_end = run.end(2)  # the first line of a run teaches its name
            values = self._values(text[at:first_end].split(b"\n"), values)
            if values is None:
                return None
            at, name = first_end + 1, self._names.get(run[1][:-2])
            if name is not None:
                values[name] += text[at + len(run[1]) : run.end()].split(b"\n" + run[1])
                at = run.end() + 1
        return self._values(text[at:].split(b"\n"), values)

    def _values(self, lines: list[bytes], known: dict[str, list[bytes]] | None = None) -> dict[str, list[bytes]] | None:
        """Return the values of logical lines, None if the grammar must read them.

        Args:
            lines: of a record.
            known: values of the lines before them; they are added to it.

        Raises:
            Fault: one of them is wrong.
        """
        names = self._names
        values: dict[str, list[bytes]] = {} if known is None else known
        for text in lines:
            key, blank, value = text.partition(b": ")
            try:
                name = names[key]
                if name is None:
                    name = self._base64_names[key]
                    value = a2b_base64(value, strict_mode=True)
                elif value < b"!":  # empty, or starting with a space or a control byte
                    if not blank:
                        return None
                    value = value.lstrip(b" ")
            except KeyError:
                if not text:
                    continue
                if text[0] == 35:  # "#": where one comment is, many can be
                    place = lines.index(text)  # those before it are read
                    return self._values([line for line in lines[place:] if line[:1] != b"#"], values)
                found = self._first_sight(text, key)
                if found is None:
                    return None
                name, value = found
            except Base64Error:  # spaces around it, or a fault
                name, value = self._grammatical(text)
            if name in values:
                values[name].append(value)
            else:
                values[name] = [value]
        if self._mixed and len({name.lower() for name in values}) < len(values):
            return None
        return values

    def _first_sight(self, text: bytes, key: bytes) -> tuple[str, bytes] | None:
        """Read a line whose beginning is not in the table by the grammar, and learn its name if it has the common shape."""
        name, value = attrval_spec(LogicalLine(0, text))
        if isinstance(value, UnfetchedURL) or name.lower() in _NO_ATTRIBUTES:
            return None
        spelling = name.decode("ascii")
        if self._spellings.setdefault(spelling.lower(), spelling) != spelling:
            self._mixed = True
        if key == name:
            self._names[key] = spelling
        elif key == name + b":":
            self._names[key] = None
            self._base64_names[key] = spelling
        return spelling, value

    def _grammatical(self, text: bytes) -> tuple[str, bytes]:
        name, value = attrval_spec(LogicalLine(0, text))
        return name.decode("ascii"), value
