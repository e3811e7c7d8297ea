"""MCX policies: read, checked, composed, proved to be preserved, and carried to profiles."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.mcx._against import against_export
    from odkit.mcx._check import KINDS, NEEDS
    from odkit.mcx._compose import Effective, Origin, Reason, compose
    from odkit.mcx._declarations import Declaration, declarations
    from odkit.mcx._effective import COMPOSER_NEEDS, Composer, Composition, effective
    from odkit.mcx._once import Assignment, assignments, once
    from odkit.mcx._profiles import PREFIX, Profile, Profiles, profiles
    from odkit.mcx._survey import SURVEY_NEEDS, Difference, Outcome, differences, survey, unmatched
    from odkit.mcx._typed import only_number_type
    from odkit.mcx._verify import verify_mcx
    from odkit.plist import canonical
    from odkit.values.mcx import McxMemo, McxRecord, Settings, Union, Value, parse_value
    from odkit.values.mcx_export import Exported, read_export
    from odkit.values.mcx_shown import shown_value

__all__ = [
    "COMPOSER_NEEDS",
    "KINDS",
    "NEEDS",
    "PREFIX",
    "SURVEY_NEEDS",
    "Assignment",
    "Composer",
    "Composition",
    "Declaration",
    "Difference",
    "Effective",
    "Exported",
    "McxMemo",
    "McxRecord",
    "Origin",
    "Outcome",
    "Profile",
    "Profiles",
    "Reason",
    "Settings",
    "Union",
    "Value",
    "against_export",
    "assignments",
    "canonical",
    "compose",
    "declarations",
    "differences",
    "effective",
    "once",
    "only_number_type",
    "parse_value",
    "profiles",
    "read_export",
    "shown_value",
    "survey",
    "unmatched",
    "verify_mcx",
]

# where each name lives
_HOMES = {
    "odkit.mcx._against": ("against_export",),
    "odkit.mcx._check": ("KINDS", "NEEDS"),
    "odkit.mcx._compose": ("Effective", "Origin", "Reason", "compose"),
    "odkit.mcx._declarations": ("Declaration", "declarations"),
    "odkit.mcx._effective": ("COMPOSER_NEEDS", "Composer", "Composition", "effective"),
    "odkit.mcx._once": ("Assignment", "assignments", "once"),
    "odkit.mcx._profiles": ("PREFIX", "Profile", "Profiles", "profiles"),
    "odkit.mcx._survey": ("SURVEY_NEEDS", "Difference", "Outcome", "differences", "survey", "unmatched"),
    "odkit.mcx._typed": ("only_number_type",),
    "odkit.mcx._verify": ("verify_mcx",),
    "odkit.plist": ("canonical",),
    "odkit.values.mcx": ("McxMemo", "McxRecord", "Settings", "Union", "Value", "parse_value"),
    "odkit.values.mcx_export": ("Exported", "read_export"),
    "odkit.values.mcx_shown": ("shown_value",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
