"""What differs between two exports, by meaning.  The package is not called diff, because `odkit.diff` is the function."""

from odkit.difference._compare import diff
from odkit.difference._ldif import changes, diff_ldif
from odkit.difference._meaning import OPERATIONAL, differences
from odkit.difference._model import AttributeDifference, Diff, Kind, RecordDifference
from odkit.difference._text import diff_text

__all__ = [
    "OPERATIONAL",
    "AttributeDifference",
    "Diff",
    "Kind",
    "RecordDifference",
    "changes",
    "diff",
    "diff_ldif",
    "diff_text",
    "differences",
]
