"""The tree of servers: planned, or as it is in an export; its checks and its picture."""

from odkit.servers.checks import check_tree
from odkit.servers.draw import tree_dot, tree_mermaid, tree_svg, tree_text
from odkit.servers.tree import Node, Tree, tree_of_export, tree_of_project

__all__ = ["Node", "Tree", "check_tree", "tree_dot", "tree_mermaid", "tree_of_export", "tree_of_project", "tree_svg", "tree_text"]
