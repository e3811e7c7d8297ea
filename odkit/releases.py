"""Releases: what odkit has to know of the systems that its scripts run on, each fact in one place.

Adding a release is one `Release` here.  Facts and their confidence: docs/sources.md, "Releases".
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from odkit.dataclass import dataclass
from odkit.errors import UsageError

__all__ = [
    "LEOPARD",
    "LION",
    "PANTHER",
    "RELEASES",
    "SNOW_LEOPARD",
    "TIGER",
    "VERSIONS",
    "LocalKdc",
    "PrincipalStore",
    "Release",
    "mac_releases",
    "release_of",
    "release_of_version",
]

PANTHER, TIGER, LEOPARD, SNOW_LEOPARD, LION = "10.3", "10.4", "10.5", "10.6", "10.7"
# of Mac OS X, oldest first: clients may run any of them
VERSIONS: Final = (
    *(PANTHER, TIGER, LEOPARD, SNOW_LEOPARD, LION),
    *("10.8", "10.9", "10.10", "10.11", "10.12", "10.13", "10.14", "10.15", "11", "12"),
)


class PrincipalStore(StrEnum):
    """Where a KDC keeps its principals, which decides by whose rules they are spelled and how one is deleted."""

    MIT = "mit"  # a database of its own; kadmin.local (Mac OS X Server 10.4 to 10.6)
    HEIMDAL = "heimdal"  # a database of its own; kadmin -l
    DIRECTORY = "directory"  # attributes of records in cn=authdata (10.7 and later)


@dataclass(frozen=True, slots=True)
class LocalKdc:
    """How a release makes its Local KDC.

    Attributes:
        fragment: file of `odkit.lkdc` with the functions of the release.
        mark: the file whose presence keeps the system from making a new one; empty when there is none.
    """

    fragment: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A system that a plan's scripts are written for.

    Attributes:
        name: as ``--target`` takes it; a trailing ``+`` means this one and later.
        store: where its KDC keeps the principals.
        is_mac: Mac OS X Server, with dscl, slapconfig and a Password Server or ``cn=authdata``.
        system: for the head of a script that runs on any machine of the release.
        place: for the head of a script that runs where the KDC is.
        kdc_tools: fragments of `odkit.shell` for the KDC's database; empty where it has none.
        keytab_tools: fragments for a keytab.
        sample: a version that a stand-in plays in a rehearsal; empty where none can be played.
        local_kdc: None before Local KDCs (10.5).
        dscl_decodes_read_path: dscl's ``-read`` percent-decodes the last component of a path, as its other commands do.
        dscl_has_batch: dscl reads several commands from a file, so that the password is asked for once.
        has_cascades: replicas may be below replicas (relays).
        asr_has_verbs: ``asr restore --source`` instead of ``asr -source``.
        automount_has_cache: ``automount -vc`` makes clients read the maps again.
    """

    name: str
    store: PrincipalStore
    is_mac: bool
    system: str
    place: str
    kdc_tools: tuple[str, ...]
    keytab_tools: tuple[str, ...]
    sample: str = ""
    local_kdc: LocalKdc | None = None
    dscl_decodes_read_path: bool = False
    dscl_has_batch: bool = True
    has_cascades: bool = True
    asr_has_verbs: bool = True
    automount_has_cache: bool = True

    @property
    def has_slots(self) -> bool:
        """A slot of the Password Server is deleted for itself; from 10.7 on it goes with its record."""
        return self.is_mac and self.store is PrincipalStore.MIT


def _mit(name: str, sample: str, local_kdc: LocalKdc | None) -> Release:
    """Return a Mac OS X Server whose KDC is MIT's."""
    place = f"For the Open Directory master, Mac OS X Server {name}"
    return Release(name, PrincipalStore.MIT, True, f"Mac OS X {name}", place, ("mit.sh",), ("keytab-mit.sh",), sample, local_kdc)


_MARKED = LocalKdc("lkdc-10.6.sh", "/var/db/.configureLocalKDC")

_ALL: Final = (
    replace(
        _mit(TIGER, "10.4.11", None),
        dscl_decodes_read_path=True,
        dscl_has_batch=False,
        has_cascades=False,
        asr_has_verbs=False,
        automount_has_cache=False,
    ),
    _mit(LEOPARD, "10.5.8", LocalKdc("lkdc-10.5.sh")),
    _mit(SNOW_LEOPARD, "10.6.8", _MARKED),
    Release(
        f"{LION}+",
        PrincipalStore.DIRECTORY,
        True,
        "Mac OS X 10.7+",
        "For the Open Directory master, Mac OS X Server 10.7+",
        (),
        ("keytab-heimdal.sh", "keytab-lion.sh"),
        "10.7.5",
        _MARKED,
    ),
    Release(
        "heimdal",
        PrincipalStore.HEIMDAL,
        False,
        "with Heimdal",
        "For a Heimdal KDC with a database of its own",
        ("heimdal.sh",),
        ("keytab-heimdal.sh",),
    ),
)
RELEASES: Final[dict[str, Release]] = {release.name: release for release in _ALL}


def release_of(name: str) -> Release:
    """Return the release with a name.

    Raises:
        UsageError: no release has that name, or that version.
    """
    found = RELEASES.get(name)
    if found is None:
        raise UsageError(f"not a target: {name!r} ({', '.join(RELEASES)})")
    return found


def release_of_version(version: str) -> Release:
    """Return the release of Mac OS X Server that a version is of.

    Args:
        version: as ``sw_vers -productVersion`` prints it, such as ``10.5.8``.

    Raises:
        UsageError: no release that odkit knows.
    """
    parts = version.split(".")
    name = ".".join(parts[: 1 if parts[0] != "10" else 2])
    if name in VERSIONS:
        later = f"{LION}+" if VERSIONS.index(name) >= VERSIONS.index(LION) else name
        if later in RELEASES:
            return RELEASES[later]
    raise UsageError(f"not a version of Mac OS X Server: {version!r} ({', '.join(mac_releases())})")


def mac_releases(*, with_batch: bool = False) -> tuple[str, ...]:
    """Return names of the releases of Mac OS X Server, oldest first.

    Of those alone whose dscl has a batch mode, where that is asked for.
    """
    return tuple(release.name for release in RELEASES.values() if release.is_mac and (release.dscl_has_batch or not with_batch))
