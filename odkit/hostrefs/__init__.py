"""Finds the places that name a server, and rewrites them.

The package is not called references, because `odkit.references` is the function.
"""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.hostrefs._change import RecordChange, Rewrite, ValueChange
    from odkit.hostrefs._decide import why_held, why_value_held
    from odkit.hostrefs._find import NEEDS, Found, Reference, References, references
    from odkit.hostrefs._judged import Place, PlacesOf, Spotted
    from odkit.hostrefs._map import NEEDS_OF_MAP, HostMap, host_map, known_hosts
    from odkit.hostrefs._match import Hit, HitKind, Matcher, host_of
    from odkit.hostrefs._places import SERVER_ATTRIBUTES, Handling, handling
    from odkit.hostrefs._replace import Replace, rewritten
    from odkit.hostrefs._rewrite import plan_rewrite
    from odkit.hostrefs._search import Search, Spot

__all__ = [
    "NEEDS",
    "NEEDS_OF_MAP",
    "SERVER_ATTRIBUTES",
    "Found",
    "Handling",
    "Hit",
    "HitKind",
    "HostMap",
    "Matcher",
    "Place",
    "PlacesOf",
    "RecordChange",
    "Reference",
    "References",
    "Replace",
    "Rewrite",
    "Search",
    "Spot",
    "Spotted",
    "ValueChange",
    "handling",
    "host_map",
    "host_of",
    "known_hosts",
    "plan_rewrite",
    "references",
    "rewritten",
    "why_held",
    "why_value_held",
]

# where each name lives
_HOMES = {
    "odkit.hostrefs._change": ("RecordChange", "Rewrite", "ValueChange"),
    "odkit.hostrefs._decide": ("why_held", "why_value_held"),
    "odkit.hostrefs._find": ("NEEDS", "Found", "Reference", "References", "references"),
    "odkit.hostrefs._judged": ("Place", "PlacesOf", "Spotted"),
    "odkit.hostrefs._map": ("NEEDS_OF_MAP", "HostMap", "host_map", "known_hosts"),
    "odkit.hostrefs._match": ("Hit", "HitKind", "Matcher", "host_of"),
    "odkit.hostrefs._places": ("SERVER_ATTRIBUTES", "Handling", "handling"),
    "odkit.hostrefs._replace": ("Replace", "rewritten"),
    "odkit.hostrefs._rewrite": ("plan_rewrite",),
    "odkit.hostrefs._search": ("Search", "Spot"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
