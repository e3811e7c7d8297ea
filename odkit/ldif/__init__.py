"""LDIF by RFC 2849: records in, records out, every byte of every value preserved."""

from odkit.ldif._entry import Attributes, ChangeRecord, Control, Entry, Modification, UnfetchedURL
from odkit.ldif._reader import Reader, read
from odkit.ldif._trailer import Completeness
from odkit.ldif._write import comment, dump, format_record, write
from odkit.sources import Source

__all__ = [
    "Attributes",
    "ChangeRecord",
    "Completeness",
    "Control",
    "Entry",
    "Modification",
    "Reader",
    "Source",
    "UnfetchedURL",
    "comment",
    "dump",
    "format_record",
    "read",
    "write",
]
