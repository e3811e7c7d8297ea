"""MCX policies: read, checked, composed, proved to be preserved, and carried to profiles."""

from odkit.mcx._check import KINDS
from odkit.mcx._effective import Composer, Effective, Source, compose
from odkit.mcx._export import Exported, against_export, read_export
from odkit.mcx._model import McxRecord, Settings, Union, Value, of, parse_value
from odkit.mcx._profiles import Profile, Profiles, profiles
from odkit.mcx._survey import Difference, Outcome, differences, survey, unmatched
from odkit.mcx._typed import only_number_type
from odkit.mcx._verify import verify_mcx
from odkit.plist import canonical

__all__ = [
    "KINDS",
    "Composer",
    "Difference",
    "Effective",
    "Exported",
    "McxRecord",
    "Outcome",
    "Profile",
    "Profiles",
    "Settings",
    "Source",
    "Union",
    "Value",
    "against_export",
    "canonical",
    "compose",
    "differences",
    "of",
    "only_number_type",
    "parse_value",
    "profiles",
    "read_export",
    "survey",
    "unmatched",
    "verify_mcx",
]
