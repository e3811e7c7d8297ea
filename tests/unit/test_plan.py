"""Hosts, verdicts, the plan, its brakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build_authdata as lion
import odkit
from build import HEAD, SLOT, SUFFIX, authority, computer, config, inventory, mount, od, plist, tree, user
from build import REALM as R
from conftest import MART
from odkit.errors import BrakeError, InputError, RefusedError, UsageError
from odkit.hosts import Verdict, judge_hosts
from odkit.kerberos.kdclog import read_kdc_log
from odkit.ldif import Entry, dump
from odkit.names import address_of, host_key, is_fqdn, is_label, short_name


def with_slot(name: str) -> Entry:
    return computer(f"{name}$", authAuthority=authority(), apple_generateduid=name)


def verdicts(directory: odkit.Directory, **options: Any) -> dict[str, str]:
    return {h: v.verdict.value for h, v in judge_hosts(directory, **options).items()}


class TestNames:
    def test_comparison(self) -> None:
        assert host_key("Old.Example.COM.") == "old.example.com" == host_key(b"OLD.example.com")
        assert host_key("\u212a.example.com") != "k.example.com"  # KELVIN SIGN is no k
        assert host_key("a..") == "a."

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

    @pytest.mark.parametrize(
        ("entry", "said"),
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
        text += "afpserver/LKDC:SHA1.00@LKDC:SHA1.00\n"
        plan = odkit.plan_purge(od(user("a", "live.example.com")), odkit.read_principals(text.encode()), retire=["old.example.com"])
        assert len(plan.delete) == 1

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


class TestBrakes:
    def test_no_krbtgt(self) -> None:
        names = odkit.read_principals(f"K/M@{R}\nhost/old.example.com@{R}\n".encode())
        with pytest.raises(BrakeError, match="no krbtgt"):
            odkit.plan_purge(od(), names, retire=["old.example.com"])

    def test_no_live_host_left(self) -> None:
        with pytest.raises(BrakeError, match="leaves none of a host that is known to be live"):
            odkit.plan_purge(od(), inventory("host/old.example.com", "host/other.example.com"), retire=["old.example.com"])
        assert odkit.plan_purge(
            od(), inventory("host/old.example.com"), retire=["old.example.com"], options=odkit.PurgeOptions(allow_large=True)
        ).delete

    def test_a_fifth_on_inference_alone(self) -> None:
        directory = od(tree(gone=["x.example.com"]))
        names = [f"{s}/od.example.com" for s in ("host", "ldap", "cifs")]
        with pytest.raises(BrakeError, match="1 of 4 host principals"):
            odkit.plan_purge(directory, inventory("host/x.example.com", *names))
        assert odkit.plan_purge(directory, inventory("host/x.example.com", *names, "afpserver/od.example.com")).delete
        assert odkit.plan_purge(directory, inventory("host/x.example.com", *names), retire=["x.example.com"]).delete

    def test_incomplete(self) -> None:
        data = dump([user("ann", "live.example.com")])[:-5]
        with pytest.raises(InputError, match="incomplete"):
            odkit.plan_purge(odkit.open(data), retire=["x.example.com"])
        assert odkit.plan_purge(
            odkit.open(data), retire=["x.example.com"], realm=R, options=odkit.PurgeOptions(accept_incomplete=True)
        ).candidates

    def test_only_the_planned_realm_counts(self) -> None:
        text = f"krbtgt/FOO@FOO\nhost/live.example.com@FOO\nhost/old.example.com@{R}\n"
        with pytest.raises(BrakeError, match="no krbtgt principal of its realm"):
            odkit.plan_purge(od(user("a", "live.example.com")), odkit.read_principals(text.encode()), retire=["old.example.com"])
        names = odkit.read_principals((text + f"krbtgt/{R}@{R}\n").encode())
        with pytest.raises(BrakeError, match="leaves none"):
            odkit.plan_purge(od(user("a", "live.example.com")), names, retire=["old.example.com"])

    @pytest.mark.parametrize(
        "damage", ["apple-password-server-list: <plist>", "apple-password-server-list:< file:///x", "no colon", "cn:: !"]
    )
    def test_a_damaged_export(self, damage: str) -> None:
        data = dump([user("ann", "live.example.com")])
        data += f"dn: cn=passwordserver,cn=config,{SUFFIX}\ncn: passwordserver\n{damage}\n\n".encode()
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(data), before=[od(tree("old.example.com"))], realm=R)
        assert odkit.plan_purge(odkit.open(data), realm=R, options=odkit.PurgeOptions(accept_incomplete=True)).empty

    @pytest.mark.parametrize(
        "dn",
        [
            "cn=passwordserver,cn=config,dc=example,dc=com",
            "cn=passwordserver, cn=config, dc=example, dc=com",
            "cn=passwordserver ,CN = Config,dc=example,dc=com",
            "cn=passwordserver;cn=config;dc=example;dc=com",
            "cn=passwordserver,cn=\\63onfig,dc=example,dc=com",
            'cn="passwordserver",cn="config",dc=example,dc=com',
        ],
    )
    @pytest.mark.parametrize("damage", ["apple-password-server-list:< file:///x", "apple-password-server-list: <plist><dict></plist>"])
    def test_an_unreadable_list_of_servers_is_damage_in_every_spelling_of_its_name(self, dn: str, damage: str) -> None:
        data = dump([user("ann", "live.example.com")]) + f"dn: {dn}\ncn: passwordserver\n{damage}\n\n".encode()
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(data), retire=["m1.example.com"], realm=R)

    def test_an_unread_value_of_a_record_whose_name_is_no_dn_may_be_a_list_of_servers(self) -> None:
        data = dump([user("ann", "live.example.com")]) + b"dn: cn=passwordserver,cn=config,dc\napple-password-server-list:< file:///x\n\n"
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(data), retire=["m1.example.com"], realm=R)

    @pytest.mark.parametrize("blank", ["", " "])
    def test_a_blank_in_a_name_does_not_let_a_live_master_go(self, blank: str) -> None:
        members = tree("m1.example.com", "192.0.2.1", m2_example_com="192.0.2.2")
        machines = [computer(f"{name}$", f"{name}.example.com$") for name in ("m1", "m2")]
        replicas = config("ldapreplicas", apple_ldap_replica=b"ldap://m2.example.com")
        after = dump([Entry(SUFFIX, {"dc": [b"example"]}), replicas, *machines])
        after += f"dn: cn=passwordserver,{blank}cn=config,{SUFFIX}\napple-password-server-list: <plist><dict></plist>\n\n".encode()
        names = inventory(*(f"{service}/m{n}.example.com" for service in ("host", "ldap") for n in range(1, 7)))
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(after), names, realm=R, before=[od(members, *machines)])

    @pytest.mark.parametrize(
        ("line", "damaged"),
        [
            ("jpegPhoto:< file:///tmp/photo", False),
            ("jpegPhoto:< file:///tmp/homeDirectory/photo", False),
            ("jpegPhoto:< file:///tmp/apple-user-homeurl", False),
            ("homeDirectory:< file:///tmp/photo", True),
            ("HOMEDIRECTORY;lang-en:< file:///tmp/photo", True),
            ("apple-user-homeurl:< file:///tmp/x", True),
        ],
    )
    def test_only_the_attribute_says_whether_an_unread_value_names_a_server(self, line: str, damaged: bool) -> None:
        data = (
            dump([config("KerberosKDC"), user("ann", "live.example.com")]) + f"dn: uid=bob,cn=users,{SUFFIX}\nuid: bob\n{line}\n\n".encode()
        )
        export = odkit.open(data)
        if damaged:
            with pytest.raises(InputError, match="the export is damaged"):
                odkit.plan_purge(export, retire=["x.example.com"], realm=R)
        else:
            assert odkit.plan_purge(export, retire=["x.example.com"], realm=R).hosts

    def test_values_that_cannot_be_meant(self) -> None:
        with pytest.raises(UsageError):
            odkit.plan_purge(od(), realm="\ud800")
        with pytest.raises(UsageError):
            odkit.PurgeOptions(services=["\ud800"])
        with pytest.raises(UsageError):
            odkit.PurgeOptions(addresses={"x": "nonsense"})
        with pytest.raises(RefusedError):
            odkit.plan_purge(od(), realm="")
        for bad in ("a\0b", "a\ud800"):
            with pytest.raises(InputError):
                odkit.open(bad)
            with pytest.raises(InputError):
                odkit.read_principals(bad)
            with pytest.raises(RefusedError):
                odkit.write_plan(odkit.plan_purge(od()), bad, target="10.5")

    def test_realms(self) -> None:
        with pytest.raises(UsageError, match="names no Kerberos realm"):
            odkit.plan_purge(odkit.open(dump([user("ann", "x.example.com")])), inventory())
        with pytest.raises(UsageError, match="Local KDC"):
            odkit.plan_purge(od(), realm="LKDC:SHA1.00")
        for realm in ("a b", "a@b", "a/b", "a\\b", "a\nb", "a'\x07"):
            with pytest.raises(RefusedError):
                odkit.plan_purge(od(), realm=realm)
        for name in ("", "a/b", "a@b"):
            with pytest.raises(UsageError):
                odkit.PurgeOptions(services=[name])


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

    @pytest.mark.parametrize(
        ("directory", "home", "holds"),
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


class TestACutExport:
    """A file of slapcat that is cut at the end of a record looks like a whole one; what else is known tells."""

    def test_an_inventory_of_users_against_an_export_with_none(self) -> None:
        people = [f"user{n}" for n in range(5)]
        listed = inventory("host/od.example.com", "host/old.example.com", *people)
        with pytest.raises(
            BrakeError, match=r"holds no user, and .* lists 5: it may be cut behind its last record \(3 records, the last one cn=password"
        ):
            odkit.plan_purge(od(tree()), listed, retire=["old.example.com"])
        accepted = odkit.PurgeOptions(accept_incomplete=True)
        assert odkit.plan_purge(od(tree()), listed, retire=["old.example.com"], options=accepted).delete
        assert odkit.plan_purge(od(tree(), user("user1", "od.example.com")), listed, retire=["old.example.com"]).delete
        few = inventory("host/od.example.com", "host/old.example.com", *people[1:])
        assert odkit.plan_purge(od(tree()), few, retire=["old.example.com"]).delete

    def test_users_and_no_servers(self) -> None:
        export = odkit.open(dump([Entry(SUFFIX, {"dc": [b"example"]}), user("ann", "od.example.com")]))
        with pytest.raises(BrakeError, match="holds 1 user and nothing below cn=config"):
            odkit.plan_purge(export, realm=R, retire=["old.example.com"])


class TestOlderExports:
    """An export of another company says nothing about this one's servers."""

    @staticmethod
    def older(suffix: str = SUFFIX, realm: str = R) -> odkit.Directory:
        kdc = {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [realm.encode()]}
        return odkit.open(dump([Entry(suffix, {"dc": [b"x"]}), Entry(f"cn=KerberosKDC,cn=config,{suffix}", kdc)]))

    @pytest.mark.parametrize(
        ("suffix", "realm", "what"),
        [("dc=other,dc=com", R, "suffix"), (SUFFIX, "OTHER.EXAMPLE.COM", "realm"), (SUFFIX, R.lower(), "realm")],
    )
    def test_one_of_another_domain_is_an_error(self, suffix: str, realm: str, what: str) -> None:
        older = self.older(suffix, realm)
        with pytest.raises(UsageError, match=f"of another domain: its {what} is .*--former-realm"):
            odkit.plan_purge(od(tree()), before=[older])
        if realm != R:
            odkit.plan_purge(od(tree()), before=[older], options=odkit.PurgeOptions(former_realms=(realm,)))

    def test_the_same_export_twice_is_an_error(self) -> None:
        now = od(tree())
        with pytest.raises(UsageError, match="is the export itself"):
            odkit.plan_purge(now, before=[od(tree())])
        data = dump([Entry(SUFFIX, {"dc": [b"x"]}), config("KerberosKDC", apple_config_realname=R.encode())])
        with pytest.raises(UsageError, match="is given twice"):
            odkit.plan_purge(odkit.open(data, data))


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


class TestSeveralInventories:
    LISTED = MART / "leftover" / "listprincs.txt"

    def keytab(self, *hosts: str) -> odkit.Inventory:
        lines = [f"   1 host/{host}@MEDICALMART.EXAMPLE.COM\n" for host in hosts]
        return odkit.read_principals(f"Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n----\n{''.join(lines)}".encode())

    def test_inference_alone_leaves_what_a_live_host_holds(self, retired: list[str]) -> None:
        """A name whose key stands in a live host's keytab is deleted only when somebody names that host."""
        od, before = (odkit.open(MART / stage / "export.ldif") for stage in ("leftover", "before"))
        listed = odkit.read_principals(self.LISTED)
        inferred = odkit.plan_purge(od, listed, before=[before], options=odkit.PurgeOptions(allow_large=True))
        host = inferred.delete[0].host
        live = next(v.host for v in inferred.hosts.values() if v.verdict == "live")
        keytab = self.keytab(host, live)
        held = odkit.plan_purge(od, [listed, keytab], before=[before], options=odkit.PurgeOptions(allow_large=True))
        name = f"host/{host}@MEDICALMART.EXAMPLE.COM".encode()
        assert {d.text for d in inferred.delete} - {d.text for d in held.delete} == {name}
        [decision] = [d for d in held.review if d.principal == name]
        assert f"keytab of the live host {live}" in decision.reason
        named = odkit.plan_purge(od, [listed, keytab], retire=retired)
        assert name in {d.text for d in named.delete}
        assert [bytes(p) for p in named.keytabs[0].remove] == [name]
        assert named.as_json()["keytabs"] == [{"path": "<bytes>", "remove": [name.decode()], "refused": []}]
        # a stale keytab alone proves nothing
        assert len(
            odkit.plan_purge(od, [listed, self.keytab(host)], before=[before], options=odkit.PurgeOptions(allow_large=True)).delete
        ) == len(inferred.delete)

    def test_lists_that_differ(self, retired: list[str]) -> None:
        od = odkit.open(MART / "leftover" / "export.ldif")
        data = self.LISTED.read_bytes()
        lines = data.split(b"\n")
        one, other = (
            odkit.read_principals(data),
            odkit.read_principals(b"\n".join([*lines[:-2], b"host/new.example.com@MEDICALMART.EXAMPLE.COM", b""])),
        )
        plan = odkit.plan_purge(od, [one, other], retire=retired)
        found = [f.message for f in plan.findings if f.code == "OD208"]
        assert len(found) == 2
        assert any(f.startswith(f"1 principal in <bytes> and not in <bytes>: {lines[-2].decode()}.") for f in found)
        assert plan.inventory_size == len(one) + 1
        lists = [*plan.keep, *plan.review, *plan.refused]
        assert len(plan.delete) + sum(d.principal is not None for d in lists) == plan.inventory_size

    def test_a_keytab_beside_the_kdc(self, retired: list[str]) -> None:
        od = odkit.open(MART / "leftover" / "export.ldif")
        plan = odkit.plan_purge(od, [odkit.read_principals(self.LISTED), self.keytab("nowhere.example.com")], retire=retired)
        [found] = [f.message for f in plan.findings if f.code == "OD209"]
        assert found.startswith(f"1 principal in the keytab and not in {self.LISTED}: host/nowhere.example.com@MEDICALMART.EXAMPLE.COM.")

    def test_a_name_that_is_still_asked_for(self, retired: list[str]) -> None:
        od, listed = odkit.open(MART / "leftover" / "export.ldif"), odkit.read_principals(self.LISTED)
        plan = odkit.plan_purge(od, listed, retire=retired)
        name = plan.delete[0].text.decode()
        line = "Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (4 etypes {18 17}) 10.0.1.5: {}: authtime 1, {}ann@R for {}{}\n"
        log = line.replace("{}", "ISSUE", 1).replace("{}", "etypes {rep=18}, ", 1).replace("{}", name, 1).replace("{}", "")
        log += (
            line.replace("{}", "LOOKING_UP_SERVER", 1)
            .replace("{}", "", 1)
            .replace("{}", name, 1)
            .replace("{}", ", Server not found in Kerberos database")
        )
        asked = odkit.plan_purge(od, listed, retire=retired, options=odkit.PurgeOptions(kdc_logs=[read_kdc_log(log.encode())]))
        assert {d.text for d in plan.delete} - {d.text for d in asked.delete} == {name.encode()}
        [decision] = [d for d in asked.review if d.principal == name.encode()]
        assert decision.reason.startswith("still asked for 2 times, last on Nov 19 08:12:31 by ann@R from 10.0.1.5 (<bytes>:2)")


class TestLion:
    """10.7 and later: principals are values of records."""

    def plan(self) -> odkit.PurgePlan:
        return odkit.plan_purge(odkit.open(lion.main(), lion.auth()), retire=["old.example.com", "gone.example.com"])

    def test_each_case(self) -> None:
        plan = self.plan()
        assert [(c.action, c.entry.dn[9:45], c.value) for c in plan.authdata] == [
            ("delete-value", f"{lion.guid(2)}", b"host/old.example.com@LION.EXAMPLE.COM"),
            ("delete", f"{lion.guid(5)}", b"cifs/old.example.com@LION.EXAMPLE.COM"),
        ]
        assert [d.text.split(b"@")[0] for d in plan.delete] == [b"host/old.example.com", b"host/gone.example.com", b"cifs/old.example.com"]
        reasons = {(d.principal or b"").split(b"@")[0]: d.reason for d in plan.review}
        assert "rename the record" in reasons[b"afpserver/old.example.com"]
        assert "mail.example.com$" in reasons[b"imap/old.example.com"]
        assert plan.authdata[0].dscl == (
            "/System/Library/PrivateFrameworks/Heimdal.framework/Helpers/hod-admin", "/LDAPv3/127.0.0.1", "alias-remove",
            "/Computers/od.example.com$", "host/old.example.com@LION.EXAMPLE.COM",
        )  # fmt: skip
        assert not any("kadmin" in (d.command or "") for d in plan.review)

    def test_targets(self, tmp_path: Path) -> None:
        plan = self.plan()
        for target in ("10.6", "heimdal"):
            with pytest.raises(UsageError, match="does not fit"):
                odkit.write_plan(plan, tmp_path / "out", target=target)
        names = [p.name for p in odkit.write_plan(plan, tmp_path / "out", target="10.7+")]
        assert names[:5] == ["plan.json", "PLAN.txt", "remove-aliases.sh", "remove-aliases.ldif", "restore-aliases.ldif"]
        assert not any("kadmin" in path.read_text() for path in (tmp_path / "out").glob("*.sh"))
        for path in (tmp_path / "out").iterdir():
            assert path.is_dir() or b"draft-krbKeySet" not in path.read_bytes()


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


def test_a_canonical_name_that_repeats_among_its_aliases() -> None:
    names = "".join(f"draft-krbPrincipalAliases: host/{host}.example.com@{R}\n" for host in ("old", "live"))
    entry = f"{HEAD}dn: authGUID=1,cn=users,cn=authdata\nobjectClass: pwsAuthdata\nauthGUID: 1\ndraft-krbPrincipalName: host/old.example.com@{R}\n{names}"
    plan = odkit.plan_purge(
        odkit.open(entry.encode()),
        retire=["old.example.com"],
        keep=["live.example.com"],
        realm=R,
        options=odkit.PurgeOptions(allow_large=True),
    )
    assert (plan.delete, plan.authdata) == ((), ())
    assert "also bears host/live.example.com" in plan.review[0].reason


class TestAliases:
    def test_what_would_go_as_an_alias_of_a_live_server_is_for_a_person(self) -> None:
        names = f"krbtgt/{R}@{R}\nhost/mail.example.com@{R}\nhost/old.example.com@{R}\nhost/live.example.com@{R}\n".encode()
        domain = od(with_slot("live.example.com"))
        plan = odkit.plan_purge(
            domain,
            odkit.read_principals(names),
            retire=["mail.example.com", "old.example.com"],
            keep=["live.example.com"],
            realm=R,
            options=odkit.PurgeOptions(aliases={"mail.example.com": "live.example.com"}),
        )
        assert [str(d.principal) for d in plan.delete] == [f"host/old.example.com@{R}"]
        assert any("mail.example.com" in d.subject for d in plan.review)

    def test_keys_that_the_plan_leaves_to_a_person_stay_in_the_keytab(self) -> None:
        klist = "Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ---\n"
        rows = "".join(f"   3 host/{host}@{R}\n" for host in ("live.example.com", "gone.example.com"))
        names = f"krbtgt/{R}@{R}\nhost/gone.example.com@{R}\nhost/live.example.com@{R}\n".encode()
        log = f"Nov 1 10:00:00 kdc krb5kdc[1](info): TGS_REQ (1 etypes {{18}}) 10.0.0.9: ISSUE: authtime 1, etypes {{rep=18}}, ann@{R} for host/gone.example.com@{R}\n"
        domain = od(with_slot("live.example.com"))
        inventories = [odkit.read_principals(names), odkit.read_principals((klist + rows).encode())]
        logs = odkit.PurgeOptions(kdc_logs=[read_kdc_log(log.encode())])
        asked = odkit.plan_purge(domain, inventories, retire=["gone.example.com"], keep=["live.example.com"], realm=R, options=logs)
        assert (asked.delete, [keytab.remove for keytab in asked.keytabs]) == ((), [()])
        assert "still asked for" in asked.keytabs[0].refused[0].reason
        free = odkit.plan_purge(domain, inventories, retire=["gone.example.com"], keep=["live.example.com"], realm=R)
        assert [len(keytab.remove) for keytab in free.keytabs] == [1]
