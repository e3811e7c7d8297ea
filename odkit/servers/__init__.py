"""The tree of servers, as odkit.toml plans it or as an export holds it: its checks and its drawings."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.servers.checks import check_export, check_tree
    from odkit.servers.draw import tree_dot, tree_mermaid, tree_svg, tree_text
    from odkit.servers.tree import Node, Tree, tree_of_export, tree_of_project

__all__ = [
    "Node",
    "Tree",
    "check_export",
    "check_tree",
    "tree_dot",
    "tree_mermaid",
    "tree_of_export",
    "tree_of_project",
    "tree_svg",
    "tree_text",
]

# where each name lives
_HOMES = {
    "odkit.servers.checks": ("check_export", "check_tree"),
    "odkit.servers.draw": ("tree_dot", "tree_mermaid", "tree_svg", "tree_text"),
    "odkit.servers.tree": ("Node", "Tree", "tree_of_export", "tree_of_project"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
