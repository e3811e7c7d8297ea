"""odkit: verify, clean and migrate Apple Open Directory domains from their exports.

import odkit
od = odkit.open("export.ldif")
inventory = odkit.read_principals("listprincs.txt")
plan = odkit.plan_purge(od, inventory, retire=["xserve1.example.com"])
odkit.write_plan(plan, "purge/", target=release)  # of the Open Directory master
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odkit import findings, ldif, mcx
    from odkit.asking import ask
    from odkit.carrying import CarryOptions, CarryPlan, carry, write_carry
    from odkit.comparison import Diff, diff
    from odkit.directory import Directory
    from odkit.directory import open_directory as open  # noqa: A004 - `odkit.open` is how the library is meant to be read
    from odkit.errors import BrakeError, InputError, LiveError, OdkitError, RefusedError, UsageError
    from odkit.findings import Finding, Report, Severity
    from odkit.hostrefs import References, references
    from odkit.inspection import inspect
    from odkit.kerberos import Inventory, KdcLog, read_kdc_log, read_principals
    from odkit.lkdc import lkdc_realm
    from odkit.mcx import McxRecord, verify_mcx
    from odkit.passwords import Password, SlotList, read_slots, verify_passwords
    from odkit.purge import PurgeOptions, PurgePlan, plan_purge
    from odkit.purge.bundle import write_plan
    from odkit.values.principal import Principal, is_lkdc, parse_principal
    from odkit.verification import verify

__all__ = [
    "BrakeError",
    "CarryOptions",
    "CarryPlan",
    "Diff",
    "Directory",
    "Finding",
    "InputError",
    "Inventory",
    "KdcLog",
    "LiveError",
    "McxRecord",
    "OdkitError",
    "Password",
    "Principal",
    "PurgeOptions",
    "PurgePlan",
    "References",
    "RefusedError",
    "Report",
    "Severity",
    "SlotList",
    "UsageError",
    "ask",
    "carry",
    "diff",
    "findings",
    "inspect",
    "is_lkdc",
    "ldif",
    "lkdc_realm",
    "mcx",
    "open",
    "parse_principal",
    "plan_purge",
    "read_kdc_log",
    "read_principals",
    "read_slots",
    "references",
    "verify",
    "verify_mcx",
    "verify_passwords",
    "write_carry",
    "write_plan",
]

__version__ = "0.1.0"

# where each name lives; a script that only reads LDIF does not pay for the rest (PEP 562)
_HOMES = {
    "odkit.asking": ("ask",),
    "odkit.carrying": ("CarryOptions", "CarryPlan", "carry", "write_carry"),
    "odkit.comparison": ("Diff", "diff"),
    "odkit.directory": ("Directory",),
    "odkit.inspection": ("inspect",),
    "odkit.errors": ("BrakeError", "InputError", "LiveError", "OdkitError", "RefusedError", "UsageError"),
    "odkit.findings": ("Finding", "Report", "Severity"),
    "odkit.kerberos": ("Inventory", "KdcLog", "read_kdc_log", "read_principals"),
    "odkit.lkdc": ("lkdc_realm",),
    "odkit.values.principal": ("Principal", "is_lkdc", "parse_principal"),
    "odkit.mcx": ("McxRecord", "verify_mcx"),
    "odkit.passwords": ("Password", "SlotList", "read_slots", "verify_passwords"),
    "odkit.hostrefs": ("References", "references"),
    "odkit.purge": ("PurgeOptions", "PurgePlan", "plan_purge"),
    "odkit.purge.bundle": ("write_plan",),
    "odkit.verification": ("verify",),
}
_MODULES = ("findings", "ldif", "mcx")  # with functions of their own that are called by their names, such as odkit.mcx.effective
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"odkit.{name}")
    if name == "open":
        value: object = import_module("odkit.directory").open_directory
    elif name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module 'odkit' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
