"""`odkit.namedtuple`: what `typing.NamedTuple` promises holds for named tuples whose annotations nobody reads."""

from __future__ import annotations

import copy
import inspect
import pickle
import typing
from typing import Any

import pytest

from odkit.namedtuple import NamedTuple


class Place(NamedTuple):
    """A place."""

    path: str
    line: int = 1
    note: str = ""

    @property
    def text(self) -> str:
        """Where it is."""
        return f"{self.path}:{self.line}"


class Plain(typing.NamedTuple):
    """A place."""

    path: str
    line: int = 1
    note: str = ""

    @property
    def text(self) -> str:
        """Where it is."""
        return f"{self.path}:{self.line}"


BOTH = pytest.mark.parametrize("made", [Place, Plain], ids=["odkit", "typing"])


@BOTH
def test_fields_defaults_and_methods(made: Any) -> None:
    place: Any = made("export.ldif", note="n")
    assert issubclass(made, tuple)
    assert place == ("export.ldif", 1, "n")
    assert (place.path, place.line, place.note, place.text) == ("export.ldif", 1, "n", "export.ldif:1")
    assert repr(place) == f"{made.__name__}(path='export.ldif', line=1, note='n')"
    assert made.__match_args__ == ("path", "line", "note")
    assert (made.__doc__, made.__module__, made.__qualname__) == ("A place.", __name__, made.__name__)
    assert [each.default for each in inspect.signature(made).parameters.values()] == [inspect.Parameter.empty, 1, ""]
    assert typing.get_type_hints(made) == {"path": str, "line": int, "note": str}
    with pytest.raises(TypeError):
        made()
    with pytest.raises(AttributeError):
        place.line = 2


@BOTH
def test_it_is_copied_and_pickled(made: Any) -> None:
    place = made("export.ldif", 2)
    assert copy.deepcopy(place) == pickle.loads(pickle.dumps(place)) == place
    assert type(copy.copy(place)) is made


def test_a_field_without_a_default_behind_one_with_it_is_refused() -> None:
    # namedtuple would give the default to the last field
    with pytest.raises(TypeError, match="line follows one with a default"):

        class Wrong(NamedTuple):
            path: str = ""
            line: int  # type: ignore[misc]
