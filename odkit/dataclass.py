"""Dataclasses whose methods are written when they are first used.

`dataclasses` compiles six functions for a class when its module is loaded: that was half of the time that a small command took.  A
command loads a hundred classes, makes objects of some, and compares or prints few.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from enum import Enum
from functools import partial
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, slots: bool = False, order: bool = False) -> Callable[[type], type]:
        """Make a dataclass whose methods are written when they are first used."""
        return partial(_late_class, frozen=frozen, slots=slots, order=order)


_LATE = ("__init__", "__repr__", "__eq__", "__hash__")
_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")


def _late_class(original: type, *, frozen: bool, slots: bool, order: bool) -> type:
    own = vars(original)
    if original.__doc__ is None:
        original.__doc__ = original.__name__  # else `dataclasses` writes one from the signature, which takes as long as all the rest
    # a class that inherits from a frozen one must be frozen for `dataclasses`, too
    inherits = frozen and any(dataclasses.is_dataclass(base) for base in original.__mro__[1:])
    # `dataclasses` searches every annotation that is a text for what is no plain field: it gets something else to look at
    types: Mapping[str, Any] = own.get("__annotations__", {})
    if hides := bool(types) and _plain_types(types):
        original.__annotations__ = dict.fromkeys(types, object)
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, frozen=inherits, slots=slots)(original)
    fields = dataclasses.fields(made)
    if hides:
        original.__annotations__ = made.__annotations__ = types  # type: ignore[assignment]
        for each in fields:
            each.type = types.get(each.name, each.type)
    for name in (*_LATE, *_ORDER) if order else _LATE:
        if name not in own or (name == "__hash__" and own[name] is None):  # None: Python's own mark of a class with an `__eq__`
            setattr(made, name, _late(made, name))
    if frozen:
        _freeze(made, {field.name for field in fields}, slots=slots)
    elif "__hash__" not in own:
        made.__hash__ = None
    return made  # type: ignore[no-any-return]


def _plain_types(types: Mapping[str, object]) -> bool:
    """Tell whether annotations are texts of plain fields."""
    text = " ".join([each for each in types.values() if isinstance(each, str)])
    return not any(word in text for word in ("ClassVar", "InitVar", "KW_ONLY"))


def _freeze(made: Any, fields: Collection[str], *, slots: bool) -> None:
    def set_attribute(self: object, name: str, value: object) -> None:
        if type(self) is made or name in fields:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(made, self).__setattr__(name, value)

    def delete_attribute(self: object, name: str) -> None:
        if type(self) is made or name in fields:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(made, self).__delattr__(name)

    made.__setattr__, made.__delattr__ = set_attribute, delete_attribute
    if slots:
        made.__getstate__, made.__setstate__ = _state, _restore
    made.__dataclass_params__.frozen = True


_PLAIN = 12  # objects of a class that are made before its initializer is written, which takes as long as making thirty


def _late(made: type, name: str) -> Callable[..., object]:
    """Return a method that writes itself, into its own place, when it is first called; an initializer when it is called often."""
    left = _PLAIN if name == "__init__" else 0
    plain: _Plain | None = None

    def method(self: object, *args: object, **given: object) -> object:
        nonlocal left, plain
        if left:
            if plain is None:
                plain = _Plain(made)
            if plain.make(self, args, given):
                left -= 1
                return None
        written: Callable[..., object]
        if name == "__repr__":
            written = lambda self: _shown(self, 1)  # noqa: E731
        else:
            written = _initializer(made) if name == "__init__" else _comparison(made, name)
        written.__qualname__ = f"{made.__qualname__}.{name}"
        setattr(made, name, written)
        return written(self, *args, **given)

    method.__name__, method.__qualname__ = name, f"{made.__qualname__}.{name}"
    return method


class _Plain:
    """Does what the initializer of a class does."""

    def __init__(self, made: Any) -> None:
        fields = dataclasses.fields(made)
        self._places = [field.name for field in fields if field.init and not field.kw_only]
        self._names = {field.name for field in fields if field.init}
        self._required = {field.name for field in fields if field.init and field.default is field.default_factory}  # both are missing
        self._rows = [(field.name, _setter(made, field.name), field.default, field.default_factory) for field in fields]
        self._post_init = hasattr(made, "__post_init__")

    def make(self, it: Any, args: tuple[object, ...], given: Mapping[str, object]) -> bool:
        """Set the fields; return False, and do nothing, where the arguments do not fit: the initializer says what is wrong."""
        values: dict[str, object] = dict(zip(self._places, args, strict=False))
        values.update(given)
        if len(values) < len(args) + len(given):  # too many, or one twice
            return False
        if not (values.keys() <= self._names and values.keys() >= self._required):
            return False
        for name, put, default, factory in self._rows:
            if name in values:
                put(it, values[name])
            elif factory is not dataclasses.MISSING:
                put(it, factory())
            elif default is not dataclasses.MISSING:
                put(it, default)
        if self._post_init:
            it.__post_init__()
        return True


def _setter(made: Any, name: str) -> Callable[[Any, object], None]:
    """Return what sets a field, also of a frozen object; that of a slot takes half the time."""
    slot = getattr(made, name, None)
    if isinstance(slot, MemberDescriptorType):
        return slot.__set__

    def put(it: object, value: object) -> None:
        object.__setattr__(it, name, value)

    return put


def _initializer(made: Any) -> Callable[..., None]:
    """Return what `dataclasses` writes, less the annotations."""
    known: dict[str, object] = {"_missing": dataclasses.MISSING}
    head: list[str] = []
    named: list[str] = []  # arguments that are given by name only
    body: list[str] = []
    for field in dataclasses.fields(made):
        name, value, default = field.name, field.name, ""
        if field.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = field.default_factory
            value, default = f"_make_{name}() if {name} is _missing else {name}" if field.init else f"_make_{name}()", "=_missing"
        elif field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            value, default = name if field.init else f"_default_{name}", f"=_default_{name}"
        elif not field.init:
            continue
        if field.init:
            (named if field.kw_only else head).append(name + default)
        known[f"_set_{name}"] = _setter(made, name)
        body.append(f" _set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        body.append(" self.__post_init__()")
    words = ", ".join(["self", *head, *(["*", *named] if named else [])])
    exec(f"def __init__({words}):\n" + "\n".join(body or [" pass"]), known)  # noqa: S102 - names of our own fields
    return known["__init__"]  # type: ignore[return-value]


_FEW = 3  # members of a list that are shown one by one
_WIDE = 80  # characters of a text that are shown
_LONG = 300


def _shown(self: Any, depth: int) -> str:
    """Return an object with its fields, short: a notebook, a log and a debugger print what they hold, and a plan has 100,000 users."""
    fields = [each for each in dataclasses.fields(self) if each.repr and not each.name.startswith("_")]
    text = f"{type(self).__qualname__}({', '.join(f'{each.name}={_short(getattr(self, each.name), depth)}' for each in fields)})"
    return text if len(text) <= _LONG else f"{text[:_LONG]}…)"


def _short(value: Any, depth: int) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, (str, bytes)) and len(value) > _WIDE:
        return f"{value[:_WIDE]!r}… ({len(value)} {'bytes' if isinstance(value, bytes) else 'characters'})"
    if isinstance(value, (Mapping, tuple, list, set, frozenset)):
        return _members(value, depth)
    if getattr(type(value).__repr__, "__module__", "") == __name__:  # another one whose fields would be shown
        return _shown(value, depth - 1) if depth else f"{type(value).__name__}(…)"
    text = repr(value)
    return text if len(text) <= _WIDE else f"{text[:_WIDE]}…"


def _members(value: Any, depth: int) -> str:
    if len(value) > _FEW or (value and not depth):
        return f"({len(value)} {'member' if len(value) == 1 else 'members'})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_short(key, depth - 1)}: {_short(each, depth - 1)}" for key, each in value.items()) + "}"
    inner = ", ".join(_short(each, depth - 1) for each in value)
    if isinstance(value, (set, frozenset)):
        return "{" + inner + "}" if value else "set()"
    return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"


_OPERATORS = {"__eq__": "==", "__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def _comparison(made: Any, name: str) -> Callable[..., object]:
    """Return what `dataclasses` writes: objects of one class are compared, and hashed, as tuples of the fields that count."""
    fields = dataclasses.fields(made)
    if name == "__hash__":
        counted = "".join(f"self.{each.name}," for each in fields if (each.compare if each.hash is None else each.hash))
        lines = ["def __hash__(self):", f" return hash(({counted}))"]
    else:
        mine, its = ("".join(f"{of}.{each.name}," for each in fields if each.compare) for of in ("self", "other"))
        compared = f"({mine}) {_OPERATORS[name]} ({its})"
        lines = [f"def {name}(self, other):", f" return {compared} if other.__class__ is self.__class__ else NotImplemented"]
    known: dict[str, Any] = {}
    exec("\n".join(lines), known)  # noqa: S102 - names of our own fields
    return known[name]  # type: ignore[no-any-return]


def _state(self: Any) -> list[object]:
    """Return the values of the fields for `pickle` and `copy`, which cannot set attributes."""
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
