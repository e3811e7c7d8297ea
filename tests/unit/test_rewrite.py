"""Plans that rewrite a server's name: what changes, what is left, and what stands in no script."""

from __future__ import annotations

import pytest

import odkit
from build_text import SUFFIX, TREE
from conftest import MART
from odkit.carrying.ldap.schema import apple_schema, nis_schema, standard_schema
from odkit.hostrefs import Handling, handling, plan_rewrite
from odkit.hostrefs.rewrite_scripts import rewrite_files
from odkit.values.schema import ASCII_PLACES


def test_rewriting_two_values_into_one_and_further_names_of_a_mount() -> None:
    entries = (
        "dn: dc=x\nobjectClass: domain\ndc: x\n\n"
        "dn: cn=old.x.com:/A,cn=mounts,dc=x\nobjectClass: mount\ncn: old.x.com:/A\ncn: old.x.com:/B\n\n"
        "dn: uid=u,cn=users,dc=x\nobjectClass: inetOrgPerson\nuid: u\nlabeledURI: afp://old.x.com/S\nlabeledURI: afp://new.x.com/S\n\n"
    )
    plan = plan_rewrite(odkit.open(entries.encode()), "old.x.com", "new.x.com")
    user = next(c for c in plan.changes if c.dn.startswith("uid="))
    assert [(m.op, m.values) for m in user.changes] == [("delete", (b"afp://old.x.com/S",))]
    assert any("a further name of the mount, old.x.com:/B" in line for line in plan.left)


def test_a_rewrite_of_a_cut_export_must_be_asked_for() -> None:
    data = (MART / "before" / "export.ldif").read_bytes()
    cut = odkit.open(data[: len(data) // 2])
    with pytest.raises(odkit.InputError, match="records that are missing would keep"):
        plan_rewrite(cut, "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com")
    assert plan_rewrite(cut, "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com", accept_incomplete=True).records


def test_names_of_mounts_that_are_there_before_a_rewrite() -> None:
    """A further name is not lost on the way back; a name of another mount is not given twice."""
    one = b"dn: cn=old.x.com:/H,cn=mounts,dc=x\nobjectClass: mount\ncn: old.x.com:/H\n"
    own = odkit.open(b"dn: dc=x\ndc: x\n\n" + one + b"cn: new.x.com:/H\n\n")
    assert plan_rewrite(own, "old.x.com", "new.x.com").undo[0].deleteoldrdn is False
    other = odkit.open(
        b"dn: dc=x\ndc: x\n\n"
        + one
        + b"\ndn: cn=third.x.com:/H,cn=mounts,dc=x\nobjectClass: mount\ncn: third.x.com:/H\ncn: new.x.com:/H\n\n"
    )
    plan = plan_rewrite(other, "old.x.com", "new.x.com")
    assert not any(each.renamed for each in plan.records)
    assert any("is there already" in line for line in plan.left)


@pytest.mark.parametrize(
    "value",
    ["//bob:pw4@old.x.com/H", "username=bob,password=pw8,//old.x.com/x", "x <key >wifi</key><string>hidden</string> afp://old.x.com/S"],
)
def test_what_may_be_a_secret_stands_in_no_rewriting_script(value: str) -> None:
    data = f"dn: dc=x\ndc: x\n\ndn: uid=u,cn=users,dc=x\nobjectClass: inetOrgPerson\nuid: u\nlabeledURI: {value}\n\n"
    od = odkit.open(data.encode())
    found = rewrite_files(od, plan_rewrite(od, "old.x.com", "new.x.com"), "10.5")
    assert (found.files, len(found.left)) == ((), 1)


@pytest.mark.parametrize(
    "line", ["loginShell /bin/sh", "login/Shell: /bin/sh", "loginShell: /bin\0/sh", "loginShell:: !", "loginShell:< file:///x"]
)
def test_a_record_with_something_unknown_is_left_and_listed(line: str) -> None:
    """Its change record would name values that it may not have; the records beside it are rewritten."""
    users = [
        f"dn: uid={name},cn=users,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {name}\nlabeledURI: afp://old.x.com/{name}\n" for name in "ab"
    ]
    plan = plan_rewrite(odkit.open(f"{TREE}{users[0]}{line}\n\n{users[1]}\n".encode()), "old.x.com", "new.x.com")
    assert [each.record.dn for each in plan.records] == [f"uid=b,cn=users,{SUFFIX}"]
    [left] = plan.left
    assert left.startswith(f"uid=a,cn=users,{SUFFIX} labeledURI: fqdn name, review, ")
    assert left.endswith(" (<bytes>:12)")


def test_a_value_that_ldap_cannot_name_is_left() -> None:
    """slapadd checks no syntax: a restored domain may hold what slapd then refuses to delete by its value."""
    data = (
        "dn: dc=x\ndc: x\n\ndn: uid=u,cn=users,dc=x\nobjectClass: inetOrgPerson\nuid: u\nhomeDirectory: /Network/Servers/old.x.com/Büro/u\n"
    )
    od = odkit.open((data + "labeledURI: afp://old.x.com/Büro\n\n").encode())
    plan = plan_rewrite(od, "old.x.com", "new.x.com")
    assert [(m.attribute, m.op) for c in plan.changes for m in c.changes] == [("labeledURI", "delete"), ("labeledURI", "add")]
    assert any("homeDirectory" in line and "not in ASCII" in line for line in plan.left)


def test_places_in_ascii_are_those_of_the_schema() -> None:
    found = set()
    for each in (apple_schema() + nis_schema() + standard_schema()).split("attributetype (")[1:]:
        if (
            "1.3.6.1.4.1.1466.115.121.1.26" in each.partition("\n")[0]
            or "1.3.6.1.4.1.1466.115.121.1.26" in each.partition("objectclass")[0]
        ):
            names = each.partition("NAME ")[2]
            names = names.partition(")")[0] if names.startswith("(") else names.partition("' ")[0]
            found |= {name.lower() for name in names.split("'") if name.strip(" (")}
    assert {name for name in found if handling("Users", name) is Handling.REWRITE} == ASCII_PLACES
