"""Whether exports say enough to plan from them: what they leave out, or what cannot be read in them, would look retired."""

from __future__ import annotations

from collections.abc import Sequence

from odkit.directory import Directory
from odkit.directory.readable import require_readable
from odkit.directory.reliance import require_whole

__all__ = ["check_exports"]


def check_exports(exports: Sequence[Directory], *, accept_incomplete: bool) -> None:
    """Check that exports are complete and readable, as far as servers are concerned.

    Values are decoded when they are read, and only then found damaged: check again when all is read.

    Args:
        exports: all that is planned from.
        accept_incomplete: the caller knows that nothing that matters is missing or unreadable.

    Raises:
        InputError: one is incomplete, or damaged where a server may be named, and that was not accepted; or it is two of one domain.
    """
    for od in exports:
        relied = [source.reliance for source in od.sources]
        require_whole(relied, "what is missing would look retired", accept_incomplete=accept_incomplete)
        if not accept_incomplete:
            require_readable(od, "What cannot be read would look retired")
