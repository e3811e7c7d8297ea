"""`odkit afp`: every place that needs a client for AFP, what each server serves by it, and whether each user keeps his home.

Apple said in April 2026 that macOS 27 has no client for AFP; it was deprecated in 15.5 (press; not tried on a Mac).
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import Any

from odkit.afp.places import AfpPlace, HomeFate, PlaceKind, kind_of, urls_in
from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Mount, Need, Record, User, as_directory, host_of_url
from odkit.directory.absence import Absences
from odkit.findings import About, Finding, Rule, Severity, record_finding
from odkit.ldif import Answer, UnfetchedURL
from odkit.names import host_key
from odkit.redaction import mask_urls
from odkit.text import escape
from odkit.values.texts import Texts

__all__ = ["NEEDS", "AfpReport", "afp", "places_of"]

NEEDS: tuple[Need, ...] = ()

HOME_UNKNOWN = Rule(
    "OD741",
    "afp-home-unknown",
    Severity.WARNING,
    "Add the mount, or look at the server. odkit cannot tell whether the home is reached by AFP.",
    about=About(("homeDirectory", "apple-user-homeurl")),
)
_SERVERS = "/Network/Servers/"


@dataclass(frozen=True, slots=True)
class AfpReport:
    """The places, the users, and what cannot be told.

    Attributes:
        places: in the order of the export.
        homes: of each user, by DN.
        findings: OD741, OD013, and those of reading the export.
    """

    places: tuple[AfpPlace, ...]
    homes: tuple[tuple[str, HomeFate], ...]
    findings: tuple[Finding, ...]

    def by_server(self) -> dict[str, Counter[PlaceKind]]:
        """Return how many places of each kind name a server, by its name in lower case; "" for URLs without one."""
        found: dict[str, Counter[PlaceKind]] = {}
        for each in self.places:
            found.setdefault(host_key(each.host or ""), Counter())[each.kind] += 1
        return dict(sorted(found.items(), key=lambda row: (-row[1].total(), row[0])))

    def fates(self) -> Counter[HomeFate]:
        """Return how many users keep their home, lose it, and of how many it cannot be told."""
        return Counter(dict.fromkeys(HomeFate, 0)) + Counter(fate for _, fate in self.homes)

    def as_json(self) -> dict[str, Any]:
        """Return the object of schema ``odkit/afp/1``."""
        fates = Counter(fate for _, fate in self.homes)
        return {
            "schema": "odkit/afp/1",
            "summary": {"places": len(self.places), "users": {fate.value: fates[fate] for fate in HomeFate}},
            "servers": {escape(host): {kind.value: n for kind, n in sorted(kinds.items())} for host, kinds in self.by_server().items()},
            "places": [each.as_json() for each in self.places],
            "users": [{"dn": escape(dn), "home": fate.value} for dn, fate in self.homes],
            "findings": [each.as_json() for each in self.findings],
        }


def afp(od: Export) -> AfpReport:
    """Find every place that names a share by AFP.

    Args:
        od: the export, opened or a path (`odkit.directory.Export`); every record of it is read.

    Returns:
        The places; for each user whether he can log in with his home without a client for AFP: by its URL, else by the mount that its
        path lies on.  What the export does not show is unknown, and counted (OD013).

    Raises:
        InputError: the export was changed while it was read.
    """
    od = as_directory(od)
    texts = Texts()
    places = tuple(place for record in od.records() for place in places_of(record, texts))
    by_afp = {place.dn for place in places if place.kind is PlaceKind.MOUNT}
    mounts = _Mounts(od, by_afp)
    homes, findings = [], []
    for user in od.users.records():
        fate, why = _fate(od, user, mounts)
        homes.append((user.dn, fate))
        if why:
            message = f"user {escape(user.name)}: {why}"
            findings.append(record_finding(HOME_UNKNOWN, user.dn, message, path=user.path, line=user.line))
    absences = Absences(od)
    kept = list(absences.kept(findings))
    return AfpReport(places, tuple(homes), (*od.findings, *absences.findings(), *kept))


def places_of(record: Record, texts: Texts) -> Iterator[AfpPlace]:
    """Yield every place of a record that names a share by AFP."""
    for attribute, values in record.attributes.items():
        for index, value in enumerate(values):
            if isinstance(value, UnfetchedURL):
                continue
            for inside, text in texts.of(attribute, bytes(value)):
                for url in urls_in(text) or (["afp"] if attribute.lower() == "mounttype" and text.strip().lower() == "afp" else []):
                    yield AfpPlace(
                        kind_of(record.kind, attribute, inside), record.dn, record.kind, attribute, index, inside, host_of_url(url),
                        escape(mask_urls(url)), record.path, record.entry.line_of(attribute, index),
                    )  # fmt: skip


class _Mounts:
    """The mounts on which homes can lie: those of a server's path, and those with a directory of their own."""

    def __init__(self, od: Directory, by_afp: set[str]) -> None:
        self._known: dict[str, bool] = {}  # folder as clients see it -> whether it is reached by AFP
        for mount in od.mounts.records():
            for folder in _folders(mount):
                self._known[folder] = mount.dn in by_afp

    def by_afp(self, path: str) -> bool | None:
        """Tell whether a path is reached by AFP, by the nearest mount above it; None where there is none."""
        folder = posixpath.normpath(path)
        while folder not in {"/", ""}:
            if folder in self._known:
                return self._known[folder]
            folder = posixpath.dirname(folder)
        return None


def _folders(mount: Mount) -> Iterator[str]:
    options = {part for each in mount.texts("mountOption") for part in each.split(",")}
    directory = mount.text("mountDirectory") or ""
    if directory.startswith("/") and "net" not in options:
        yield posixpath.normpath(directory)
        return
    for name in mount.names:
        host, colon, path = name.partition(":")
        if colon and host:
            yield posixpath.normpath(f"{_SERVERS}{host_key(host)}/{path}")


def _fate(od: Directory, user: User, mounts: _Mounts) -> tuple[HomeFate, str]:
    """Return what becomes of a user's home, and why it cannot be told."""
    if any(od.answers.attribute(user, each) not in {Answer.KNOWN, Answer.ABSENT} for each in ("homeDirectory", "apple-user-homeurl")):
        return HomeFate.UNKNOWN, "the export does not show the home"
    home = user.home
    if home.url:
        return (HomeFate.STOPS if urls_in(home.url) else HomeFate.STAYS), ""
    if urls_in(home.nfs):
        return HomeFate.STOPS, ""
    path = home.nfs
    if path.startswith(_SERVERS):
        host, slash, rest = path.removeprefix(_SERVERS).partition("/")
        path = f"{_SERVERS}{host_key(host)}{slash}{rest}"
    found = mounts.by_afp(path) if path.startswith("/") else None
    if found is None and path.startswith(_SERVERS):
        return HomeFate.UNKNOWN, f"no mount gives {escape(home.nfs)}"
    return (HomeFate.STOPS if found else HomeFate.STAYS), ""
