"""Two exports of one domain, given as the files of one: nobody knows which one counts, so that it is said, and nothing is written from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import odkit
from build import SUFFIX, config, home_url, user
from conftest import MART
from odkit.afp.smb import plan_smb
from odkit.errors import InputError, InputReason
from odkit.hostrefs import plan_rewrite
from odkit.ldif import Entry, dump
from odkit.mcx import profiles
from odkit.project import first_plan
from odkit.servers.mounts import writable_mounts

BEFORE, AFTER = MART / "before" / "export.ldif", MART / "leftover" / "export.ldif"
TOP = Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]})


def codes(od: odkit.Directory) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in od.findings if each.code == "OD117"]


def test_it_is_one_finding_on_the_second_file_beside_those_on_each_record() -> None:
    od = odkit.open(BEFORE, AFTER)
    assert codes(od) == [("OD117", str(AFTER))]
    [found] = [each for each in od.findings if each.code == "OD117"]
    assert found.what == "187 of its 222 records are in what was given before it, too"
    assert sum(each.code == "OD102" for each in od.findings) == 187


def test_parts_of_a_domain_that_share_its_top_are_no_two_exports() -> None:
    users = dump([TOP, *(user(f"u{n}", "live.example.com") for n in range(3))])
    hosts = dump([TOP, config("KerberosKDC")])
    assert codes(odkit.open(users, hosts)) == codes(odkit.open(hosts, users)) == []


def test_records_that_stand_twice_in_one_file_are_no_two_exports() -> None:
    one = [user(f"u{n}", "live.example.com") for n in range(3)]
    assert codes(odkit.open(dump([TOP, *one, *one]))) == []


@pytest.mark.parametrize("records", [[TOP], [TOP, user("ann", "live.example.com")]])
def test_a_copy_is(records: list[Entry]) -> None:
    od = odkit.open(dump(records), dump(records))
    assert [each.what for each in od.findings if each.code == "OD117"] == ["all that it holds is in what was given before it, too"]


def test_a_part_that_was_asked_for_again_later_is() -> None:
    one = [user(f"u{n}", "live.example.com") for n in range(3)]
    moved = Entry(one[0].dn, {**one[0].attributes, "apple-user-homeurl": [home_url("other.example.com", "u0", "Homes")]})
    assert codes(odkit.open(dump([TOP, *one]), dump([moved, one[1]]))) == [("OD117", "<bytes>")]


WRITERS: dict[str, Callable[[odkit.Directory, bool], object]] = {
    "purge": lambda od, accept: odkit.plan_purge(od, options=odkit.PurgeOptions(accept_incomplete=accept)),
    "carry": lambda od, accept: odkit.carry(od, to="openldap", accept_incomplete=accept),
    "rewrite": lambda od, accept: plan_rewrite(
        od, "xserve-hq1.medicalmart.example.com", "od.medicalmart.example.com", accept_incomplete=accept
    ),
    "afp": lambda od, accept: plan_smb(od, accept_incomplete=accept),
    "mounts": lambda od, accept: writable_mounts(od, od.mounts.records(), accept_incomplete=accept),
    "profiles": lambda od, accept: profiles(od, accept_incomplete=accept),
    "init": lambda od, accept: first_plan(od, [Path("export.ldif")], accept_incomplete=accept),
}


@pytest.mark.parametrize("accept", [False, True], ids=["", "what is incomplete accepted"])
@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_is_written_from_them(writer: str, accept: bool) -> None:
    with pytest.raises(InputError, match=r"is a second export of the domain .*; give one of them") as caught:
        WRITERS[writer](odkit.open(BEFORE, AFTER), accept)
    assert (caught.value.path, caught.value.reason) == (str(AFTER), InputReason.AMBIGUOUS)
