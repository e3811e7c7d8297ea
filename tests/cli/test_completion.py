"""What a shell asks odkit for to complete a line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import CompletionItem, ShellComplete

from conftest import ROOT, in_turn, needs
from manual import commands
from odkit_cli import cli

BIN = Path(sys.executable).parent
PATHS = ("FILE", "DIR", "EXPORT", "CERT", "PLAN")


def completed(*words: str) -> list[CompletionItem]:
    """What is offered for the last of the words."""
    return ShellComplete(cli, {}, "odkit", "_ODKIT_COMPLETE").get_completions(list(words[:-1]), words[-1])


def test_commands_options_and_kinds_are_offered() -> None:
    assert [each.value for each in completed("verify-")] == ["verify-mcx", "verify-passwords"]
    assert "teardown" in [each.value for each in completed("lkdc", "t")]
    assert "--principals" in [each.value for each in completed("list", "--p")]
    assert [each.value for each in completed("list", "use")] == ["users"]


def test_every_file_is_completed_as_one() -> None:
    """A shell that gets nothing back offers nothing, not even the names of files."""
    for name, command in in_turn(commands()):
        context = click.Context(command, info_name=name)
        for each in command.params:
            shown = each.make_metavar(context)
            if any(re.search(rf"\b{word}\b", shown) for word in PATHS):
                kinds = {item.type for item in each.type.shell_complete(context, each, "x")}
                assert kinds <= {"file", "dir"}, (name, each.name)
                assert kinds, f"odkit {name}, {each.name}: give it a type of click whose values are paths"


# what the shell does at the key Tab: words are those of the line, and what comes back is printed
TAB = {
    "bash": 'COMP_WORDS=(odkit verify-); COMP_CWORD=1; _odkit_completion odkit; printf "%s\\n" "${COMPREPLY[@]}"',
    "zsh": '_describe() { for each in "${(@P)3}"; do print -r -- "${each%%:*}"; done }; words=(odkit verify-); CURRENT=2; _odkit_completion',
}


@pytest.mark.whole
@pytest.mark.parametrize("shell", TAB)
def test_the_line_of_the_documentation_completes_in_the_shell(shell: str) -> None:
    needs(shell)
    text = (ROOT / "docs" / "completion.md").read_text()
    [setup] = [each for each in re.findall(r"(?m)^ {4}(eval .*)$", text) if f"={shell}_source" in each]
    first = {"bash": "", "zsh": "autoload -U compinit && compinit -u -D\n"}[shell]
    done = subprocess.run(
        [shell, "-c", f"{first}{setup}\n{TAB[shell]}"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"},
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["verify-mcx", "verify-passwords"]
