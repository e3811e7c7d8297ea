"""The schema and the syntaxes that odkit checks a directory for 389-DS with, beside those of the real server."""

from __future__ import annotations

import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from conftest import needs
from live.syntax_values import ATTRIBUTES, VALUES
from odkit.carrying.ds389.schema import SCHEMA_FILE, delivered, model_389, schema_ldif
from odkit.carrying.ds389.syntaxes import syntaxes_389
from odkit.carrying.ldap.definitions import SchemaModel
from odkit.carrying.ldap.names import ServerNames
from odkit.carrying.ldap.syntaxes import needs_schema
from odkit.ldif import Entry
from odkit.rehearsal.ds389 import ScratchInstance

pytestmark = pytest.mark.targets

_BROUGHT = Path("/usr/share/dirsrv/schema")
_ARC = "1.3.6.1.4.1.1466.115.121.1."
# by which it compares where a definition names no rule
_RULES = {_ARC + "12": "distinguishednamematch", _ARC + "15": "caseignorematch", _ARC + "24": "generalizedtimematch",
          _ARC + "26": "caseexactia5match"}  # fmt: skip
_MORE = ["gecos", "ipHostNumber", "macAddress", "uniqueMember", "audio", "ditRedirect", "apple-xmlplist", "member", "userCertificate", "ref",
         "preferredDeliveryMethod", "automountKey", "mobile"]  # fmt: skip
TWINS = [
    ("cn", "Ann", "ann", True), ("cn", "Ann  B", " ann b", True), ("cn", "Ann", "Anna", False), ("cn", "\xe9", "e\u0301", False),
    ("cn", "É", "é", True), ("cn", "ß", "ss", False), ("description", "a", "a ", True), ("memberUid", "jdoe", "JDoe", False),
    ("memberUid", "jdoe", "jdoe", True), ("mail", "A@x", "a@x", True), ("telephoneNumber", "+49 30-1", "+49301", True),
    ("seeAlso", "cn=A,dc=x", "CN=a,dc=x", True), ("authAuthority", ";Basic;", ";basic;", False), ("jpegPhoto", "a", "a", True),
    ("apple-group-memberguid", "A", "a", False), ("macAddress", "aa:bb", "AA:BB", True), ("nisNetgroupTriple", "(a,b,c)", "(A,b,c)", True),
    ("userCertificate", "AA", "AA", True), ("userCertificate", "AA", "aa", False), ("ref", "A", "a", False), ("audio", "A", "A", True),
]  # fmt: skip


def brought() -> SchemaModel:
    """What the server defines itself, as its files say."""
    if not _BROUGHT.is_dir():
        needs("ns-slapd")
    lines = []
    for path in sorted(_BROUGHT.glob("*.ldif")):
        text = re.sub(r"\r?\n ", "", path.read_text("utf-8", "replace"))
        for keyword, definition in re.findall(r"(?im)^(attributetype|objectclass)e?s: *(\(.*\))", text):
            lines.append(f"{keyword.lower()} " + re.sub(r"DESC '[^']*'", "", definition))
    return SchemaModel().extended("\n".join([*lines, ""]))


def test_the_table_of_definitions_is_that_of_the_server_with_the_file_that_it_is_given() -> None:
    ours, theirs = model_389(), brought().extended(delivered())
    for name in {each.names[0] for each in ours.attributes.values()}:
        mine, real = ours.type_of(name), theirs.type_of(name)
        assert mine is not None
        assert real is not None, name
        rule = real.equality or _RULES.get(real.syntax, "")
        assert (mine.spelling, mine.syntax, mine.equality, mine.single) == (
            real.spelling,
            real.syntax,
            rule or mine.equality,
            real.single,
        ), name
    for name in {each.names[0] for each in ours.classes.values()}:
        one, other = ours.classes[name], theirs.classes[name]
        assert (one.kind, ours.required((name,)), ours.allowed((name,))) == (other.kind, theirs.required((name,)), theirs.allowed((name,)))


def test_nothing_that_it_is_given_is_defined_by_itself() -> None:
    own, given = brought(), SchemaModel().extended(delivered())
    assert given.attributes.keys() & own.attributes.keys() == set()
    assert given.classes.keys() & own.classes.keys() == set()


def records() -> Iterator[str]:
    yield "dn: dc=x\nobjectClass: domain\nobjectClass: extensibleObject\nobjectClass: top\ndc: x\n"
    cases: list[tuple[str, str, Sequence[bytes]]] = [
        (f"v{i}-{j}", name, [value]) for i, name in enumerate([*ATTRIBUTES, *_MORE]) for j, value in enumerate(VALUES)
    ]
    cases += [(f"t{i}", name, [one.encode(), other.encode()]) for i, (name, one, other, _) in enumerate(TWINS)]
    for name, attribute, values in cases:
        lines = [f"{attribute}:" + (f": {b64encode(value).decode()}" if value else "") for value in values]
        head = f"dn: ou={name},dc=x\nobjectClass: organizationalUnit\nobjectClass: extensibleObject\nobjectClass: top\nou: {name}\n"
        yield head + "\n".join([*lines, ""])


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Entry]:
    """What the server has stored of all values, by name of the record; one load for all."""
    needs("ns-slapd")
    with ScratchInstance("dc=x", within=tmp_path_factory.mktemp("values")) as server:
        (server.config / "schema" / SCHEMA_FILE).write_bytes(schema_ldif("0" * 16))
        words = ["ns-slapd", "ldif2db", "-D", str(server.config), "-n", "userroot", "-i", "-"]
        subprocess.run(words, input="\n".join(records()).encode(), env=server.env, capture_output=True, check=False)
        return {dn.partition(",")[0].removeprefix("ou="): entry for dn, entry in server.entries().items()}


# what odkit leaves out although the server would store it: no DN at all, of which it keeps an empty value; a day that does not exist; bytes
# that are no text
_EMPTIED = frozenset({
    b" ", b"a\nb", b"+49 30 123", b"+49 30 123 ext. 42", b"12;3", b"a,b", b"20080101000000+0100", b"20080101000000+01", b"(a,b,c)",
})  # fmt: skip
_NO_DAYS = frozenset({b"20080230000000Z", b"20070229000000Z"})


@pytest.mark.parametrize("attribute", [*ATTRIBUTES, *_MORE])
def test_every_value_that_odkit_writes_is_stored_and_only_what_it_would_spoil_is_left_out(stored: dict[str, Entry], attribute: str) -> None:
    if attribute == "userPassword":
        return  # written in forms of its own
    kind = model_389().type_of(attribute)
    assert kind is not None
    number = [*ATTRIBUTES, *_MORE].index(attribute)
    names, syntaxes = ServerNames(model_389(), blanks=True), syntaxes_389()
    for index, value in enumerate(VALUES):
        entry = stored.get(f"v{number}-{index}")
        found = entry.attributes.get(attribute, []) if entry is not None else None
        if syntaxes.is_valid(kind.syntax, value, model_389().attributes):
            spelled = names.value(value.decode()).encode() if value and needs_schema(kind.syntax) else value
            assert (value, found) == (value, [spelled])
        elif needs_schema(kind.syntax):
            assert (value, found in (None, [b""])) == (value, True)
        elif found is not None:
            assert value in _NO_DAYS or (attribute, value) == ("postalAddress", b"\xff")


@pytest.mark.parametrize(("number", "twins"), list(enumerate(TWINS)), ids=[f"{name}-{one}-{other}" for name, one, other, _ in TWINS])
def test_odkit_takes_those_values_for_twins_that_the_server_does(
    stored: dict[str, Entry], number: int, twins: tuple[str, str, str, bool]
) -> None:
    attribute, one, other, same = twins
    kind, syntaxes = model_389().type_of(attribute), syntaxes_389()
    assert kind is not None
    keys = [syntaxes.match_key(kind.equality, value.encode()) for value in (one, other)]
    assert (keys[0] == keys[1] and bool(kind.equality or syntaxes.equal_bytes)) is same
    assert len(stored[f"t{number}"].attributes[attribute]) == (1 if same else 2)
