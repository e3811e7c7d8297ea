"""The second half of the brake: what cannot be read, or is in another file, may name a server that lives."""

from __future__ import annotations

from odkit.directory._directory import Directory
from odkit.errors import InputError, InputReason, UsageError
from odkit.findings import Finding, Hides
from odkit.text import escape
from odkit.values.schema import HOME_ATTRIBUTES, WINDOWS_ATTRIBUTES

__all__ = ["require_domain", "require_readable"]


# a home names a server, and so does a principal of cn=authdata: one that is not shown may be the name that somebody must decide on
_NAMING = HOME_ATTRIBUTES | {name.lower() for name in WINDOWS_ATTRIBUTES} | {"draft-krbprincipalname", "draft-krbprincipalaliases"}


def require_domain(od: Directory) -> None:
    """Stop where an export holds only ``cn=authdata``: users who are in no file that was given are not gone.

    Raises:
        UsageError: the directory itself was not given.
    """
    if not od.has_domain:
        path = escape(od.sources[0].path)
        raise UsageError(f"{path} holds only cn=authdata, the passwords of another export: give that export with it")


def require_readable(od: Directory, consequence: str) -> None:
    """Stop where something that may name a server could not be read.

    Values are decoded when they are read, and only then found damaged: ask again when all is read.  A line that a blank has made a part of
    another one is found in any record: it may have been a home.

    Args:
        od: the export.
        consequence: what would come of it, "What cannot be read would …".

    Raises:
        InputError: a record, a value of a config record or a home could not be read.
    """
    list(od.config.trees())  # each is read when it is first asked for, and finds then what is wrong with it
    list(od.config.kdc_hosts())
    od.note_joined_lines()
    damage = next((f for f in od.findings if _may_hide_a_server(f)), None)
    if damage is not None:
        raise InputError(
            damage.path,
            damage.line,
            f"the export is damaged: {damage.message} {consequence}; "
            "give --accept-incomplete if you know that nothing that matters is missing",
            InputReason.DAMAGED,
        )


def _may_hide_a_server(found: Finding) -> bool:
    """Tell whether what could not be read after a finding can name a server: a record, a value of a config record, or a user's home."""
    hides = found.rule.hides
    if hides is Hides.VALUE:
        # in the normal form a comma always separates two names; a record whose name is not a DN may be a config record
        in_config = found.key is None or "cn=config" in found.key.split(",")[1:]
        return in_config or found.attribute in _NAMING
    return hides is Hides.RECORDS
