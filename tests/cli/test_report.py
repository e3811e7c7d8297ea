"""``odkit report``: the file, its mode, the status, and where its inputs come from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import odkit as library
from build_page import Parsed
from commandline import odkit
from conftest import MART

BEFORE, AFTER, LEFTOVER = (str(MART / name / "export.ldif") for name in ("before", "after", "leftover"))


def parsed(path: Path) -> Parsed:
    return Parsed(path.read_text())


def test_a_page_is_written_whole_with_mode_0600_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    done = odkit("report", AFTER, "-o", str(path))
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    assert done.stdout.splitlines()[-2:] == ["Verdict: nothing is wrong.", f"Written to {path} (mode 0600)."]
    path.write_text("mine")
    refused = odkit("report", AFTER, "-o", str(path))
    assert (refused.returncode, path.read_text()) == (2, "mine")
    assert "--force to replace it" in refused.stderr
    assert odkit("report", AFTER, "-o", str(path), "--force").returncode == 0
    assert path.read_text().startswith("<!doctype html>")


def test_it_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "report.html").symlink_to(tmp_path / "elsewhere")
    assert odkit("report", AFTER, "-o", str(tmp_path / "report.html"), "--force").returncode != 0
    assert not (tmp_path / "elsewhere").exists()


def test_json_says_what_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    done = odkit("report", BEFORE, "--after", LEFTOVER, "--retire", "xserve-hq1.medicalmart.example.com", "-o", str(path), "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["schema"] == "odkit/page/1"
    assert said["file"] == str(path)
    page = parsed(path)
    assert said["summary"]["answer"] in page.text
    counts = [int(own["data-count"]) for tag, own in page.elements if own.get("class") == "rule"]
    assert sum(counts) == len(said["findings"]) > 0


@pytest.mark.parametrize("words", [[], ["--fail-on", "never"]], ids=["usual", "never"])
def test_the_status_is_that_of_every_command(words: list[str], tmp_path: Path) -> None:
    damaged = str(MART / "damaged" / "incomplete-export.ldif")
    assert odkit("report", damaged, "-o", str(tmp_path / "a.html"), *words).returncode == 2
    assert "incomplete" in parsed(tmp_path / "a.html").text
    warned = odkit("report", LEFTOVER, "--retire", "xserve-hq2.medicalmart.example.com", "-o", str(tmp_path / "b.html"), *words)
    assert warned.returncode == (0 if words else 1)


@pytest.mark.whole
def test_options_of_a_plan_bring_the_plan(tmp_path: Path) -> None:
    without, with_plan = tmp_path / "without.html", tmp_path / "with.html"
    odkit("report", LEFTOVER, "-o", str(without))
    plan = ["--principals", str(MART / "leftover" / "listprincs.txt"), "--retire-from", str(MART / "retired.txt")]
    odkit("report", LEFTOVER, *plan, "-o", str(with_plan))
    assert "Purge plan" not in parsed(without).text
    shown = parsed(with_plan).text
    said = json.loads(odkit("purge-principals", LEFTOVER, *plan, "--json").stdout)
    assert f"Plan {said['id']} for the realm MEDICALMART.EXAMPLE.COM" in shown
    for each in said["review"]:
        assert each["reason"] in shown
        assert str(each.get("principal", each.get("record"))) in shown
    for each in said["hosts"]:
        for evidence in each["evidence"]:
            assert evidence["reason"] in shown
            assert evidence["source"] in shown


def test_a_brake_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "listprincs.txt").write_text("host/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM\n")
    path = tmp_path / "report.html"
    done = odkit("report", LEFTOVER, "--principals", str(tmp_path / "listprincs.txt"), "-o", str(path))
    assert (done.returncode, path.exists()) == (3, False)
    assert "krbtgt" in done.stderr


@pytest.mark.whole
def test_without_exports_it_takes_those_of_odkit_toml(tmp_path: Path) -> None:
    shutil.copytree(MART, tmp_path / "mart", ignore=shutil.ignore_patterns("damaged", "lion"))
    done = odkit("report", "-o", "report.html", cwd=tmp_path / "mart", data=None)
    assert done.returncode in {0, 1}, done.stderr
    page = parsed(tmp_path / "mart" / "report.html")
    assert "Before and after" in page.text
    assert "Purge plan" in page.text
    assert "as planned in odkit.toml" in page.text
    assert "Mississauga" in page.text


def test_a_page_without_people_says_so(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    odkit("report", AFTER, "--no-people", "-o", str(path))
    page = parsed(path)
    assert "without people" in page.text
    assert "aabbott0" not in path.read_text()
    assert "Abbott" not in path.read_text()
    assert not [key for key in page.blocks if key[1]]


@pytest.mark.whole
def test_a_target_brings_the_plan_of_a_carry(tmp_path: Path) -> None:
    lion = [str(MART / "lion" / name) for name in ("export.ldif", "authdata.ldif")]
    carry = ["--to", "mit", "--m-key", str(MART / "lion" / "m-key"), "--weak-until", "2027-01-31"]
    path, short = tmp_path / "report.html", tmp_path / "short.html"
    odkit("report", *lion, *carry, "-o", str(path))
    said = json.loads(odkit("carry", *lion, *carry, "--json").stdout)
    shown = parsed(path).text
    assert f"Plan {said['id']}, to mit" in shown
    for each in said["users"]:
        assert each["name"] in shown
        assert "; ".join(each["reasons"]) in shown
    for kind in ("services", "collisions", "changed", "left_out", "destroy"):
        for each in said[kind]:
            assert all(str(value) in shown for key, value in each.items() if key in {"principal", "reason", "what", "why"} and value), each
    done = odkit("report", *lion, *carry, "--no-people", "-o", str(short))
    assert done.returncode in {0, 1}
    assert f"{said['counts']['carried']}" in parsed(short).text
    assert not [each["name"] for each in said["users"] if len(each["name"]) > 4 and each["name"] in short.read_text()]


@pytest.mark.parametrize("name", ["before", "after", "leftover", "lion"])
def test_without_people_no_user_group_or_computer_of_the_company_is_named(name: str, tmp_path: Path) -> None:
    exports = [str(path) for path in sorted((MART / name).glob("*.ldif"), reverse=True)]
    assert odkit("report", *exports, "--no-people", "-o", str(tmp_path / "report.html")).returncode in {0, 1}
    source = (tmp_path / "report.html").read_text()
    od = library.open(*exports)
    people = [record for records in (od.users, od.groups, od.computer_lists, od.computer_groups) for record in records]
    texts = {text for record in people for text in (*record.names, record.guid or "", *record.texts("cn"), *record.texts("mail"))}
    words = "root|staff|admin|servers|users|everyone"  # are words of the page, too
    assert [text for text in sorted(texts) if len(text) > 3 and text.lower() not in words.split("|") and text in source] == []
