"""Cases that one test takes in turn: a report of a failure says at which it was."""

from __future__ import annotations

import pytest

from conftest import in_turn


def test_a_report_of_a_failure_names_its_case(request: pytest.FixtureRequest) -> None:
    def law() -> None:
        for case in in_turn([1, 2, 3]):
            assert case != 2

    called = pytest.CallInfo.from_call(law, when="call")
    report: pytest.TestReport = request.config.hook.pytest_runtest_makereport(item=request.node, call=called)
    assert ("in the case", "2") in report.sections
