"""`odkit.dataclass`: what `dataclasses` promises holds for classes whose methods are written late."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import importlib
import inspect
import pickle
import pkgutil
from dataclasses import field
from typing import Any, ClassVar

import pytest

import odkit
from odkit.dataclass import dataclass as late


def often(**how: bool) -> Any:
    """odkit's, for a class of which many objects are made: wrong arguments have its initializer written at once."""

    def decorate(original: type) -> Any:
        made: Any = late(**how)(original)
        with pytest.raises(TypeError):
            made(no_such_field=1)
        return made

    return decorate


BOTH = pytest.mark.parametrize("dataclass", [dataclasses.dataclass, late, often], ids=["dataclasses", "odkit", "odkit, written"])


def server(dataclass: Any) -> Any:
    """A class with a field of every kind."""

    @dataclass(frozen=True, slots=True)
    class Server:
        """A server."""

        name: str
        key: bytes = field(repr=False, default=b"")
        seen: int = field(default=0, compare=False)
        tags: list[str] = field(default_factory=list)
        fixed: str = field(default="f", init=False)
        made: list[str] = field(default_factory=list, init=False, compare=False)
        site: str = field(default="-", kw_only=True)

        def __post_init__(self) -> None:
            if not self.name:
                raise ValueError("no name")

    return Server


@BOTH
def test_arguments_defaults_and_factories(dataclass: Any) -> None:
    make = server(dataclass)
    one, two = make("a"), make("a", b"k", 3, ["t"], site="s")
    assert (one.name, one.key, one.seen, one.tags, one.fixed, one.made, one.site) == ("a", b"", 0, [], "f", [], "-")
    assert (two.key, two.seen, two.tags, two.site) == (b"k", 3, ["t"], "s")
    assert one.tags is not make("a").tags
    wrongs: list[tuple[object, ...]] = [(), ("a", b"", 0, [], "s"), ("a", b"", 0, [], "f", "s")]
    for wrong in wrongs:
        with pytest.raises(TypeError):
            make(*wrong)
    with pytest.raises(TypeError):
        make("a", other=1)
    with pytest.raises(ValueError, match="no name"):
        make("")
    assert dataclasses.replace(two, name="b").site == "s"
    assert [each.name for each in dataclasses.fields(make)] == ["name", "key", "seen", "tags", "fixed", "made", "site"]
    assert make.__match_args__ == ("name", "key", "seen", "tags")


@BOTH
def test_a_value_that_is_hidden_stays_hidden(dataclass: Any) -> None:
    shown = repr(server(dataclass)("a", b"secret"))
    assert shown.endswith("Server(name='a', seen=0, tags=[], fixed='f', made=[], site='-')")


@BOTH
def test_objects_are_equal_by_the_fields_that_are_compared(dataclass: Any) -> None:
    make, other = server(dataclass), server(dataclass)
    assert make("a", seen=1) == make("a", seen=2)
    assert make("a") != make("b")
    assert make("a") != other("a")
    assert make("a").__eq__(1) is NotImplemented

    @dataclass(frozen=True, slots=True)
    class Name:
        """A name."""

        text: str
        line: int = field(default=0, compare=False)

    assert {Name("a", 1), Name("a", 2), Name("b")} == {Name("b"), Name("a")}
    assert hash(Name("a")) == hash(("a",))


@BOTH
def test_objects_are_ordered_by_the_fields_that_are_compared(dataclass: Any) -> None:
    @dataclass(frozen=True, slots=True, order=True)
    class Date:
        """A date."""

        year: int
        month: int = 1
        text: str = field(default="", compare=False)

    make: Any = Date
    assert sorted([make(2, 1), make(1, 2), make(1)]) == [make(1), make(1, 2), make(2)]
    assert make(1, 1, "b") <= make(1, 1, "a") < make(1, 2) > make(1) >= make(1, 1, "z")
    assert not make(1) < make(1, 1, "b")
    assert {make(1, text="a"), make(1, text="b")} == {make(1)}
    with pytest.raises(TypeError):
        _ = make(1) < (1, 2)


@BOTH
def test_nothing_of_a_frozen_object_can_be_changed(dataclass: Any) -> None:
    one = server(dataclass)("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.name
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):  # TypeError: a fault of Python 3.11's own
        one.other = 1
    assert not hasattr(one, "__dict__")


@BOTH
def test_an_object_that_is_not_frozen_can_be_changed_and_not_hashed(dataclass: Any) -> None:
    @dataclass(slots=True)
    class Count:
        """A count."""

        number: int = 0

    count = Count()
    count.number += 2
    assert count == Count(2)
    with pytest.raises(TypeError):
        hash(count)
    with pytest.raises(AttributeError):
        count.other = 1  # type: ignore[attr-defined]


@BOTH
def test_what_a_class_says_itself_is_kept(dataclass: Any) -> None:
    @dataclass(frozen=True, slots=True)
    class Own:  # noqa: PLW1641 - a dataclass has one
        """Has its own methods."""

        text: str

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

    assert (repr(Own("a")), Own("a") == Own("b"), hash(Own("a"))) == ("own", True, hash(("a",)))

    @dataclass(frozen=True, slots=True)
    class Below(Own):
        """Stands on another."""

        line: int = 0

    assert (Below("a", 2).line, Below("a").text) == (0 + 2, "a")
    assert repr(Below("a")).endswith("Below(text='a', line=0)")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Below("a").line = 3


def test_the_first_objects_of_a_class_are_made_as_the_later_ones() -> None:
    make = server(late)
    words: list[tuple[tuple[object, ...], dict[str, object]]] = [
        (("a",), {}),
        (("a", b"k"), {"site": "s", "tags": ["t"]}),
        ((), {"name": "a"}),
    ]
    for args, given in words:
        made = [make(*args, **given) for _ in range(50)]
        assert {repr(each) for each in made} == {repr(server(dataclasses.dataclass)(*args, **given))}
        assert len({(each.key, each.seen, tuple(each.tags), each.fixed, tuple(each.made), each.site) for each in made}) == 1
        assert len({id(each.made) for each in made}) == 50


@BOTH
def test_the_types_of_fields_are_as_written_and_what_belongs_to_the_class_is_no_field(dataclass: Any) -> None:
    @dataclass(frozen=True, slots=True)
    class Plain:
        """Of fields alone."""

        name: str
        tags: dict[str, list[int]] | None = None

    @dataclass(frozen=True, slots=True)
    class Counted:
        """With something that is no field."""

        LIMIT: ClassVar[int] = 3
        count: int = 0

    make: Any = Plain
    assert [(each.name, each.type) for each in dataclasses.fields(make)] == [("name", "str"), ("tags", "dict[str, list[int]] | None")]
    assert make.__annotations__ == {"name": "str", "tags": "dict[str, list[int]] | None"}
    other: Any = Counted
    assert [each.name for each in dataclasses.fields(other)] == ["count"]
    assert other(1).LIMIT == 3


def test_objects_are_copied_and_pickled() -> None:
    from odkit.dn import DN

    name = DN(((("cn", "a"),),))
    assert pickle.loads(pickle.dumps(name)) == copy.copy(name) == copy.deepcopy(name) == name


def test_every_class_takes_the_arguments_that_dataclasses_would_give_it() -> None:
    classes = set()
    for module in pkgutil.walk_packages(odkit.__path__, "odkit."):
        if ".standins." not in module.name:
            classes |= {each for each in vars(importlib.import_module(module.name)).values() if isinstance(each, type)}
    late_ones = [each for each in classes if dataclasses.is_dataclass(each) and "__slots__" in vars(each)]
    assert len(late_ones) > 150
    for each in late_ones:
        fields = [
            (f.name, f.type, field(default=f.default, default_factory=f.default_factory, init=f.init)) for f in dataclasses.fields(each)
        ]
        make: Any = each
        with contextlib.suppress(TypeError):
            make(no_such_field=1)  # writes its initializer
        same = dataclasses.make_dataclass("Same", fields)
        written, wanted = (inspect.signature(vars(of)["__init__"]).parameters for of in (each, same))
        assert [(p.name, p.kind, p.default is p.empty) for p in written.values()] == [
            (p.name, p.kind, p.default is p.empty) for p in wanted.values()
        ]


@pytest.mark.parametrize("dataclass", [dataclasses.dataclass, late], ids=["dataclasses", "odkit"])
def test_a_class_without_slots_keeps_what_was_computed(dataclass: Any) -> None:
    @dataclass(frozen=True)
    class Domain:
        """A domain."""

        suffix: str
        hosts: tuple[str, ...] = ()
        names: list[str] = field(default_factory=list)

        @functools.cached_property
        def labels(self) -> list[str]:
            """Its labels."""
            return self.suffix.split(",")

    made: Any = Domain
    domain = made("dc=x,dc=y", names=["a"])
    assert domain.labels is domain.labels
    assert domain == made("dc=x,dc=y", (), ["a"])
    assert domain != dataclasses.replace(domain, hosts=("h",))
    assert dataclasses.replace(domain, suffix="dc=z").labels == ["dc=z"]
    assert copy.deepcopy(domain) == domain
    assert copy.copy(domain).labels == ["dc=x", "dc=y"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        domain.suffix = ""
    with pytest.raises(dataclasses.FrozenInstanceError):
        domain.other = ""
    with pytest.raises(dataclasses.FrozenInstanceError):
        del domain.suffix
    with pytest.raises(TypeError):
        made()
    assert "suffix='dc=x,dc=y'" in repr(domain)
