"""Draws a tree of servers as text, Mermaid, DOT and SVG."""

from __future__ import annotations

from odkit.servers.tree import Node, Tree
from odkit.text import escape

__all__ = ["tree_dot", "tree_mermaid", "tree_svg", "tree_text"]

_FILL = {"master": "#cde4ff", "relay": "#ffe2b8", "replica": "#d9f2d0", "member": "#eeeeee"}


def _label(node: Node) -> str:
    more = ", ".join(part for part in (node.role, node.address, node.site, node.release) if part)
    return f"{escape(node.name)} ({escape(more)})"


def _ordered(tree: Tree) -> list[tuple[int, Node, list[bool]]]:
    """Return nodes depth first: depth, node, and for each level whether more follow there."""
    below: dict[str, list[Node]] = {}
    for node in tree.nodes:
        below.setdefault(node.parent, []).append(node)
    out: list[tuple[int, Node, list[bool]]] = []
    seen: set[int] = set()
    stack = [(0, node, [False]) for node in reversed(tree.roots())]
    while stack:
        depth, node, more = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        out.append((depth, node, more))
        children = below.get(node.name, [])
        stack += [(depth + 1, child, [*more, index < len(children) - 1]) for index, child in reversed(list(enumerate(children)))]
    out += [(0, node, [False]) for node in tree.nodes if id(node) not in seen]  # in a loop
    return out


def tree_text(tree: Tree) -> str:
    """Return the tree for a terminal, with box drawing characters."""
    lines = []
    for depth, node, more in _ordered(tree):
        stems = "".join("│  " if each else "   " for each in more[1:depth])
        lines.append(stems + ("" if not depth else "├─ " if more[depth] else "└─ ") + _label(node))
    return "\n".join(lines) + "\n"


def _ids(tree: Tree) -> dict[int, str]:
    return {id(node): f"n{number}" for number, node in enumerate(tree.nodes)}


def _edges(tree: Tree) -> list[tuple[str, str]]:
    ids = _ids(tree)
    by_name = {node.name: node for node in reversed(tree.nodes)}
    return [(ids[id(by_name[node.parent])], ids[id(node)]) for node in tree.nodes if node.parent in by_name]


def tree_mermaid(tree: Tree) -> str:
    """Return the drawing for Mermaid."""
    ids = _ids(tree)
    lines = ["flowchart TD"]
    for node in tree.nodes:
        text = "".join(char if char.isalnum() or char in " .,-_()+" else f"#{ord(char)};" for char in _label(node))
        lines.append(f'  {ids[id(node)]}["{text}"]')
    return "\n".join([*lines, *(f"  {a} --> {b}" for a, b in _edges(tree))]) + "\n"


def tree_dot(tree: Tree) -> str:
    """Return the drawing for Graphviz."""
    ids = _ids(tree)
    lines = ["digraph servers {", "  node [shape=box, style=filled];"]
    for node in tree.nodes:
        text = _label(node).replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'  {ids[id(node)]} [label="{text}", fillcolor="{_FILL[node.role]}"];')
    return "\n".join([*lines, *(f"  {a} -> {b};" for a, b in _edges(tree)), "}"]) + "\n"


def tree_svg(tree: Tree) -> str:
    """Return the tree as a picture: one line a server, indented, with the lines of the tree."""
    from html import escape as html_escape  # few ask for a picture

    def xml(text: str) -> str:
        return html_escape(text, quote=False)

    rows = _ordered(tree)
    row, step, left = 26, 28, 12
    width = left * 2 + max((depth * step + 9 * len(_label(node)) for depth, node, _ in rows), default=100)
    height = row * len(rows) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="Menlo, monospace" font-size="13">',
        f"<title>{xml(escape(tree.realm) or 'Servers')}</title>",
    ]
    last: dict[int, int] = {}
    for number, (depth, node, _) in enumerate(rows):
        x, y = left + depth * step, 8 + number * row
        if depth:
            start = last.get(depth - 1, y)
            parts.append(f'<path d="M{x - step + 9} {start + row - 4}V{y + 11}H{x}" fill="none" stroke="#888"/>')
        last[depth] = y
        parts.append(
            f'<rect x="{x}" y="{y}" width="{9 * len(_label(node))}" height="{row - 4}" rx="4" fill="{_FILL[node.role]}" stroke="#888"/>'
        )
        parts.append(f'<text x="{x + 6}" y="{y + 16}">{xml(_label(node))}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
