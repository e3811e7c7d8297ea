"""Named tuples whose annotations are not read when they are made.

`typing.NamedTuple` compiles every annotation that is a text, which takes twice as long as making the class, and nobody asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import namedtuple

    class _Maker(type):
        """Makes a named tuple of the class that is written."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:  # `NamedTuple` itself
                return super().__new__(cls, name, bases, body)
            fields = body.get("__annotations__", {})
            defaults: list[object] = []
            for each in fields:
                if each in body:
                    defaults.append(body.pop(each))
                elif defaults:
                    raise TypeError(f"{name}.{each} follows one with a default")
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])  # noqa: PYI024 - the typed one is what costs
            for key, value in body.items():
                if key != "__module__":
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Maker):
        """As `typing.NamedTuple`: a class of it is a tuple with the fields that are annotated in its body."""
