"""What real ldapsearch writes at the head of its output is read as what was asked for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import odkit
from live.conftest import Stage
from odkit.errors import InputError
from odkit.ldif import Answer, Completeness, Reader, Scope

pytestmark = pytest.mark.live


def search(stage: Stage, *words: str) -> bytes:
    """The output of ldapsearch as the administrator, who may see everything; an exceeded limit is no failure here."""
    secret = stage.folder / "secret"
    secret.write_text(stage.directory.password)
    secret.chmod(0o600)
    command = ["ldapsearch", "-x", "-H", stage.directory.url, "-D", stage.directory.admin, "-y", str(secret), *words]
    done = subprocess.run(command, capture_output=True, check=False, cwd=stage.folder, timeout=60)
    assert done.returncode in {0, 4}, done.stderr
    return done.stdout


def read(data: bytes) -> Reader:
    reader = Reader(data, strict=False)
    for each in reader:
        _ = getattr(each, "attributes", None)
    return reader


def test_base_scope_filter_and_attributes(stage: Stage) -> None:
    """All of it in one server, because that takes the time."""
    suffix = stage.od.suffix or ""
    users = f"cn=users,{suffix}"

    whole = read(search(stage, "-b", suffix))
    (asked,) = whole.asked.searches
    assert (asked.base, asked.scope, asked.filter, asked.attributes) == (suffix, Scope.SUBTREE, "(objectclass=*)", ("*",))
    assert whole.completeness()[0] is Completeness.COMPLETE
    assert whole.asked.left_out() == []

    narrow = read(search(stage, "-b", users, "-s", "one", "(uid=a*)", "uid", "uidNumber"))
    (asked,) = narrow.asked.searches
    assert (asked.base, asked.scope, asked.filter, asked.attributes) == (users, Scope.ONE, "(uid=a*)", ("uid", "uidNumber"))
    assert narrow.completeness()[0] is Completeness.INCOMPLETE
    assert len(narrow.asked.left_out()) == 4

    operational = read(search(stage, "-b", suffix, "*", "+"))
    assert operational.asked.searches[0].attributes == ("*", "+")
    assert operational.completeness()[0] is Completeness.COMPLETE

    with_default = read(search(stage, "-s", "base", "-b", ""))
    assert (with_default.asked.searches[0].base, with_default.asked.searches[0].scope) == ("", Scope.BASE)

    limited = read(search(stage, "-b", suffix, "-z", "5"))
    assert limited.entries == 5
    assert limited.completeness()[0] is Completeness.INCOMPLETE
    assert "4 Size limit exceeded" in limited.cut

    paged = read(search(stage, "-b", suffix, "-E", "pr=50/noprompt"))
    assert paged.entries == whole.entries
    assert paged.completeness()[0] is Completeness.COMPLETE

    bare = read(search(stage, "-LLL", "-b", suffix))
    assert bare.asked.searches == ()
    assert bare.completeness()[0] is Completeness.UNKNOWN
    assert bare.entries == whole.entries


def test_names_only_and_values_in_files(stage: Stage, tmp_path: Path) -> None:
    suffix = stage.od.suffix or ""
    names = search(stage, "-A", "-b", suffix)
    assert read(names).asked.names_only
    assert read(names).completeness()[0] is Completeness.INCOMPLETE
    (tmp_path / "values").mkdir()
    apart = search(stage, "-t", "-T", str(tmp_path / "values"), "-b", suffix)
    reader = read(apart)
    assert reader.asked.elsewhere
    od = odkit.open(apart)
    hidden = next(found for found in od.findings if found.code == "OD006")
    record = od.by_key(hidden.key or "")
    assert record is not None
    assert hidden.attribute is not None
    assert od.answers.attribute(record, hidden.attribute) is Answer.ELSEWHERE
    with pytest.raises(InputError):
        odkit.plan_purge(odkit.open(names), retire=["xserve-hq2.medicalmart.example.com"])
