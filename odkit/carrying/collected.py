"""The keys in a folder that ``collect-carry.sh`` has gathered: found by its manifest, so that the folder is all that has to be named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from odkit.carrying.options import CarryOptions
from odkit.directory import read_folder
from odkit.errors import UsageError
from odkit.text import escape

__all__ = ["with_collected_keys"]

_DUMP, _STASH, _M_KEY, _AUTHDATA = "kdb5.dump", "stash-", "m-key", "authdata.ldif"  # collect-carry.sh


def with_collected_keys(folder: Path, options: CarryOptions) -> CarryOptions:
    """Return the options with the dump and the stash, or the m-key, of a folder; those that name a key file already, as they are.

    Args:
        folder: with a MANIFEST.
        options: of the carry.

    Raises:
        InputError: the folder is damaged, or differs from its manifest.
        UsageError: a program failed on the server, or there are several stashes: which one counts is for a person to say.
    """
    if options.kdc_dump is not None or options.stash is not None or options.m_key is not None:
        return options
    collected = read_folder(folder)
    stashes = sorted(name for name in collected.files if name.startswith(_STASH))
    troubles = collected.troubles(_DUMP, _M_KEY, *stashes)
    if troubles:
        what = ", ".join(troubles)
        raise UsageError(f"{escape(str(folder))}: {what}: gather again on the server, or name the files with --kdc-dump and --stash")
    dump, keys = collected.usable(_DUMP), collected.usable(*stashes)
    if dump and len(keys) > 1:
        names = escape(", ".join(map(str, keys)))
        raise UsageError(
            f"{escape(str(folder))} holds {len(keys)} stashes; name the dump with --kdc-dump and one of them with --stash: {names}"
        )
    if dump and keys:
        return replace(options, kdc_dump=dump[0], stash=keys[0])
    m_key = collected.usable(_M_KEY) if collected.usable(_AUTHDATA) else []
    return replace(options, m_key=m_key[0]) if m_key else options
