"""Hosts, verdicts, the plan, its brakes."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

import odkit
from build import REALM as R
from build import SUFFIX, computer, config, inventory, mount, od, plist, tree, user, verdicts
from conftest import MART, each_in_turn
from odkit.errors import UsageError
from odkit.hosts import Verdict, judge_hosts
from odkit.ldif import Entry
from odkit.names import address_of, host_key, is_fqdn, is_label, short_name


class TestNames:
    def test_comparison(self) -> None:
        assert host_key("Old.Example.COM.") == "old.example.com" == host_key(b"OLD.example.com")
        assert host_key("\u212a.example.com") != "k.example.com"  # KELVIN SIGN is no k
        assert host_key("a..") == "a."

    def test_texts_that_are_longer_than_a_name_are_not_kept(self) -> None:
        tracemalloc.start()
        for number in range(200):
            assert host_key(f"{number}" + "A" * 50_000).endswith("a")
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert kept < 1 << 20

    def test_kinds(self) -> None:
        assert [is_fqdn(x) for x in ("a.b", "a", "192.0.2.1", "a b.c", "a.b.", "$(x).b", "::1", "x" * 64 + ".b")] == [
            True, False, False, False, True, False, False, False]  # fmt: skip
        assert (is_label("xserve-1"), is_label("a.b"), is_label("a b")) == (True, False, False)
        assert (address_of("192.0.2.1"), address_of("[::1]"), address_of("a.b")) == ("192.0.2.1", "::1", None)
        assert short_name("A.b.c") == "a"


class TestVerdicts:
    def test_evidence_of_life(self) -> None:
        client = plist({"edu.mit.kerberos": {"realms": {R: {"KDC_List": ["kdc.example.com:88"], "KADM_List": ["adm.example.com"]}}}})
        directory = od(tree(rep_example_com="192.0.2.2"), config("KerberosClient", apple_xmlplist=client), user("ann", "home.example.com"),
                       config("ldapreplicas", apple_ldap_replica=[b"ldap://l1.example.com", b"ldaps://l2.example.com:636", b"192.0.2.2"]))  # fmt: skip
        names = [f"{n}.example.com" for n in ("od", "rep", "kdc", "adm", "home", "l1", "l2")]
        assert verdicts(directory) == dict.fromkeys(sorted(names), "live")
        # hard evidence against a retirement is for a person; a listing yields to it
        found = judge_hosts(directory, retire=names)
        hard = {"od.example.com", "kdc.example.com", "adm.example.com", "home.example.com"}
        assert {h for h, v in found.items() if v.verdict is Verdict.REVIEW} == hard
        assert {h for h, v in found.items() if v.verdict is Verdict.STALE} == set(names) - hard
        assert found["rep.example.com"].listed

    def test_servers_of_the_property_list_in_ldapreplicas(self) -> None:
        """Since 10.7 it gives names and addresses together: a retired replica there is said, and its address is known."""
        value = {"PrimaryMaster": "od.example.com", "IPaddresses": ["192.0.2.1"], "ReplicaName": "Master",
                 "Replicas": [{"ReplicaName": "x.example.com", "IPaddresses": ["192.0.2.2"]}, {"IPaddresses": ["192.0.2.3"]}, "odd"]}  # fmt: skip
        domain = od(config("passwordserver", apple_password_server_location=b"192.0.2.1"),
                    config("ldapreplicas", apple_ldap_replica=[b"ldap://192.0.2.1", b"ldap://192.0.2.2"], apple_xmlplist=plist(value)))  # fmt: skip
        assert verdicts(domain) == {"od.example.com": "live", "x.example.com": "live", "192.0.2.3": "live"}
        plan = odkit.plan_purge(domain, retire=["x.example.com"])
        assert plan.hosts["x.example.com"].verdict is Verdict.STALE
        assert [f.subject for f in plan.findings if f.code == "OD202"] == ["x.example.com"]
        assert verdicts(od(config("ldapreplicas", apple_xmlplist=plist({"Replicas": 7})))) == {}

    @each_in_turn(
        "entry, said",
        [
            (Entry(f"cn=g,cn=groups,{SUFFIX}", {"cn": [b"g"], "apple-group-homeurl": [b"<home_dir><url>afp://x.example.com/G</url></home_dir>"]}),
             "serves the folders of 1 group"),
            (Entry(f"cn=g,cn=computer_groups,{SUFFIX}", {"cn": [b"g"], "apple-group-homeurl": [b"<home_dir><url>afp://x/G</url></home_dir>"]}),
             "serves the folders of 1 group, as x"),
            (Entry(f"uid=a,cn=users,{SUFFIX}", {"uid": [b"a"], "apple-user-mailattribute": [plist({"kMailAccountLocation": "X.example.com."})]}),
             "holds the mail of 1 user"),
            (Entry(f"cn=p,cn=printers,{SUFFIX}", {"cn": [b"p"], "apple-printer-lprhost": [b"x.example.com"]}), "serves the printer p"),
            (Entry(f"automountKey=data,automountMapName=auto_x,cn=automountMap,{SUFFIX}", {"automountKey": [b"data"], "automountInformation": [b"-fstype=nfs x.example.com:/Data"]}),
             "serves the automount entry data"),
            (Entry(f"automountKey=*,automountMapName=auto_x,cn=automountMap,{SUFFIX}", {"automountKey": [b"*"], "automountInformation": [b"-fstype=url afp://;AUTH=x@x.example.com/Data"]}),
             "serves the automount entry *"),
        ],
    )  # fmt: skip
    def test_what_a_host_serves_is_life(self, entry: Entry, said: str) -> None:
        """Homes are not all that people miss on Monday."""
        domain = od(tree(gone=["x.example.com"]), computer("x.example.com$"), entry)
        found = judge_hosts(domain)["x.example.com"]
        assert (found.verdict, found.evidence[0].reason) == (Verdict.LIVE, said)
        assert verdicts(domain, retire=["x.example.com"])["x.example.com"] == "review"

    def test_a_mount_holds_back_what_only_follows_from_a_list(self) -> None:
        """Being decommissioned as a replica does not switch a machine off; who retires a server by name takes its mounts along."""
        domain = od(tree(gone=["x.example.com"]), mount("x.example.com"))
        found = judge_hosts(domain)["x.example.com"]
        assert found.verdict is Verdict.REVIEW
        assert "serves the mount x.example.com:/Homes" in found.why
        assert verdicts(domain, retire=["x.example.com"])["x.example.com"] == "stale"
        assert verdicts(od(mount("y.example.com")))["y.example.com"] == "unknown"  # nothing else says that it lives

    def test_retire_and_keep(self) -> None:
        assert verdicts(od(), retire=["A.example.com."], keep=["b.example.com"]) == {"a.example.com": "stale", "b.example.com": "live"}
        assert verdicts(od(), retire=["a.example.com"], keep=["A.EXAMPLE.COM"]) == {"a.example.com": "review"}
        assert verdicts(od(), retire=["short"]) == {"short": "review"}
        with pytest.raises(UsageError):
            verdicts(od(), retire=["."])

    def test_decommissioned_names(self) -> None:
        assert verdicts(od(tree(gone=["x.example.com"])))["x.example.com"] == "stale"
        assert verdicts(od(tree(gone=["x"]), computer("x$", "x.example.com$")))["x.example.com"] == "stale"
        assert verdicts(od(tree(gone=["x"])))["x"] == "review"
        two = od(tree(gone=["x"]), computer("x.example.com$"), computer("x.example.net$"))
        assert verdicts(two)["x"] == "review"
        assert verdicts(od(tree(gone=["od.example.com"])))["od.example.com"] == "live"
        assert verdicts(od(tree(gone=["rep.example.com"], rep_example_com="192.0.2.2")))["rep.example.com"] == "review"

    def test_servers_of_an_older_export(self) -> None:
        before = od(
            tree("old.example.com", "192.0.2.9", r1_example_com="192.0.2.8"), user("ann", "nas.example.com"), mount("nas2.example.com")
        )
        now = od(tree(), user("ann", "new.example.com"), mount("nas.example.com"), mount("nas2.example.com"))
        found = verdicts(now, before=[before])
        assert found["old.example.com"] == "stale"
        assert found["r1.example.com"] == "stale"
        assert found["nas.example.com"] == "review"  # it still serves a mount
        assert found["nas2.example.com"] == "review"
        assert verdicts(now, before=[before], retire=["nas.example.com"])["nas.example.com"] == "stale"

    def test_a_live_server_known_by_address_only(self) -> None:
        lonely = config("passwordserver", apple_password_server_location=b"192.0.2.1")
        assert verdicts(od(lonely), retire=["x.example.com"])["x.example.com"] == "review"
        assert verdicts(od(lonely), retire=["x.example.com"], addresses={"od.example.com": "192.0.2.1"})["x.example.com"] == "stale"
        elsewhere = computer("x.example.com$", ipHostNumber="192.0.2.7")
        assert verdicts(od(lonely, elsewhere), retire=["x.example.com"])["x.example.com"] == "stale"
        there = computer("x.example.com$", ipHostNumber="192.0.2.1")
        assert verdicts(od(lonely, there), retire=["x.example.com"])["x.example.com"] == "review"

    def test_life_by_short_name_reaches_the_full_name(self) -> None:
        assert verdicts(od(tree("master")), retire=["master.example.com"])["master.example.com"] == "review"
        homes = od(tree(gone=["files.example.com"]), user("ann", "files"))
        assert verdicts(homes)["files.example.com"] == "live"
        assert verdicts(od(tree(gone=["files.example.com"])), keep=["files"])["files.example.com"] == "live"

    def test_addresses_are_given_again(self) -> None:
        client = computer("mac7$", "mac7.example.com$", ipHostNumber="192.0.2.77")
        found = verdicts(od(tree(gone=["192.0.2.77"]), client))
        assert found["mac7.example.com"] == "unknown"
        assert found["192.0.2.77"] == "review"
        assert verdicts(od(tree()), retire=["192.0.2.1."])["od.example.com"] == "review"
        before = od(tree("old.example.com", "192.0.2.9", rep_example_com="192.0.2.2"))
        value = plist({"Parent": {"IP": "192.0.2.1", "DNS": "od.example.com", "Replicas": [{"IP": "192.0.9.2"}]}})
        now = od(config("passwordserver", apple_password_server_list=value))
        assert verdicts(now, before=[before])["rep.example.com"] == "review"

    def test_a_silent_export_proves_nothing(self) -> None:
        before = od(tree("old.example.com", "192.0.2.9"))
        assert verdicts(od(), before=[before])["old.example.com"] == "review"


class TestPrincipals:
    def plan(self, *names: str, **options: Any) -> odkit.PurgePlan:
        directory = od(user("ann", "live.example.com"))
        options = {"retire": ["old.example.com"]} | options
        return odkit.plan_purge(directory, inventory("host/live.example.com", *names), **options)

    def test_the_selector(self) -> None:
        plan = self.plan(
            "host/old.example.com", "HTTP/OLD.example.com.", "ldap/veryold.example.com", "host/old.example.com.evil.org", "kadmin/old.example.com",
            "foo/old.example.com", "host/old", "host/old.example.com/x", "old$", "ann", "ann/admin", "krbtgt/OTHER.EXAMPLE.COM", "other$",
        )  # fmt: skip
        assert [d.text.decode() for d in plan.delete] == [f"host/old.example.com@{R}", f"HTTP/OLD.example.com.@{R}"]
        review = {(d.principal or b"").decode().removesuffix(f"@{R}"): d for d in plan.review}
        assert set(review) == {"foo/old.example.com", "host/old", "host/old.example.com/x", "old$"}
        assert review["old$"].command == f"kadmin.local -r '{R}' -q 'delprinc -force \"old$@{R}\"'"
        assert self.plan("foo/old.example.com", options=odkit.PurgeOptions(services=["foo"])).delete

    def test_every_principal_is_in_exactly_one_list(self) -> None:
        listing = odkit.read_principals(MART / "leftover" / "listprincs.txt")
        plan = odkit.plan_purge(odkit.open(MART / "leftover" / "export.ldif"), listing, retire=(MART / "retired.txt").read_text().split())
        names = [d.text for d in plan.delete] + [
            d.principal for part in (plan.keep, plan.review, plan.refused) for d in part if d.principal
        ]
        assert sorted(names) == sorted(x.text for x in listing.listed)
        assert len(plan.delete) == 133
        expected = json.loads((MART / "expected.json").read_text())
        assert [d.text.decode() for d in plan.delete] == expected["delete"]
        records = [{k: v for k, v in r.as_json().items() if k != "dscl"} for r in plan.records]
        assert sorted(records, key=lambda r: sorted(r.items())) == expected["records"]

    def test_other_realms_are_kept(self) -> None:
        text = f"K/M@{R}\nkrbtgt/{R}@{R}\nhost/live.example.com@{R}\nhost/old.example.com@{R}\nhost/old.example.com@other.COM\n"
        text += f"afpserver/LKDC:SHA1.00@LKDC:SHA1.00\nldap/old.example.com@{R.lower()}\nldap/old.example.com@{R}.\n"  # realms tell case
        plan = odkit.plan_purge(od(user("a", "live.example.com")), odkit.read_principals(text.encode()), retire=["old.example.com"])
        assert [d.text for d in plan.delete] == [f"host/old.example.com@{R}".encode()]

    def test_without_evidence_nothing(self) -> None:
        plan = self.plan("host/old.example.com", retire=())
        assert plan.empty
        assert plan.hosts["old.example.com"].verdict is Verdict.UNKNOWN
        assert "OD203" in {f.code for f in plan.findings}

    def test_without_an_inventory_candidates(self) -> None:
        plan = odkit.plan_purge(od(user("ann", "live.example.com")), retire=["Old.example.com"])
        assert not plan.delete
        assert f"host/old.example.com@{R}".encode() in plan.candidates
        assert len(plan.candidates) == 22
        more = odkit.plan_purge(
            od(user("a", "live.example.com")),
            retire=["old.example.com"],
            options=odkit.PurgeOptions(services=["kadmin", "krbtgt", "changepw"]),
        )
        assert more.candidates == plan.candidates

    def test_a_misspelt_host_is_said(self) -> None:
        plan = self.plan("host/old.example.com", retire=["olld.example.com", "old.example.com"])
        assert [f.subject for f in plan.findings if f.code == "OD204"] == ["olld.example.com"]
