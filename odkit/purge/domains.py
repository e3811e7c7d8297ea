"""Whether the exports that a plan is made from are of one domain: evidence about another company's servers says nothing about these."""

from __future__ import annotations

from collections.abc import Sequence

from odkit.directory import Directory
from odkit.directory.order import changed_later
from odkit.errors import UsageError
from odkit.text import escape

__all__ = ["check_domains"]


def check_domains(od: Directory, before: Sequence[Directory], former_realms: Sequence[str]) -> None:
    """Check that older exports are of the export's domain, that they are older, and none of them is the export itself.

    Args:
        od: the directory that will be changed.
        before: older exports.
        former_realms: realms that the domain had before it was renamed; an older export of one is taken as it is.

    Raises:
        UsageError: another suffix or realm, the export itself, or an "older" one that was changed later.
    """
    if not before:
        return  # a digest takes as long as the export is large
    own = {source.digest for source in od.sources}
    for older in before:
        path = escape(older.sources[0].path)
        if own & {source.digest for source in older.sources}:
            raise UsageError(f"{path} is the export itself; --before takes an older one")
        if times := changed_later(older, od):
            raise UsageError(
                f"{path} is no older export: its newest change is of {times[0]}, that of {escape(od.sources[0].path)} of {times[1]}; "
                "servers that came in between would look retired. Give the newer one as EXPORT, or name retired servers with --retire"
            )
        if older.realm in former_realms and older.realm is not None:
            continue
        for what, one, other in (("suffix", older.suffix_key, od.suffix_key), ("realm", older.realm, od.realm)):
            if one and other and one != other:
                raise UsageError(
                    f"{path} is of another domain: its {what} is {escape(one)}, that of {escape(od.sources[0].path)} is {escape(other)}. "
                    "If the domain was renamed, name its older realm with --former-realm"
                )
