"""Lays out a tree of servers from left to right: a column for each tier, a row for each server without others below it."""

from __future__ import annotations

from collections.abc import Mapping

from odkit.hosts import HostVerdict, Verdict
from odkit.names import is_fqdn
from odkit.reporting.shapes import Box, Picture, Tone
from odkit.servers import Node, Tree
from odkit.text import escape

__all__ = ["TONES", "picture_of"]

TONES: Mapping[Verdict, Tone] = {
    Verdict.LIVE: Tone.GOOD,
    Verdict.STALE: Tone.BAD,
    Verdict.REVIEW: Tone.DOUBT,
    Verdict.UNKNOWN: Tone.CALM,
}
_BOLD, _LETTER = 8.4, 7.0  # pixels: the mean width of the letters of names, and of what is below them, in the widest of usual fonts
_HEIGHT, _ROW, _GAP, _EDGE = 42, 52, 44, 8
_NARROW, _WIDE = 180, 420


def picture_of(title: str, tree: Tree, hosts: Mapping[str, HostVerdict]) -> Picture:
    """Draw a tree.

    Args:
        title: of the picture.
        tree: its servers; one that is its own ancestor is drawn once, without its parent.
        hosts: verdicts, which give the tones.
    """
    below: dict[str, list[Node]] = {}
    for node in tree.nodes:
        below.setdefault(node.parent, []).append(node)
    domain = _domain(tree)
    names = [escape(node.name[: len(node.name) - len(domain)]) for node in tree.nodes]
    widths = [*(len(name) * _BOLD for name in names), *(len(_more(node)) * _LETTER for node in tree.nodes)]
    width = int(min(_WIDE, max(_NARROW, max(widths, default=0) + 24)))
    letters = int((width - 24) / _BOLD)
    boxes: list[Box] = []
    seen: set[int] = set()
    rows = 0
    stack: list[tuple[Node, int, tuple[int, int] | None]] = [(node, 0, None) for node in reversed(tree.roots() or list(tree.nodes[:1]))]
    left = list(tree.nodes)
    while stack or left:
        if not stack:  # servers of a loop
            node = left.pop(0)
            if id(node) in seen:
                continue
            stack = [(node, 0, None)]
        node, depth, parent = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        x, y = _EDGE + depth * (width + _GAP), _EDGE + rows * _ROW
        verdict = hosts.get(node.name)
        tone = TONES[verdict.verdict] if verdict is not None else Tone.CALM
        name = escape(node.name[: len(node.name) - len(domain)])
        label = name if len(name) <= letters else f"{name[: letters - 1]}…"
        boxes.append(Box(x, y, label, escape(node.name), _more(node), node.role, tone, parent))
        children = [child for child in below.get(node.name, ()) if id(child) not in seen]
        if not children:
            rows += 1
        stack += [(child, depth + 1, (x + width, y + _HEIGHT // 2)) for child in reversed(children)]
    right = max((box.x for box in boxes), default=0) + width + _EDGE
    bottom = max((box.y for box in boxes), default=0) + _HEIGHT + _EDGE
    return Picture(title, escape(domain), right, bottom, (width, _HEIGHT), tuple(boxes))


def _domain(tree: Tree) -> str:
    """Return the end that all names have in common, from a dot on; empty where they are in several domains."""
    ends = {node.name[node.name.find(".") :] if is_fqdn(node.name) else "" for node in tree.nodes}
    return ends.pop() if len(ends) == 1 and len(tree.nodes) > 1 else ""


def _more(node: Node) -> str:
    return escape(" · ".join(part for part in (node.role, node.address, node.site, node.release) if part))
