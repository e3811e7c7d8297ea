"""The page as HTML: one file that asks for nothing, in which nothing of an export is code.

Every text goes through jinja2's escaping; the rows of the search are JSON in a block that no browser runs, without ``<``.  The
policy of the page (Content-Security-Policy) allows the one style and the one script of ours, by their digests, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from odkit.files import write_file
from odkit.reporting.byrule import more_cases
from odkit.reporting.model import Page
from odkit.resources import resource_text

if TYPE_CHECKING:
    import jinja2

__all__ = ["render_page", "write_page"]

_PACKAGE = "odkit.reporting"
_BLOCK = 1 << 16


def write_page(page: Page, path: Path, *, version: str = "") -> None:
    """Write the page to a file, mode 0600, whole or not at all; it names the version of odkit.

    Raises:
        RefusedError: it cannot be written.
    """
    write_file(path, render_page(page, version=version))


def render_page(page: Page, *, version: str = "") -> Iterator[bytes]:
    """Yield the page in pieces; the rows of the search are made while they are taken."""
    from markupsafe import Markup

    environment = _environment()
    style, script = (resource_text(_PACKAGE, f"templates/page.{kind}") for kind in ("css", "js"))
    parts = environment.get_template("page.html").generate(
        page=page,
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; form-action 'none'",
        version=version,
        blocks=_blocks,
        cases=more_cases(page.rules),
    )
    return _gathered(parts)


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    from odkit.reporting.compiled import Compiled

    return jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(lambda name: resource_text(_PACKAGE, f"templates/{name}")),
        bytecode_cache=Compiled(Path(__file__).with_name("templates")),
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    """Mark JSON of ours, which is without ``<``, as what needs no escaping."""
    from markupsafe import Markup

    return map(Markup, pieces)


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
