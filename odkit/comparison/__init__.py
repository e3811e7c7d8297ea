"""What differs between two exports, by meaning.  The package is not called diff, because `odkit.diff` is the function."""

from odkit.comparison._changes import changes
from odkit.comparison._compare import diff, diff_matched
from odkit.comparison._ldif import ChangeFile, diff_ldif
from odkit.comparison._meaning import differences
from odkit.comparison._model import AttributeDifference, Diff, Kind, RecordDifference, shown
from odkit.comparison._text import diff_text
from odkit.comparison._withheld import Withheld
from odkit.values.schema import OPERATIONAL

__all__ = [
    "OPERATIONAL",
    "AttributeDifference",
    "ChangeFile",
    "Diff",
    "Kind",
    "RecordDifference",
    "Withheld",
    "changes",
    "diff",
    "diff_ldif",
    "diff_matched",
    "diff_text",
    "differences",
    "shown",
]
