"""Rules on messages: an advice is an instruction, a message is short and plain, and one thing has one word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import click
import pytest

from conftest import ROOT, each_in_turn
from modules import EVERY, nodes, relative, source_of
from odkit.findings import Severity
from odkit.rulebook import all_rules
from odkit_cli.main import cli

# what an administrator can be told to do; a rule that needs another verb adds it here
_VERBS = {
    "Add", "Bind", "Change", "Check", "Compare", "Confirm", "Correct", "Delete", "Do", "Export", "Give", "Load", "Log", "Look", "Make", "Move",
    "Name", "Plan", "Put", "Read", "Remove", "Rename", "Repair", "Replace", "Reset", "Restore", "Run", "Save", "Set", "Share", "Shorten",
    "Split", "Upgrade", "Wait", "Write",
}  # fmt: skip
_WORDS = 26  # of an advice
_MESSAGE = 40  # of an error, names aside
_ERRORS = {"InputError", "UsageError", "RefusedError", "LiveError", "ClickException", "BadParameter"}
# words that make a reader stop: the plain one beside each
_RIDDLES = {
    r"\bstands? (?:in|on|twice|there|behind|before|below|among)\b": "is",
    r"\bbears?\b": "has",
    r"\ball the same\b": "nevertheless",
    r"\bforetold\b": "known",
    r"\b(?:is|are) to be had\b": "there is",
    r"\bwhom\b": "who",
    r"\bnote:": "info",
    r"\?(?: |$)": "what is missing, as a statement",
}


def faults_of_advice(advice: str) -> list[str]:
    """What is wrong with an advice; empty for a good one."""
    first = advice.split(" ", 1)[0]
    found = [f"{first!r} is no verb of an instruction"] if first not in _VERBS else []
    found += [f"more than {_WORDS} words"] if len(advice.split()) > _WORDS else []
    found += ["it does not end with one full stop"] if not re.search(r"[^.,;: ]\.\Z", advice) else []
    return found + [f"{plain!r} is plainer" for riddle, plain in _RIDDLES.items() if re.search(riddle, advice)]


def test_an_advice_is_an_instruction() -> None:
    assert {rule.code: faults for rule in all_rules().values() if (faults := faults_of_advice(rule.advice))} == {}


@each_in_turn(
    "advice",
    [
        "The value is kept.",
        "Reset the password",
        "Reset the password..",
        "Reset the password;.",
        "Check what stands in the file.",
        "Give it a name? Then go on.",
        "Reset " + "the password of it " * 7 + "now.",
    ],
)
def test_a_planted_advice_that_is_none_is_found(advice: str) -> None:
    assert faults_of_advice(advice) != []


def spoken(source: str) -> Iterator[tuple[int, str]]:
    """Yield the messages of errors, with their lines; names in them are ``{}``."""
    for node in nodes(source, ast.Call):
        if called(node.func) in _ERRORS and node.args:
            texts = [each for each in node.args if isinstance(each, ast.JoinedStr | ast.Constant) and not is_place(each)]
            for each in texts[-1:]:
                yield node.lineno, text_of(each)


def called(function: ast.expr) -> str:
    """The last word of what is called; "" for what has no name."""
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def is_place(node: ast.JoinedStr | ast.Constant) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def text_of(node: ast.JoinedStr | ast.Constant) -> str:
    parts = [node] if isinstance(node, ast.Constant) else node.values
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in parts)


def faults_of_message(text: str) -> list[str]:
    """What is wrong with the message of an error; empty for a good one."""
    found = [f"more than {_MESSAGE} words"] if len(text.split()) > _MESSAGE else []
    found += ["punctuation at its end"] if re.search(r"[.,;:!?]\Z", text) else []
    return found + [f"{plain!r} is plainer" for riddle, plain in _RIDDLES.items() if re.search(riddle, text)]


@pytest.mark.whole
def test_the_message_of_an_error_is_short_and_plain() -> None:
    found = {
        f"{relative(path)}:{line}": faults
        for path in EVERY
        for line, text in spoken(source_of(path))
        if (faults := faults_of_message(text))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        'raise UsageError("whom? give --user")',
        'raise InputError(path, 3, f"{name} stands in line {n}, too")',
        'raise UsageError("give one.")',
        f'raise UsageError("{"word " * 41}")',
    ],
)
def test_a_planted_message_that_is_not_plain_is_found(line: str) -> None:
    assert [faults_of_message(text) for _, text in spoken(line)] not in ([], [[]])


def options() -> Iterator[tuple[str, str]]:
    """Yield the options of all commands with their help."""
    waiting: list[tuple[str, click.Command]] = [("odkit", cli)]
    while waiting:
        path, command = waiting.pop()
        for each in command.params:
            if type(each) is click.Option and not each.hidden:  # another class makes its help when it is shown
                yield f"{path} {each.opts[-1]}", each.help or ""
        if isinstance(command, click.Group):
            context = click.Context(command)
            waiting += [
                (f"{path} {name}", found) for name in command.list_commands(context) if (found := command.get_command(context, name))
            ]


def test_the_help_of_an_option_is_a_plain_sentence() -> None:
    wrong = {
        name: text
        for name, text in options()
        if not text[:1].isupper() or not text.endswith(".") or any(re.search(riddle, text) for riddle in _RIDDLES)
    }
    assert wrong == {}


def test_a_severity_has_one_word_in_all_outputs() -> None:
    page = "".join((ROOT / "odkit" / "reporting" / name).read_text() for name in ("pieces.py", "parts.py", "contents.py"))
    assert "badge" in page
    assert '"note"' not in page
    assert {each.value for each in Severity} == {"error", "warning", "info"}
