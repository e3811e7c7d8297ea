"""Domains for the report: one text in every place that people fill in, and a page as what a parser of HTML makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from html.parser import HTMLParser
from typing import Any

import odkit
from build import SUFFIX, config, home_url, tree
from build_mcx import FLAGS, forced, guid
from odkit.dn import escape_value
from odkit.ldif import Entry, dump
from odkit.reporting import Subject, make_page, render_page

__all__ = ["HOSTILE", "Hostile", "Parsed", "elements_of_plain", "every_place", "page", "texts_of"]

# texts that want to be something else in HTML, in a script, in JSON, in a template, in CSS, or on the screen
HOSTILE = [
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<!--<script>", "--><img src=x onerror=alert(3)>",
    '"><svg onload=alert(4)>', "' onmouseover='alert(5)", "</title><h1>", "</style><style>*{display:none}", "]]><x>", "&lt;b&gt;&amp;",
    "{{ 7 * 7 }}{% include 'x' %}", "javascript:alert(6)", "data:text/html,<b>", "\\u003cscript\\u003e", "=cmd|' /C calc'!A0", "\u202etxt.exe",
    "a\u2028b", "a\u0000b", "\ufeffx", "caf\u00e9 \u6f22 \U0001f512", "${alert(7)}", "`x`", "\\", "%3Cscript%3E", "<", ">", "&", '"',
    "x" * 500, "\u200d", "<details open>", "</details></main>", "<base href=//example.net>", "<meta http-equiv=refresh content=0>",
]  # fmt: skip


def every_place(text: str, *, host: str = "files.example.com") -> bytes:
    """An export in which a text stands wherever somebody writes a name, a path or a comment; its server's names are ordinary."""
    raw = text.encode()
    shown = "".join(char for char in text if char >= " ")  # no property list holds others
    managed = {"apple-mcxflags": FLAGS, "apple-mcxsettings": [forced({shown: shown}, domain=shown)]}
    home = {"homeDirectory": [b"/Network/Servers/files.example.com/" + raw], "apple-user-homeurl": [home_url(host, text, "Homes")]}
    mounted = f"{host}:/{text}"

    def record(rdn: str, container: str, number: int, **more: bytes | list[bytes]) -> Entry:
        kind, _, name = rdn.partition("=")
        values = {key.replace("_", "-"): value if isinstance(value, list) else [value] for key, value in more.items()}
        own = {kind: [name.encode()], "apple-generateduid": [guid(number)], "description": [raw], "apple-keyword": [raw], **values}
        return Entry(f"{kind}={escape_value(name)},cn={container},{SUFFIX}", own)

    def with_more(entry: Entry, *more: dict[str, list[bytes]]) -> Entry:
        return Entry(entry.dn, {name: values for each in (dict(entry.attributes), *more) for name, values in each.items()})

    person = record(f"uid={text}", "users", 1, cn=raw, sn=raw, uidNumber=b"1025", gidNumber=b"4711", mail=raw, loginShell=raw)
    return dump(
        [
            Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}),
            config("KerberosKDC", apple_config_realname=b"EXAMPLE.COM"),
            tree("od.example.com", r1_example_com="192.0.2.2"),
            with_more(person, home, managed),
            record("uid=second", "users", 1, cn=[b"second", raw], uidNumber=raw),
            with_more(
                record(f"cn={text}", "groups", 2, gidNumber=b"4712", memberUid=[raw, b"gone-" + raw], apple_group_realname=raw), managed
            ),
            with_more(record(f"cn={text}", "computers", 3, apple_realname=raw, macAddress=raw, ipHostNumber=raw), managed),
            with_more(
                record(f"cn={text}", "computer_lists", 4, apple_computers=[raw, b"gone-" + raw], apple_computer_list_groups=raw), managed
            ),
            with_more(record(f"cn={text}", "computer_groups", 5, memberUid=raw, apple_group_realname=raw), managed),
            record(f"cn={text}", "printers", 6, apple_printer_lprhost=b"print.example.com"),
            record(f"cn={text}", "people", 7),
            record(f"cn={text}", "automount", 8, automountInformation=b"files.example.com:/" + raw),
            with_more(record(f"cn={text}", "preset_users", 9), managed),
            record(f"cn={mounted}", "mounts", 10, mountDirectory=b"/" + raw, mountType=raw, mountOption=[raw, b"net"]),
        ]
    )


def page(subject: Subject, *, people: bool = True) -> str:
    """The page of a subject."""
    return b"".join(render_page(make_page(subject, people=people))).decode()


class Parsed(HTMLParser):
    """A page as a parser sees it.

    Attributes:
        elements: every element with its attributes, in order.
        text: all text that is shown, without that of style and script.
        blocks: texts of style and script elements, by tag and id.
    """

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.blocks: dict[tuple[str, str], str] = {}
        self._texts: list[str] = []
        self._raw: tuple[str, str] | None = None
        self.feed(source)
        self.close()

    def updatepos(self, i: int, j: int) -> int:
        """Count no lines: nobody asks where something is."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {key: value or "" for key, value in attrs}
        self.elements.append((tag, own))
        if tag in {"script", "style"}:
            self._raw = (tag, own.get("id", ""))
            self.blocks[self._raw] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._raw = None

    def handle_data(self, data: str) -> None:
        if self._raw is None:
            self._texts.append(data)
        else:
            self.blocks[self._raw] += data

    @cached_property
    def text(self) -> str:
        """All text that is shown."""
        return "".join(self._texts)

    def data(self, name: str) -> object:
        """The JSON of a block."""
        return json.loads(self.blocks["script", f"data-{name}"])


@dataclass(frozen=True, slots=True)
class Hostile:
    """Some of the hostile texts; the page of a domain that is made of all of them, parsed; and what html5lib makes of it."""

    names: list[str]
    parsed: Parsed
    document: Any


@cache
def elements_of_plain() -> set[tuple[str, ...]]:
    """Every kind of element in the page of a domain in which one plain word is everywhere."""
    plain = odkit.open(every_place("plain"))
    return {(tag, *sorted(own)) for tag, own in Parsed(page(Subject(plain, plain, plan=odkit.plan_purge(plain)))).elements}


def texts_of(value: object) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)
