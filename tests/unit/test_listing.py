"""Lists of what an export holds: what a cell says, which conditions hold, and what cannot be known."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from functools import cache

import pytest

import odkit
from build import od, user
from build_mcx import forced, guid, users_with
from conftest import MART, each_in_turn
from odkit.ldif import Answer
from odkit.listing import KINDS, Sources, listing, needs_of
from odkit.listing.cells import json_cell, written
from odkit.listing.single import find_record, show_record
from odkit.mcx import shown_value


def mart(name: str) -> Sources:
    exports = sorted((MART / name).glob("*.ldif"))
    domain = odkit.open(*exports)
    return Sources(domain, at=domain.newest_change)


opened = cache(mart)  # for who reads all of it


def table(sources: Sources, kind: str, columns: str, *where: str) -> list[tuple[object, ...]]:
    return list(listing(sources, kind, columns.split(","), where).rows())


@pytest.mark.whole
@each_in_turn("kind", KINDS)
def test_every_column_of_every_kind_has_a_cell_for_every_thing(kind: str) -> None:
    for folder in ("before", "leftover", "lion"):
        found = listing(opened(folder), kind, KINDS[kind].columns)
        for row in found.rows():
            assert len(row) == len(found.columns)
            assert all(json_cell(cell) is None or json_cell(cell) is not cell or isinstance(cell, (str, int)) for cell in row)


def test_the_number_of_rows_is_the_number_of_records() -> None:
    sources = mart("leftover")
    counts = sources.od.counts()
    for kind, types in {"users": ["Users"], "groups": ["Groups"], "computers": ["Computers"], "mounts": ["Mounts"]}.items():
        assert len(table(sources, kind, "dn")) == sum(counts[each] for each in types)
    assert len(table(sources, "lists", "dn")) == counts["ComputerLists"] + counts["ComputerGroups"]


def test_users_of_ten_seven_are_listed_with_what_counts_their_logins() -> None:
    found = table(mart("lion"), "users", "name,disabled,prevented", "disabled")
    assert found == [("dxu7", True, "disabled by its policy"), ("deklund8", True, "disabled by its authority")]


@pytest.mark.parametrize("folder", ["before", "leftover", "lion"])
def test_what_a_list_says_of_passwords_is_what_each_record_says(folder: str) -> None:
    """Most records are not read one by one: a user who differs in name and slot alone has the same password record."""
    sources = mart(folder)
    rows = table(sources, "users", "dn,verifiers,last-login,password-set")
    passwords = {record.dn: record.password for record in sources.od.users}
    assert len(rows) == len(passwords)
    for dn, verifiers, last_login, password_set in rows:
        password = passwords[str(dn)]
        if password.pointer is not None and password.authdata is None:
            assert {verifiers, last_login, password_set} == {Answer.NOT_ASKED}
        else:
            assert (last_login, password_set) == (password.account.last_login, password.account.password_set)
            assert isinstance(verifiers, tuple)
            assert set(password.verifiers) <= set(verifiers)


def test_a_disabled_user_is_found_among_users_who_differ_in_name_and_slot_alone() -> None:
    people = [user(name, "files.example.com") for name in ("ann", "bob", "cy")]
    for number, each in enumerate(people, 1):
        slot = b"0x%032x" % (number << 64)
        values = [b";ApplePasswordServer;%b,1024 35 11 root@a.example.com:10.1.0.20" % slot]
        each.attributes["authAuthority"] = [b";DisabledUser;%b" % values[0]] if number == 2 else values
    assert table(Sources(od(*people)), "users", "name,disabled") == [("ann", Answer.NOT_ASKED), ("bob", True), ("cy", Answer.NOT_ASKED)]


def test_a_list_asks_for_no_more_than_its_columns_and_conditions_need() -> None:
    users = KINDS["users"]
    assert needs_of(users, ["name", "groups", "home"]) == ()
    assert needs_of(users, ["name"], ["disabled"]) == ("accounts", "stamps")
    assert needs_of(users) == ("accounts", "stamps")
    assert needs_of(KINDS["mounts"], ["name"]) == ("homes",)
    with pytest.raises(odkit.UsageError):
        needs_of(users, ["colour"])


def test_a_user_of_the_password_server_is_not_called_enabled() -> None:
    """Its policy stands in the server's own files, which no export holds."""
    sources = mart("leftover")
    assert table(sources, "users", "name", "disabled") == []
    found = listing(sources, "users", ["name"], ["!disabled"])
    assert list(found.rows()) == []
    assert found.left_out == {"disabled": len(sources.od.users)}


def test_an_attribute_that_was_not_asked_for_is_unknown_and_not_absent(tmp_path: object) -> None:
    text = b"# LDAPv3\n# base <dc=example,dc=com> with scope subtree\n# filter: (objectclass=*)\n# requesting: uid cn \n#\n\n"
    text += b"dn: dc=example,dc=com\nobjectClass: domain\n\ndn: cn=users,dc=example,dc=com\ncn: users\n\n"
    text += b"dn: uid=ann,cn=users,dc=example,dc=com\nuid: ann\ncn: Ann\n\n# search result\nsearch: 2\nresult: 0 Success\n"
    found = listing(Sources(odkit.open(io.BytesIO(text))), "users", ["name", "uid", "home"])
    assert [[json_cell(cell) for cell in row] for row in found.rows()] == [["ann", {"unknown": "not asked"}, {"unknown": "not asked"}]]
    assert found.unknown == {"uid": 1, "home": 1}


@each_in_turn(
    "where, names",
    [
        ("uid=2", ["bob"]),
        ("uid!=2", ["ann", "cy"]),
        ("uid<2", ["ann"]),
        ("uid>=2", ["bob", "cy"]),
        ("name=ANN", ["ann"]),
        ("home-host=FILES.example.com.", ["ann", "bob", "cy"]),
        ("mail", ["cy"]),
        ("!mail", ["ann", "bob"]),
        ("mail=", ["ann", "bob"]),
    ],
)
def test_conditions_choose_rows(where: str, names: list[str]) -> None:
    people = [user(name, "files.example.com") for name in ("ann", "bob", "cy")]
    for number, each in enumerate(people, 1):
        each.attributes["uidNumber"] = [b"%d" % number]
    people[2].attributes["mail"] = [b"cy@example.com"]
    assert [row[0] for row in table(Sources(od(*people)), "users", "name", where)] == names


@each_in_turn("where", ["", "=1", "colour=red", "!uid=1", "uid<many", "uid~1"])
def test_a_condition_that_cannot_be_read_is_an_error_of_the_caller(where: str) -> None:
    with pytest.raises(odkit.UsageError):
        listing(mart("lion"), "users", [], [where])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)"])
def test_a_text_that_a_spreadsheet_would_calculate_is_guarded(text: str) -> None:
    assert written(text) == f"'{text}"
    assert written(text, raw=True) == text
    assert written((text, "b")) == f"'{text}; b"


@pytest.mark.parametrize(
    ("value", "verifiers"), [(b"********", ()), (b"in clear", ()), (b"{CRYPT}ab0123456789.", ("crypt",)), (b"ab0123456789.", ("crypt",))]
)
def test_a_placeholder_is_no_verifier(value: bytes, verifiers: tuple[str, ...]) -> None:
    ann = user("ann", "files.example.com")
    ann.attributes["userPassword"] = [value]
    assert table(Sources(od(ann)), "users", "verifiers") == [(verifiers,)]


def test_numbers_are_numbers_also_below_zero() -> None:
    assert written(-2) == "-2"


def test_a_control_character_reaches_no_file() -> None:
    assert "\x1b" not in written("a\x1b[2J")
    assert list(csv.reader(io.StringIO(written("a\nb")))) == [["a\\nb"]]


@pytest.mark.parametrize("name", ["Users/dxu7", "/Users/DXU7", "dxu7", "F81AE7D4-6757-45FC-AB2E-D83BED70FC84", "uid=dxu7, cn=users,dc=medicalmart,dc=example,dc=com"])  # fmt: skip
def test_a_record_is_found_by_type_and_name_by_dn_and_by_guid(name: str) -> None:
    assert find_record(mart("lion"), name).name == "dxu7"


def test_two_records_of_one_name_are_told_apart_by_the_caller() -> None:
    with pytest.raises(odkit.UsageError, match=r"2 records are called 'office-macs'.*cn=computer_lists.*cn=computer_groups"):
        find_record(mart("leftover"), "office-macs")
    with pytest.raises(odkit.UsageError, match="no record is called"):
        find_record(mart("leftover"), "Users/office-macs")


def test_no_secret_of_a_record_is_shown() -> None:
    sources = mart("lion")
    for record in sources.od.users:
        shown = show_record(sources, record)
        password = record.password
        secrets = [value for name, values in (password.authdata or {}).items() if name.lower().startswith("cmusasl") for value in values]
        text = repr((shown.attributes, shown.authdata, shown.meaning))
        for secret in (*secrets, *password.crypt):
            assert secret.decode("latin-1") not in text or secret == b"********"


def test_values_of_settings_are_shown_as_odkit_mcx_shows_them() -> None:
    """Secrets by their length wherever they stand below their key, data by its size, dates as dates."""
    values = {
        "AdminPassword": {"inner": ["swordfish", b"swordfish"]},
        "since": datetime(2008, 3, 12, 9, 30),  # noqa: DTZ001 - a property list has no zone
        "icon": b"x",
        "share": "afp://ann:swordfish@files.example.com/Homes",
        "items": [{"tile": b"xy", "on": True}],
        "size": 1.5,
    }
    sources = Sources(users_with(("ann", guid(1).decode(), forced(values))))
    cells = {str(key): value for key, value in table(sources, "policies", "key,value")}
    shown = {key: shown_value(value, key) for key, value in values.items()}
    assert cells == {key: value if isinstance(value, str) else json.dumps(value, sort_keys=True) for key, value in shown.items()}
    assert cells["since"] == "2008-03-12T09:30:00Z"
    assert cells["icon"] == "(1 byte of data)"
    assert cells["items"] == '[{"on": true, "tile": "(2 bytes of data)"}]'
    assert "swordfish" not in str(cells)
    assert "swordfish" in str(shown_value(values["AdminPassword"], "AdminPassword", show_secrets=True))
