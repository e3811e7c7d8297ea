"""The page of `odkit report`: everything that is found stands in it, nothing of an export runs in it, and it asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest

import odkit
from build import REALM, SUFFIX, mount, od, tree, user
from build_page import HOSTILE, Hostile, Parsed, elements_of_plain, every_place, page, texts_of
from conftest import MART, ROOT
from odkit.findings import Finding
from odkit.inspection import inspect
from odkit.ldif import Entry
from odkit.reporting import Subject, make_page, render_page
from odkit.reporting.matrix import HOSTS
from odkit.reporting.tables import tables_of
from odkit.servers import check_export, tree_of_export
from odkit.text import escape

CANARY = "Zq7Canary"


def exports() -> Iterator[tuple[Path, ...]]:
    """Every export of the fixtures, alone or with the one that was made after it."""
    moved = [MART / name / "export.ldif" for name in ("before", "after", "leftover")]
    for path in sorted({*(ROOT / "fixtures").rglob("*.ldif")} - {*moved, MART / "lion" / "authdata.ldif"}):
        newer = path.with_name(f"{path.stem}-after.ldif")
        if path.stem.endswith("-after") and path.with_name(f"{path.stem.removesuffix('-after')}.ldif").exists():
            continue
        yield (path, newer) if newer.exists() else (path,)
    yield moved[0], moved[1]
    yield moved[0], moved[2]


def subject_of(paths: tuple[Path, ...]) -> Subject:
    own = [[path, *([rest] if (rest := path.with_name("authdata.ldif")).exists() else [])] for path in paths]
    older, *newer = [odkit.open(*files) for files in own]
    return Subject(older, *newer, retire=("xserve-hq1.medicalmart.example.com",))


def found_in(subject: Subject) -> list[Finding]:
    """What the commands find that have a report of their own."""
    found = list(odkit.verify(subject.older, subject.newer, retire=subject.retire).findings)
    for each in subject.exports:
        found += [*inspect(each).findings, *check_export(each, tree_of_export(each))]
    return found


@pytest.mark.whole
@pytest.mark.parametrize("paths", list(exports()), ids=lambda paths: "+".join(f"{path.parent.name}/{path.stem}" for path in paths))
def test_everything_that_json_holds_of_findings_stands_in_the_page(paths: tuple[Path, ...]) -> None:
    subject = subject_of(paths)
    parsed = Parsed(page(subject))
    text = " ".join([parsed.text, *texts_of(parsed.data("cases"))])
    rules = {own["id"]: own for tag, own in parsed.elements if tag == "details" and own.get("class") == "rule"}
    for finding in found_in(subject):
        said = finding.as_json()
        assert said["code"] in rules
        where = said["path"] if said["line"] is None else f"{said['path']}:{said['line']}"
        assert finding.rule.advice in text
        for each in (finding.what, where, said["subject"]):
            assert each in text, each
        assert finding.what in said["message"]
    severities = {(own.get("data-severity")) for tag, own in parsed.elements if tag == "li" and "data-severity" in own}
    assert severities <= {"error", "warning", "info"}
    assert sum(int(own["data-count"]) for own in rules.values()) == len(set(subject.findings))


def test_every_finding_behind_the_first_hundred_of_a_rule_is_in_the_data() -> None:
    subject = Subject(od(*(Entry(f"uid=u{n},cn=users,{SUFFIX}", {"uid": [b"u%d" % n], "uidNumber": [b"x"]}) for n in range(321))))
    parsed = Parsed(page(subject))
    cases = parsed.data("cases")
    text = " ".join([parsed.text, *texts_of(cases)])
    assert isinstance(cases, dict)
    assert any(len(found) == 221 for found in cases["rules"].values())
    assert cases["left"] == {}
    assert all(finding.what in text for finding in subject.findings)


@pytest.fixture(scope="module", params=list(range(0, len(HOSTILE), 6)), ids=lambda at: f"from {at}")
def hostile(request: pytest.FixtureRequest) -> Hostile:
    """Some of the hostile texts, and the page of a domain that is made of all of them."""
    names = HOSTILE[request.param : request.param + 6]
    parts = [every_place(name) for name in names]
    older, newer = odkit.open(*parts), odkit.open(*parts, every_place("plain"))
    source = page(Subject(older, newer, plan=odkit.plan_purge(newer, retire=["files.example.com"])))
    return Hostile(names, Parsed(source), html5lib.parse(source, treebuilder="etree", namespaceHTMLElements=False))


def test_nothing_of_an_export_becomes_an_element_an_attribute_or_code(hostile: Hostile) -> None:
    document = hostile.document
    for element in document.iter():
        if not isinstance(element.tag, str):
            raise AssertionError(f"a comment: {element.text}")
        tag = element.tag.rpartition("}")[2]
        assert tag not in {"img", "iframe", "object", "embed", "base", "link", "form", "audio", "video"}
        assert not [name for name in element.attrib if name.startswith("on") or name in {"style", "src", "action", "srcdoc"}]
        assert element.attrib.get("href", "#").startswith("#")
    scripts = list(document.iter("script"))
    assert [each.get("type") for each in scripts].count(None) == 1
    assert {each.get("type") for each in scripts} == {None, "application/json"}
    assert {(tag, *sorted(own)) for tag, own in hostile.parsed.elements} <= elements_of_plain() | {
        ("p", "class"),
        ("ol", "class"),
        ("li", "data-severity"),
    }


def test_every_hostile_text_is_shown_as_it_is(hostile: Hostile) -> None:
    body = hostile.document.find("body")
    assert body is not None
    shown = "".join(body.itertext())
    listed = {kind: [*texts_of(hostile.parsed.data(kind))] for kind in ("users", "groups", "computers", "lists")}
    for name in hostile.names:
        assert escape(name)[:200] in shown, name
        for kind, texts in listed.items():
            assert any(escape(name)[:200] in text for text in texts), (kind, name)


def test_the_page_allows_its_own_style_and_script_and_nothing_else() -> None:
    source = page(Subject(od(user("ann", "files.example.com"))))
    parsed = Parsed(source)
    [policy] = [own["content"] for tag, own in parsed.elements if own.get("http-equiv") == "Content-Security-Policy"]

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    rules = dict(part.split(" ", 1) for part in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["style-src"] == digest(parsed.blocks["style", ""])
    assert rules["script-src"] == digest(parsed.blocks["script", ""])
    assert "unsafe" not in policy
    assert not re.search(r"url\(|@import|https?:", parsed.blocks["style", ""])
    assert not re.search(
        r"fetch|XMLHttp|import\(|innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(", parsed.blocks["script", ""]
    )


def without_people(subject: Subject) -> str:
    return page(subject, people=False)


def test_without_people_no_name_of_a_record_stands_in_the_page(tmp_path: Path) -> None:
    """The same domain shows each of them in the whole page."""
    path = tmp_path / f"{CANARY}.ldif"
    path.write_bytes(every_place(CANARY))
    older, newer = odkit.open(path), odkit.open(path, every_place(f"{CANARY}2"))
    names = odkit.read_principals(
        f"K/M@EXAMPLE.COM\nkrbtgt/EXAMPLE.COM@EXAMPLE.COM\n{CANARY}@EXAMPLE.COM\n{CANARY}/admin@EXAMPLE.COM\n"
        f"{CANARY}/files.example.com@EXAMPLE.COM\nhost/{CANARY}@EXAMPLE.COM\nhost/files.example.com@EXAMPLE.COM\n".encode()
    )
    plan = odkit.plan_purge(newer, names, retire=["old.example.com"])
    subject = Subject(older, newer, retire=("old.example.com",), plan=plan)
    assert page(subject).count(CANARY) > 50
    short = without_people(subject)
    assert CANARY.lower() not in short.lower()
    assert str(tmp_path) not in short
    assert "second" not in Parsed(short).text.split()  # the short name of another user
    parsed = Parsed(short)
    whole = make_page(subject)
    for kept in ("od.example.com", "r1", "files", "host", *(rule.name.replace("-", " ") for rule in whole.rules)):
        assert kept in parsed.text, kept
    for rule, block in zip(whole.rules, make_page(subject, people=False).rules, strict=True):
        assert (block.code, block.count, block.advice, block.cases) == (rule.code, rule.count, rule.advice, ())


def test_without_people_a_client_is_counted_and_not_named() -> None:
    """The name of a Mac is often that of its owner."""
    mac = Entry(f"cn=anns-mac.example.com$,cn=computers,{SUFFIX}", {"cn": [b"anns-mac.example.com$"]})
    subject = Subject(od(mac, tree()))
    assert "anns-mac" in page(subject)
    assert "anns-mac" not in without_people(subject)
    assert "1 further name" in Parsed(without_people(subject)).text


class TestTheServers:
    def test_each_stands_once_below_the_one_above_it(self) -> None:
        [picture] = make_page(Subject(od(tree("od.example.com", r1_example_com="192.0.2.2", r2_example_com="192.0.2.3")))).pictures
        assert [(box.label, box.parent is None) for box in picture.boxes] == [("od", True), ("r1", False), ("r2", False)]
        assert picture.domain == ".example.com"
        assert len({(box.x, box.y) for box in picture.boxes}) == 3
        assert all(box.x + picture.box[0] <= picture.width and box.y + picture.box[1] <= picture.height for box in picture.boxes)

    def test_names_of_several_domains_are_shown_in_full(self) -> None:
        [picture] = make_page(Subject(od(tree("od.example.com", r1_example_net="192.0.2.2")))).pictures
        assert [box.label for box in picture.boxes] == ["od.example.com", "r1.example.net"]


def test_hosts_are_counted_by_service_and_coloured_by_their_verdict() -> None:
    domain = od(tree(), user("ann", "files.example.com"), user("bob", "files.example.com"), mount("old.example.com"))
    matrix = make_page(Subject(domain, retire=("old.example.com",))).matrix
    rows = {row.label: (row.verdict.text, dict(zip(matrix.services, row.cells, strict=True))) for row in matrix.rows}
    assert rows["files"][0] == "live"
    assert rows["files"][1]["Homes"] is not None
    assert rows["files"][1]["Homes"].text == "2"
    assert rows["old"][0] == "retired"
    assert rows["old"][1]["Mounts"] is not None
    assert rows["old"][1]["Mounts"].tone == "bad"
    assert matrix.rows[0].label == "old"


def test_of_hundreds_of_hosts_the_worst_are_shown_and_the_others_counted() -> None:
    retired = tuple(f"old{number}.example.com" for number in range(HOSTS + 7))
    domain = od(*(user(f"u{number}", host) for number, host in enumerate(retired)), user("ann", "new.example.com"))
    listed = odkit.read_principals(
        "".join(f"{name}@{REALM}\n" for name in (f"krbtgt/{REALM}", *(f"host/{host}" for host in retired))).encode()
    )
    made = make_page(Subject(domain, retire=retired, plan=odkit.plan_purge(domain, listed, retire=retired, realm=REALM)))
    assert made.plan is not None
    for matrix in (made.matrix, made.plan.matrix):
        assert matrix is not None
        assert len(matrix.rows) == HOSTS
        assert "new" not in {row.label for row in matrix.rows}  # it is live
        assert 7 <= matrix.more <= 8
    assert b"7 more: <code>odkit purge-principals" in b"".join(render_page(made))


def test_a_fine_export_says_so_first() -> None:
    made = make_page(Subject(od(tree("od.example.com", r1_example_com="192.0.2.2"))))
    assert made.verdict.head.text == "Nothing is wrong"
    assert made.verdict.head.tone == "good"


def test_two_exports_stand_side_by_side() -> None:
    before, after = MART / "before" / "export.ldif", MART / "after" / "export.ldif"
    made = make_page(Subject(odkit.open(before), odkit.open(after)))
    assert made.verdict.head.text == "Everything came through"
    assert [name for name, _ in made.checks][:3] == ["counts", "exports", "identities"]
    assert all(fact.now is not None for fact in made.facts)
    types = {row.kind: (row.was, row.now) for row in made.types}
    assert types["Users"] == (124, 124)
    assert [picture.title for picture in made.pictures] == ["before", "after"]
    assert made.outcomes is not None
    assert made.outcomes.groups == ()


def test_what_no_longer_fits_is_counted() -> None:
    users = [Entry(f"uid=u{n},cn=users,{SUFFIX}", {"uid": [b"u%d" % n], "cn": [b"x" * 150]}) for n in range(60)]
    [table] = tables_of(od(*users), budget=2_000)
    data = json.loads("".join(table.data()))
    assert 0 < len(data["rows"]) < 60
    assert len(data["rows"]) + data["left"] == table.count == 60
    assert sum(len(json.dumps(row)) for row in data["rows"]) < 2_300
