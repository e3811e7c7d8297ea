"""The schema and the syntaxes that odkit checks a carried directory with, beside those of the real slapd."""

from __future__ import annotations

import re
import subprocess
from base64 import b64encode
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path

import pytest

from conftest import in_turn, needs
from live.carry_server import environment
from live.syntax_values import ATTRIBUTES, VALUES
from odkit.carrying.ldap.definitions import parse_definitions
from odkit.carrying.ldap.schema import apple_schema
from odkit.carrying.ldap.syntaxes import SLAPD
from odkit.carrying.openldap.schema import bis_schema, olc_form, schema_of

pytestmark = pytest.mark.live

_DEBIAN = Path("/etc/ldap/schema")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs("slapadd", "slaptest")
    folder = tmp_path_factory.mktemp("schema")
    (folder / "db").mkdir()
    (folder / "apple.schema").write_text(apple_schema())
    includes = [f"{_DEBIAN}/{name}.schema" for name in ("core", "cosine", "nis", "inetorgperson")] + [f"{folder}/apple.schema"]
    lines = [f"include {path}" for path in includes]
    lines += ["modulepath /usr/lib/ldap", "moduleload back_mdb", "database mdb", "suffix dc=x", f"directory {folder}/db"]
    (folder / "slapd.conf").write_text("\n".join([*lines, ""]))
    return folder


def tool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, check=False, env=environment(), capture_output=True, text=True, errors="replace", timeout=60)


def refused(config: Path, entries: list[str]) -> set[int]:
    """Indexes of the entries that slapadd's own check of values refuses; it looks at all in one run, which starts as long as it looks."""
    texts = ["dn: dc=x\nobjectClass: domain\nobjectClass: extensibleObject\ndc: x\n", *entries]
    ends = list(accumulate(text.count("\n") + 1 for text in texts))  # with the empty line behind each
    (config / "values.ldif").write_text("\n".join(texts))
    done = tool("slapadd", "-u", "-c", "-o", "value-check=yes", "-f", config / "slapd.conf", "-l", config / "values.ldif", "-b", "dc=x")
    assert done.returncode >= 0, done.stderr
    return {bisect_right(ends, int(at) - 1) - 1 for at in re.findall(r"line=(\d+)", done.stderr)}


def entry(name: str, attribute: str, *values: bytes) -> str:
    lines = "".join(f"{attribute}:" + (f": {b64encode(value).decode()}" if value else "") + "\n" for value in values)
    return f"dn: ou={name},dc=x\nobjectClass: organizationalUnit\nobjectClass: extensibleObject\nou: {name}\n{lines}"


def test_odkit_refuses_the_values_that_slapd_refuses(config: Path) -> None:
    model = schema_of("openldap")
    cases = [(attribute, value) for attribute in ATTRIBUTES for value in VALUES]
    theirs = refused(config, [entry(f"e{n}", attribute, value) for n, (attribute, value) in enumerate(cases)])
    for attribute in in_turn(ATTRIBUTES):
        kind = model.type_of(attribute)
        assert kind is not None
        ours = {value for value in VALUES if not SLAPD.is_valid(kind.syntax, value, model.attributes)}
        assert ours == {cases[n][1] for n in theirs if cases[n][0] == attribute}


TWINS = [
    ("cn", "Ann", "ann", True), ("cn", "Ann  B", " ann b", True), ("cn", "Ann", "Anna", False), ("cn", "é", "é", True),
    ("cn", "É", "é", True), ("cn", "ß", "ss", False), ("description", "a", "a ", True),
    ("memberUid", "jdoe", "JDoe", False), ("memberUid", "jdoe", "jdoe", True), ("mail", "A@x", "a@x", True),
    ("telephoneNumber", "+49 30-1", "+49301", True), ("seeAlso", "cn=A, dc=x", "CN=a,dc=x", True), ("seeAlso", "cn=a", "cn=b", False),
    ("userPassword", "a", "a ", False), ("authAuthority", ";basic;", ";basic;", True),
]  # fmt: skip


def test_odkit_takes_those_values_for_twins_that_slapd_does(config: Path) -> None:
    model = schema_of("openldap")
    theirs = refused(config, [entry(f"q{n}", name, one.encode(), other.encode()) for n, (name, one, other, _) in enumerate(TWINS)])
    for number, (attribute, one, other, same) in in_turn(enumerate(TWINS)):
        kind = model.type_of(attribute)
        assert kind is not None
        assert (number in theirs) is same
        assert (SLAPD.match_key(kind.equality, one.encode()) == SLAPD.match_key(kind.equality, other.encode())) is same


def test_the_table_of_standard_definitions_is_that_of_slapd() -> None:
    if not _DEBIAN.is_dir():
        needs("slapd")
    model = schema_of("openldap")
    for name in ("core", "cosine", "nis", "inetorgperson"):
        for each in parse_definitions((_DEBIAN / f"{name}.schema").read_text("utf-8", "replace")):
            table = model.attributes if hasattr(each, "single") else model.classes
            assert table[each.names[0]] == each


def test_every_name_that_a_definition_uses_is_defined() -> None:
    for shape in ("openldap", "openldap-2307bis"):
        model = schema_of(shape)
        for each in {*model.classes.values()}:
            assert [n for n in (*each.must, *each.may) if n.partition(";")[0] not in model.attributes] == [], each.names
            assert [n for n in each.sup if n not in model.classes] == [], each.names


@pytest.mark.parametrize("shape", ["openldap", "openldap-2307bis"])
def test_slapd_takes_the_schema_in_both_forms(tmp_path: Path, shape: str) -> None:
    needs("slapadd", "slaptest")
    files = {"apple": apple_schema()} | ({"rfc2307bis": bis_schema()} if shape == "openldap-2307bis" else {})
    for name, text in files.items():
        (tmp_path / f"{name}.schema").write_text(text)
    nis = tmp_path / "rfc2307bis" if "rfc2307bis" in files else _DEBIAN / "nis"
    parts = [_DEBIAN / "core", _DEBIAN / "cosine", nis, _DEBIAN / "inetorgperson", tmp_path / "apple"]
    (tmp_path / "slapd.conf").write_text("".join(f"include {part}.schema\n" for part in parts))
    done = tool("slaptest", "-u", "-f", tmp_path / "slapd.conf")
    assert done.returncode == 0, done.stderr
    olc = ["dn: cn=config\nobjectClass: olcGlobal\ncn: config\n\ndn: cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: schema\n\n"]
    olc += [
        part.with_name(part.name + ".ldif").read_text() + "\n" for part in parts if part.parent == _DEBIAN and part.name != "inetorgperson"
    ]
    olc += [olc_form("rfc2307bis", files["rfc2307bis"])] if "rfc2307bis" in files else []
    olc += [(_DEBIAN / "inetorgperson.ldif").read_text() + "\n", olc_form("apple", files["apple"])]
    olc += ["dn: olcDatabase=config,cn=config\nobjectClass: olcDatabaseConfig\nolcDatabase: config\n"]
    (tmp_path / "config.ldif").write_text("".join(olc))
    (tmp_path / "slapd.d").mkdir()
    done = tool("slapadd", "-n", "0", "-F", tmp_path / "slapd.d", "-l", tmp_path / "config.ldif")
    assert done.returncode == 0, done.stderr
    shown = tool("slapcat", "-n", "0", "-F", tmp_path / "slapd.d").stdout
    assert shown.count("olcAttributeTypes") > 200
