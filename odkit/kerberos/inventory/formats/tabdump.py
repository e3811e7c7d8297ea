"""``kdb5_util tabdump`` of MIT 1.14 and later: a table with a heading, tabs between its columns, or CSV with ``-c``.

Read are the tables with a row for every principal: ``princ_meta`` (with the time of the last change), ``princ_lockout`` (with the last
login), ``princ_tktpolicy`` and ``princ_flags``.  ``keyinfo`` leaves out principals without keys, ``princ_stringattrs`` those without
attributes, and ``alias`` all that are none, so that a name that they lack is not known to be absent: they are refused.  "Never" is
written as 1970-01-01T00:00:00Z (kdb5_util tabdump.c).
"""

from __future__ import annotations

import calendar
import csv
import time
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import listed_name
from odkit.patterns import regex
from odkit.values.principal import Principal

__all__ = ["FORMAT"]

_WHOLE = {
    ("name", "modby", "modtime", "lastpwd", "policy", "mkvno", "hist_kvno"): "princ_meta",
    ("name", "last_success", "last_failed", "fail_count"): "princ_lockout",
    ("name", "expiration", "pw_expiration", "max_life", "max_renew_life"): "princ_tktpolicy",
    ("name", "flag", "value"): "princ_flags",
}
_PARTS = {
    ("name", "keyindex", "kvno", "enctype", "salttype", "salt"): "keyinfo",
    ("name", "keyindex", "kvno", "enctype", "key", "salttype", "salt"): "keyinfo",
    ("name", "key", "value"): "princ_stringattrs",
    ("aliasname", "targetname"): "alias",
}
_HEADING = regex(rb"[a-z_]+(?:[\t,][a-z_]+)+\r?\n")


def _heading(file: Input) -> tuple[str, tuple[str, ...]] | None:
    """Return what stands between columns, and their names; None for what is no table of tabdump."""
    if _HEADING.match(file.head) is None:
        return None
    line = file.head.split(b"\n", 1)[0].rstrip(b"\r").decode("ascii")
    between = "\t" if "\t" in line else ","
    names = tuple(line.split(between))
    return (between, names) if names in _WHOLE or names in _PARTS else None


# what no name is in
_KEPT = regex(
    rb"^(?:alias)?name(?:[\t,][a-z_]+)+\r?$|(?<=[\t,])(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|-?\d{1,10})(?=[\t,\r]|\Z)|"
    rb"(?<=[\t,])(?:(?:dis)?allow_[a-z_]+|requires_(?:pre|hw)auth|requires_pwchange|no_auth_data_required|"
    rb"pwchange_service|support_desmd5|new_princ|ok_(?:as|to_auth_as)_delegate|lockdown_keys)(?=[\t,])"
)


def _looks_like(file: Input) -> bool:
    return _heading(file) is not None


def _read(file: Input) -> Iterator[Listed]:
    """Read the names, and what the table tells of the last change or login.

    Raises:
        InputError: a table that does not name every principal, a row that does not fit its heading, a cut end.
    """
    found = _heading(file)
    assert found is not None
    between, names = found
    if names in _PARTS:
        message = f"tabdump {_PARTS[names]} does not name every principal; make it with: kdb5_util tabdump princ_meta"
        raise InputError(file.path, 1, message)
    seen: set[Principal] = set()
    for number, line in file.lines():
        if number == 1:
            continue
        if file.cut:
            raise InputError(file.path, number, "the table ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        cells = _cells(line.rstrip(b"\r"), between)
        if len(cells) != len(names):
            message = f"{len(cells)} columns, and the heading has {len(names)}: the table is damaged; make it again"
            raise InputError(file.path, number, message, InputReason.DAMAGED)
        principal = listed_name(cells[0], file, number, raw_blanks=True)
        if principal not in seen:  # princ_flags has a row for each flag
            seen.add(principal)
            row = dict(zip(names, cells, strict=True))
            yield Listed(cells[0], principal, number, modified=_time(row.get("modtime")) or None, used=_time(row.get("last_success")))


def _cells(line: bytes, between: str) -> list[bytes]:
    if between == "\t":  # a tab in a name is written as \t
        return line.split(b"\t")
    return [cell.encode("latin-1") for row in csv.reader([line.decode("latin-1")]) for cell in row]


def _time(text: bytes | None) -> int | None:
    """Return seconds since 1970, 0 for never; with ``-n`` it stands so in the table.  None for what is no time."""
    if text is None:
        return None
    if text.isdigit() and len(text) <= 10:
        return int(text)
    try:
        return calendar.timegm(time.strptime(text.decode("ascii", "replace"), "%Y-%m-%dT%H:%M:%SZ"))
    except (ValueError, OverflowError):
        return None


FORMAT = Format("kdb5_util tabdump", InventoryKind.KDC, PrincipalStore.MIT, _looks_like, _read, copied=Copied.LINES, own=_KEPT)
