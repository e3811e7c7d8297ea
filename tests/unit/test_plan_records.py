"""What a plan does with records: computers, mounts and memberships that go, and what is left to a person."""

from __future__ import annotations

from typing import Any

import pytest

import odkit
from build import REALM as R
from build import SLOT, SUFFIX, computer, mount, od, user, with_slot
from conftest import each_in_turn
from odkit.hosts import Verdict, judge_hosts
from odkit.ldif import Entry, dump


class TestRecords:
    def changes(self, *entries: Entry, **options: Any) -> tuple[list[str], list[str]]:
        options = {"retire": ["old.example.com"]} | options
        plan = odkit.plan_purge(od(*entries), **options)
        done = [f"{c.entry.dn.partition(',')[0]} {c.attribute or ''} {(c.value or b'').decode()}".strip() for c in plan.records]
        return done, [f"{(d.record or '').partition(',')[0]}: {d.reason}" for d in plan.review if d.record]

    def test_siblings_by_description(self) -> None:
        done, review = self.changes(
            computer("old$", description="old.example.com$,LKDC:SHA1.AB$"),
            computer("old.example.com$"),
            computer("LKDC:SHA1.AB$"),
            computer("older$"),
        )
        assert done == ["cn=old$", "cn=old.example.com$", "cn=LKDC:SHA1.AB$"]
        assert not review

    def test_siblings_by_hardware(self) -> None:
        mac = {"macAddress": "00:00:00:00:00:01"}
        done, _ = self.changes(computer("old$", **mac), computer("old.example.com$", **mac), computer("LKDC:SHA1.AB$", **mac))
        assert done == ["cn=old$", "cn=old.example.com$", "cn=LKDC:SHA1.AB$"]

    @pytest.mark.parametrize(
        ("own", "others"),
        [
            ("live.example.com$,live$", [computer("live.example.com$", description="live$,LKDC:SHA1.AB$")]),
            ("old.example.com$,old$", [computer("live.example.com$", description="live$,LKDC:SHA1.AB$")]),
            ("", [computer("live$", description="LKDC:SHA1.AB$")]),
            ("live.example.com$", []),
            ("live$", []),
        ],
    )
    def test_an_lkdc_record_that_two_machines_claim_is_for_a_person(self, own: str, others: list[Entry]) -> None:
        """Disks that were cloned carry the same Local KDC."""
        mine = computer("old.example.com$", description="old$,LKDC:SHA1.AB$")
        shared = computer("LKDC:SHA1.AB$", **({"description": own} if own else {}))
        done, review = self.changes(mine, computer("old$", description="old.example.com$,LKDC:SHA1.AB$"), shared, *others)
        assert done == ["cn=old.example.com$", "cn=old$"]
        assert len(review) == 1
        assert review[0].startswith("cn=LKDC:SHA1.AB$: two machines claim it: the stale host old.example.com and live")

    @pytest.mark.parametrize("mark", ["macAddress", "apple-hwuuid"])
    @pytest.mark.parametrize("name", ["new.example.com$", "new$", "lab12$"])
    def test_hardware_that_lives_under_another_name_takes_no_record_along(self, mark: str, name: str) -> None:
        """Clients are found by their Ethernet address or UUID: a record that bears that of a live machine may be the one it uses."""
        mine = {mark: "00:00:00:00:00:0A"}
        done, review = self.changes(computer("old.example.com$", "old$", **mine), computer("LKDC:SHA1.AB$", description="old.example.com$"),
                                    computer(name, **{mark: "00:00:00:00:00:0a"}))  # fmt: skip
        assert done == []
        why = f"belongs to the stale host old.example.com, but {name} carries the same hardware address"
        assert review == [f"cn=old.example.com$: {why}", f"cn=LKDC:SHA1.AB$: {why}"]

    def test_hardware_of_two_retired_hosts_goes_with_both(self) -> None:
        mine = {"macAddress": "00:00:00:00:00:01"}
        two = (computer("old.example.com$", **mine), computer("older.example.com$", **mine))
        assert self.changes(*two, retire=["old.example.com", "older.example.com"])[0] == ["cn=old.example.com$", "cn=older.example.com$"]

    def test_a_record_with_a_name_of_somebody_else_is_for_a_person(self) -> None:
        mac = {"macAddress": "00:00:00:00:00:01"}
        _, review = self.changes(computer("old.example.com$", **mac), computer("lab12$", "LKDC:SHA1.BB$", **mac))
        assert "cn=lab12$: belongs to the stale host old.example.com and to lab12" in review

    def test_a_description_that_names_a_live_machine_keeps_its_record(self) -> None:
        done, review = self.changes(computer("old.example.com$", description="live$"), computer("live$"))
        assert done == []
        assert review == [
            "cn=old.example.com$: two machines claim it: the stale host old.example.com and live",
            "cn=live$: belongs to the stale host old.example.com and to live",
        ]
        done, review = self.changes(computer("old.example.com$"), computer("live.example.com$", description="old.example.com$"))
        assert done == []
        assert review[0] == "cn=old.example.com$: two machines claim it: the stale host old.example.com and live.example.com$"

    def test_the_description_of_one_record_does_not_choose_what_goes(self) -> None:
        """A machine has one Local KDC: of several that its record names, none goes on that word alone."""
        done, review = self.changes(
            computer("old.example.com$", description="LKDC:SHA1.AB$,LKDC:SHA1.CD$"), computer("LKDC:SHA1.AB$"), computer("LKDC:SHA1.CD$", description="old.example.com$")
        )  # fmt: skip
        assert done == ["cn=old.example.com$", "cn=LKDC:SHA1.CD$"]
        assert len(review) == 1
        assert "name more than one Local KDC" in review[0]

    def test_a_slot_that_a_live_computer_carries_stays(self) -> None:
        slot = ";ApplePasswordServer;0x" + "ab" * 16 + ",1024 35 1 root@h:192.0.2.1"
        plan = odkit.plan_purge(od(computer("old.example.com$", authAuthority=slot), computer("new.example.com$", authAuthority=slot)), retire=["old.example.com"])  # fmt: skip
        assert not plan.slots
        assert any("the slot must stay" in d.reason for d in plan.review)

    def test_a_guid_or_name_that_somebody_else_bears(self) -> None:
        guid = "AAAAAAAA-0000-4000-8000-000000000001"
        members = {"cn": [b"g"], "memberUid": [b"old"], "apple-group-memberguid": [guid.encode()]}
        entries = [computer("old.example.com$", "old", apple_generateduid=guid), computer("live9$", apple_generateduid=guid)]
        second = Entry(f"uid=ann,cn=users,{SUFFIX}", {"uid": [b"ann", b"old"]})
        done, _ = self.changes(*entries, second, Entry(f"cn=g,cn=groups,{SUFFIX}", members))
        assert done == ["cn=old.example.com$"]

    def test_one_record_with_several_names(self) -> None:
        done, _ = self.changes(computer("old$", "old.example.com$", "LKDC:SHA1.AB$"))
        assert done == ["cn=old$"]
        done, review = self.changes(computer("old.example.com$", "live.example.com$"))
        assert not done
        assert review == ["cn=old.example.com$: belongs to the stale host old.example.com and to live.example.com"]

    def test_a_short_name_alone_is_for_a_person(self) -> None:
        done, review = self.changes(computer("old$"))
        assert not done
        assert "nothing else ties it to that host" in review[0]
        done, _ = self.changes(computer("old$", apple_realname="old.example.com"))
        assert done == ["cn=old$"]
        done, review = self.changes(computer("old$", apple_realname="old.example.net"))
        assert (done, review) == ([], [])

    def test_memberships(self) -> None:
        guid = "AAAAAAAA-0000-4000-8000-000000000001"
        lists = Entry(f"cn=l,cn=computer_lists,{SUFFIX}", {"cn": [b"l"], "apple-computers": [b"OLD.example.com$", b"x$", b"old$"]})
        values = {"cn": [b"g"], "memberUid": [b"old.example.com$", b"ann"], "apple-group-memberguid": [guid.lower().encode(), b"B"]}
        groups = [Entry(f"cn=g,cn={kind},{SUFFIX}", values) for kind in ("groups", "computer_groups")]
        done, review = self.changes(computer("old.example.com$", apple_generateduid=guid), lists, *groups)
        member = ["cn=g memberUid old.example.com$", f"cn=g apple-group-memberguid {guid.lower()}"]
        assert done == ["cn=l apple-computers OLD.example.com$", *member, *member, "cn=old.example.com$"]
        assert review == ["cn=l: apple-computers names old$, which has no record: perhaps the stale host old.example.com"]
        # the record has gone before: its full name is proof, its GUID is not
        done, _ = self.changes(lists, *groups)
        assert done == ["cn=l apple-computers OLD.example.com$", "cn=g memberUid old.example.com$", "cn=g memberUid old.example.com$"]

    def test_mounts(self) -> None:
        assert self.changes(mount("OLD.example.com"))[0] == ["cn=OLD.example.com:/Homes"]
        url = Entry(
            f"cn=old.example.com:/S,cn=mounts,{SUFFIX}",
            {"cn": [b"old.example.com:/S"], "mountOption": [b"net", b"url==afp://;AUTH=x@new.example.com/S"]},
        )
        done, review = self.changes(url)
        assert not done
        assert review == ["cn=old.example.com:/S: names the stale host old.example.com and new.example.com"]
        done, review = self.changes(mount("old.example.com"), user("ann", "old.example.com"))
        assert not done
        assert "needs a decision" in review[0]

    @each_in_turn(
        "directory, home, holds",
        [
            ("/Homes", "/Homes/ann", True),
            ("/Homes/", "/Homes/staff/ann", True),
            ("/homes", "/Homes//ann/", True),  # most volumes of Macs do not tell case
            ("/Homes", "/Homes", True),
            ("/Homes", "/HomesToo/ann", False),
            ("/Homes", "99", False),
            ("/Network/Servers/", "/Network/Servers/new.example.com/Homes/ann", False),  # it names its server itself
            ("", "/Homes/ann", False),
        ],
    )
    def test_a_home_below_the_directory_of_a_mount_keeps_its_server(self, directory: str, home: str, holds: bool) -> None:
        share = mount("old.example.com")
        share.attributes["mountDirectory"] = [directory.encode()]
        person = Entry(f"uid=ann,cn=users,{SUFFIX}", {"uid": [b"ann"], "homeDirectory;lang-en": [home.encode()]})
        done, review = self.changes(share, person)
        assert bool(done) is not holds
        assert review == (["cn=old.example.com:/Homes: old.example.com needs a decision"] if holds else [])
        found = judge_hosts(od(share, person), retire=["old.example.com"])["old.example.com"]
        assert (found.verdict is Verdict.REVIEW) is holds
        if holds:
            assert "serves the mount of " in found.why
            assert ", with 1 home on it" in found.why

    def test_a_group_folder_keeps_a_mount(self) -> None:
        home = b"<home_dir><url>afp://old.example.com/G</url><path>g</path></home_dir>"
        done, review = self.changes(
            mount("old.example.com"), Entry(f"cn=g,cn=groups,{SUFFIX}", {"cn": [b"g"], "apple-group-homeurl": [home]})
        )
        assert not done
        assert review == ["cn=old.example.com:/Homes: old.example.com needs a decision"]
        found = judge_hosts(
            od(Entry(f"cn=g,cn=groups,{SUFFIX}", {"cn": [b"g"], "apple-group-homeurl": [home]})), retire=["old.example.com"]
        )
        assert found["old.example.com"].why.startswith("serves the folders of 1 group (")

    def test_slots_that_a_script_deletes_are_no_decision(self) -> None:
        slot = ";ApplePasswordServer;0x" + "ab" * 16 + ",1024 35 1 root@h:192.0.2.1"
        plan = odkit.plan_purge(od(computer("old.example.com$", authAuthority=slot)), retire=["old.example.com"])
        assert (plan.review, plan.refused) == ((), ())
        assert plan.as_json()["slots"] == [{"slot": "0x" + "ab" * 16, "record": f"cn=old.example.com$,cn=computers,{SUFFIX}"}]
        hostile = ";ApplePasswordServer;0x1;rm -rf /,1"
        plan = odkit.plan_purge(od(computer("old.example.com$", authAuthority=hostile)), retire=["old.example.com"])
        assert all(";" not in (d.command or "") for d in plan.review)

    @pytest.mark.parametrize("name", ["old.example.com$\\", "a/b", "..", "a%b"])
    def test_what_dscl_cannot_be_given_is_refused(self, name: str) -> None:
        entry = computer("old.example.com$" if name == ".." else name, apple_realname="old.example.com")
        if name == "..":
            entry.attributes["cn"] = [b".."]
        entry = Entry(f"cn=x,cn=computers,{SUFFIX}", entry.attributes)
        plan = odkit.plan_purge(od(entry), retire=["old.example.com"])
        assert not plan.records
        assert len(plan.refused) == 1

    @pytest.mark.parametrize("line", ["jpegPhoto:< file:///tmp/photo", "description:< file:///tmp/x"])
    def test_what_could_not_be_put_back_is_refused(self, line: str) -> None:
        """A value that is named by a URL is in no file of the way back."""
        export = dump([computer("live.example.com$"), computer("old.example.com$"), mount("old.example.com")])
        for whole in (export, export.replace(b"cn: old.example.com$\n", b"cn: old.example.com$\n" + line.encode() + b"\n")):
            plan = odkit.plan_purge(odkit.open(whole), retire=["old.example.com"], realm=R)
            gone = [change.entry.dn.partition(",")[0] for change in plan.records]
            refused = [(each.record or "").partition(",")[0] for each in plan.refused]
            assert "cn=old.example.com:/Homes" in gone
            assert ("cn=old.example.com$" in gone, refused) == ((True, []) if whole == export else (False, ["cn=old.example.com$"]))
        assert "so that the record could not be put back" in plan.refused[0].reason


def test_a_slot_that_a_live_record_carries_too_stays() -> None:
    names = f"krbtgt/{R}@{R}\nhost/old.example.com@{R}\nhost/live.example.com@{R}\n".encode()
    both = od(with_slot("old.example.com"), with_slot("live.example.com"))
    stays = ["live.example.com"]
    plan = odkit.plan_purge(both, odkit.read_principals(names), retire=["old.example.com"], keep=stays, realm=R)
    assert not plan.slots
    assert any("which stays; the slot must stay" in d.reason and d.command is None for d in plan.review)
    one = od(with_slot("old.example.com"))
    alone = odkit.plan_purge(one, odkit.read_principals(names), retire=["old.example.com"], keep=stays, realm=R)
    assert [each.slot for each in alone.slots] == [SLOT]
