"""The law of absence: however an export is narrowed or damaged, nothing is written and nothing answered that the whole one would not say.

Every writer is run on the whole export and on what is left of it.  It refuses, or what it deletes or replaces the whole one gives, too.  Every
answer about a record or an attribute is the whole export's, or unknown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import odkit
from build_text import RECORDS, SUFFIX, WHOLE, search, user
from conftest import ROOT
from odkit import ldif
from odkit.comparison import diff, diff_ldif
from odkit.dn import dn_key
from odkit.errors import BrakeError, InputError
from odkit.hostrefs import plan_rewrite
from odkit.ldif import Answer
from odkit.mcx import profiles
from odkit.project import first_plan
from odkit.purge.options import PurgeOptions
from odkit.servers.mounts import mounts_ldif, writable_mounts

FIXTURES = ROOT / "fixtures"
OLD, NEW = "old.example.com", "new.example.com"
REALM = "OD.EXAMPLE.COM"
MOUNT = f"# mount\ndn: cn={OLD}:/Homes,cn=mounts,{SUFFIX}\nobjectClass: mount\ncn: {OLD}:/Homes\nmountDirectory: /Network/Servers\nmountType: url\nmountOption: net\nmountOption: url==afp://{OLD}/Homes\n\n"
COMPUTER = f"# old\ndn: cn={OLD}$,cn=computers,{SUFFIX}\nobjectClass: apple-computer\ncn: {OLD}$\napple-realname: {OLD}\nmacAddress: 00:00:00:00:00:01\n\n"
HOME = "apple-user-homeurl:: PGhvbWVfZGlyPjx1cmw+YWZwOi8vbmV3LmV4YW1wbGUuY29tL0hvbWVzPC91cmw+PHBhdGg+YW5uPC9wYXRoPjwvaG9tZV9kaXI+\n"
CONTAINERS = "".join(f"# {c}\ndn: cn={c},{SUFFIX}\nobjectClass: container\ncn: {c}\n\n" for c in ("mounts", "computers"))
DOMAIN = RECORDS.replace("apple-mcxflags: <plist>", HOME + "apple-mcxflags: <plist>", 1) + CONTAINERS + MOUNT + COMPUTER
COMPLETE = search(DOMAIN)
LIST = "".join(f"{name}@{REALM}\n" for name in (f"krbtgt/{REALM}", f"host/{OLD}", f"afpserver/{OLD}", f"host/{NEW}", "ann")).encode()
ATTRIBUTES = ("uid", "uidNumber", "apple-mcxsettings", "authAuthority", "mountOption", "street")

Change = tuple[str, ...]


def entries(text: str) -> list[str]:
    return [each + "\n\n" for each in text.split("\n\n") if "dn: " in each]


def damaged() -> Iterator[tuple[str, str]]:
    """The export, narrowed or damaged in every way, each by its name."""
    records = entries(DOMAIN)
    for base in ("cn=users", "cn=config", "cn=groups", "cn=mounts"):
        inside = "".join(each for each in records if f"{base},{SUFFIX}\n" in each)
        yield f"base {base}", search(inside, base=f"{base},{SUFFIX}")
    yield "scope base", search(records[0], scope="baseObject")
    yield (
        "scope one",
        search(
            "".join(each for each in records if each.count(",dc=od") and "\ndn: cn=" in each and ",cn=" not in each.split("\n")[1]),
            scope="oneLevel",
        ),
    )
    yield "scope children", search("".join(records[1:]), scope="children")
    for filter_, keep in (("(uid=*)", "uid=ann,"), ("(cn=a*)", "ann"), ("(objectClass=mount)", "mount")):
        yield f"filter {filter_}", search("".join(each for each in records if keep in each), filter_=filter_)
    for names in (
        ("uid",),
        ("uid", "cn", "objectClass", "apple-mcxsettings"),
        ("uid", "cn", "objectClass", "mountOption", "apple-generateduid"),
    ):
        lines = [line for line in DOMAIN.split("\n") if not line or line[0] == "#" or line.partition(":")[0] in {"dn", *names}]
        yield f"attributes {names}", search("\n".join(lines), attributes=" ".join(names) + " ")
    typed = [line if not line or line[0] == "#" or line[:3] == "dn:" else line.partition(":")[0] + ":" for line in DOMAIN.split("\n")]
    yield "-A", search("\n".join(typed))
    for name in ("apple-mcxsettings", "authAuthority", "mountOption", "uidNumber", "apple-user-homeurl", "cn"):
        yield (
            f"-t {name}",
            search("\n".join(f"{name}:< file:///tmp/x" if line.startswith(name + ":") else line for line in DOMAIN.split("\n"))),
        )
    lines = COMPLETE.split("\n")
    for at in range(1, len(lines) - 3, 7):
        yield f"cut at {at}", "\n".join(lines[:at]) + "\n"
    rng = random.Random(17)
    breaks: list[Callable[[str], str]] = [
        lambda line: line.replace(":", "", 1),
        lambda line: "§" + line,
        lambda line: line.replace(": ", ": \0", 1),
        lambda line: line.replace(": ", ": a\rb", 1),
        lambda line: line.replace(": ", ":: !", 1),
        lambda line: line.replace(": ", ":< file:///x", 1),
        lambda line: "\n" + line,
        lambda line: line + "\n",
        lambda line: " " + line,
    ]
    for at in range(0, len(lines), 2):
        if lines[at] and lines[at][0] != "#":
            broken = breaks[rng.randrange(len(breaks))](lines[at])
            if broken != lines[at]:
                yield f"line {at} {broken[:20]!r}", "\n".join([*lines[:at], broken, *lines[at + 1 :]])


CASES = dict(damaged())


def changes(data: bytes) -> set[Change]:
    """What change records delete or replace; what they add harms nobody."""
    out: set[Change] = set()
    for each in ldif.Reader(data, strict=False):
        if isinstance(each, ldif.ChangeRecord):
            key = dn_key(each.dn) or each.dn
            if each.changetype in {"delete", "modrdn"}:
                out.add((key, each.changetype, each.newrdn or ""))
            out |= {(key, c.op, c.attribute, *map(repr, c.values)) for c in each.changes if c.op != "add"}
    return out


def written(other: bytes, export: bytes) -> dict[str, set[Change] | None]:
    """What each writer deletes or replaces by an export; None where it refuses."""

    @cache
    def opened() -> odkit.Directory:
        return odkit.open(export)

    def by(writer: Callable[[], set[Change]]) -> set[Change] | None:
        try:
            return writer()
        except (InputError, BrakeError):
            return None

    def purge() -> set[Change]:
        plan = odkit.plan_purge(
            opened(), odkit.read_principals(LIST), retire=[OLD], keep=[NEW], realm=REALM, options=PurgeOptions(allow_large=True)
        )
        gone: set[Change] = {("principal", d.text.decode()) for d in plan.delete}
        return gone | {("record", r.entry.dn, str(r.attribute), str(r.value)) for r in plan.records}

    def mounts() -> set[Change]:
        records = opened().mounts.records()
        return {("mounts", str(mounts_ldif(writable_mounts(opened(), records)[0])[0].partition(b"\n\n")[2]))}

    return {
        "diff, newer": by(lambda: changes(diff_ldif(diff(other, export), show_secrets=True).data)),
        "diff, older": by(lambda: changes(diff_ldif(diff(export, other), show_secrets=True).data)),
        "references": by(lambda: changes(plan_rewrite(opened(), OLD, NEW).ldif())),
        "purge": by(purge),
        "profiles": by(lambda: {("profile", p.name, str(p.data)) for p in profiles(opened()).profiles}),
        "init": by(lambda: {("init", line) for line in first_plan(opened(), ["e"]).split("\n")}),
        "mounts": by(mounts),
    }


# another state of the domain: ann is gone, bob has another shell, staff another number, and there is dan
OTHER = search(
    DOMAIN.replace(entries(DOMAIN)[5], "")
    .replace("homeDirectory: /Users/bob", "homeDirectory: /Users/b")
    .replace("memberUid: ann", "memberUid: dan")
    + user(4, "dan")
).encode()


@cache
def full() -> dict[str, set[Change] | None]:
    return written(OTHER, COMPLETE.encode())


def test_the_whole_export_makes_every_writer_write() -> None:
    assert COMPLETE != WHOLE
    assert {name: bool(found) for name, found in full().items()} == dict.fromkeys(full(), True)


def test_no_writer_deletes_or_replaces_what_the_whole_export_would_not() -> None:
    refused = 0
    for how, text in CASES.items():
        for name, found in written(OTHER, text.encode()).items():
            if found is None:
                refused += 1
                continue
            more = found - (full()[name] or set())
            if name == "mounts":  # one text: what stands in it is whole, or none of it
                more = {each for each in more if each[1] not in {"b''", *(e[1] for e in full()[name] or ())}}
            assert not more, f"{how}: {name} writes {more}"
    assert refused > len(CASES)


def test_every_answer_is_the_whole_exports_or_unknown() -> None:
    whole = odkit.open(COMPLETE.encode())
    truth = {dn_key(r.dn) or "": (r, {name: whole.answers.attribute(r, name) for name in ATTRIBUTES}) for r in whole.records()}
    assert {answer for _, answers in truth.values() for answer in answers.values()} == {Answer.KNOWN, Answer.ABSENT}
    for how, text in CASES.items():
        try:
            part = odkit.open(text.encode())
        except InputError:
            continue
        for key, (record, answers) in truth.items():
            here = part.by_key(key)
            if here is None:
                assert part.answers.record(key) not in {Answer.KNOWN, Answer.ABSENT}, f"{how}: {key} is said to be absent"
                continue
            for attribute, answer in answers.items():
                said = part.answers.attribute(here, attribute)
                if said in {Answer.KNOWN, Answer.ABSENT}:
                    assert said is answer, f"{how}: {attribute} of {key} is said to be {said}"
                    assert here.attributes.get(attribute) == record.attributes.get(attribute), f"{how}: {attribute} of {key}"


@pytest.mark.whole
@pytest.mark.parametrize(
    "path", sorted(FIXTURES.glob("*/*/export.ldif")) + sorted(FIXTURES.glob("*/export.ldif")), ids=lambda p: str(p.parent)
)
def test_a_line_with_a_blank_in_front_changes_nothing(path: Path) -> None:
    """It is read as a part of the line before, which RFC 2849 allows; how the file folds, or what the line reads like, is a trace."""
    data = path.read_bytes()
    lines = data.split(b"\n")
    places = [at for at, line in enumerate(lines) if at and line and line[:1] not in b" #"]
    rng = random.Random(len(data))
    whole, silent = odkit.open(data), []
    for at in rng.sample(places, 20):
        part = odkit.open(b"\n".join([*lines[:at], b" " + lines[at], *lines[at + 1 :]]))
        try:
            made = [
                *changes(diff_ldif(diff(whole, part), show_secrets=True).data),
                *changes(diff_ldif(diff(part, whole), show_secrets=True).data),
            ]
        except (InputError, BrakeError):
            continue
        if made:
            silent.append((at + 1, made))
    assert silent == []
