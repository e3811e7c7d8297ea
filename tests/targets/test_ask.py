"""`odkit ask`: ready questions over the tables of a fleet, each with what it must find and what it must not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import odkit
from build_fleet import NORTH, SOUTH, authorities, base, fleet, guid, login, suffix, user
from build_tables import EXPORTS, write
from conftest import in_turn
from odkit.errors import UsageError
from odkit.ldif import Answer, Entry, dump
from odkit.tables import NEEDS, DigestKey, Store, write_tables

PARAMETERS = {"changes": {"record": "ann"}, "host-places": {"host": "files.north.example.com"}}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fleet(tmp_path_factory.mktemp("fleet"))


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with digests."""
    return fleet(tmp_path_factory.mktemp("keyed"), key=DigestKey(b"k" * 32))


def answer(tables: Path, question: str, *names: str, **parameters: object) -> list[tuple[Any, ...]]:
    """The rows, some columns of them."""
    found = odkit.ask(tables, question, **(PARAMETERS.get(question, {}) | parameters))
    places = [[column.name for column in found.columns].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in found.rows]


def unjudged(tables: Path, question: str, **parameters: object) -> list[int]:
    return list(odkit.ask(tables, question, **(PARAMETERS.get(question, {}) | parameters)).unjudged.values())


def test_one_number_of_two_people_is_found_and_one_person_in_two_domains_is_not(tables: Path) -> None:
    assert answer(tables, "same-uid", "uid", "domain", "name") == [(1002, NORTH, "robert"), (1002, SOUTH, "sam")]


def test_one_guid_in_two_domains_is_found_and_that_of_root_is_not(tables: Path) -> None:
    assert answer(tables, "same-guid", "guid", "domain", "name") == [(guid(1), NORTH, "ann"), (guid(1), SOUTH, "ann")]


def test_every_place_of_a_host_is_found_and_longer_names_are_not(tables: Path) -> None:
    assert answer(tables, "host-places", "domain", "attribute", "how", "dn") == [
        (NORTH, "apple-user-homeurl", "fqdn", "uid=ann,cn=users,dc=north,dc=example,dc=com"),
        (SOUTH, "description", "text", "uid=sue,cn=users,dc=south,dc=example,dc=com"),
    ]
    hosts = answer(tables, "host-places", "host", host="Files")
    assert {host for (host,) in hosts} >= {"files.north.example.com"}
    assert answer(tables, "host-places", "host", host="iles.north.example.com") == []


def test_afp_places_are_found_by_server_and_words_that_look_like_the_scheme_are_not(tables: Path) -> None:
    assert answer(tables, "afp-places", "server", "domain", "place", "url") == [
        ("files.north.example.com", NORTH, "home", "afp://files.north.example.com/Homes"),
        ("files.south.example.com", SOUTH, "other place", "afp://FILES.south.example.com/backup"),
    ]


@pytest.mark.parametrize("name", ["before", "lion"])
def test_servers_of_afp_are_those_that_odkit_afp_finds(name: str, tmp_path: Path) -> None:
    from odkit.afp import afp

    write(tmp_path / "t", *EXPORTS[name], findings=False)
    expected = {(place.host, place.dn, place.url) for place in afp(odkit.open(*EXPORTS[name])).places}
    assert set(answer(tmp_path / "t", "afp-places", "server", "dn", "url")) == expected


def test_accounts_without_a_login_for_a_year_are_found_and_those_that_are_young_or_not_counted_are_not(tables: Path) -> None:
    """Eve logged in within the year, cy and new were made in it; of root and of the domain of 10.6 nobody counts the logins."""
    assert answer(tables, "unused-accounts", "name", "last-login", "created")[0][::2] == ("robert", Answer.NOT_ASKED)
    assert [name for (name,) in answer(tables, "unused-accounts", "name")] == ["robert", "dee"]
    assert unjudged(tables, "unused-accounts") == [5]
    assert [name for (name,) in answer(tables, "unused-accounts", "name", at="2011-03-10")] == ["robert", "dee", "eve"]
    assert [name for (name,) in answer(tables, "unused-accounts", "name", at="2009-12-31")] == []


def test_a_server_key_of_two_domains_is_found_and_those_of_one_are_not(tables: Path) -> None:
    assert answer(tables, "same-server-key", "domain", "accounts", "dn") == [
        (NORTH, 1, "uid=ann,cn=users,dc=north,dc=example,dc=com"),
        (SOUTH, 1, "uid=ann,cn=users,dc=south,dc=example,dc=com"),
    ]


def test_members_that_no_domain_has_are_found_and_those_that_are_not_known_are_counted_apart(tables: Path) -> None:
    assert answer(tables, "missing-members", "domain", "member") == [(NORTH, "ghost"), (NORTH, guid(99))]
    assert unjudged(tables, "missing-members") == [1, 1]  # of the west; sam, who is in the south


def test_policies_that_differ_are_found_with_who_has_them_and_equal_ones_are_not(tables: Path) -> None:
    assert answer(tables, "policy-differences", "key", "value", "records", "where") == [
        ("autohide", "true", 2, (f"{NORTH}: staff1", f"{SOUTH}: staff1")),
        ("autohide", "false", 1, (f"{NORTH}: staff2",)),
    ]


def test_a_principal_of_a_disabled_account_is_found_where_a_list_holds_it(tables: Path) -> None:
    """Cy is disabled, too, and the list does not hold his principal; dee has one and is not disabled."""
    assert answer(tables, "disabled-with-principals", "name", "principal") == [("robert", "bob@NORTH.EXAMPLE.COM")]


def test_a_domain_without_a_list_of_principals_is_not_judged(tmp_path: Path) -> None:
    path = tmp_path / "x.ldif"
    path.write_bytes(
        dump([*base(NORTH), user(NORTH, "cy", 1, guid(3), *authorities(NORTH, "cy", 3), ";DisabledUser;"), login(3, "cy", None)])
    )
    write(tmp_path / "t", path, findings=False)
    assert answer(tmp_path / "t", "disabled-with-principals", "name") == []
    assert unjudged(tmp_path / "t", "disabled-with-principals") == [1]


def test_changes_of_a_record_are_told_with_their_dates(keyed: Path) -> None:
    assert answer(keyed, "changes", "earlier", "later", "change", "attribute", "value") == [
        ("20100301T000000Z", "20110309T000000Z", "added", "description", "moved to Bern"),
        ("20100301T000000Z", "20110309T000000Z", "removed", "description", "in Basel"),
    ]
    assert answer(keyed, "changes", "change", "attribute", "dn", record="new") == [
        ("added", None, "uid=new,cn=users,dc=north,dc=example,dc=com")
    ]
    assert answer(keyed, "changes", "change", record="nobody") == []


def test_a_record_whose_name_is_no_text_is_found_by_its_bytes_and_what_cannot_be_a_name_is_said(tmp_path: Path) -> None:
    for number, shell in enumerate((b"/bin/sh", b"/bin/bash")):
        path = tmp_path / f"{number}.ldif"
        odd = Entry("uid=\udcff,cn=users,dc=example,dc=com", {"uid": [b"\xff"], "loginShell": [shell]})
        path.write_bytes(dump([Entry("dc=example,dc=com", {"dc": [b"example"]}), odd]))
        write_tables(odkit.open(path, needs=NEEDS), Store(tmp_path / "t"), at=datetime(2011, 3, 1 + number, tzinfo=UTC))
    for record in in_turn(("\udcff", "\\xff", "uid=\udcff,cn=users,dc=example,dc=com")):
        rows = answer(tmp_path / "t", "changes", "change", "attribute", record=record)
        assert rows == [("added", "loginShell"), ("removed", "loginShell")]
    with pytest.raises(UsageError, match="record is not a text"):
        odkit.ask(tmp_path / "t", "changes", record="\ud800")


def test_withheld_values_are_compared_by_digest_and_are_unknown_without(tables: Path, keyed: Path) -> None:
    """Bob's password changed, and has the length that it had; he is followed through the change of his name by his GUID."""
    for record in in_turn(("bob", "robert", guid(2), "UID=bob,cn=users,dc=north,dc=example,dc=com")):
        columns = ("change", "attribute", "value")
        names = [("removed", "uid", "bob"), ("added", "uid", "robert")]
        with_key, without = (answer(each, "changes", *columns, record=record) for each in (keyed, tables))
        assert set(names) <= set(with_key) & set(without)
        assert [row for row in with_key if row[1] == "userPassword"] == [("removed", "userPassword", None), ("added", "userPassword", None)]
        assert [row for row in without if row[1] == "userPassword"] == [(Answer.NOT_ASKED, "userPassword", None)]
    assert unjudged(keyed, "changes", record="bob") == []
    assert unjudged(tables, "changes", record="bob") == [2]  # the authority, which holds a long number, is withheld, too


def test_what_an_incomplete_export_lacks_is_not_called_removed(tmp_path: Path) -> None:
    """The second one was asked for names alone, and cut: a description is not gone, and neither is a record."""
    header = (
        f"# extended LDIF\n#\n# LDAPv3\n# base <{suffix(NORTH)}> with scope subtree\n# filter: (objectclass=*)\n# requesting: uid cn\n#\n\n"
    )
    ann = user(NORTH, "ann", 1001, guid(1), description="in Basel", createTimestamp="20090101000000Z")
    whole = [*base(NORTH), ann, user(NORTH, "bob", 1002, guid(2))]
    for name, data, at in (
        ("1", dump(whole), "2010-03-01"),
        ("2", header.encode() + dump([*base(NORTH), Entry(ann.dn, {"uid": [b"ann"], "cn": [b"Anna"]})]), "2011-03-01"),
        ("3", dump([*base(NORTH), user(NORTH, "ann", 1001, guid(1))]), "2012-03-01"),
    ):
        (tmp_path / name).write_bytes(data)
        write_tables(
            odkit.open(tmp_path / name, needs=NEEDS),
            Store(tmp_path / "t"),
            at=datetime.fromisoformat(at).replace(tzinfo=UTC),
            findings=False,
        )
    rows = answer(tmp_path / "t", "changes", "later", "change", "attribute")
    assert ("20110301T000000Z", Answer.NOT_ASKED, "description") in rows
    assert ("20110301T000000Z", Answer.NOT_ASKED, "cn") in rows
    assert "removed" not in {change for later, change, _ in rows if later == "20110301T000000Z"}
    assert answer(tmp_path / "t", "changes", "later", "change", "attribute", record="bob")[0] == (
        "20110301T000000Z",
        Answer.NOT_ASKED,
        None,
    )


def test_what_the_server_keeps_itself_is_not_called_removed_where_no_record_has_it(tmp_path: Path) -> None:
    """ldapsearch gives operational attributes only when it is asked for them; slapcat always."""
    stamped = [*base(NORTH), user(NORTH, "ann", 1001, guid(1), description="in Basel", createTimestamp="20090101000000Z")]
    plain = [*base(NORTH), user(NORTH, "ann", 1001, guid(1))]
    for name, entries, at in (("1", stamped, "2010-03-01"), ("2", plain, "2011-03-01")):
        (tmp_path / name).write_bytes(dump(entries))
        write_tables(
            odkit.open(tmp_path / name, needs=NEEDS),
            Store(tmp_path / "t"),
            at=datetime.fromisoformat(at).replace(tzinfo=UTC),
            findings=False,
        )
    assert answer(tmp_path / "t", "changes", "change", "attribute") == [(Answer.NOT_ASKED, "createTimestamp"), ("removed", "description")]


def newest(tables: Path, table: str) -> pl.LazyFrame:
    """The table of the newest export of each domain, as Polars reads it."""
    files = [path for path in Store(tables, make=False).files(table) if "taken=20110309T000000Z" in path.parts]
    return pl.scan_parquet(files, hive_partitioning=True, hive_schema={"domain": pl.String, "taken": pl.String})


def _same_uid(tables: Path) -> pl.LazyFrame:
    users = newest(tables, "records").filter(pl.col("kind") == "Users", pl.col("uid_number").is_not_null())
    users = users.with_columns(person=pl.coalesce("guid", pl.col("domain") + pl.col("dn_key")))
    return users.filter(pl.col("person").n_unique().over("uid_number") > 1).select("uid_number", "domain", "name")


def _same_guid(tables: Path) -> pl.LazyFrame:
    known = r"^(FFFFEEEE-DDDD-CCCC-BBBB-AAAA|ABCDEFAB-CDEF-ABCD-EFAB-CDEF)"
    records = newest(tables, "records").filter(pl.col("guid").is_not_null(), ~pl.col("guid").str.contains(known))
    return records.filter(pl.col("domain").n_unique().over("guid") > 1).select("guid", "domain", "name")


def _same_key(tables: Path) -> pl.LazyFrame:
    keys = newest(tables, "edges").filter(pl.col("edge") == "server-key")
    shared = keys.filter(pl.col("domain").n_unique().over("target") > 1)
    return shared.group_by("target", "domain").agg(accounts=pl.col("entry").n_unique()).select("target", "domain", "accounts")


def _missing(tables: Path) -> pl.LazyFrame:
    members = newest(tables, "edges").filter(pl.col("edge").is_in(["member", "nested"]), pl.col("target_is") == "absent")
    records = newest(tables, "records")
    names = records.select(called=pl.col("names")).explode("called").select(pl.col("called").str.to_lowercase())
    called = pl.concat([names, records.select(called=pl.col("guid").str.to_lowercase())]).drop_nulls()
    members = members.filter(~pl.col("target").str.starts_with("FFFFEEEE-DDDD-CCCC-BBBB-AAAA")).with_columns(
        called=pl.col("target").str.to_lowercase()
    )
    return members.join(called, on="called", how="anti").select("domain", "target", "dn")


def _living(tables: Path) -> pl.LazyFrame:
    users = newest(tables, "records").filter(pl.col("disabled")).select("export", "entry", "name")
    claims = newest(tables, "edges").filter(pl.col("edge") == "principal-of").select("export", "entry", principal="target")
    listed = newest(tables, "principals").filter(pl.col("source") == "listed").select("export", "principal")
    return users.join(claims, on=["export", "entry"]).join(listed, on=["export", "principal"]).select("name", "principal")


def _afp(tables: Path) -> pl.LazyFrame:
    values = newest(tables, "values").filter(~pl.col("attribute").str.starts_with("apple-mcxsettings"))
    urls = values.with_columns(url=pl.col("text").str.extract_all(r"""(?i)\bafp:/[^\s<>"',]*""")).explode("url").drop_nulls("url")
    return urls.select("domain", "dn", "url")


IN_POLARS: dict[str, tuple[Callable[[Path], pl.LazyFrame], tuple[str, ...]]] = {
    "same-uid": (_same_uid, ("uid", "domain", "name")),
    "same-guid": (_same_guid, ("guid", "domain", "name")),
    "same-server-key": (_same_key, ("key", "domain", "accounts")),
    "missing-members": (_missing, ("domain", "member", "dn")),
    "disabled-with-principals": (_living, ("name", "principal")),
    "afp-places": (_afp, ("domain", "dn", "url")),
}


@pytest.mark.parametrize("question", IN_POLARS)
def test_polars_answers_the_same(question: str, tables: Path) -> None:
    made, columns = IN_POLARS[question]
    expected = made(tables).collect().rows()
    assert expected
    assert sorted(answer(tables, question, *columns)) == sorted(expected)
