"""What differs between two exports, by meaning.  The package is not called diff, because `odkit.diff` is the function."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
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

# where each name lives
_HOMES = {
    "odkit.comparison._changes": ("changes",),
    "odkit.comparison._compare": ("diff", "diff_matched"),
    "odkit.comparison._ldif": ("ChangeFile", "diff_ldif"),
    "odkit.comparison._meaning": ("differences",),
    "odkit.comparison._model": ("AttributeDifference", "Diff", "Kind", "RecordDifference", "shown"),
    "odkit.comparison._text": ("diff_text",),
    "odkit.comparison._withheld": ("Withheld",),
    "odkit.values.schema": ("OPERATIONAL",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
