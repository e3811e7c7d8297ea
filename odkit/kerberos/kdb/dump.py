"""``kdb5_util dump`` with everything that it holds: attributes, tagged data, keys and salts; read, and written for ``load -update``.

    princ TAB 38 TAB namelen TAB n_tl TAB n_key TAB e_len TAB NAME TAB 8 numbers TAB
        n_tl*(type TAB length TAB hex) n_key*(ver TAB kvno TAB ver*(type TAB length TAB hex)) hex ";" LF

Source: MIT krb5, kadmin/dbutil/dump.c (process_k5beta7_princ and dump_k5beta7_princ).  Numbers of the entry: attributes, max_life,
max_renewable_life, expiration, pw_expiration, last_success, last_failed, fail_auth_count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.errors import InputError, InputReason
from odkit.patterns import regex
from odkit.sources import Source, blocks, open_source, source_name
from odkit.text import shorten
from odkit.values.principal import Principal, parse_principal

__all__ = ["HEADER", "Dump", "DumpEntry", "SealedKey", "TaggedData", "read_dump", "write_entry"]

HEADER = b"kdb5_util load_dump version 5\n"  # what -r13 writes, and every release since 1.2.2 reads
_HEADER = regex(rb"kdb5_util load_dump version ([4-7])\Z")
_MASK = 0xFFFFFFFF
_NUMBERS = 8


@dataclass(frozen=True, slots=True)
class TaggedData:
    """A piece of tagged data (``tl_data``): its type and content; types 3 and 10 can hold keys."""

    type: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key as the database holds it.

    Attributes:
        kvno: version.
        enctype: number.
        sealed: length and cipher text; secret.
        salt_type: None where the record has none, which means the normal salt.
        salt: of types that hold one.
    """

    kvno: int
    enctype: int
    sealed: bytes = field(repr=False)
    salt_type: int | None = None
    salt: bytes = b""


@dataclass(frozen=True, slots=True)
class DumpEntry:
    """A principal as the database holds it.

    Attributes:
        text: its name as the dump spells it.
        principal: the name.
        attributes: KRB5_KDB_* bits.
        max_life: seconds.
        max_renewable: seconds.
        expires: Unix time, 0 for never.
        password_expires: Unix time, 0 for never.
        tagged: in order.
        keys: in order.
        line: 1-based physical line; 0 for one that was made here.
    """

    text: bytes
    principal: Principal
    attributes: int
    max_life: int
    max_renewable: int
    expires: int
    password_expires: int
    tagged: tuple[TaggedData, ...]
    keys: tuple[SealedKey, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump.

    Attributes:
        path: for messages.
        entries: in the file's order.
        policies: names of the kadm5 policies.
        digest: SHA-256 of the file, hex.
    """

    path: str
    entries: tuple[DumpEntry, ...] = field(repr=False)
    policies: tuple[bytes, ...]
    digest: str


def read_dump(source: Source) -> Dump:
    """Read a dump of version 4 to 7 whole.

    Raises:
        InputError: unreadable, another version, a record that is cut or whose fields do not fit together, a principal that occurs twice;
            the message never holds a part of a record.
    """
    path = source_name(source)
    digest = hashlib.sha256()
    data = b""
    file, own = open_source(source)
    try:
        parts = []
        for block in blocks(file, path):
            digest.update(block)
            parts.append(block)
        data = b"".join(parts)
    finally:
        if own:
            file.close()
    lines = data.split(b"\n")
    first = lines[0].removesuffix(b"\r")
    if _HEADER.match(first) is None:
        known = first.startswith((b"kdb5_util", b"kdb5_edit", b"ipropx", b"OV*"))
        what = f"a dump of a version that odkit does not carry ({shorten(first, 60)})" if known else "not a kdb5_util dump"
        raise InputError(
            path,
            1,
            f"{what}; make it on the KDC with: kdb5_util dump -r13 FILE (10.4 to 10.6: kdb5_util dump FILE, which writes that form)",
        )
    if lines[-1]:
        raise InputError(path, len(lines), "the dump ends in the middle of a line: it is cut; make it again", InputReason.CUT)
    policies: list[bytes] = []
    entries = list(_entries(lines, path, policies))
    seen: dict[Principal, int] = {}
    for entry in entries:
        before = seen.setdefault(entry.principal, entry.line)
        if before != entry.line:
            raise InputError(path, entry.line, f"{entry.principal} is here and in line {before}: make the dump again")
    return Dump(path, tuple(entries), tuple(policies), digest.hexdigest())


def _entries(lines: list[bytes], path: str, policies: list[bytes]) -> Iterator[DumpEntry]:
    for number, line in enumerate(lines[1:-1], 2):
        line = line.removesuffix(b"\r")
        if line.startswith(b"policy\t"):
            policies.append(line.split(b"\t", 2)[1])
        elif line.startswith(b"princ\t"):
            yield _entry(line, path, number)
        elif line:
            raise InputError(path, number, "neither princ nor policy: the dump is damaged; make it again", InputReason.DAMAGED)


def _entry(line: bytes, path: str, number: int) -> DumpEntry:
    try:
        if not line.endswith(b";"):
            raise ValueError
        _, _, size, tls, keys, _, rest = line[:-1].split(b"\t", 6)
        length, tl_count, key_count = _count(size), _count(tls), _count(keys)
        name, rest = rest[:length], rest[length:]
        if len(name) != length or not rest.startswith(b"\t"):
            raise ValueError
        fields = iter(rest[1:].split(b"\t"))
        numbers = [_number(_field(fields)) for _ in range(_NUMBERS)]
        tagged = tuple(TaggedData(_count(_field(fields)), _content(fields)) for _ in range(tl_count))
        made = tuple(_key(fields) for _ in range(key_count))
        if len(list(fields)) != 1:  # the extra data, "-1" for none
            raise ValueError
    except ValueError:
        # the line is not shown: it holds keys
        message = "the record's fields do not fit together: the dump is cut or damaged; make it again"
        raise InputError(path, number, message, InputReason.DAMAGED) from None
    principal = parse_principal(name, path=path, line=number)
    attributes, max_life, max_renewable, expires, password_expires = numbers[:5]
    return DumpEntry(name, principal, attributes, max_life, max_renewable, expires, password_expires, tagged, made, number)


def _field(fields: Iterator[bytes]) -> bytes:
    """Return the next field; a StopIteration would be a RuntimeError in a generator expression."""
    found = next(fields, None)
    if found is None:
        raise ValueError
    return found


def _count(text: bytes) -> int:
    if not text.isdigit() or len(text) > 9:
        raise ValueError
    return int(text)


def _number(text: bytes) -> int:
    """Return a 32-bit number; those from before 1.16 are written with a sign."""
    digits = text.removeprefix(b"-")
    if not digits.isdigit() or len(digits) > 10:
        raise ValueError
    return int(text) & _MASK


def _content(fields: Iterator[bytes]) -> bytes:
    """Return the length and hex digits; ``-1`` stands for nothing."""
    length, text = _count(_field(fields)), _field(fields)
    data = b"" if text == b"-1" else bytes.fromhex(text.decode("ascii"))
    if len(data) != length:
        raise ValueError
    return data


def _key(fields: Iterator[bytes]) -> SealedKey:
    parts, kvno = _count(_field(fields)), _count(_field(fields))
    if not 1 <= parts <= 2:
        raise ValueError
    enctype = _count(_field(fields))
    sealed = _content(fields)
    if parts == 1:
        return SealedKey(kvno, enctype, sealed)
    return SealedKey(kvno, enctype, sealed, _count(_field(fields)), _content(fields))


def write_entry(entry: DumpEntry) -> bytes:
    """Return a record for ``kdb5_util load -update``, with last logins and failures at zero."""
    text = bytes(entry.principal)
    fields: list[object] = [38, len(text), len(entry.tagged), len(entry.keys), 0]
    out = ["princ", *map(str, fields), ""]
    numbers = (entry.attributes, entry.max_life, entry.max_renewable, entry.expires, entry.password_expires, 0, 0, 0)
    rest = [str(number) for number in numbers]
    for tagged in entry.tagged:
        rest += [str(tagged.type), *_written(tagged.data)]
    for key in entry.keys:
        parts = 1 if key.salt_type is None else 2
        rest += [str(parts), str(key.kvno), str(key.enctype), *_written(key.sealed)]
        if key.salt_type is not None:
            rest += [str(key.salt_type), *_written(key.salt)]
    return "\t".join(out).encode() + text + b"\t" + "\t".join(rest).encode() + b"\t-1;\n"


def _written(data: bytes) -> tuple[str, str]:
    return str(len(data)), data.hex() or "-1"
