"""LDIF by RFC 2849: records in, records out, every byte of every value preserved."""

from odkit.ldif._answer import Answer, Unknown, torn, unknowns
from odkit.ldif._asked import Asked, Scope, Search
from odkit.ldif._batch import Batch, Match
from odkit.ldif._bulk import BulkLines, Lines, value_of_line
from odkit.ldif._entry import Entry, EntryMaker
from odkit.ldif._grammar import is_attribute_description
from odkit.ldif._layouts import Layout, Layouts, laid
from odkit.ldif._parted import Parted, part
from odkit.ldif._reader import Reader, read
from odkit.ldif._shapes import ANY_NAME, CONTINUED, Look, Pattern
from odkit.ldif._trailer import Completeness
from odkit.ldif._values import Attributes, ChangeRecord, Control, FixedAttributes, Modification, UnfetchedURL
from odkit.ldif._walk import BORDER, Chunk, Walk, whole_record
from odkit.ldif._write import HasEntry, Writable, comment, dump, format_record, format_value, is_safe_string, write
from odkit.sources import Source

__all__ = [
    "ANY_NAME",
    "BORDER",
    "CONTINUED",
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
    "write",
]
