"""What is found of a place where a server is named."""

from __future__ import annotations

from odkit.dataclass import dataclass
from odkit.hostrefs._match import HitKind
from odkit.hostrefs._places import Handling

__all__ = ["Place", "PlacesOf", "Row", "Spotted"]


@dataclass(frozen=True, slots=True)
class Place:
    """What places have in common that name one server in one way: see `Reference`."""

    host: str
    kind: HitKind
    handling: Handling
    type: str
    attribute: str
    inside: str
    hit: str
    usual: Handling
    why: str


Spotted = tuple[Place, int, str, str, int]  # a place, the index of its value, the text before and after it, its line
# of a record: its DN, path of the export, its places, and what is to be added to their lines: many records have the same places, then
Row = tuple[str, str, tuple[Spotted, ...], int]


@dataclass(frozen=True, slots=True)
class PlacesOf:
    """The places of a record.

    Attributes:
        dn: of the record.
        path: of the export.
        places: in the order of the record.
    """

    dn: str
    path: str
    places: tuple[Spotted, ...]
