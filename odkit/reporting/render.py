"""The page as HTML: one file that asks for nothing, in which nothing of an export is code.

Every text is escaped as pieces.py says; the rows of the search are JSON in a block that no browser runs, without ``<``.  The policy of
the page (Content-Security-Policy) allows the one style and the one script of ours, by their digests, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from markupsafe import Markup

from odkit.files import write_file
from odkit.reporting.byrule import more_cases
from odkit.reporting.model import Page
from odkit.reporting.parts import navigation, parts_of
from odkit.resources import resource_text

__all__ = ["render_page", "write_page"]

_PACKAGE = "odkit.reporting"
_BLOCK = 1 << 16
# of page.css and page.js, known beforehand: hashlib takes its time to load
_STYLE_DIGEST = "sha256-4bgOa8yI6UtfdYczmPXgbS+jSXFlxesXm/uMNTZZ/Rc="
_SCRIPT_DIGEST = "sha256-jAx73qaPRJot+Z62/NTs6H34rQe03pv2Kq3caC3mhqU="
_POLICY = f"default-src 'none'; style-src '{_STYLE_DIGEST}'; script-src '{_SCRIPT_DIGEST}'; base-uri 'none'; form-action 'none'"
_PEOPLE = "This page names people: hand it only to those who may read the directory. Passwords, keys and other secrets are not in it."
_NO_PEOPLE = "It holds hosts, counts and rules, and no names of people, records or files."


def write_page(page: Page, path: Path, *, version: str = "") -> None:
    """Write the page to a file, mode 0600, whole or not at all; it names the version of odkit.

    Raises:
        RefusedError: it cannot be written.
    """
    write_file(path, render_page(page, version=version))


def render_page(page: Page, *, version: str = "") -> Iterator[bytes]:
    """Yield the page in pieces; the rows of the search are made while they are taken."""
    return _gathered(_pieces(page, version))


def _pieces(page: Page, version: str) -> Iterator[str]:
    style, script = (resource_text(_PACKAGE, f"browser/page.{kind}") for kind in ("css", "js"))
    yield _head(page, style)
    yield navigation(page)
    yield Markup("<main>\n\n")
    yield from parts_of(page)
    made_by = f"Made by odkit {version}" if version else "Made by odkit"
    yield Markup("</main>\n<footer>\n<p>%s. %s</p>\n</footer>\n") % (made_by, _PEOPLE if page.people else _NO_PEOPLE)
    if page.people:
        yield from _data("cases", more_cases(page.rules))
        for table in page.tables:
            yield from _data(table.kind, table.data())
    yield Markup("<script>%s</script>\n</body>\n</html>") % Markup(script)  # noqa: S704 - our own file


def _head(page: Page, style: str) -> Markup:
    return Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="%s">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="robots" content="noindex">\n'
        "<title>%s: %s</title>\n<style>%s</style>\n</head>\n<body>\n"
        '<a class="skip" href="#verdict">Skip to the verdict</a>\n'
        '<header>\n<p class="kicker">Open Directory report%s</p>\n<h1>%s</h1>\n</header>\n'
    ) % (
        _POLICY,
        *(page.title, page.verdict.head.text),
        Markup(style),  # noqa: S704 - our own file
        "" if page.people else ", without people",
        page.title,
    )


def _data(name: str, pieces: Iterable[str]) -> Iterator[str]:
    """Yield a block of JSON (see data.py), which is without ``<`` and therefore needs no escaping."""
    yield Markup('<script type="application/json" id="data-%s">') % name
    yield from pieces
    yield Markup("</script>\n")


def _gathered(parts: Iterable[str]) -> Iterator[bytes]:
    """Yield UTF-8 in larger pieces."""
    held: list[str] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _BLOCK:
            yield "".join(held).encode("utf-8", "backslashreplace")
            held.clear()
            size = 0
    yield "".join(held).encode("utf-8", "backslashreplace")
