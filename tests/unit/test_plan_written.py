"""What is written for a plan: the same bytes for the same input, and nothing over somebody's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from build import REALM as R
from build import SUFFIX, computer, config, inventory, od, tree, user, verdicts
from conftest import MART
from odkit.errors import BrakeError, InputError, UsageError
from odkit.ldif import Entry, dump
from odkit.purge.bundle import read_plan_id


class TestNamesThatAreMeant:
    @pytest.mark.parametrize(
        "name",
        [
            "http://old.example.com/",
            "old.example.com,new.example.com",
            "old.example.com new.example.com",
            "host/old.example.com",
            "a@b.c",
            "old:22",
            "-",
        ],
    )
    @pytest.mark.parametrize("option", ["retire", "keep"])
    def test_what_is_no_name_of_one_host_is_an_error(self, option: str, name: str) -> None:
        with pytest.raises(UsageError, match="not the name of one host"):
            verdicts(od(), **{option: [name]})

    def test_a_short_name_puts_every_full_name_that_it_can_mean_under_review(self) -> None:
        listed = inventory("host/od.example.com", "host/old.example.com", "host/old.example.net", "host/older.example.com")
        plan = odkit.plan_purge(od(tree()), listed, retire=["old"])
        assert not plan.delete
        assert {d.principal for d in plan.review} == {f"host/old.example.{top}@{R}".encode() for top in ("com", "net")}

    @pytest.mark.parametrize(
        ("retired", "principal", "why"),
        [
            ("old.example.com", "host/192.0.2.5", "an address; perhaps the stale host old.example.com"),
            ("old.example.com", "host/old", "a short name; perhaps the stale host old.example.com"),
            ("xn--bro-hoa.example.com", "host/b\u00fcro.example.com", "the other form of an internationalised name"),
            ("b\u00fcro.example.com", "host/xn--bro-hoa.example.com", "the other form of an internationalised name"),
        ],
    )
    def test_other_forms_of_a_retired_name_are_for_a_person(self, retired: str, principal: str, why: str) -> None:
        """Nothing is passed over: what may be the same machine is no silent keep."""
        domain = od(tree(), computer("old.example.com$", ipHostNumber="192.0.2.5"))
        plan = odkit.plan_purge(domain, inventory("host/od.example.com", principal), retire=[retired])
        assert [(d.principal, d.reason.startswith(why)) for d in plan.review if d.principal] == [(f"{principal}@{R}".encode(), True)]

    def test_a_retired_name_that_nothing_bears_is_said(self) -> None:
        plan = odkit.plan_purge(od(tree()), inventory("host/od.example.com"), retire=["nosuch.example.com", "nosuch"])
        assert plan.unmatched == ["nosuch", "nosuch.example.com"]
        assert [f.subject for f in plan.findings if f.code == "OD204"] == plan.unmatched
        # without a list of the KDC nothing is known about principals, but a name that no input has is still misspelt
        domain = od(tree(gone=["gone.example.com"]))
        assert odkit.plan_purge(domain, retire=["gone.example.com", "nosuch.example.com"]).unmatched == ["nosuch.example.com"]


class TestDeterminism:
    def test_same_inputs_same_plan(self, tmp_path: Path, retired: list[str]) -> None:
        texts: list[dict[Path, bytes]] = []
        for _ in range(2):
            directory = odkit.open(MART / "leftover" / "export.ldif")
            names = odkit.read_principals(MART / "leftover" / "listprincs.txt")
            plan = odkit.plan_purge(directory, names, retire=retired)
            folder = tmp_path / str(len(texts))
            odkit.write_plan(plan, folder, target="10.5")
            texts.append({p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()})
        assert texts[0] == texts[1]

    @given(st.permutations(["a.example.com", "b.example.com", "c.example.com"]))
    def test_the_order_of_retired_names_says_nothing(self, order: list[str]) -> None:
        names = inventory("host/live.example.com", *(f"host/{h}" for h in sorted(order)))
        plan = odkit.plan_purge(od(user("ann", "live.example.com")), names, retire=order)
        assert [d.host for d in plan.delete] == sorted(order)


class TestWriting:
    def test_targets(self, tmp_path: Path) -> None:
        plan = odkit.plan_purge(od(), retire=["old.example.com"])
        with pytest.raises(BrakeError, match="give the export of cn=authdata"):
            odkit.write_plan(plan, tmp_path / "x", target="10.7+")
        with pytest.raises(UsageError):
            odkit.write_plan(plan, tmp_path / "x", target="10.3")
        assert not (tmp_path / "x").exists()

    def test_an_empty_plan_clears_yesterdays_scripts(self, tmp_path: Path) -> None:
        folder = tmp_path / "purge"
        odkit.write_plan(odkit.plan_purge(od(computer("old.example.com$")), retire=["old.example.com"]), folder, target="10.5")
        assert (folder / "delete-records.sh").exists()
        odkit.write_plan(odkit.plan_purge(od()), folder, target="10.5", force=True)
        assert sorted(p.name for p in folder.iterdir()) == ["ODKIT-FILES", "PLAN.txt", "plan.json"]

    def test_secrets_stand_in_restore_only(self, tmp_path: Path) -> None:
        entry = computer("old.example.com$", userPassword="hunter2-canary", apple_keyword="open")
        odkit.write_plan(odkit.plan_purge(od(entry), retire=["old.example.com"]), tmp_path / "p", target="10.5")
        holding = [
            p.name for p in (tmp_path / "p").rglob("*") if p.is_file() and (b"hunter2" in p.read_bytes() or b"aHVudGVyMi" in p.read_bytes())
        ]
        assert holding == ["restore-records.ldif"]
        restore = tmp_path / "p" / "restore" / "restore-records.ldif"
        assert restore.read_bytes().startswith(b"# SECRET: ")
        assert restore.stat().st_mode & 0o777 == 0o600


class TestWhichPlanScriptsBelongTo:
    def test_the_folder_says_it(self, tmp_path: Path) -> None:
        plan = odkit.plan_purge(od(computer("old.example.com$")), retire=["old.example.com"])
        odkit.write_plan(plan, tmp_path / "p", target="10.5")
        assert read_plan_id(tmp_path / "p") == plan.id

    def test_a_folder_without_a_plan_says_nothing(self, tmp_path: Path) -> None:
        assert read_plan_id(tmp_path) is None
        assert read_plan_id(tmp_path / "nowhere") is None

    @pytest.mark.parametrize(
        "data", [b"", b"{", b"[]", b'"id"', b"{}", b'{"id": 7}', b'{"id": {}}', b"\xff\xfe", b'{"id": ' + b"[" * 5000, b"1" * 5000]
    )
    def test_a_damaged_one_is_named_and_not_passed_over(self, data: bytes, tmp_path: Path) -> None:
        (tmp_path / "plan.json").write_bytes(data)
        with pytest.raises(InputError, match=r"plan\.json: is cut or damaged"):
            read_plan_id(tmp_path)

    def test_nor_one_that_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "plan.json").mkdir()
        with pytest.raises(InputError, match=r"plan\.json: cannot be read: Is a directory"):
            read_plan_id(tmp_path)


class TestWhatReviewFound:
    def test_a_user_named_like_the_retired_host_stays_in_his_groups(self) -> None:
        person = Entry(f"uid=old.example.com,cn=users,{SUFFIX}", {"uid": [b"old.example.com"]})
        group = Entry(f"cn=g,cn=groups,{SUFFIX}", {"cn": [b"g"], "memberUid": [b"old.example.com"]})
        plan = odkit.plan_purge(od(computer("old.example.com$"), person, group), retire=["old.example.com"])
        assert [(c.kind, c.attribute) for c in plan.records] == [("Computers", None)]

    def test_a_home_that_cannot_be_read_is_damage(self) -> None:
        data = dump(
            [Entry(SUFFIX, {"dc": [b"example"]}), config("KerberosKDC", apple_config_realname=R.encode()), computer("old.example.com$")]
        )
        data += f"dn: uid=ann,cn=users,{SUFFIX}\nuid: ann\nhomeDirectory:< file:///x\n\n".encode()
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(data), retire=["old.example.com"])
