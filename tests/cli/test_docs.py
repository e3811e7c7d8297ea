"""Documentation that cannot lie: its commands are run, its reference is generated and compared, its tables are complete."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from commandline import odkit
from conftest import ROOT, each_in_turn, needs
from manual import COMMANDS, CONTEXT, commands, manual
from odkit.asking import all_questions
from odkit.plist import DEVIATIONS, releases_text
from odkit.rulebook import all_rules
from odkit.tables import SCHEMA, TABLES
from odkit.text import escape
from odkit_cli import cli
from pages import PAGES, lines
from rules_shown import examples

RULES = all_rules()
# no page runs them: they ask a server, or need pyarrow (tests/live, tests/targets), or collect a server's files
ELSEWHERE = {"ask", "check-live", "collect", "tables"}

README = (ROOT / "README.md").read_text()


def reference() -> str:
    """docs/commands.md, as it has to be."""
    out = ["# Commands", "", "Generated from `odkit --help`; rewrite it with `script/generate`.", ""]
    groups = [
        [name, sub]
        for name in COMMANDS
        if isinstance(command := cli.get_command(CONTEXT, name), click.Group)
        for sub in sorted(command.commands)
    ]
    for words in sorted([[], *([name] for name in COMMANDS), *groups]):
        result = CliRunner().invoke(cli, [*words, "--help"], prog_name="odkit", terminal_width=100)
        out += [f"## odkit {' '.join(words)}".rstrip(), "", "```text", result.output.rstrip(), "```", ""]
    return "\n".join(out)


FAMILIES = {
    "OD0": "Reading a file",
    "OD1": "Records and servers of one export",
    "OD2": "Lists of principals, and plans of a purge",
    "OD3": "Passwords",
    "OD4": "Policies (MCX)",
    "OD5": "Local KDCs",
    "OD6": "What came through a migration",
    "OD7": "Servers, mounts, homes, AFP",
    "OD8": "A running directory and KDC",
    "OD9": "Carrying a domain to a living server",
}


def lacking(shown: Iterable[str]) -> None:
    """Raise an error where rules have no example."""
    missing = [f"{rule.code} {rule.name}" for rule in RULES.values() if rule.code not in shown]
    assert not missing, (
        f"no example of {', '.join(missing)}: CONTRIBUTING.md, Adding a finding rule, says where its case goes; then script/generate"
    )


def findings() -> str:
    """docs/findings.md, as it has to be."""
    effects = {each["code"]: each["effects"] for each in json.loads(odkit("explain", *RULES, "--json").stdout)["rules"]}
    shown = examples()
    lacking(shown)
    out = [
        "# Findings",
        "",
        "Every rule of odkit: how bad a finding of it is, what to do, and one that a real input gives. `odkit explain CODE` says the same of one;",
        "`--ignore CODE` leaves its findings out, and says so. A code never changes its meaning.",
        "",
        "Generated from `odkit.rulebook.all_rules()` and from the cases of the tests; rewrite it with `script/generate`.",
    ]
    family = ""
    for rule in RULES.values():
        if not rule.code.startswith(family) or not family:
            family = rule.code[:3]
            out += ["", f"## {FAMILIES[family]}"]
        command, where, what = shown[rule.code]
        said = textwrap.wrap(f"{where}: {what}" if where else what, 120, break_long_words=False, break_on_hyphens=False)
        out += ["", f'### <a id="{rule.code.lower()}"></a>{rule.code} {rule.name}', "", f"**{rule.severity.value}**. {rule.advice}"]
        out += ["", *effects[rule.code]] if effects[rule.code] else []
        out += ["", f"`odkit {command}` says it, for example:", "", "```text", *said, "```"]
    return "\n".join(out) + "\n"


def readme() -> str:
    """README.md, as it has to be: the table of the commands is made, all else is written by hand."""
    start, end = "<!-- commands: script/generate -->\n", "<!-- to here -->"
    rows = ["| command | does |", "|---|---|"]
    for name in COMMANDS:
        command = cli.get_command(CONTEXT, name)
        assert command is not None
        said = " ".join((command.help or "").split("\n\n")[0].split()).removesuffix(".")
        rows.append(f"| [`odkit {name}`](docs/commands.md#odkit-{name}) | {said} |")
    before, _, rest = (ROOT / "README.md").read_text().partition(start)
    return before + start + "\n".join(rows) + "\n" + end + rest.partition(end)[2]


def plists() -> str:
    """docs/plists.md, as it has to be: the text up to the table is written by hand, the table comes from the code."""
    path = ROOT / "docs" / "plists.md"
    mark = "<!-- from here on: script/generate -->\n"
    out = ["| deviation | refused by | read otherwise by | confidence | example |", "|---|---|---|---|---|"]
    for row in DEVIATIONS.values():
        refused, otherwise = (releases_text(each) or "-" for each in (row.refused, row.otherwise))
        shown = escape(row.example.removeprefix(b"<plist>").removesuffix(b"</plist>").removeprefix(b"<array>").removesuffix(b"</array>"))
        example = f"`{shown[:60].replace('|', chr(92) + '|')}`" if row.example and len(shown) <= 60 and "`" not in shown else ""
        out.append(f"| {row.what.rstrip(':')} | {refused} | {otherwise} | {row.confidence} | {example} |")
    return path.read_text().partition(mark)[0] + mark + "\n".join(out) + "\n"


def tables() -> str:
    """docs/tables.md, as it has to be: the text up to the lists of columns is written by hand."""
    path = ROOT / "docs" / "tables.md"
    mark = "<!-- from here on: script/generate -->\n"
    out = [f"Version {SCHEMA} of the schema. `domain` and `taken` are in the names of the folders, and columns of every table.", ""]
    for table in TABLES.values():
        out += [f"### {table.name}", "", f"A row is {table.what}.", "", "| column | type | meaning |", "|---|---|---|"]
        out += [f"| {column.name} | {column.type.value} | {column.what.replace('|', chr(92) + '|')} |" for column in table.columns]
        out.append("")
    first, last = "<!-- questions: script/generate -->\n", "<!-- end of the questions -->\n"
    head, _, rest = path.read_text().partition(mark)[0].partition(first)
    asked = [f"| {each.name} | {each.what} | {' '.join(f'`--{p.name}`' for p in each.parameters)} |" for each in all_questions().values()]
    questions = "\n".join(["| question | asks | with |", "|---|---|---|", *asked]) + "\n"
    return head + first + questions + last + rest.partition(last)[2] + mark + "\n".join(out)


GENERATED: dict[str, Callable[[], str]] = {
    "README.md": readme,
    "docs/tables.md": tables,
    "docs/plists.md": plists,
    "docs/commands.md": reference,
    "docs/findings.md": findings,
    "docs/odkit.1": manual,
}


def test_the_reference_is_current() -> None:
    for name, made in GENERATED.items():
        assert (ROOT / name).read_text() == made(), f"{name} is not what the code says: run script/generate"


def test_the_manual_page_has_every_command_and_option_and_is_read_without_a_warning() -> None:
    needs("groff")
    page = ROOT / "docs" / "odkit.1"
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-k", "-P-cbou", str(page)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    for words, command in commands():
        assert f"odkit {words}".strip() in text, f"odkit {words}: run script/generate"
        for each in command.params:
            assert not isinstance(each, click.Option) or each.hidden or all(name in text for name in each.opts), (words, each.name)


def test_every_rule_has_an_example() -> None:
    lacking(examples())
    assert list(examples()) == list(RULES), "tests/rules_shown.py shows a code that no rule has"


@each_in_turn("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(name: str) -> None:
    text = CliRunner().invoke(cli, [name, "--help"]).output
    assert "Example:" in text
    assert f"odkit {name}" in README, "run script/generate"


@pytest.mark.whole
def test_the_python_of_the_page_runs(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(), re.DOTALL)
    code = code.replace('"purge/"', repr(str(tmp_path / "purge")))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    first, second, slot, answer, counts = done.stdout.splitlines()
    assert counts == "{'added': 34, 'removed': 13, 'changed': 138, 'renamed': 1}"
    assert (first, second, slot) == ("MEDICALMART.EXAMPLE.COM 1", "133 3", "0x43a00001d3d5c4a00000000200000002")
    assert answer.startswith("124 of 124 password pointers preserved, 0 must be reset, 0 disabled; slots not checked")


@pytest.mark.whole
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_run(tmp_path: Path, page: Path) -> None:
    """In order; those that start servers are run by tests/live."""
    found = [line for line in lines(page) if not line.starts_servers]
    assert len(found) >= 2
    for line in found:
        line.run(tmp_path)


def test_every_command_is_run_by_a_page_or_starts_or_asks_servers() -> None:
    run = {line.words.split()[1] for page in PAGES for line in lines(page)}
    unshown = sorted(set(COMMANDS) - run - ELSEWHERE)
    assert not unshown, f"{', '.join(unshown)}: give a page of tests/pages.py a block console with a line that runs it"
    assert set(COMMANDS) - run == ELSEWHERE, "a page runs what ELSEWHERE says that none does"


def test_every_row_about_another_program_names_what_shows_it() -> None:
    rows = [line for line in (ROOT / "docs" / "interop.md").read_text().splitlines() if line.startswith("|")]
    rows = [line for line in rows if not line.startswith(("| program", "|---"))]
    assert len(rows) == len(set(rows)) >= 40
    for row in rows:
        proofs = row.split("|")[-2].split(", ")
        for proof in proofs:
            path, _, name = proof.strip().partition("::")
            assert path.startswith(("tests/", "findings/")), row
            assert re.search(rf"(?m)^ *def {name}\b", (ROOT / path).read_text()) if name else (ROOT / path).is_file(), (row, proof)


if __name__ == "__main__":
    for page, made_again in GENERATED.items():
        (ROOT / page).write_text(made_again())
