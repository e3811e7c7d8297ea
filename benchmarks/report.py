"""Tables: printed as their rows come, and written into docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import ROOT

__all__ = ["Report", "Table"]

DOCS = ROOT / "docs" / "benchmarks.md"
HOW = "Seconds of CPU, of the wall where it is said; medians; a ratio is odkit over the other: smaller is better."
_WIDTHS = {"work": 36, "peer": 24, "base/base": 15}
_MARKS = ("<!-- script/bench --write-docs writes from here -->", "<!-- to here -->")
_FLEET = ("<!-- script/bench --fleet --write-docs writes from here -->", "<!-- many domains: to here -->")


class Table:
    """A table whose rows are printed as they come.

    Args:
        title: one line.
        head: of its columns.
    """

    def __init__(self, title: str, head: Sequence[str]) -> None:
        self.title, self.head = title, tuple(head)
        self.rows: list[tuple[str, ...]] = []
        self._widths = [max(len(each), _WIDTHS.get(each, 8)) for each in head]
        print(f"\n{title}\n")
        self._print(self.head)

    def row(self, *cells: object) -> None:
        """Add a row, and print it."""
        texts = tuple(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells)
        self.rows.append(texts)
        self._print(texts)

    def _print(self, texts: Sequence[str]) -> None:
        print("  " + "  ".join(t.ljust(w) for t, w in zip(texts, self._widths, strict=True)).rstrip(), flush=True)

    def markdown(self) -> str:
        """Return the table in Markdown, with its title."""
        lines = [self.head, tuple("---" for _ in self.head), *self.rows]
        return f"### {self.title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


class Report:
    """All tables of a run, and the short one before them."""

    def __init__(self) -> None:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
        self._machine = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}"
        self._tables: list[Table] = []
        self._short: list[tuple[str, str, str]] = []
        print(
            f"{self._machine}.\nSeconds of CPU, of the wall where it is said; medians; a ratio is odkit over the other: smaller is better."
        )

    def table(self, title: str, *head: str) -> Table:
        """Begin a table."""
        self._tables.append(Table(title, head))
        return self._tables[-1]

    def summary(self, work: str, measured: str, limit: str) -> None:
        """Add a row to the short table."""
        self._short.append((work, measured, limit))

    def write(self, minutes: float) -> None:
        """Write docs/benchmarks.md.

        Args:
            minutes: that the run took.
        """
        head = f"`script/bench` wrote this on {self._machine}, in {minutes:.0f} minutes."
        lines = [("work", "measured", "must be"), ("---", "---", "---"), *self._short]
        short = "### In short\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
        _between(DOCS, f"{head}\n\n" + "\n".join([short, *(table.markdown() for table in self._tables)]))

    def write_fleet(self, minutes: float) -> None:
        """Write the section of docs/benchmarks.md that `script/bench --fleet` makes.

        Args:
            minutes: that the run took.
        """
        head = f"`script/bench --fleet` wrote this on {self._machine}, in {minutes:.0f} minutes."
        _between(DOCS, f"{head}\n\n" + "\n".join(table.markdown() for table in self._tables), _FLEET)


def _between(path: Path, text: str, marks: tuple[str, str] = _MARKS) -> None:
    """Replace what stands between two marks of a file."""
    start, end = marks
    old = path.read_text("utf-8")
    new, count = re.subn(f"{re.escape(start)}.*?{re.escape(end)}", lambda _: f"{start}\n\n{text}\n{end}", old, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{path}: holds the marks {count} times")
    path.write_text(new, "utf-8")
