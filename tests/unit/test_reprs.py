"""What notebooks, debuggers and logs print: short, with what matters, escaped, and without a secret."""

from __future__ import annotations

import html.parser
import io
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import pytest

import odkit
from build import REALM, SUFFIX
from build_api import GONE, NAMES, small_domain
from build_authdata import auth, main
from conftest import MART
from odkit.afp import afp
from odkit.findings import Rule, Severity, finding
from odkit.hostrefs import host_map
from odkit.mcx import effective
from odkit.notebook import LIMIT

CANARY = "c4n4ryS3cret"
HOSTILE = "<script>alert(1)</script>\u202e&\x1b[1m"
_LONG = 320  # characters; a line of a log


def secrets() -> bytes:
    """A user with a secret in every place where one can be."""
    lines = [
        f"dn: uid=eve,cn=users,{SUFFIX}",
        "objectClass: apple-user",
        "uid: eve",
        f"userPassword: {CANARY}",
        f"authAuthority: ;basic;{CANARY}",
        f"apple-user-homeurl: <home_dir><url>afp://eve:{CANARY}@od.example.com/Homes</url><path>eve</path></home_dir>",
        f"homeDirectory: afp://eve:{CANARY}@od.example.com/Homes/eve",
        f"description: password={CANARY}",
        f"comment: {{SSHA}}{CANARY}",
        f"apple-mcxsettings: {CANARY}",
        f"labeledURI: afp://eve:{CANARY}@{GONE}/x",
        f"jpegPhoto:< afp://eve:{CANARY}@{GONE}/x",
    ]
    return "\n".join(lines).encode() + b"\n\n"


@pytest.fixture(scope="module")
def od() -> odkit.Directory:
    return odkit.open(small_domain() + secrets())


def values(od: odkit.Directory) -> dict[str, Any]:
    """Every answer of the library on a domain."""
    other = odkit.open(small_domain().replace(b"uid: bob", b"uid: bobby"))
    eve, ann = od.users["eve"], od.users["ann"]
    inventory = odkit.read_principals(NAMES)
    plan = odkit.plan_purge(od, inventory, retire=GONE, options=odkit.PurgeOptions(accept_incomplete=True))
    carried = odkit.carry(od, to="openldap", today=date(2026, 11, 28), accept_incomplete=True)
    records = [value for each in od.records() for value in (each, each.entry, each.attributes, each.mcx, *each.attributes.values())]
    people = [value for each in (eve, ann) for value in (each.password, each.home, each.entry.replace("mail", CANARY))]
    return {
        "a directory": od,
        "records": [od.users, od.groups, od.computers, *records, *people],
        "configuration": [od.config, *od.sources, od.answers, *od.home_hosts.values()],
        "reports": [odkit.verify(od), odkit.verify(od, other), odkit.verify_mcx(od), odkit.verify_passwords(od), odkit.inspect(od)],
        "a purge": [plan, inventory],
        "a carry": [carried, odkit.CarryOptions()],
        "a difference": odkit.diff(od, other),
        "references": [odkit.references(od, GONE), host_map(od), *odkit.references(od, GONE).found],
        "AFP": afp(od),
        "policies": effective(od, user="ann"),
        "10.7": [each.password for each in odkit.open(main(), auth()).users],
    }


def within(value: Any, seen: set[int]) -> Iterator[Any]:
    """A value and all that its public fields hold."""
    if id(value) in seen or type(value) in (str, bytes, int, float, bool, type(None)):
        return
    seen.add(id(value))
    if isinstance(value, Mapping):
        for each in value.values():
            yield from within(each, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from within(each, seen)
    else:
        yield value
        if is_dataclass(value) and not isinstance(value, type):
            for each in fields(value):
                if not each.name.startswith("_"):
                    yield from within(getattr(value, each.name), seen)


class Tags(html.parser.HTMLParser):
    """Counts tags, and keeps the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert all(name == "style" for name, _ in attrs), (tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def in_notebook(value: object) -> str:
    made: str = getattr(value, "_repr_html_")()  # noqa: B009 - the name that notebooks call
    return made


def test_every_value_is_shown_short_and_without_a_secret(od: odkit.Directory) -> None:
    shown = 0
    for what, found in values(od).items():
        for value in within(found, set()):
            text = repr(value)
            assert len(text) <= _LONG, (what, type(value), text)
            assert CANARY not in text, (what, type(value), text)
            assert " object at 0x" not in text or type(value).__module__.startswith("odkit") is False, (what, text)
            shown += 1
    assert shown > 200


def test_the_html_of_every_value_is_escaped_and_without_a_secret(od: odkit.Directory) -> None:
    shown = set()
    for what, found in values(od).items():
        for value in within(found, set()):
            made = getattr(value, "_repr_html_", None)
            if made is not None:
                text = made()
                assert CANARY not in text, (what, type(value))
                assert Tags(text).tags <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
                shown.add(type(value).__name__)
    assert shown >= {"Directory", "Records", "User", "Computer", "Finding", "Report", "Verification", "PurgePlan", "CarryPlan", "Diff"}
    assert shown >= {"Inventory", "References", "McxReport", "PasswordReport"}


def test_what_an_export_holds_cannot_become_markup() -> None:
    name = HOSTILE.encode()
    lines = [b"dn:: " + _base64(b"uid=" + name.replace(b"<", b"\\3C").replace(b">", b"\\3E") + b",cn=users," + SUFFIX.encode())]
    lines += [b"objectClass: apple-user", b"uid:: " + _base64(name), b"description:: " + _base64(name)]
    od = odkit.open(small_domain() + b"\n".join(lines) + b"\n\n")
    user = od.users[HOSTILE]
    report = odkit.verify(od)
    report.extend([finding(Rule("ACME1", "x", Severity.ERROR, HOSTILE), HOSTILE, HOSTILE, path=HOSTILE)])
    for value in (od, od.users, user, report, report.findings[-1], odkit.diff(od, EMPTY)):
        page = Tags(in_notebook(value))
        assert "script" not in page.tags
        assert "\x1b" not in page.text
        assert "\u202e" not in page.text
        assert "\x1b" not in repr(value)
    assert "<script>alert(1)</script>" in Tags(in_notebook(user)).text


EMPTY = small_domain()


def _base64(data: bytes) -> bytes:
    from base64 import b64encode

    return b64encode(data)


def test_a_long_table_is_cut_and_says_so() -> None:
    od = odkit.open(MART / "after" / "export.ldif")
    page = Tags(in_notebook(od.users))
    assert page.text.endswith(f"… and {len(od.users) - LIMIT:,} more")


def test_they_say_what_matters(od: odkit.Directory) -> None:
    inventory = odkit.read_principals(io.BytesIO(NAMES))
    assert repr(od) == f"<Directory {SUFFIX}, {REALM}: {len(od)} records of <bytes>>"
    assert repr(od.users) == "<Records of Users: 3>"
    assert repr(od.users["ann"]) == "<User 'ann'>"
    assert repr(inventory) == "<Inventory of 5 principals (names): <stream>>"
    plan = odkit.plan_purge(odkit.open(small_domain()), inventory, retire=GONE)
    assert repr(plan) == f"<PurgePlan {plan.id} of {REALM}: delete 1, keep 4, review 0, refused 0, records 1>"
    assert repr(odkit.diff(od, od)) == "<Diff: added 0, removed 0, changed 0, renamed 0>"
    made = finding(Rule("ACME1", "x", Severity.ERROR, "Do it."), "s", "it is wrong")
    assert repr(made) == "<Finding ACME1 error: it is wrong>"
    report = odkit.verify(MART / "leftover" / "export.ldif")
    assert repr(report).startswith("<Verification: nothing is wrong; ")
