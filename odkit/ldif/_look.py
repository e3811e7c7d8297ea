"""`Look`: what the index pass (`odkit.ldif._scan`) looks for while it reads an input for the first time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from odkit.namedtuple import NamedTuple

__all__ = ["ANY_NAME", "Look", "Pattern"]

ANY_NAME = rb"[A-Za-z][A-Za-z0-9_-]*+(?:;[A-Za-z0-9_-]++)*+"  # an attribute description, as the patterns of several write it
_SMALL = 1 << 22  # bytes of a file: to read it line by line costs less than to learn shapes


class Pattern(NamedTuple):
    """An attribute that the index pass looks for.

    Attributes:
        names: of the attribute, or of several, as they are usually spelled.  None: the pattern looks at values in base64, and those that
            begin on the next line, of all attributes that no other pattern names.
        pattern: a regular expression for its lines in their usual form, with one group.  It fits lines of its names, and of those of
            patterns before it.
        read: makes the value of what the group found, None for nothing that counts; raises ValueError if that is not a value.  None: the
            value is what was found.
        own: set this for an attribute whose value differs from record to record (a GUID, a name): its values are passed separately, so
            that what the other matches mean can be remembered.
        nothing: tells of many values at once whether `read` makes None of each of them; False may also say that it does not know.  Only for
            own values, and where any value can be read.
    """

    names: tuple[bytes, ...]
    pattern: bytes
    read: Callable[[bytes], bytes | None] | None = None
    own: bool = False
    nothing: Callable[[Collection[bytes]], bool] | None = None


class Look(NamedTuple):
    """What the index pass looks for.

    Attributes:
        patterns: the attributes.  A record that has one of them in any form but its pattern's (another spelling, base64 …), or with a
            value that cannot be read, is not regular.
        doubting: whether records that may have taken in another line must be in `odkit.ldif.Batch.by_line`.
        learn_after: records of one place that are read line by line before its shape is learned.
    """

    patterns: Sequence[Pattern]
    doubting: bool = False
    learn_after: int = 256

    def in_file(self, size: int | None) -> Look:
        """Return what is looked for in a file of so many bytes, None where that is not known: in a small one no shape is learned."""
        return self if size is None or size >= _SMALL else Look(self.patterns, self.doubting, size)  # it has fewer records than bytes
