"""The page of `odkit report` in a browser: quiet, searchable, usable by keyboard, readable in both schemes, and deaf to hostile names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

import odkit
from build_page import HOSTILE
from conftest import MART, ROOT, needs
from odkit.reporting import Subject, make_page, write_page
from odkit.text import escape
from targets.browsing import PATIENCE, Opened, dimensions, write_pages

IMAGE = ROOT / "docs" / "images" / "report.png"
USERS = 100_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needs("chromium")
    with sync_playwright() as play:
        # as root, as tests in a container are, Chromium cannot make its sandbox
        started = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages, by name."""
    return write_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def opened(browser: Browser, pages: dict[str, Path]) -> Iterator[Any]:
    """Opens pages by name; each must have been quiet when the test ends."""
    made: list[Opened] = []

    def open_page(name: str, **options: Any) -> Page:
        made.append(Opened(browser, pages[name], **options))
        return made[-1].page

    yield open_page
    for each in made:
        assert each.quiet, each.noise
        each.context.close()


@pytest.mark.parametrize("name", ["company", "no people", "hostile", "many", "lion"])
def test_it_is_quiet_and_nothing_of_an_export_runs(name: str, opened: Any) -> None:
    page = opened(name)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for box in page.locator("input[type=search]:visible").all():
        box.fill("a")
        box.fill("")
    assert page.evaluate("[...document.scripts].filter(each => !each.type).length") == 1
    assert page.title()


class TestTheSearch:
    def test_words_find_records_of_each_kind(self, opened: Any) -> None:
        page = opened("company")
        assert page.locator("#found").inner_text() == "124 found"
        page.fill("#query", "ada ABBOTT 1025")
        assert page.locator("#list [role=option] b").all_inner_texts() == ["aabbott0"]
        assert "Ada Abbott" in page.locator("#record").inner_text()
        page.fill("#query", "nobody is called so")
        assert page.locator("#found").inner_text() == "0 found"
        assert page.locator("#record").inner_text() == ""
        page.fill("#query", "")
        after = odkit.open(MART / "leftover" / "export.ldif").counts()
        counts = {kind: after[kind.capitalize()] for kind in ("groups", "computers")}
        counts["lists"] = after["ComputerLists"] + after["ComputerGroups"]
        for kind in ("groups", "computers", "lists"):
            page.select_option("#kind", kind)
            assert page.locator("#found").inner_text() == f"{counts[kind]} found"

    def test_only_what_is_seen_is_drawn_and_the_last_row_is_reached(self, opened: Any) -> None:
        page = opened("company")
        assert page.locator("#list [role=option]").count() < 30
        page.focus("#list")
        page.keyboard.press("End")
        last = page.locator("#list [role=option][aria-selected=true]")
        assert last.get_attribute("aria-posinset") == "124"
        assert last.is_visible()
        assert page.locator("#list").get_attribute("aria-activedescendant") == last.get_attribute("id")

    def test_every_hostile_name_is_shown_as_text(self, opened: Any) -> None:
        page = opened("hostile")
        for name in HOSTILE:
            shown = escape(name)[:200]
            page.fill("#query", shown.split()[0][:60] if shown.strip() else shown)
            page.wait_for_function("document.querySelector('#found').textContent !== ''")
            texts = page.locator("#list [role=option] b").all_text_contents()
            assert any(text.startswith(shown) for text in texts), (name, texts[:5])


class TestTheFilter:
    def test_a_word_leaves_the_rules_that_hold_it_and_opens_them(self, opened: Any) -> None:
        page = opened("company")
        rules = page.locator("details.rule")
        every = rules.count()
        page.fill("#filter-text", "slot changed")
        assert [each.get_attribute("id") for each in rules.all() if each.is_visible()] == ["OD353"]
        assert page.locator("#OD353").get_attribute("open") is not None
        assert page.locator("#filter-count").inner_text() == "3 findings of 1 rule"
        page.fill("#filter-text", "")
        assert sum(each.is_visible() for each in rules.all()) == every
        assert page.locator("#OD353").get_attribute("open") is None

    def test_a_severity_is_left_out(self, opened: Any) -> None:
        page = opened("company")
        page.uncheck("input[value=info]")
        page.uncheck("input[value=warning]")
        shown = [each for each in page.locator("details.rule").all() if each.is_visible()]
        assert {each.get_attribute("data-severity") for each in shown} == {"error"}
        assert page.locator("#filter-count").inner_text().startswith("4 findings")

    def test_findings_behind_the_first_hundred_are_found_and_shown_when_asked_for(self, opened: Any) -> None:
        page = opened("many")
        code = page.locator("details.rule", has=page.locator("button")).first.get_attribute("id")
        rule = page.locator(f"#{code}")
        rule.locator("summary").click()
        count = int(rule.get_attribute("data-count"))
        while rule.locator("button").count():
            rule.locator("button").focus()
            page.keyboard.press("Enter")
        assert rule.locator("li:visible").count() == count
        page.fill("#filter-text", "u749")
        assert rule.locator("li:visible").count() == 1
        assert "u749" in rule.locator("li:visible").inner_text()


def test_the_keyboard_alone_does_everything(opened: Any) -> None:
    page = opened("company")
    press = page.keyboard.press

    def focused() -> str:
        return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim().slice(0, 40)"))

    press("Tab")
    assert focused() == "Skip to the verdict"
    press("Enter")
    press("Tab")
    assert page.evaluate("document.activeElement.closest('#verdict') !== null")
    press("Enter")  # the first rule to look at
    assert page.locator("#OD353").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.closest('details').id") == "OD353"
    press("Enter")
    assert page.locator("#OD353").get_attribute("open") is None
    seen = []
    for _ in range(400):
        press("Tab")
        seen.append(focused())
        if seen[-1] == "record":
            break
    assert seen.index("query") < seen.index("kind") < seen.index("list") < seen.index("record")
    press("Shift+Tab")
    before = page.locator("#record dd").first.inner_text()
    press("ArrowDown")
    assert page.locator("#record dd").first.inner_text() != before
    page.focus("#query")
    page.keyboard.type("abbott")
    press("ArrowDown")
    assert focused() == "list"
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('a, summary, input, select, button, [tabindex="0"]')]
                 .filter(e => e.checkVisibility() && !e.matches(':focus')).filter(e => { e.focus({focusVisible: true});
                   const s = getComputedStyle(e); return s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2; }).length"""
    )
    assert hidden == 0  # wherever the focus is, it is seen


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [("company", "light", 1280), ("company", "dark", 400), ("no people", "dark", 1280), ("no people", "light", 400)],
)
def test_it_passes_the_checks_of_accessibility(name: str, scheme: str, width: int, opened: Any) -> None:
    """Contrast of every text, and all other rules of axe, with everything open; of long lists their first rows."""
    page = opened(name, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('tr:nth-child(n+4), .cases > li:nth-child(n+3)').forEach(each => each.remove())")
    found = Axe().run(page).response
    assert [(each["id"], [node["target"] for node in each["nodes"]][:5]) for each in found["violations"]] == []
    assert "color-contrast" in {each["id"] for each in found["passes"]}


def test_without_scripts_the_counts_and_the_first_records_are_there(opened: Any) -> None:
    page = opened("company", java_script_enabled=False)
    text = page.locator("body").inner_text()
    assert "4 errors and" in text
    assert "the first 50 of 124" in text
    assert not page.locator("#finder").is_visible()
    assert not page.locator("#filter").is_visible()
    page.locator("#plain details > summary").first.click()
    assert page.locator("#plain tbody tr:visible").count() == 50


def test_a_printed_page_has_everything_open_and_no_controls(opened: Any) -> None:
    page = opened("company")
    closed = page.locator("details:not([open])").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("nav").is_visible()
    assert not page.locator("#finder").is_visible()
    assert page.locator("#plain").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf().startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == closed > 10


def test_the_page_of_a_hundred_thousand_users_is_usable_within_three_seconds(browser: Browser, tmp_path: Path) -> None:
    """Of the browser's own time, whatever else the machine does: to read the page, to build the search, and to search."""
    made = make_page(Subject(odkit.open(MART / "after" / "export.ldif")))
    users = made.tables[0]

    def data() -> Iterator[str]:
        whole = "".join(users.data())
        head, _, rest = whole.partition('"rows":[')
        rows, _, end = rest.rpartition('],"pools":')
        own = [row.strip() for row in rows.split(",\n")]
        yield head + '"rows":['
        for number in range(USERS):
            row = own[number % len(own)]
            behind = row[row.index('"', 2) :]  # from the end of the name on
            yield ("," if number else "") + f'["u{number:06}{behind}'
        yield '],"pools":' + end

    path = tmp_path / "large.html"
    write_page(replace(made, tables=(replace(users, count=USERS, data=data), *made.tables[1:])), path)
    assert path.stat().st_size < 25_000_000
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path.as_uri())
    page.fill("#query", "u099999")
    page.wait_for_function("document.querySelector('#found').textContent === '1 found'")
    metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    page.context.close()
    assert 0 < metrics["TaskDuration"] < 3


def test_the_picture_in_the_documentation_is_of_this_page(opened: Any) -> None:
    """``UPDATE_IMAGES=1 script/test --targets tests/targets/test_report_page.py`` makes it again."""
    page = opened("company", viewport={"width": 1180, "height": 780}, color_scheme="light")
    taken = page.screenshot()
    if os.environ.get("UPDATE_IMAGES"):
        IMAGE.parent.mkdir(exist_ok=True)
        IMAGE.write_bytes(taken)
    assert dimensions(IMAGE.read_bytes()) == dimensions(taken) == (1180, 780)
    assert len(IMAGE.read_bytes()) < 150_000
    assert "images/report.png" in (ROOT / "docs" / "report.md").read_text()
