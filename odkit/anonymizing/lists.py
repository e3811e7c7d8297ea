"""Lists of principals, logs, lists of slots and of hosts: line by line; dumps and keytabs: field by field."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator

from odkit.anonymizing.blobs import is_der
from odkit.anonymizing.values import Values
from odkit.patterns import regex

__all__ = ["Lists"]

_NUMBER = regex(rb"-?[0-9]{1,10}\Z")
_SHORT = regex(rb"-?[0-9]{1,10};?\Z|-1;\Z")
_HEX = regex(rb"(?:[0-9A-Fa-f]{2})+;?\Z")
_ALL_HEX = regex(r"[0-9A-Fa-f]{8,}")
_NUMBERS = 8
_MODIFIED, _ALIAS, _LAST_CHANGE, _VERSIONS = 2, 12, 1, frozenset({8, 9})
_NAMES = {b"princ": 6, b"policy": 1}  # where the name is
_HEADER = regex(rb"(?:kdb5_util|kdb5_edit) load_dump version [0-9.]{1,4}\r?\Z|iprop(?:x [0-9]+)?(?:[ \t][0-9]+)*\r?\Z")
# a name of Heimdal's ends at the first blank that no backslash is in front of
_WORDS = regex(rb"((?:[^ \\]|\\.)+)( +|\Z)", re.DOTALL)
_TIMES = regex(rb"[0-9]{14}(?::[0-9]{1,10})*(?::-)?\Z")
_KEYS = regex(rb"[0-9]{1,10}:")
_NAMED = regex(rb"[0-9]{14}:")

Rewrite = Callable[[bytes], bytes]


class Lists:
    """Rewrites files that are no LDIF.

    Args:
        values: rewrites what is in them.
    """

    def __init__(self, values: Values) -> None:
        self._values = values
        self._texts = values.texts

    def lines(self, lines: Iterable[bytes], own: re.Pattern[bytes] | None, kept: frozenset[str] = frozenset()) -> Iterator[bytes]:
        """Yield lines with everything replaced but what is the format's own.

        Args:
            lines: each with its end.
            own: what is kept.
            kept: words that are kept, too.
        """
        for line in lines:
            text = line.rstrip(b"\r\n")
            out, at = [], 0
            for found in own.finditer(text) if own is not None else ():
                if found.end() > found.start():
                    out += [self.text(text[at : found.start()], kept), found[0]]
                    at = found.end()
            yield b"".join([*out, self.text(text[at:], kept), line[len(text) :]])

    def text(self, text: bytes, kept: frozenset[str] = frozenset()) -> bytes:
        """Return a text rewritten."""
        return self._texts.rewrite(text.decode("utf-8", "surrogateescape"), kept).encode("utf-8", "surrogateescape") if text else text

    def _secret(self, digits: bytes) -> bytes:
        """Return hex digits of as many bytes that only the key tells."""
        return self._values.texts.replacer.secret(bytes.fromhex(digits.decode("ascii"))).hex().encode("ascii")

    # dumps of MIT's KDC

    def mit_dump(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines of ``kdb5_util dump``; names, tagged data, keys and salts are replaced, numbers and times are kept."""
        for number, line in enumerate(lines):
            text = line.rstrip(b"\r\n")
            if number == 0 and _HEADER.match(text):
                yield line
                continue
            try:
                new = self._mit_record(text)
            except (ValueError, IndexError):
                new = self._mit_odd(text)
            yield new + line[len(text) :]

    def _mit_record(self, text: bytes) -> bytes:
        """Rewrite a record.

        Raises:
            ValueError, IndexError: its fields do not fit together.
        """
        start = b"princ\t" if text.startswith(b"princ\t") else b""
        base, size, tls, keys, extra, rest = text[len(start) :].split(b"\t", 5)
        length = int(size)
        name, tail = rest[:length], rest[length:]
        if len(name) != length or not tail.startswith(b"\t") or not text.endswith(b";") or not base.isdigit():
            raise ValueError
        fields = tail[1:-1].split(b"\t")
        out = list(fields)
        if not all(_NUMBER.match(each) for each in fields[:_NUMBERS]):
            raise ValueError
        at = _NUMBERS
        for _ in range(int(tls)):
            out[at + 2] = self._tagged(int(fields[at]), int(fields[at + 1]), fields[at + 2])
            at += 3
        for _ in range(int(keys)):
            parts = int(fields[at])
            at += 2
            for part in range(parts):
                out[at + 2] = self._key(part, int(fields[at + 1]), fields[at + 2])
                at += 3
        if at != len(fields) - 1:
            raise ValueError
        if fields[at] != b"-1":
            out[at] = self._secret(fields[at])
        new = self.text(name)
        head = b"\t".join((base, str(len(new)).encode(), tls, keys, extra, new))
        return start + head + b"\t" + b"\t".join(out) + b";"

    def _tagged(self, kind: int, size: int, value: bytes) -> bytes:
        """Rewrite tagged data (kdb.h, KRB5_TL_*); what it holds is a time, names, or unknown."""
        if value == b"-1":
            return value
        data = _of_hex(value, size)
        if (kind == _LAST_CHANGE and size == 4) or (kind in _VERSIONS and size <= 6):
            return value
        if kind == _MODIFIED and size >= 4:
            return (data[:4] + self._named(data[4:])).hex().encode("ascii")
        if kind == _ALIAS:
            return self._named(data).hex().encode("ascii")
        return self._secret(value)

    def _named(self, data: bytes) -> bytes:
        name = data.removesuffix(b"\0")
        return self.text(name) + data[len(name) :]

    def _key(self, part: int, size: int, value: bytes) -> bytes:
        """Rewrite a sealed key, whose length in front is kept, or its salt."""
        if value == b"-1":
            return value
        data = _of_hex(value, size)
        if part == 1:
            return self._values.blobs.salt(data).hex().encode("ascii")
        return (data[:2] + self._values.texts.replacer.secret(data)[2:]).hex().encode("ascii")

    def _mit_odd(self, text: bytes) -> bytes:
        """Rewrite a line whose fields do not fit together: every field by itself; its numbers are kept, and so is what is wrong."""
        fields = text.split(b"\t")
        kept = {b"princ", b"policy", b""}
        name = _NAMES.get(fields[0], 5)  # even where it is a number
        return b"\t".join(
            each if each in kept or (index != name and _SHORT.match(each)) else self._odd_field(each) for index, each in enumerate(fields)
        )

    def _odd_field(self, field: bytes) -> bytes:
        if _HEX.match(field):
            digits = field.removesuffix(b";")
            return self._secret(digits) + field[len(digits) :]
        return _without_hex(field, self)

    # dumps of Heimdal's KDC

    def heimdal_dump(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines of ``kadmin -l dump``."""
        for line in lines:
            text = line.rstrip(b"\r\n")
            out = []
            for index, found in enumerate(_WORDS.finditer(text)):
                out += [self._heimdal_field(index, found[1]), found[2]]
            made = b"".join(out)
            rest = text[len(b"".join(found[0] for found in _WORDS.finditer(text))) :]
            yield made + (_without_hex(rest, self) if rest else b"") + line[len(text) :]

    def _heimdal_field(self, index: int, field: bytes) -> bytes:
        if field == b"-" or (index and (_TIMES.match(field) or _NUMBER.match(field))):
            return field
        if index == 1 and _KEYS.match(field):
            parts = field.split(b":")
            # kvno, then for each key its master key's version, its type, the key and the salt
            open_ = (place == 0 or place % 4 in {1, 2} for place in range(len(parts)))
            return b":".join(
                part if shown and len(part) <= 10 else self._heimdal_key(part) for part, shown in zip(parts, open_, strict=True)
            )
        if _NAMED.match(field):
            return field[:15] + self.text(field[15:])
        if index and field.startswith(b"30"):
            return b":".join(self._extension(each) for each in field.split(b":"))
        return self.text(field)

    def _heimdal_key(self, part: bytes) -> bytes:
        if part == b"-" or not part:
            return part
        if _HEX.match(part):
            return self._secret(part)
        return _without_hex(part, self)

    def _extension(self, digits: bytes) -> bytes:
        if not _HEX.match(digits):
            return _without_hex(digits, self)
        data = bytes.fromhex(digits.decode("ascii"))
        if not is_der(data):
            return self._secret(digits)
        new = self._values.blobs.der(data).hex().encode("ascii")
        return new.upper() if digits != digits.lower() else new

    # keytabs

    def keytab(self, data: bytes) -> bytes:
        """Return a keytab with other names and keys; versions, types, times and holes are kept."""
        out = bytearray(data)
        order = ">"
        if data[1] == 1:
            order = next((o for o in "<>" if len(data) >= 6 and 0 < abs(struct.unpack_from(f"{o}i", data, 2)[0]) <= len(data) - 6), ">")
        secret = self._values.texts.replacer.secret
        at = 2
        while at + 4 <= len(data):
            (size,) = struct.unpack_from(f"{order}i", data, at)
            at += 4
            end = min(at + abs(size), len(data))
            if size == 0:
                break
            entry = data[at:end]
            try:
                out[at:end] = self._keytab_entry(entry, order, old=data[1] == 1) if size > 0 and end == at + size else secret(entry)
            except (struct.error, ValueError):
                out[at:end] = entry[:2] + secret(entry)[2:]
            at = end
        rest = data[at:]
        if rest.strip(b"\0"):
            out[at:] = secret(rest)
        return bytes(out)

    def _keytab_entry(self, entry: bytes, order: str, *, old: bool) -> bytes:
        """Rewrite an entry.

        Raises:
            struct.error, ValueError: its parts do not fit into it.
        """
        out = bytearray(entry)
        (count,) = struct.unpack_from(order + "H", entry, 0)
        at = 2
        parts: list[tuple[int, int]] = []
        for _ in range(count + (0 if old else 1)):
            (size,) = struct.unpack_from(order + "H", entry, at)
            if at + 2 + size > len(entry):
                raise ValueError
            parts.append((at + 2, at + 2 + size))
            at += 2 + size
        texts = [entry[start:end] for start, end in parts]
        name = self._principal(texts)
        for (start, end), new in zip(parts, name, strict=True):
            out[start:end] = (new + b"x" * (end - start))[: end - start]
        at += (0 if old else 4) + 4 + 1 + 2
        (size,) = struct.unpack_from(order + "H", entry, at)
        start = at + 2
        if start + size > len(entry):
            raise ValueError
        secret = self._values.texts.replacer.secret
        out[start : start + size] = secret(entry[start : start + size])
        behind = entry[start + size :]
        if len(behind) > 8:
            out[start + size + 8 :] = secret(behind)[8:]
        return bytes(out)

    def _principal(self, texts: list[bytes]) -> list[bytes]:
        """Rewrite realm and components, as they would stand in one name."""
        if not texts:
            return texts
        realm, *components = texts
        if self._texts.replacer.collecting and realm:
            self._texts.replacer.realms.add(realm.decode("utf-8", "surrogateescape"))
        joined = self.text(b"/".join(components) + b"@")
        new = joined[:-1].split(b"/")
        if [len(each) for each in new] != [len(each) for each in components]:
            new = [self.text(each) for each in components]
        return [self.text(realm), *new]


def _without_hex(field: bytes, lists: Lists) -> bytes:
    """Rewrite a text in which a part of a key may stand: every run of hex digits is exchanged."""
    collecting = lists._values.texts.replacer.collecting
    text = field.decode("utf-8", "surrogateescape")
    out, at = [], 0
    for found in _ALL_HEX.finditer(text):
        even = len(found[0]) // 2 * 2
        new = found[0] if collecting else lists._secret(found[0][:even].encode()).decode() + found[0][even:]
        out += [lists.text(text[at : found.start()].encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape"), new]
        at = found.end()
    out.append(lists.text(text[at:].encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape"))
    return "".join(out).encode("utf-8", "surrogateescape")


def _of_hex(value: bytes, size: int) -> bytes:
    """Return the bytes that a column of a dump writes in hex.

    Raises:
        ValueError: it is no hex, or not as long as the dump says.
    """
    data = bytes.fromhex(value.decode("ascii"))
    if len(data) != size:
        raise ValueError
    return data
