"""How a report's findings are shown: by rule, each one, in a ticket, left out with a reason, and on a terminal before the verdict."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from commandline import odkit
from conftest import MART
from odkit.rehearsal.terminal import run_on_terminal

PAIR = (str(MART / "before" / "export.ldif"), str(MART / "after" / "export.ldif"))
TWINS = str(MART / "damaged" / "passwords" / "slot-shared.ldif")
WHOLE = str(MART / "damaged" / "not-judged.ldif")


class TestByRule:
    def test_the_company_fits_on_a_screen(self) -> None:
        done = odkit("verify", *PAIR)
        lines = (done.stderr + done.stdout).splitlines()
        assert len(lines) < 45
        assert lines[-1] == "Verdict: everything came through."
        assert "info: 11 times mount-moved: Check that the new mount gives the same share. [OD614]" in lines
        assert sum(line.endswith("And 10 more: --all.") for line in lines) == 1

    def test_all_shows_every_finding_with_its_place(self) -> None:
        whole = json.loads(odkit("verify", *PAIR, "--json").stdout)["findings"]
        lines = odkit("verify", *PAIR, "--all").stderr.splitlines()
        place = {(each["path"], each["line"]): f"{each['path']}:{each['line']}" if each["line"] else each["path"] for each in whole}
        wanted = [f"{place[each['path'], each['line']]}: {each['severity']}: {each['message']} [{each['code']}]" for each in whole]
        assert sorted(lines) == sorted(wanted)

    def test_the_worst_rule_is_first(self) -> None:
        lines = [line for line in odkit("verify-passwords", TWINS).stderr.splitlines() if not line.startswith(" ")]
        kinds = [next(kind for kind in ("error", "warning", "info") if f"{kind}: " in line) for line in lines]
        assert kinds == sorted(kinds, key=["error", "warning", "info"].index)

    def test_quiet_shows_none(self) -> None:
        assert odkit("-q", "verify", *PAIR).stderr == ""


class TestIgnored:
    def test_what_is_left_out_is_said_and_does_not_count(self) -> None:
        code = json.loads(odkit("verify-passwords", TWINS, "--json").stdout)["findings"]
        codes = sorted({each["code"] for each in code if each["severity"] != "info"})
        done = odkit("verify-passwords", TWINS, *(word for each in codes for word in ("--ignore", each)))
        assert done.returncode == 0
        assert all(f"Ignored: {each}, " in done.stdout for each in codes)
        body = json.loads(odkit("verify-passwords", TWINS, "--json", "--ignore", codes[0]).stdout)
        assert [each["code"] for each in body["ignored"]] == codes[:1]
        assert codes[0] not in {each["code"] for each in body["findings"]}

    def test_the_project_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "odkit.toml").write_text(
            f'[exports]\nbefore = "{PAIR[0]}"\nafter = "{PAIR[1]}"\n[ignore]\nOD614 = "the shares were moved in May"\n'
        )
        done = odkit("verify", data=None, cwd=tmp_path)
        assert "Ignored: OD614, 11 findings (the shares were moved in May)." in done.stdout
        assert "OD614" not in done.stderr
        assert "OD614" in odkit("verify", *PAIR, cwd=tmp_path).stderr  # of other exports than those of the file

    @pytest.mark.parametrize(("code", "said"), [("OD001", "tells of damage in the input"), ("OD000", "is no code of a finding")])
    def test_damage_and_what_is_no_code_are_refused(self, code: str, said: str) -> None:
        done = odkit("verify", *PAIR, "--ignore", code)
        assert (done.returncode, said in done.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("line", "said"), [('OD614 = ""', "without a reason"), ('od1 = "x"', "no code of a finding"), ("OD614 = 3", "text on one line")]
    )
    def test_an_entry_without_a_code_or_a_reason_is_an_error_with_its_line(self, tmp_path: Path, line: str, said: str) -> None:
        (tmp_path / "odkit.toml").write_text(f"[ignore]\n{line}\n")
        done = odkit("verify", data=None, cwd=tmp_path)
        assert (done.returncode, "odkit.toml:2: " in done.stderr, said in done.stderr) == (2, True, True)


def test_a_ticket_holds_the_answer_and_every_finding() -> None:
    text = odkit("verify", *PAIR, "--format", "markdown").stdout
    assert text.startswith("```text\n")
    assert "Verdict: everything came through.\n```\n" in text
    assert "### info: mount-gone" in text or "(OD614), 11 times" in text
    assert text.count("\n* `") == len(json.loads(odkit("verify", *PAIR, "--json").stdout)["findings"])


class TestOnATerminal:
    def run(self, tmp_path: Path, columns: int, *words: str) -> str:
        env = os.environ | {"COLUMNS": str(columns), "NO_COLOR": "1"}
        return run_on_terminal([sys.executable, "-m", "odkit_cli", *words], env=env, password="", cwd=tmp_path).output

    def test_the_verdict_is_the_last_line_and_every_line_fits(self, tmp_path: Path) -> None:
        lines = self.run(tmp_path, 160, "verify-mcx", *PAIR).splitlines()
        assert lines[-1].startswith("The MCX of 20 of 20 records preserved") or "preserved" in lines[-1]
        assert any("[OD467]" in line for line in lines[:-1])
        assert max(len(line) for line in lines if "/" not in line) <= 160
