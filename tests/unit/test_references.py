"""Where servers' names stand: every attribute of the list, every near miss, and the rewriting of them on a real slapd."""

from __future__ import annotations

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build_authdata as lion
import odkit
from build import bare as od
from build import few
from build_references import CONTAINERS, IP, LKDC, OLD
from conftest import MART, each_in_turn
from odkit.errors import UsageError
from odkit.hostrefs import SERVER_ATTRIBUTES, Handling, HitKind, Matcher, handling, host_map
from odkit.ldif import Entry
from odkit.redaction import Sensitivity, sensitivity_of

# what a purge of the server deletes though nothing else of the record names it
GOES = {(kind, "memberuid", "%s") for kind in ("Groups", "ComputerGroups")} | {("ComputerLists", "apple-computers", "%s")}


def planted(kind: str, attribute: str, value: bytes) -> list[tuple[str, HitKind, Handling]]:
    domain = od(Entry(f"cn=one,cn={CONTAINERS[kind]},dc=x", {"cn": [b"one"], attribute: [b"nothing", value]}))
    found = odkit.references(domain, [OLD, LKDC], addresses={OLD: IP})
    return [(each.attribute, each.kind, each.handling) for each in found]


class TestEveryPlace:
    @pytest.mark.whole
    @each_in_turn("kind", sorted(CONTAINERS))
    def test_every_attribute_of_the_list(self, kind: str) -> None:
        """By full name, short name, address and Local KDC; in any type of record."""
        attributes = [
            *(name for name in sorted(SERVER_ATTRIBUTES) if sensitivity_of(name) is not Sensitivity.SECRET),
            "mail",
            "description",
            "apple-xmlplist",
            "apple-serviceinfo",
            "apple-config-realname",
            "seeAlso",
            "x-unknown",
        ]
        forms = ("%s", "a %s, b", "afp://%s/Homes", "x@%s:548", "\\\\%s\\share", ";Kerberosv5;;a@R;%s;")
        hits = {OLD: HitKind.FQDN, OLD.upper(): HitKind.FQDN, IP: HitKind.ADDRESS, "srv": HitKind.SHORT, LKDC: HitKind.LKDC}
        values = [(form % text, hit) for text, hit in hits.items() for form in forms]
        # all of them as values of one record for each attribute: each must be found once, in its place
        records = {
            attribute: Entry(
                f"cn=one{number},cn={CONTAINERS[kind]},dc=x",
                {"cn": [f"one{number}".encode()], attribute: [b"nothing", *(value.encode() for value, _ in values)]},
            )
            for number, attribute in enumerate(attributes)
        }
        # what a purge deletes is by itself: others may say that the server lives
        apart = [attribute for attribute in attributes if (kind, attribute.lower(), "%s") in GOES]
        domains = [[attribute] for attribute in apart] + [[attribute for attribute in attributes if attribute not in apart]]
        found = [
            each for own in domains for each in odkit.references(od(*(records[each] for each in own)), [OLD, LKDC], addresses={OLD: IP})
        ]
        assert [(each.dn, each.attribute, each.index, each.kind) for each in found] == [
            (records[attribute].dn, attribute, n, hit) for own in domains for attribute in own for n, (_, hit) in enumerate(values, 1)
        ]
        for each in found:
            if each.kind is HitKind.SHORT:
                assert each.handling is Handling.REVIEW
            elif each.kind is HitKind.FQDN:
                wanted, form = handling(kind, each.attribute), forms[(each.index - 1) % len(forms)]
                whole = form == "%s" and each.attribute in {"apple-printer-lprhost", "apple-dns-nameserver"}
                if wanted is Handling.REWRITE and not whole and form not in {"afp://%s/Homes", "\\\\%s\\share"}:
                    wanted = Handling.REVIEW  # a word
                if wanted is Handling.DELETE and (kind, each.attribute, form) not in GOES:
                    wanted = Handling.REVIEW  # the record is not this server's
                assert each.handling is wanted

    def test_how_they_are_handled(self) -> None:
        for kind, attribute, how in (
            ("Users", "homeDirectory", Handling.REWRITE), ("Users", "authAuthority", Handling.SLAPCONFIG), ("Mounts", "cn", Handling.REWRITE),
            ("Computers", "cn", Handling.DELETE), ("ComputerGroups", "memberUid", Handling.DELETE), ("Config", "apple-xmlplist", Handling.SLAPCONFIG),
            ("Users", "description", Handling.REVIEW), ("Users", "altSecurityIdentities", Handling.HAND), ("Printers", "apple-printer-lprhost", Handling.REWRITE),
        ):  # fmt: skip
            assert handling(kind, attribute) is how

    def test_the_comment_of_a_key_stays(self) -> None:
        value = f";ApplePasswordServer;0x{'1' * 32},1024 35 {'7' * 60} root@{OLD}:10.0.0.1".encode()
        assert planted("Users", "authAuthority", value) == [("authAuthority", HitKind.FQDN, Handling.KEEP)]

    def test_inside_property_lists(self) -> None:
        value = {"a": [{"url": f"http://{OLD}/x", OLD: 1}], "Password": f"secret {OLD}", "data": OLD.encode()}
        for data in (plistlib.dumps(value), plistlib.dumps(value, fmt=plistlib.FMT_BINARY)):
            domain = od(Entry("cn=one,cn=groups,dc=x", {"cn": [b"one"], "apple-mcxsettings": [data]}))
            found = odkit.references(domain, [OLD]).found
            url = Handling.REVIEW if data.startswith(b"bplist") else Handling.REWRITE  # a binary one cannot be rewritten in its text
            assert [(each.inside, each.handling) for each in found] == [
                ("/Password", Handling.REVIEW), ("/a[0]/srv.example.com (key)", Handling.REVIEW), ("/a[0]/url", url),
            ]  # fmt: skip
            assert not any("secret " in each.before for each in found)

    def test_the_name_of_a_record(self) -> None:
        [found] = odkit.references(od(Entry(f"cn={OLD},cn=machines,dc=x", {"objectClass": [b"x"]})), [OLD]).found
        assert (found.attribute, found.handling) == ("dn", Handling.REVIEW)
        [found] = odkit.references(od(Entry(f"cn={OLD}:/H,cn=mounts,dc=x", {"objectClass": [b"mount"]})), [OLD]).found
        assert (found.attribute, found.handling) == ("dn", Handling.REWRITE)

    def test_addresses_of_the_export(self) -> None:
        computer = Entry(f"cn={OLD}$,cn=computers,dc=x", {"cn": [f"{OLD}$".encode()], "ipHostNumber": [IP.encode()]})
        mount = Entry("cn=m,cn=mounts,dc=x", {"cn": [b"m"], "mountOption": [f"url==nfs://{IP}/x".encode()]})
        found = odkit.references(od(computer, mount), [OLD]).found
        assert [(each.type, each.kind) for each in found] == [
            ("Computers", HitKind.FQDN), ("Computers", HitKind.ADDRESS), ("Mounts", HitKind.ADDRESS)]  # fmt: skip

    def test_secrets(self) -> None:
        entry = Entry(
            "uid=a,cn=users,dc=x", {"uid": [b"a"], "userPassword": [OLD.encode()], "labeledURI": [f"afp://ann:pw@{OLD}/x".encode()]}
        )
        [found] = odkit.references(od(entry), [OLD]).found
        assert (found.attribute, found.before) == ("labeledURI", "(secret, 13 bytes)")

    @pytest.mark.parametrize("name", ["a b", "a.srv..", ".", "..", "srv.."])
    def test_not_a_host(self, name: str) -> None:
        with pytest.raises(UsageError, match="neither a host name"):
            odkit.references(od(), [name])

    def test_a_name_with_two_dots_at_its_end_is_no_known_host(self) -> None:
        """`references` for it would find nothing: it is a name of another one."""
        entry = Entry("uid=a,cn=users,dc=x", {"uid": [b"a"], "homeDirectory": [b"/Network/Servers/a.srv../x"]})
        assert host_map(od(entry)).known == ()


@each_in_turn(
    "text",
    ["mysrv", "srv2", "srv-old", "old-srv", "srv_1", "www.srv", "srv.other.org", "srv.example.com.evil.org", "xsrv.example.com", "a.srv.example.com",
     "srv.example.community", "srv.example.com2", "srv-example.com", "srvXexample.com", "10.1.2.34", "110.1.2.3", "10.1.2.3.4", "9.10.1.2.3", "10.1.2.30",
     "10x1.2.3", LKDC + "A", "X" + LKDC, LKDC[:-1]],
)  # fmt: skip
def test_near_misses(text: str) -> None:
    matcher = Matcher([OLD, LKDC], {OLD: [IP]})
    for around in ("{}", "afp://{}/x", " {} ", "a@{}:1"):
        assert list(matcher.find(around.format(text))) == []


@given(st.text(max_size=10), st.sampled_from([OLD, "srv", IP, LKDC]), st.text(max_size=10))
def test_a_hit_is_a_whole_name(before: str, name: str, after: str) -> None:
    matcher = Matcher([OLD, LKDC], {OLD: [IP]})
    for hit in matcher.find(before + name + after):
        text = before + name + after
        assert text[hit.start : hit.end].lower() in {each.lower() for each in (OLD, "srv", IP, LKDC)}
        assert hit.start == 0 or not (text[hit.start - 1].isascii() and (text[hit.start - 1].isalnum() or text[hit.start - 1] in "._-"))


class TestMap:
    def test_the_company(self) -> None:
        found = host_map(odkit.open(MART / "after" / "export.ldif"))
        hosts = dict(found.hosts())
        assert hosts["files.medicalmart.example.com"] > 20
        assert '"Users" -> "files.medicalmart.example.com" [label="homeDirectory (' in found.dot()
        assert found.mermaid().startswith("flowchart LR\n")
        assert host_map(od()).edges == {}

    @pytest.mark.whole
    @pytest.mark.parametrize("line", [b"uidNumber: ", b"homeDirectory: ", b"gidNumber: ", b"macAddress: "])
    def test_the_map_says_of_joined_lines_what_the_search_for_one_host_says(self, line: bytes) -> None:
        """The map counts lines without parsing records, and a line with a blank in front is a part of another one."""
        export = few("after")
        records = export.split(b"\n\n")
        for number in [n for n, record in enumerate(records) if b"\n" + line in record][2:9:3]:
            records[number] = records[number].replace(b"\n" + line, b"\n " + line)
        damaged = b"\n\n".join(records)
        assert damaged != export
        mapped = odkit.open(damaged)
        hosts = [host for host, _ in host_map(mapped).hosts()]
        told = {(f.code, f.line) for f in mapped.findings if f.code == "OD014"}
        assert len(told) == 3
        searched = odkit.references(odkit.open(damaged), hosts)
        assert {(f.code, f.line) for f in searched.findings if f.code == "OD014"} == told
        alone = odkit.references(odkit.open(damaged), "192.0.2.77")  # which no record names, so that none is parsed for it
        assert {(f.code, f.line) for f in alone.findings if f.code == "OD014"} == told


class TestRealms:
    """A master's realm is its first name in capitals by default; a realm is no host."""

    def domain(self) -> odkit.Directory:
        client = {"edu.mit.kerberos": {"libdefaults": {"default_realm": "SRV.EXAMPLE.COM"}, "domain_realm": {OLD: "SRV.EXAMPLE.COM"},
                                       "realms": {"SRV.EXAMPLE.COM": {"KDC_List": ["od.example.com", "SRV.EXAMPLE.COM"]}}}}  # fmt: skip
        slot = f";ApplePasswordServer;0x{'1' * 32},1024 35 123456789 root@{OLD}:10.0.0.1".encode()
        kerberos = f";Kerberosv5;0x{'1' * 32};ann@SRV.EXAMPLE.COM;SRV.EXAMPLE.COM;1024 35 123456789 root@{OLD}:10.0.0.1".encode()
        return od(
            Entry("cn=KerberosKDC,cn=config,dc=x", {"cn": [b"KerberosKDC"], "apple-config-realname": [b"SRV.EXAMPLE.COM"]}),
            Entry("cn=KerberosClient,cn=config,dc=x", {"cn": [b"KerberosClient"], "apple-xmlplist": [plistlib.dumps(client)]}),
            Entry("uid=ann,cn=users,dc=x", {"uid": [b"ann"], "authAuthority": [slot, kerberos], "mail": [b"ann@srv.example.com"],
                                            "altSecurityIdentities": [b"Kerberos:ann@SRV.EXAMPLE.COM"], "description": [b"at SRV.EXAMPLE.COM"],
                                            "apple-user-homeurl": [b"<home_dir><url>afp://SRV.EXAMPLE.COM/H</url></home_dir>"]}),
        )  # fmt: skip

    def test_a_realm_is_no_host(self) -> None:
        found = [(each.attribute, each.inside, each.handling) for each in odkit.references(self.domain(), [OLD])]
        config = "/edu.mit.kerberos"
        assert found == [
            ("apple-xmlplist", f"{config}/domain_realm/{OLD} (key)", Handling.SLAPCONFIG),
            ("apple-xmlplist", f"{config}/realms/SRV.EXAMPLE.COM/KDC_List[1]", Handling.SLAPCONFIG),
            ("authAuthority", "", Handling.KEEP), ("authAuthority", "", Handling.KEEP), ("mail", "", Handling.REVIEW),
            ("description", "", Handling.REVIEW), ("apple-user-homeurl", "", Handling.REWRITE),
        ]  # fmt: skip

    def test_verify_finds_no_retired_name_in_a_realm(self) -> None:
        report = odkit.verify(self.domain(), retire=[OLD])
        attributes = {f.attribute for f in report.findings if f.code == "OD613"}
        assert attributes.isdisjoint({"authAuthority", "altSecurityIdentities", "apple-config-realname"})


class TestShortNames:
    """A short name matches, or is refused; it never gets an all-clear."""

    @pytest.mark.parametrize("text", ["srv", "SRV.example.com", "afp://srv.example.net/H", "at srv."])
    def test_it_is_found_as_the_first_label_of_full_names(self, text: str) -> None:
        domain = od(Entry("cn=one,cn=groups,dc=x", {"cn": [b"one"], "description": [text.encode()]}))
        assert [(each.kind, each.handling) for each in odkit.references(domain, ["srv"])] == [(HitKind.SHORT, Handling.REVIEW)]

    @pytest.mark.parametrize("text", ["mysrv.example.com", "srv2.example.com", "www.srv.example.com", "srv-2", "x_srv"])
    def test_not_inside_other_names(self, text: str) -> None:
        domain = od(Entry("cn=one,cn=groups,dc=x", {"cn": [b"one"], "description": [text.encode()]}))
        assert not odkit.references(domain, ["srv"]).found

    def test_a_verdict_wants_full_names(self) -> None:
        with pytest.raises(UsageError, match="not the full name of a host: 'srv'"):
            odkit.verify(od(), retire=["srv"])


def test_references_and_the_purge_plan_agree_on_principals_of_the_directory() -> None:
    """One function decides about a name in cn=authdata: what one calls delete, the other deletes."""
    domain = odkit.open(lion.main(), lion.auth())
    plan = odkit.plan_purge(domain, retire=["old.example.com"], keep=["od.example.com"], options=odkit.PurgeOptions(allow_large=True))
    going = {d.text for d in plan.delete}
    found = [each for each in odkit.references(domain, ["old.example.com"]) if each.attribute.startswith("draft-krbPrincipal")]
    assert {each.handling for each in found} == {Handling.DELETE, Handling.REVIEW}
    for each in found:
        assert (each.handling is Handling.DELETE) is (f"{each.before}{each.hit}{each.after}".encode() in going)


class TestNamesInText:
    @pytest.mark.parametrize(
        ("host", "text", "hits"),
        [
            ("xserve1.example.com", "afp://xserve1.example.com/S and x\u017ferve1.example.com", 1),
            ("k.example.com", "\u212a.example.com k.EXAMPLE.com", 1),
            ("2001:db8::10", "2001:db8::10:5 fe80:2001:db8::10 [2001:db8::10] 2001:db8::10", 2),
            ("10.0.0.1", "10.0.0.11 110.0.0.1 10.0.0.1.5 10.0.0.1", 1),
        ],
    )  # fmt: skip
    def test_whole(self, host: str, text: str, hits: int) -> None:
        assert len(list(Matcher([host]).find(text))) == hits
