"""README and the pages of docs/: short where it has to be, whole, and without a link that leads nowhere."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import odkit
from conftest import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "examples" not in path.parts)
NAV = [DOCS / name for name in re.findall(r"(?m)^ +- .*?([\w./-]+\.md)$", (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2])]


def anchors(page: Path) -> set[str]:
    """Those of a page: its headings as they are slugged, and what has an id."""
    text = re.sub(r"(?s)```.*?```", "", page.read_text())
    heads = (re.sub(r"<[^>]*>|[^\w\s-]", "", each).strip().lower() for each in re.findall(r"(?m)^#+ (.*)$", text))
    return {re.sub(r"[\s-]+", "-", each) for each in heads} | set(re.findall(r'id="([^"]+)"', text))


def test_the_readme_is_short_and_shows_what_it_is() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 120
    first = "\n".join(text.splitlines()[:20])
    assert "Apple Open Directory" in first
    assert "](docs/images/report.png)" in first
    assert "## What was never tried" in text


def test_every_page_is_in_the_navigation_once() -> None:
    assert sorted(NAV) == PAGES


def test_every_link_leads_somewhere() -> None:
    wrong = []
    for page in (*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"(?s)```.*?```", "", page.read_text())):
            path, _, anchor = target.partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            there = (page.parent / path).resolve() if path else page
            if not there.is_file() or (anchor and anchor not in anchors(there)):
                wrong.append(f"{page.relative_to(ROOT)}: {target}")
            elif DOCS in page.parents and DOCS not in there.parents:
                wrong.append(f"{page.relative_to(ROOT)}: {target} leads out of the site")
    assert wrong == []


def test_the_reference_has_every_package_with_public_names() -> None:
    names = [f"odkit.{each.name}" for each in pkgutil.iter_modules(odkit.__path__) if each.ispkg and not each.name.startswith("_")]
    public = {name for name in names if getattr(import_module(name), "__all__", ())} - {"odkit.hosts", "odkit.shell"}  # for odkit itself
    text = (DOCS / "reference.md").read_text()
    found = re.findall(r"(?m)^::: (\S+)$", text)
    assert [
        name for name in odkit.__all__ if f"`{name}`" not in text and name not in text.partition("members: [")[2].partition("]")[0]
    ] == []
    assert public <= set(found)
    assert found[0] == "odkit"
    for name in found:
        assert import_module(name).__all__
