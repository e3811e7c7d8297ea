"""Pages of `odkit report` for the browser, and a browser that notes what they do."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page

import odkit
from build import SUFFIX, od
from build_page import HOSTILE, every_place
from conftest import MART
from live.hostile import random_names
from odkit.ldif import Entry
from odkit.reporting import Subject, make_page, write_page

__all__ = ["PATIENCE", "Opened", "dimensions", "write_pages"]

PATIENCE = 300_000  # milliseconds that a busy machine may take


def write_pages(folder: Path) -> dict[str, Path]:
    """Write the company's move with the plan of its purge, the same without people, hostile names, many findings of one rule, and 10.8."""
    before, after = (odkit.open(MART / name / "export.ldif") for name in ("before", "leftover"))
    retired = (MART / "retired.txt").read_text().split()
    names = odkit.read_principals(MART / "leftover" / "listprincs.txt")
    company = Subject(before, after, retire=tuple(retired), plan=odkit.plan_purge(after, names, retire=retired, before=[before]))
    parts = [every_place(name) for name in (*HOSTILE, *(each.decode("utf-8", "replace") for each in random_names(21, 20)))]
    hostile = Subject(odkit.open(*parts[:-1]), odkit.open(*parts))
    many = od(*(Entry(f"uid=u{n},cn=users,{SUFFIX}", {"uid": [b"u%d" % n], "uidNumber": [b"x"]}) for n in range(750)))
    made = {
        "company": make_page(company),
        "no people": make_page(company, people=False),
        "hostile": make_page(hostile),
        "many": make_page(Subject(many)),
        "lion": make_page(Subject(odkit.open(MART / "lion" / "export.ldif", MART / "lion" / "authdata.ldif"))),
    }
    for name, page in made.items():
        write_page(page, folder / f"{name}.html", version=odkit.__version__)
    return {name: folder / f"{name}.html" for name in made}


class Opened:
    """A page in the browser, and what it did that it must not."""

    def __init__(self, browser: Browser, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.noise: list[str] = []
        self.page.on("console", lambda message: self.noise.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.noise.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self.noise.append(f"request: {request.url}"))
        self.page.on("popup", lambda popup: self.noise.append(f"popup: {popup.url}"))
        self.url = path.as_uri()
        self.page.goto(self.url)

    def _dialog(self, dialog: Dialog) -> None:
        self.noise.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    @property
    def quiet(self) -> bool:
        """Whether it did nothing but load itself."""
        return self.noise == [f"request: {self.url}"]


def dimensions(image: bytes) -> tuple[int, ...]:
    """Width and height of a PNG."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", image[16:24])
