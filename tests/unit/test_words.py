"""Rules on words: docstrings begin with their verb, and no program decides on what people read."""

from __future__ import annotations

import ast

from conftest import each_in_turn
from modules import EVERY, MODULES, is_command, nodes, parsed, relative, source_of

_NO_VERB = {"The", "A", "An", "What", "Whether", "Why", "Those", "Of", "None", "Where", "How", "All", "Every", "Each", "For", "Names"}


def unspoken(source: str) -> list[str]:
    """Public functions whose docstring is missing, does not begin with its verb, or does not tell which errors of ours it raises."""
    found = []
    tree = parsed(source)
    owners: list[ast.Module | ast.ClassDef] = [tree]
    owners += [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for owner in owners:
        for node in owner.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or is_command(node):
                continue
            words = (ast.get_docstring(node) or "").split()
            if any(ast.unparse(each) == "overload" for each in node.decorator_list):
                continue  # a type alone: the function behind it has the words
            is_property = any("property" in ast.unparse(each) for each in node.decorator_list)
            raised = {
                ast.unparse(each.exc).partition("(")[0] for each in ast.walk(node) if isinstance(each, ast.Raise) and each.exc is not None
            }
            errors = raised & {"InputError", "UsageError", "RefusedError", "LiveError"}
            caught = {ast.unparse(each.type) for each in ast.walk(node) if isinstance(each, ast.ExceptHandler) and each.type is not None}
            if not words or (words[0] in _NO_VERB and not is_property) or (errors - caught and "Raises:" not in words):
                found.append(node.name)
    return found


def test_a_public_function_says_what_it_does_and_which_errors_it_raises() -> None:
    assert {relative(path): names for path in MODULES if (names := unspoken(source_of(path)))} == {}


def test_a_planted_docstring_without_a_verb_is_found() -> None:
    assert unspoken('def f():\n    """The answer."""\n') == unspoken("def f(): ...\n") == ["f"]
    assert unspoken('def f():\n    """Return it."""\n    raise UsageError("x")\n') == ["f"]
    assert unspoken('def f():\n    """Return it.\n\n    Raises:\n        UsageError: always.\n    """\n    raise UsageError("x")\n') == []


# what people read: a program that looks into it decides on words
_WORDS = {"message", "subject", "reason", "said", "why", "source"}
_LOOKING = {"startswith", "endswith", "partition", "rpartition", "split", "rsplit", "find", "index", "count", "replace", "removeprefix", "removesuffix", "lower",
            "upper", "casefold", "strip", "match", "search", "fullmatch"}  # fmt: skip


def _is_words(node: ast.expr) -> bool:
    """``x.message``, ``str(error)``, ``x.message.lower()``, ``record.dn``."""
    if isinstance(node, ast.Attribute):
        return node.attr in _WORDS or node.attr == "dn"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "str" and isinstance(node.args[0], ast.Name) and node.args[0].id in {"error", "fault", "failure"}
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _LOOKING and _is_words(node.func.value)


def decisions_on_words(source: str) -> list[int]:
    """Lines that look into a message, a printed place or the text of a DN."""
    found = []
    for node in nodes(source, ast.Call):
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in _LOOKING
            and _is_words(node.func.value)
            and (node.args or node.func.attr not in {"split", "strip"})  # without arguments these fold blanks, to show the text
        ):
            found.append(node.lineno)
    for comparison in nodes(source, ast.Compare):
        sides = [comparison.left, *comparison.comparators]
        looked_into = any(
            isinstance(op, ast.In | ast.NotIn) and _is_words(side) for op, side in zip(comparison.ops, sides[1:], strict=True)
        )
        literal = any(isinstance(side, ast.Constant) and isinstance(side.value, str) and side.value for side in sides)
        if looked_into or (literal and any(map(_is_words, sides))):
            found.append(comparison.lineno)
    return sorted(set(found))


def test_no_decision_is_taken_on_words() -> None:
    assert {relative(path): lines for path in EVERY if (lines := decisions_on_words(source_of(path)))} == {}


@each_in_turn(
    "line",
    [
        '",cn=config," in f.subject.lower()',
        '"homedirectory" in f.message.lower()',
        '"cut" in error.message',
        '"cut" in str(error)',
        'path, _, line = each.source.rpartition(":")',
        '" is live" in d.reason',
        'd.reason.partition(":")[0]',
        'record.dn.lower().endswith("cn=authdata")',
        'error.message == "no realm"',
        'str(error).startswith("x")',
    ],
)
def test_a_planted_decision_on_words_is_found(line: str) -> None:
    assert decisions_on_words(f"{line}\n")
