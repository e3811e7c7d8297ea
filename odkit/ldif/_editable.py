"""Changed copies of an entry."""

from __future__ import annotations

from abc import abstractmethod
from typing import Generic, TypeVar

from odkit.ldif._values import Attributes

__all__ = ["Editable"]


T = TypeVar("T")


class Editable(Generic[T]):
    """What has attributes, and is changed by making a changed copy of it."""

    __slots__ = ()

    @property
    @abstractmethod
    def dn(self) -> str:
        """The name."""

    @property
    @abstractmethod
    def attributes(self) -> Attributes:
        """The attributes."""

    @abstractmethod
    def _with(self, attributes: Attributes) -> T:
        """Return a copy with these attributes."""

    def replace(self, attribute: str, *values: str | bytes) -> T:
        """Return a copy in which an attribute has these values and no other; without values the attribute is gone.

        The lines of all other values are written as they were read.  Text is written as UTF-8.

        Raises:
            InputError: the entry cannot be parsed.
            UsageError: it is no attribute, a value is neither text nor bytes, or is given twice; or the record's DN names a value that
                would be gone (RFC 4511, 4.6: notAllowedOnRDN).
        """
        from odkit.ldif._edit import replaced, still_named  # few callers change entries

        return self._with(still_named(self.dn, self.attributes, replaced(self.attributes, attribute, values)))

    def add(self, attribute: str, *values: str | bytes) -> T:
        """Return a copy in which an attribute has these values, too; see `replace`.

        Raises:
            InputError, UsageError: as `replace` does; or a value is there already, or none is given.
        """
        from odkit.ldif._edit import added

        return self._with(added(self.attributes, attribute, values))

    def delete(self, attribute: str, *values: str | bytes) -> T:
        """Return a copy in which an attribute lacks these values; without values the attribute is gone; see `replace`.

        Raises:
            InputError, UsageError: as `replace` does; or the attribute or a value is not there.
        """
        from odkit.ldif._edit import deleted, still_named

        return self._with(still_named(self.dn, self.attributes, deleted(self.attributes, attribute, values)))
