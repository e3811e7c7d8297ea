"""Every command finds in a copy what it finds in the source: over every folder of fixtures/."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import odkit
from conftest import ROOT, in_turn
from odkit.anonymizing import Anonymized, anonymize
from odkit.errors import InputError

pytestmark = pytest.mark.whole

FIXTURES = sorted(path for path in (ROOT / "fixtures").iterdir() if path.is_dir() and (path / "README.md").is_file())
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEY = b"a key of the tests alone"


class Copy:
    """A fixture and its copy."""

    def __init__(self, root: Path, made: Anonymized) -> None:
        self.root = root
        self.made = made
        self.names = {Path(each.source).relative_to(root): made.folder / each.name for each in made.files}

    def exports(self, *folders: str) -> Iterator[Path]:
        """Exports below folders, as paths inside the fixture."""
        for name in sorted(self.names):
            if name.suffix == ".ldif" and name.parts[0] in folders:
                yield name

    def both(self, *names: Path) -> tuple[list[Path], list[Path]]:
        """The files of the source, and those of the copy."""
        return [self.root / name for name in names], [self.names[name] for name in names]


@pytest.fixture(scope="module", params=FIXTURES, ids=lambda path: path.name)
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    root: Path = request.param
    files = [path for path in sorted(root.rglob("*")) if path.suffix in {".ldif", ".dump", ".txt"} and path.name != "passwords.txt"]
    return Copy(root, anonymize(files, tmp_path_factory.mktemp("anonymized") / "copy", key=KEY))


def found(ask: Callable[[], odkit.Report]) -> Any:
    """The findings without their words, and every count of the summary; the kind of an error."""
    try:
        report = ask()
    except InputError as error:
        return type(error), error.line, error.reason
    return Counter((each.code, each.severity, each.line) for each in report.findings), numbers(report.summary)


def numbers(value: Any) -> list[str]:
    """Every number in it, sorted, since names are the keys of some dictionaries."""
    if isinstance(value, dict):
        return sorted(number for each in value.values() for number in numbers(each))
    if isinstance(value, list | tuple):
        return [number for each in value for number in numbers(each)]
    return [repr(value)] if isinstance(value, int | float) else []


def opened(paths: list[Path]) -> odkit.Directory:
    return odkit.open(*paths)


def same(copy: Copy, ask: Callable[[list[Path]], odkit.Report], *names: Path) -> None:
    source, other = copy.both(*names)
    assert found(lambda: ask(source)) == found(lambda: ask(other)), names


def same_one_after_the_other(copy: Copy, asks: Sequence[Callable[..., odkit.Report]], *names: Path) -> None:
    """Each export is opened once for all that is asked of it."""

    def answers(paths: list[Path]) -> list[Any]:
        try:
            exports = [odkit.open(path) for path in paths]
        except InputError as error:
            return [type(error), error.line, error.reason]
        return [found(lambda ask=ask: ask(*exports)) for ask in asks]  # type: ignore[misc]

    source, other = map(answers, copy.both(*names))
    assert source == other, names


def test_inspect_and_verify_find_the_same_in_every_damaged_export(copy: Copy) -> None:
    names = list(copy.exports("damaged"))
    assert len(names) > 50
    for name in in_turn(names):
        same_one_after_the_other(copy, [odkit.verify, partial(odkit.inspect, check_values=True)], name)


def test_the_verifications_find_the_same_between_two_exports(copy: Copy) -> None:
    pairs = [(name, after) for name in copy.exports("damaged") if (after := name.with_name(f"{name.stem}-after.ldif")) in copy.names]
    assert len(pairs) > 30
    for name, after in in_turn(pairs):
        same_one_after_the_other(copy, [odkit.verify_mcx if name.parts[1] == "mcx" else odkit.verify_passwords, odkit.verify], name, after)


def _slots(path: Path) -> Any:
    return {"slots": odkit.read_slots(path)}


def _principals(path: Path) -> Any:
    return {"principals": odkit.read_principals(path)}


def test_slots_and_principals_are_found_in_their_lists(copy: Copy) -> None:
    for kind in ("slots", "principals"):
        listed = _slots if kind == "slots" else _principals
        lists = [name for name in copy.names if name.name.endswith(f"-{kind}.txt")]
        assert lists
        for name in lists:
            export = name.with_name(name.name.removesuffix(f"-{kind}.txt") + ".ldif")
            same(copy, lambda paths, more=listed: odkit.verify_passwords(opened(paths[:1]), **more(paths[1])), export, name)  # type: ignore[misc]


def test_a_whole_domain_before_and_after(copy: Copy) -> None:
    before, leftover = Path("before/export.ldif"), Path("leftover/export.ldif")
    retired = (copy.root / "retired.txt").read_text().split()
    source, other = copy.both(before, leftover)

    def verified(paths: list[Path], hosts: list[str]) -> Any:
        return found(lambda: odkit.verify(odkit.open(paths[0]), odkit.open(paths[1]), retire=hosts))

    assert verified(source, retired) == verified(other, [copy.made.replaced(host) for host in retired])
    for ask in (odkit.inspect, odkit.verify_mcx, odkit.verify_passwords):
        same(copy, lambda paths, ask=ask: ask(opened(paths)), leftover)  # type: ignore[misc]
    for ask in (odkit.inspect, odkit.verify_passwords):
        same(copy, lambda paths, ask=ask: ask(opened(paths)), Path("lion/export.ldif"), Path("lion/authdata.ldif"))  # type: ignore[misc]


def test_references_name_the_same_places(copy: Copy) -> None:
    retired = (copy.root / "retired.txt").read_text().split()
    for name in ("before", "leftover"):
        (source,), (other,) = copy.both(Path(name, "export.ldif"))
        hosts = {copy.made.replaced(host): host for host in retired}
        places = [
            Counter(
                (names[each.host], each.kind, each.handling, each.type, each.index, each.line)
                for each in odkit.references(odkit.open(path), list(names))
            )
            for path, names in ((source, dict(zip(retired, retired, strict=True))), (other, hosts))
        ]
        assert places[0] == places[1]
        assert len(places[0]) > 100


@pytest.mark.parametrize("inventory", ["listprincs.txt", "kdb5.dump"])
def test_a_purge_plans_the_same(copy: Copy, inventory: str) -> None:
    retired = (copy.root / "retired.txt").read_text().split()
    source, other = copy.both(Path("leftover/export.ldif"), Path("leftover", inventory), Path("before/export.ldif"))
    plans = []
    for (export, listed, before), hosts in ((source, retired), (other, [copy.made.replaced(host) for host in retired])):
        principals = odkit.read_principals(listed)
        plan = odkit.plan_purge(odkit.open(export), principals, retire=hosts, before=[odkit.open(before)])
        rows = [(row.line, row.kvno, row.enctypes, row.modified, row.alias) for row in principals.listed]
        sizes = [len(each) for each in (plan.delete, plan.keep, plan.review, plan.refused, plan.candidates, plan.records)]
        plans.append((principals.format, rows, sizes, sorted(plan.hosts and Counter(str(each.verdict) for each in plan.hosts.values()).items()),
                      Counter((each.code, each.line) for each in plan.findings)))  # fmt: skip
    assert plans[0] == plans[1]
    assert plans[0][2][0] > 100


def test_no_name_of_the_source_stands_in_the_copy(copy: Copy) -> None:
    """Names of people and hosts, GUIDs, slots, numbers, addresses, phones: those that the library reads from the source."""
    names: set[str] = set()
    od = odkit.open(copy.root / "leftover/export.ldif")
    for record in (*od.users.records(), *od.groups.records(), *od.computers.records()):
        for attribute in (
            "uid",
            "cn",
            "sn",
            "givenName",
            "mail",
            "uidNumber",
            "apple-generateduid",
            "macAddress",
            "ipHostNumber",
            "telephoneNumber",
            "apple-realname",
        ):
            names.update(
                part.lower() for text in record.texts(attribute) for part in (text, *text.replace("$", " ").replace("@", " ").split(" "))
            )
    names.update(host.partition(".")[0] for host in (copy.root / "retired.txt").read_text().split())
    words = {name for name in names if len(name) >= 4 and name not in {"root", "admin", "staff", "_ldap_replicator", "users", "mail"}}
    assert len(words) > 500
    texts = [copy.names[Path("leftover", name)].read_text("latin-1").lower() for name in ("listprincs.txt", "kdb5.dump")]
    for entry in odkit.ldif.read(copy.names[Path("leftover/export.ldif")]):
        assert isinstance(entry, odkit.ldif.Entry)
        texts.append(entry.dn.lower())
        texts += [value.decode("latin-1").lower() for values in entry.attributes.values() for value in values]
    guids = {guid for text in texts for guid in _GUID.findall(text)}
    texts = [_GUID.sub("", text) for text in texts]  # a group of digits in a new one is nobody's number
    have = {word for text in texts for word in re.findall(r"[0-9a-z_][0-9a-z_:.-]*", text)}
    have |= guids | {part for word in have for part in re.split(r"[_:.-]", word)}
    assert sorted(words & have) == []
