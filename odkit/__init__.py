"""odkit: verify, clean and migrate Apple Open Directory domains from their exports.

import odkit
od = odkit.open("export.ldif")
inventory = odkit.read_principals("listprincs.txt")
plan = odkit.plan_purge(od, inventory, retire=["xserve1.example.com"])
odkit.write_plan(plan, "purge/", target="10.5")
"""

from odkit import ldif
from odkit.directory import Directory, inspect
from odkit.directory import open_directory as open  # noqa: A004 - `odkit.open` is how the library is meant to be read
from odkit.errors import BrakeError, InputError, LiveError, OdkitError, RefusedError, UsageError
from odkit.findings import Finding, Report, Severity
from odkit.kerberos import Inventory, Principal, is_lkdc, parse_principal, read_principals
from odkit.retire import Plan, plan_purge
from odkit.scripts import write_plan

__all__ = [
    "BrakeError",
    "Directory",
    "Finding",
    "InputError",
    "Inventory",
    "LiveError",
    "OdkitError",
    "Plan",
    "Principal",
    "RefusedError",
    "Report",
    "Severity",
    "UsageError",
    "inspect",
    "is_lkdc",
    "ldif",
    "open",
    "parse_principal",
    "plan_purge",
    "read_principals",
    "write_plan",
]

__version__ = "0.1.0"
