"""LDIF by RFC 2849: records in, records out, every byte of every value preserved."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.ldif._answer import Answer, Unknown, torn, unknowns
    from odkit.ldif._asked import Asked, Scope, Search
    from odkit.ldif._batch import Batch, Match
    from odkit.ldif._bulk import BulkLines, Lines, value_of_line
    from odkit.ldif._entry import Entry, EntryMaker
    from odkit.ldif._folds import CONTINUED, LINE_ENDS
    from odkit.ldif._grammar import is_attribute_description
    from odkit.ldif._layouts import Layout, Layouts, laid
    from odkit.ldif._look import ANY_NAME, Look, Pattern
    from odkit.ldif._parted import Parted, part
    from odkit.ldif._reader import Reader, read
    from odkit.ldif._runs import without_runs
    from odkit.ldif._trailer import Completeness
    from odkit.ldif._values import Attributes, ChangeRecord, Control, FixedAttributes, Modification, UnfetchedURL
    from odkit.ldif._walk import BORDER, Chunk, Walk, whole_record
    from odkit.ldif._write import HasEntry, Writable, comment, dump, format_record, format_value, is_safe_string, write
    from odkit.sources import Source

__all__ = [
    "ANY_NAME",
    "BORDER",
    "CONTINUED",
    "LINE_ENDS",
    "Answer",
    "Asked",
    "Attributes",
    "Batch",
    "BulkLines",
    "ChangeRecord",
    "Chunk",
    "Completeness",
    "Control",
    "Entry",
    "EntryMaker",
    "FixedAttributes",
    "HasEntry",
    "Layout",
    "Layouts",
    "Lines",
    "Look",
    "Match",
    "Modification",
    "Parted",
    "Pattern",
    "Reader",
    "Scope",
    "Search",
    "Source",
    "UnfetchedURL",
    "Unknown",
    "Walk",
    "Writable",
    "comment",
    "dump",
    "format_record",
    "format_value",
    "is_attribute_description",
    "is_safe_string",
    "laid",
    "part",
    "read",
    "torn",
    "unknowns",
    "value_of_line",
    "whole_record",
    "without_runs",
    "write",
]

# where each name lives
_HOMES = {
    "odkit.ldif._answer": ("Answer", "Unknown", "torn", "unknowns"),
    "odkit.ldif._asked": ("Asked", "Scope", "Search"),
    "odkit.ldif._batch": ("Batch", "Match"),
    "odkit.ldif._bulk": ("BulkLines", "Lines", "value_of_line"),
    "odkit.ldif._entry": ("Entry", "EntryMaker"),
    "odkit.ldif._folds": ("CONTINUED", "LINE_ENDS"),
    "odkit.ldif._grammar": ("is_attribute_description",),
    "odkit.ldif._layouts": ("Layout", "Layouts", "laid"),
    "odkit.ldif._parted": ("Parted", "part"),
    "odkit.ldif._reader": ("Reader", "read"),
    "odkit.ldif._runs": ("without_runs",),
    "odkit.ldif._look": ("ANY_NAME", "Look", "Pattern"),
    "odkit.ldif._trailer": ("Completeness",),
    "odkit.ldif._values": ("Attributes", "ChangeRecord", "Control", "FixedAttributes", "Modification", "UnfetchedURL"),
    "odkit.ldif._walk": ("BORDER", "Chunk", "Walk", "whole_record"),
    "odkit.ldif._write": ("HasEntry", "Writable", "comment", "dump", "format_record", "format_value", "is_safe_string", "write"),
    "odkit.sources": ("Source",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
