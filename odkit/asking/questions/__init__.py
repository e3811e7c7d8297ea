"""The ready questions, one module each; a module is found by listing this folder and has its question as ``QUESTION``."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from odkit.asking.model import Question
from odkit.errors import UsageError
from odkit.text import escape

__all__ = ["all_questions", "find_question"]


@cache
def all_questions() -> dict[str, Question]:
    """Return every question by name, in alphabetical order."""
    found: list[Question] = [import_module(f"{__name__}.{module.name}").QUESTION for module in pkgutil.iter_modules(__path__)]
    return {question.name: question for question in sorted(found, key=lambda question: question.name)}


def find_question(name: str) -> Question:
    """Return a question by its name.

    Raises:
        UsageError: no question has that name; it names all that there are.
    """
    found = all_questions().get(name)
    if found is None:
        raise UsageError(f"{escape(name)!r} is no question; there are {', '.join(all_questions())}")
    return found
