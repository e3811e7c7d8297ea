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

__all__ = [
    "BrakeError", "Directory", "Finding", "InputError", "LiveError", "OdkitError", "RefusedError", "Report", "Severity", "UsageError",
    "inspect", "ldif", "open",
]

__version__ = "0.1.0"
