"""What a rehearsal found: its checks, and the verdict."""

from __future__ import annotations

from typing import Any

from odkit.dataclass import dataclass
from odkit.text import escape, plural, table

__all__ = ["Check", "RehearsalReport"]

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was proved, or not.

    Attributes:
        name: what had to hold.
        failures: what did not, one line each with the name it is about; empty when all is well.
        notes: what was counted.
        seconds: that it took.
    """

    name: str
    failures: tuple[str, ...]
    notes: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RehearsalReport:
    """A rehearsal's outcome.

    Attributes:
        checks: in order.
        repairs: what was done to records of the scratch copy so that slapd takes them, "DN: what"; comparisons leave it out.
        scripts: names of the scripts that were run.
    """

    checks: tuple[Check, ...] = ()
    repairs: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check held."""
        return bool(self.checks) and not any(check.failures for check in self.checks)

    @property
    def answer(self) -> str:
        """The verdict in words."""
        failed = sum(bool(check.failures) for check in self.checks)
        return f"passed: {plural(len(self.checks), 'check')}" if self.passed else f"FAILED: {failed} of {plural(len(self.checks), 'check')}"

    def as_json(self) -> dict[str, Any]:
        """Return JSON, schema ``odkit/rehearsal/1``."""
        checks = [
            {"check": c.name, "passed": not c.failures, "told": c.notes, "wrong": list(c.failures), "seconds": round(c.seconds, 3)}
            for c in self.checks
        ]
        return {
            "schema": "odkit/rehearsal/1",
            "passed": self.passed,
            "checks": checks,
            "repairs": [*self.repairs],
            "scripts": [*self.scripts],
        }

    def text(self) -> str:
        """Return the text for people."""
        rows = [("ok" if not c.failures else "FAILED", c.name, c.notes, f"{c.seconds:.1f} s") for c in self.checks]
        lines = table(rows)
        for check in self.checks:
            if check.failures:
                lines += ["", f"{check.name}:", *(f"  {line}" for line in check.failures[:_SHOWN])]
                lines += [f"  and {len(check.failures) - _SHOWN} more"] if len(check.failures) > _SHOWN else []
        if self.repairs:
            lines += ["", f"{plural(len(self.repairs), 'repair')} in the scratch copy, because the schema of today's slapd is stricter:"]
            lines += [f"  {line}" for line in self.repairs[:_SHOWN]]
            lines += [f"  and {len(self.repairs) - _SHOWN} more (--json has all)"] if len(self.repairs) > _SHOWN else []
        return "\n".join([*lines, "", escape(self.answer)]) + "\n"
