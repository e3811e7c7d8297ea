"""Many files as many domains: which of them belong together, when each export is a domain of its own.

A file that holds only ``cn=authdata`` is a part of the export beside it, in the same folder.  Where several could be meant the slots of
their accounts prove it; where these prove nothing, nothing is guessed.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from odkit.dataclass import dataclass
from odkit.directory._directory import Directory
from odkit.directory._open import open_directory
from odkit.directory._views import Computer, User
from odkit.dn import dn_key
from odkit.errors import InputError, OdkitError
from odkit.ldif import Reader
from odkit.text import escape, plural
from odkit.values.schema import AUTHDATA, AUTHDATA_USERS

__all__ = ["Domain", "begins_with_authdata", "domains_in", "is_ordinary_file"]


@dataclass(frozen=True, slots=True)
class Domain:
    """The files of one domain.

    Attributes:
        files: as they were given: an export or a collected folder, and the ``cn=authdata`` that belongs to it.
        trouble: why its one file, of ``cn=authdata``, is no domain and part of none; "" for a domain.
    """

    files: tuple[str, ...]
    trouble: str = ""


def domains_in(names: Sequence[str]) -> list[Domain]:
    """Sort paths into domains.

    Args:
        names: paths of exports and of collected folders; what is no ordinary file or folder is a domain of its own, and is not read.

    Returns:
        The domains in the order of their exports, then the files of ``cn=authdata`` that belong to none for sure.  What cannot be read is
        a domain, so that opening it says why.
    """
    names = list(dict.fromkeys(names))
    parts = [name for name in names if begins_with_authdata(name)]
    beside: dict[Path, tuple[list[str], list[str]]] = {}
    for name in names:
        if name in parts or is_ordinary_file(name):
            beside.setdefault(_folder(name), ([], []))[name in parts].append(name)
    joined: dict[str, str] = {}
    alone: dict[str, str] = {}
    for exports, authdata in beside.values():
        found, troubles = _pairs(exports, authdata)
        joined.update(found)
        alone.update(troubles)
    taken = set(joined.values())
    domains = [Domain((name, joined[name]) if name in joined else (name,)) for name in names if name not in taken and name not in alone]
    return domains + [Domain((name,), trouble) for name, trouble in alone.items()]


def _pairs(exports: Sequence[str], authdata: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the file of ``cn=authdata`` of each export of a folder, and why one is of none."""
    if not exports or not authdata:
        return {}, {}
    if len(exports) == len(authdata) == 1:
        return {exports[0]: authdata[0]}, {}
    guids = {name: guids for name in authdata if (guids := _guids(name)) is not None}
    belongs = {name: [each for each in exports if _shares(each, own)] for name, own in guids.items()}
    joined: dict[str, str] = {}
    alone: dict[str, str] = {}
    for name, found in belongs.items():
        rivals = [other for other in belongs if other != name and set(belongs[other]) & set(found)]
        if len(found) == 1 and not rivals:
            joined[found[0]] = name
        else:
            alone[name] = _why(exports, found, rivals)
    return joined, alone


def _why(exports: Sequence[str], found: Sequence[str], rivals: Sequence[str]) -> str:
    """Return why a file of ``cn=authdata`` is not taken for a part of an export."""
    if not found:
        what = f"no account of the {plural(len(exports), 'export')} beside it has a slot of it"
    elif len(found) > 1:
        what = f"accounts of {', '.join(map(escape, found))} have slots of it"
    else:
        what = f"{', '.join(map(escape, rivals))} has slots of accounts of {escape(found[0])}, too"
    return f"holds only cn=authdata, and {what}: which export it belongs to is not known; put it beside its export in a folder of their own"


def _guids(name: str) -> frozenset[str] | None:
    """Return the authGUIDs of a file of ``cn=authdata``; None for one that holds more, or that cannot be read."""
    try:
        od = open_directory(name)
    except OdkitError:
        return None
    return None if od.has_domain else frozenset(od.places().get(AUTHDATA_USERS, ()))


def _shares(name: str, guids: frozenset[str]) -> bool:
    """Tell whether an account of an export has a slot that is one of these."""
    try:
        return any(f"authguid={slot}" in guids for slot in _slots(open_directory(name)))
    except OdkitError:
        return False


def _slots(od: Directory) -> Iterator[str]:
    """Yield the authGUIDs that accounts name."""
    records: Iterable[User | Computer] = (each for part in (od.users, od.computers) for each in part.records())
    for record in records:
        pointer = record.password.pointer
        if pointer is not None and pointer.slot is not None:
            yield pointer.slot.auth_guid


def _folder(name: str) -> Path:
    return Path(name).absolute().parent


def is_ordinary_file(name: str) -> bool:
    """Tell whether it is an ordinary file; reading anything else takes away what is read."""
    try:
        return name != "-" and stat.S_ISREG(Path(name).stat().st_mode)
    except (OSError, ValueError):
        return False


def begins_with_authdata(name: str) -> bool:
    """Tell whether a file's first entry is ``cn=authdata`` or below it, as that of a file that holds nothing else is."""
    if not is_ordinary_file(name):
        return False
    try:
        first = next(iter(Reader(name, strict=False, lazy=True)), None)
    except InputError:
        return False
    key = dn_key(first.dn) if first is not None else None
    return key is not None and (key == AUTHDATA or key.endswith("," + AUTHDATA))
