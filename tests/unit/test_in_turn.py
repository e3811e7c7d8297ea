"""Cases that one test takes in turn: a report of a failure says at which it was, and a law's example that fails is left with that one."""

from __future__ import annotations

import pytest
from hypothesis import find, settings

from conftest import in_turn
from property.strategies import TOGETHER, together


def test_a_report_of_a_failure_names_its_case(request: pytest.FixtureRequest) -> None:
    def law() -> None:
        for case in in_turn([1, 2, 3]):
            assert case != 2

    called = pytest.CallInfo.from_call(law, when="call")
    report: pytest.TestReport = request.config.hook.pytest_runtest_makereport(item=request.node, call=called)
    assert ("in the case", "2") in report.sections


def test_of_the_cases_of_an_example_the_one_that_fails_is_left() -> None:
    cases, sizes = together(lambda rng: rng.randrange(50)), set()

    def fails(drawn: list[int]) -> bool:
        sizes.add(len(drawn))
        return 7 in drawn

    assert find(cases, fails, settings=settings(max_examples=100)) == [7]
    assert TOGETHER in sizes
