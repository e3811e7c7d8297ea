"""Rewriting references, and verifying that none is left."""

from __future__ import annotations

import plistlib

import pytest

import odkit
from build import bare as od
from build_references import CONTAINERS, OLD
from conftest import MART, each_in_turn
from odkit.errors import UsageError
from odkit.hostrefs import Handling, plan_rewrite
from odkit.ldif import Entry


class TestRewrite:
    OLD, NEW = "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com"

    @each_in_turn(
        "kind, attribute, text, made",
        [
            ("Users", "homeDirectory", "/Network/Servers/srv.example.com/Volumes/srv.example.com/ann", "/Network/Servers/NEW/Volumes/srv.example.com/ann"),
            ("Users", "homeDirectory", "/Network/Servers/files.example.com/Volumes/srv.example.com/ann", None),
            ("Users", "homeDirectory", "/Users/srv.example.com", None),
            ("Users", "homeDirectory", "/Volumes/X/Network/Servers/srv.example.com/ann", None),
            (
                "Users", "apple-user-homeurl",
                "<home_dir><url>afp://srv.example.com/srv.example.com</url><path>srv.example.com</path></home_dir>",
                "<home_dir><url>afp://NEW/srv.example.com</url><path>srv.example.com</path></home_dir>",
            ),
            ("Users", "apple-user-homeurl", "<home_dir><url>afp://f.example.com/srv.example.com</url></home_dir>", None),
            ("Groups", "apple-group-homeurl", "<home_dir><url>afp://;AUTH=x@SRV.example.com.:548/G</url></home_dir>", "<home_dir><url>afp://;AUTH=x@NEW.:548/G</url></home_dir>"),
            ("Users", "labeledURI", "http://srv.example.com@files.example.com/?next=http://srv.example.com/ label", None),
            ("Users", "labeledURI", "http://srv.example.com/srv.example.com?srv.example.com#srv.example.com srv.example.com",
             "http://NEW/srv.example.com?srv.example.com#srv.example.com srv.example.com"),
            ("Users", "labeledURI", "mailto:ann@srv.example.com", None),
            ("Users", "apple-imhandle", "Jabber:ann@srv.example.com", None),
            ("Users", "smbHome", "\\\\srv.example.com\\srv.example.com", "\\\\NEW\\srv.example.com"),
            ("Users", "profilePath", "//srv.example.com/profiles", "//NEW/profiles"),
            ("Mounts", "mountOption", "url==afp://srv.example.com@f.example.com/srv.example.com", None),
            ("Mounts", "mountOption", "url==afp://;AUTH=NO%20USER%20AUTHENT@srv.example.com/S", "url==afp://;AUTH=NO%20USER%20AUTHENT@NEW/S"),
            ("Mounts", "mountOption", "username=bob,//bob:x@srv.example.com/srv.example.com", "username=bob,//bob:x@NEW/srv.example.com"),
            ("Mounts", "mountDirectory", "/Network/srv.example.com", None),
            ("Printers", "apple-printer-lprhost", "srv.example.com", "NEW"),
            ("Printers", "apple-printer-lprhost", "queue of srv.example.com", None),
            ("Resources", "automountInformation", "-fstype=nfs,rw srv.example.com:/srv.example.com", "-fstype=nfs,rw NEW:/srv.example.com"),
        ],
    )  # fmt: skip
    def test_only_what_is_a_host_is_rewritten(self, kind: str, attribute: str, text: str, made: str | None) -> None:
        """A folder, a share, a query, a user or the domain of a mail address may be spelled like the host, and stays."""
        domain = od(Entry(f"cn=one,cn={CONTAINERS[kind]},dc=x", {"cn": [b"one"], attribute: [text.encode()]}))
        plan = plan_rewrite(domain, OLD, "new.example.com")
        wanted = [] if made is None else [made.replace("NEW", "new.example.com")]
        assert [c.changes[1].values[0].decode() for c in plan.changes] == wanted
        places = odkit.references(domain, [OLD]).found
        assert {each.handling for each in places} <= {Handling.REWRITE, Handling.REVIEW, Handling.EITHER}
        # the rest goes to a person, each place for itself
        left = [line for line in plan.left if not line.startswith("no mount of")]
        assert len(left) == sum(each.handling is Handling.REVIEW for each in places) == text.lower().count(OLD) - (made is not None)

    @pytest.mark.parametrize(
        ("name", "made"),
        [("srv.example.com:/srv.example.com", "new.example.com:/srv.example.com"), ("files.example.com:/srv.example.com", None)],
    )
    def test_of_the_name_of_a_mount_only_the_server_is_rewritten(self, name: str, made: str | None) -> None:
        plan = plan_rewrite(od(Entry(f"cn={name},cn=mounts,dc=x", {"cn": [name.encode()]})), OLD, "new.example.com")
        assert [each.renamed for each in plan.records] == ([f"cn={made},cn=mounts,dc=x"] if made else [])
        assert len(plan.left) == 1

    def test_in_property_lists_the_key_tells_what_is_a_host(self) -> None:
        mail = {"kMailAccountLocation": OLD, "kAutoForwardValue": f"ann@{OLD}", "folder": OLD, "list": [f"afp://{OLD}/{OLD}"]}
        domain = od(Entry("uid=ann,cn=users,dc=x", {"uid": [b"ann"], "apple-user-mailattribute": [plistlib.dumps(mail)]}))
        plan = plan_rewrite(domain, OLD, "new.example.com")
        [change] = plan.changes
        made = plistlib.loads(bytes(change.changes[1].values[0]))
        assert made == mail | {"kMailAccountLocation": "new.example.com", "list": [f"afp://new.example.com/{OLD}"]}
        assert len(plan.left) == 3

    def test_the_company(self) -> None:
        domain = odkit.open(MART / "before" / "export.ldif")
        plan = plan_rewrite(domain, self.OLD, self.NEW)
        assert len(plan.changes) == len(plan.undo) > 25
        assert all("cn=computers" in line for line in plan.left)
        assert "Left to a person (4)" in plan.report()

    def test_plists_change_in_that_string_alone(self) -> None:
        policy = {"mcx_application_data": {"d": {"Forced": [{"mcx_preference_settings": {"u": f"http://{OLD}/a", OLD: "x", "n": 1.0}}]}}}
        raw = plistlib.dumps(policy).replace(b"<plist", b"<!-- kept --><plist")
        plan = plan_rewrite(od(Entry("cn=one,cn=groups,dc=x", {"cn": [b"one"], "apple-mcxsettings": [raw]})), OLD, "new.example.com")
        [change] = plan.changes
        made = change.changes[1].values[0]
        assert made == raw.replace(b"http://srv.example.com", b"http://new.example.com")
        assert len(plan.left) == 1  # the key

    def test_a_mount_that_is_there_already(self) -> None:
        mounts = [Entry(f"cn={host}:/H,cn=mounts,dc=x", {"cn": [f"{host}:/H".encode()], "mountOption": [f"url==afp://{host}/H".encode()]})
                  for host in (OLD, "new.example.com")]  # fmt: skip
        plan = plan_rewrite(od(*mounts), OLD, "new.example.com")
        assert [c.changetype for c in plan.changes] == ["modify"]
        assert any("is there already" in line for line in plan.left)

    @pytest.mark.parametrize(("old", "new"), [(OLD, OLD), ("srv", "new.example.com"), (OLD, "new"), (OLD, "10.0.0.1")])
    def test_not_two_hosts(self, old: str, new: str) -> None:
        with pytest.raises(UsageError, match="two different full host names"):
            plan_rewrite(od(), old, new)


class TestVerify:
    def report(self, after: bytes) -> list[tuple[str, str, str]]:
        before = (MART / "before" / "export.ldif").read_bytes()
        found = odkit.verify(odkit.open(before), odkit.open(after))
        return [(f.code, f.severity.value, f.message) for f in found.findings if f.code.startswith("OD6")]

    @pytest.mark.whole
    def test_the_company(self) -> None:
        """The move of the servers explains itself; without it nothing is left to look at."""
        before, after = (odkit.open(MART / stage / "export.ldif") for stage in ("before", "after"))
        retired = (MART / "retired.txt").read_text().split()
        found = odkit.verify(before, after, retire=retired)
        assert found.summary["answer"] == "everything came through"
        assert all(f.severity == "info" for f in found.findings)
        assert [f.code for f in odkit.verify(before, before).findings if f.severity != "info"] == ["OD621"]  # one export shows no migration
        left = odkit.verify(before, odkit.open(MART / "leftover" / "export.ldif"), retire=retired)
        assert any(f.code == "OD613" and f.severity == "warning" for f in left.findings)

    @pytest.mark.parametrize(
        ("was", "now", "code", "severity", "said"),
        [
            (b"uidNumber: 1025\n", b"uidNumber: 9025\n", "OD603", "error", "uidNumber 1025 became 9025"),
            (b"loginShell: /bin/bash\n", b"loginShell: /bin/zsh\n", "OD605", "warning", "loginShell /bin/bash became /bin/zsh"),
        ],
    )
    def test_what_differs(self, was: bytes, now: bytes, code: str, severity: str, said: str) -> None:
        data = (MART / "before" / "export.ldif").read_bytes()
        assert was in data
        found = self.report(data.replace(was, now, 1))
        assert [(c, s) for c, s, _ in found] == [(code, severity)]
        assert said in found[0][2]

    def test_lost_people_members_and_mounts(self) -> None:
        records = (MART / "before" / "export.ldif").read_bytes().split(b"\n\n")
        user = next(i for i, r in enumerate(records) if r.startswith(b"dn: uid=") and b"uidNumber: 1030\n" in r)
        mount = next(i for i, r in enumerate(records) if b",cn=mounts," in r and r.startswith(b"dn: cn=xserve-hq4"))
        group = next(i for i, r in enumerate(records) if r.startswith(b"dn: cn=office-store,cn=groups"))
        members = [line for line in records[group].split(b"\n") if line.startswith(b"memberUid: ")]
        changed = records[:]
        changed[group] = changed[group].replace(members[0] + b"\n", b"", 1)
        found = {(c, s) for c, s, _ in self.report(b"\n\n".join(r for i, r in enumerate(changed) if i not in {user, mount}))}
        assert {("OD602", "error"), ("OD609", "warning"), ("OD611", "warning"), ("OD601", "warning"), ("OD601", "info")} <= found


def test_json() -> None:
    found = odkit.references(odkit.open(MART / "leftover" / "export.ldif"), ["xserve-hq2.medicalmart.example.com"])
    body = found.as_json()
    assert body["schema"] == "odkit/references/1"
    assert body["summary"]["hosts"] == {"xserve-hq2.medicalmart.example.com": {"delete or rewrite": 2}}
