"""Parts of a page that have a shape: marked texts, the drawn tree of servers, and hosts by services."""

from __future__ import annotations

from enum import StrEnum

from odkit.dataclass import dataclass

__all__ = ["Box", "HostRow", "Marked", "Matrix", "Picture", "Tone"]


class Tone(StrEnum):
    """How a thing is to be taken; the page shows it by a word and a colour."""

    BAD = "bad"
    DOUBT = "doubt"
    GOOD = "good"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Marked:
    """A short text with its tone."""

    text: str
    tone: Tone = Tone.CALM


@dataclass(frozen=True, slots=True)
class Box:
    """A server in a picture of the tree: its place in pixels, and what is written in it.

    Attributes:
        x, y: its upper left corner.
        label: its name as far as it has room, without the domain of all servers.
        host: its name.
        more: role, address and what else is known.
        role: "master", "relay", "replica" or "member".
        parent: middle of the right edge of the server above it; None without one.
    """

    x: int
    y: int
    label: str
    host: str
    more: str
    role: str
    tone: Tone
    parent: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn tree of servers.

    Attributes:
        title: whose it is.
        domain: of all servers, with a dot before it; empty where they are in several.
        width, height: in pixels, of the whole.
        box: width and height of one server.
    """

    title: str
    domain: str
    width: int
    height: int
    box: tuple[int, int]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class HostRow:
    """A host, the verdict on it, the evidence, and a cell for each service, None for an empty one.

    Attributes:
        label, domain: its name in two parts; the domain with its dot, empty where the name is not a full one.
    """

    label: str
    domain: str
    verdict: Marked
    evidence: tuple[tuple[str, str], ...]
    cells: tuple[Marked | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Hosts by services.

    Attributes:
        services: heads of the columns.
        rows: hosts, worst first.
        others: names of which nothing is known but a computer record.
        left: number of further such names.
        more: number of hosts behind the rows: a browser needs seconds for thousands of them.
        where: the command that shows those.
    """

    services: tuple[str, ...]
    rows: tuple[HostRow, ...]
    others: tuple[str, ...] = ()
    left: int = 0
    more: int = 0
    where: str = ""
