"""What differs between two exports, by meaning.  The package is not called diff, because `odkit.diff` is the function."""

from odkit.difference._compare import diff
from odkit.difference._ldif import ChangeFile, changes, diff_ldif
from odkit.difference._meaning import OPERATIONAL, differences
from odkit.difference._model import AttributeDifference, Diff, Kind, RecordDifference, Standing
from odkit.difference._text import diff_text
from odkit.difference._withheld import Withheld

__all__ = [
    "OPERATIONAL",
    "AttributeDifference",
    "ChangeFile",
    "Diff",
    "Kind",
    "RecordDifference",
    "Standing",
    "Withheld",
    "changes",
    "diff",
    "diff_ldif",
    "diff_text",
    "differences",
]
