"""``kdb5_util dump``: MIT's text dumps, names by their stated length; key data is passed over and never kept.

    princ TAB 38 TAB namelen TAB n_tl TAB n_key TAB e_len TAB NAME TAB 8 numbers TAB
        n_tl*(type TAB length TAB hex) n_key*(ver TAB kvno TAB ver*(type TAB length TAB hex)) hex ";" LF

Versions 4 (``-b7``), 5 (``-r13``: all of 10.4 to 10.6), 6 (``-r18``) and 7 of "kdb5_util load_dump", the incremental ones that
start with "ipropx", and "kdb5_edit load_dump version 3.0", whose lines lack the word ``princ``.  Heimdal's ``dump --format=MIT`` is a
version 5.

An alias of MIT 1.22 and later is an entry without keys whose tl-data of type 12 is the target's name, a NUL behind it (kdb.h,
KRB5_TL_ALIAS_TARGET).  Type 2 is the time of the last change, four bytes little-endian, and who made it (KRB5_TL_MOD_PRINC).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from odkit.errors import InputError, InputReason
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.patterns import regex
from odkit.text import shorten
from odkit.values.enctypes import enctype_name
from odkit.values.principal import Principal, PrincipalError, parse_principal

__all__ = ["FORMAT"]

_HEADER = regex(rb"kdb5_util load_dump version ([4-7])\r?\n|kdb5_edit load_dump version (3)\.0\r?\n|iprop(?:x \d+)?(?:[ \t]\d+)*\r?\n")
_STARTS = (b"kdb5_util load_dump", b"kdb5_edit load_dump", b"OV*Secure", b"iprop")
_MODIFIED, _ALIAS = 2, 12  # types of the tl-data
_PARTS = 16  # of one key: the key, its salt
_FIELDS = 8  # attributes, lives, expirations, last success and failure, failures
_USED = 5  # place of the last success among them


def _looks_like(file: Input) -> bool:
    return file.head.startswith(_STARTS)


def _read(file: Input) -> Iterator[Listed]:
    """Read the names, key versions and encryption types.

    Raises:
        InputError: a version that is not read, a line that is no record, a cut end.
    """
    path = file.path
    if _HEADER.match(file.head) is None:
        what = shorten(file.head.split(b"\n", 1)[0], 60)
        how = "kdb5_util dump FILE (an old server, before krb5 1.8), or kdb5_util dump -r13 FILE (a newer one)"
        raise InputError(path, 1, f"a dump of a version that odkit does not read ({what}); make it again with: {how}")
    tagged = not file.head.startswith(b"kdb5_edit")
    for number, line in file.lines():
        if number == 1:
            continue
        if file.cut:
            raise InputError(path, number, "the dump ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if line.startswith(b"policy\t") or not line:
            continue
        if tagged:
            if not line.startswith(b"princ\t"):
                raise InputError(path, number, "neither princ nor policy")  # it is not shown: it may hold a part of a key
            line = line[6:]
        if not line.removesuffix(b"\r").endswith(b";"):
            raise InputError(path, number, "the record does not end in ';': the dump is cut or damaged; make it again")
        yield _record(line, path, number)


def _record(line: bytes, path: str, number: int) -> Listed:
    try:
        _, size, tls, keys, _, rest = line.split(b"\t", 5)
        if max(len(size), len(tls), len(keys)) > 9 or min(int(size), int(tls), int(keys)) < 0:
            raise ValueError
        length = int(size)
        name, rest = rest[:length], rest[length:]
        if len(name) != length or not rest.startswith(b"\t"):
            raise ValueError
        fields = rest[1:].split(b"\t")
        modified, target = _extra(fields[_FIELDS : _FIELDS + 3 * int(tls)], path, number)
        used = int(fields[_USED])
        at = _FIELDS + 3 * int(tls)
        kvno: int | None = None
        kinds: list[int] = []
        for _ in range(int(keys)):
            parts, version = int(fields[at]), int(fields[at + 1])
            if not 0 <= parts <= _PARTS:
                raise ValueError
            if kvno is None or version > kvno:
                kvno, kinds = version, []
            if version == kvno:
                kinds.append(int(fields[at + 2]))
            at += 2 + 3 * parts
        if at != len(fields) - 1:
            raise ValueError
    except (ValueError, IndexError):
        # the line is not shown: it holds keys
        raise InputError(path, number, "the record's fields do not fit together: the dump is damaged; make it again") from None
    principal, enctypes = _principal(name, path, number), _names(tuple(kinds))
    return Listed(name, principal, number, kvno, enctypes, alias=target is not None, target=target, modified=modified, used=used)


def _principal(name: bytes, path: str, number: int) -> Principal:
    try:
        return parse_principal(name, path=path, line=number)
    except PrincipalError as error:  # the name is not shown: where a length is wrong it holds a part of a key
        raise InputError(path, number, f"not a principal name ({error.fault}): the dump is damaged; make it again") from None


def _extra(tls: list[bytes], path: str, number: int) -> tuple[int | None, Principal | None]:
    """Return when an entry was changed last, and the name whose alias it is; None for what it does not tell.

    Raises:
        ValueError: the content has another length than stated.
        InputError: the target is not a name.
    """
    modified, target = None, None
    for kind, size, value in zip(tls[::3], tls[1::3], tls[2::3], strict=True):
        if int(kind) == _MODIFIED and len(value) >= 8:
            modified = int.from_bytes(bytes.fromhex(value[:8].decode("ascii", "replace")), "little")
        elif int(kind) == _ALIAS and target is None:
            name = bytes.fromhex(value.decode("ascii", "replace")).removesuffix(b"\0")
            if len(value) != 2 * int(size):
                raise ValueError
            target = _principal(name, path, number)
    return modified, target


@lru_cache(maxsize=256)  # nearly all principals of a realm have the same types
def _names(kinds: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(enctype_name(kind) for kind in dict.fromkeys(kinds))


FORMAT = Format("kdb5_util dump", InventoryKind.KDC, PrincipalStore.MIT, _looks_like, _read, copied=Copied.MIT_DUMP)
