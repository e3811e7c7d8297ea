"""By which name dscl can be told one record from all others of its type."""

from __future__ import annotations

from collections import Counter

from odkit.directory._directory import Directory
from odkit.directory._views import Record
from odkit.errors import RefusedError
from odkit.values.dscl import record_path, record_path_raw

__all__ = ["DsclNames"]


class DsclNames:
    """Finds a name by which dscl tells one record from all others of its type: it acts on the first record with a given name.

    Args:
        od: the directory.
    """

    def __init__(self, od: Directory) -> None:
        self._od = od
        self._counts: dict[str, Counter[str]] = {}

    def name(self, record: Record) -> str:
        """Return a name that only this record has and that dscl can be given.

        Raises:
            RefusedError: no name tells it from the others.
        """
        counts = self._counts.get(record.kind)
        if counts is None:
            each = (name for other in self._od.of_type(record.kind).records() for name in {own.lower() for own in other.names})
            counts = self._counts[record.kind] = Counter(each)
        why = RefusedError("every name of it belongs to another record, too")
        for name in record.names:
            if counts[name.lower()] == 1:
                try:
                    record_path(record.kind, name)
                    record_path_raw(record.kind, name)
                except RefusedError as error:
                    why = error
                else:
                    return name
        raise why
