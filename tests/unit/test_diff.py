"""What diff says of two exports, and that no damage of either is silent."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

import odkit
from build import GROUP, HEAD, SUFFIX
from conftest import each_in_turn
from odkit.comparison import changes, diff, diff_ldif, diff_text
from odkit.ldif import Entry, dump
from property.ldap_model import apply, state

PEOPLE = (
    Entry(SUFFIX, {"dc": [b"x"]}),
    *(Entry(f"cn={name},{SUFFIX}", {"cn": [name.encode()]}) for name in ("users", "groups")),
    Entry(f"uid=ann,cn=users,{SUFFIX}", {"uid": [b"ann"]}),
    Entry(f"cn=staff,cn=groups,{SUFFIX}", {"cn": [b"staff"]}),
)


def test_a_home_whose_tags_are_broken_is_not_the_same_home() -> None:
    home = "apple-user-homeurl: <home_dir><url>afp://od.example.com/Homes</url><path>ann</path></home_dir>\n"
    before = f"dn: uid=ann,cn=users,dc=x\nuid: ann\n{home}\n"
    for same in (("od.example", "OD.example"), ("</url><path>", "</url> <path>"), ("Homes<", "Homes/<")):
        assert not diff(before.encode(), before.replace(*same).encode()).records
    for broken in (("</home_dir>", "</home_di>"), ("<home_dir>", "<home_dir><a/>")):
        assert len(diff(before.encode(), before.replace(*broken).encode()).records) == 1


class TestChanges:
    USER = "dn: uid=foo,cn=users,dc=x\nobjectClass: inetOrgPerson\nobjectClass: organizationalPerson\nobjectClass: person\nuid: foo\ncn: J\nsn: J\n"

    def test_a_user_is_not_deleted_to_change_a_line(self) -> None:
        """One side by slapcat, the other by ldapsearch, which does not show the structural class."""
        found = diff(
            f"{self.USER}userPassword: secret\nstructuralObjectClass: inetOrgPerson\n".encode(),
            f"{self.USER}userPassword: secret\ndescription: x\n".encode(),
        )
        assert [c.changetype for c in changes(found)] == ["modify"]

    def test_nothing_is_deleted_whose_secrets_are_not_added(self) -> None:
        other = self.USER.replace("inetOrgPerson", "account").replace("objectClass: organizationalPerson\nobjectClass: person\n", "")
        found = diff(f"{self.USER}userPassword: secret\n\n".encode(), f"{other}userPassword: secret\n\n".encode())
        assert [c.changetype for c in changes(found)] == ["delete", "add"]
        made = diff_ldif(found)
        assert (b"changetype" in made.data, made.secrets) == (False, 1)

    @pytest.mark.parametrize("line", ["description: two", "homeDirectory: /x", "mail: a@example.com"])
    def test_a_value_that_stands_twice_is_written_once(self, line: str) -> None:
        before = f"dn: cn=ann,dc=x\ncn: ann\n{line}y\n\n"
        after = before.replace(f"{line}y", f"{line}\n{line}")
        for sides in ((before, after), ("dn: cn=bob,dc=x\ncn: bob\n\n", after)):
            written = diff_ldif(diff(*(each.encode() for each in sides)), show_secrets=True).data.decode()
            assert written.count(f"\n{line}\n") == 1

    def test_the_order_of_authorities(self) -> None:
        lines = ["authAuthority: ;basic;\n", "authAuthority: ;Kerberosv5;;j@R;R;\n"]
        found = diff((self.USER + "".join(lines)).encode(), (self.USER + "".join(reversed(lines))).encode())
        assert [a.name for each in found for a in each.attributes] == ["authAuthority"]

    def test_a_rename_keeps_a_name_of_another_case(self) -> None:
        more = "objectClass: inetOrgPerson\ncn: J\nsn: J\napple-generateduid: 11111111-1111-1111-1111-111111111111\n"
        tops = "dn: dc=x\ndc: x\n\ndn: cn=users,dc=x\ncn: users\n\n"
        before = f"{tops}dn: uid=Foo,cn=users,dc=x\n{more}uid: Foo\n".encode()
        after = f"{tops}dn: uid=bar,cn=users,dc=x\n{more}uid: bar\nuid: foo\n".encode()
        found = diff(before, after)
        rename = next(iter(changes(found)))
        assert (rename.changetype, rename.deleteoldrdn) == ("modrdn", False)
        sides = [[e for e in odkit.ldif.read(data) if isinstance(e, odkit.ldif.Entry)] for data in (before, after)]
        assert apply(changes(found), state(sides[0])) == state(sides[1])


class TestDamageIsNeverSilent:
    def test_a_line_that_is_none(self, tmp_path: Path) -> None:
        good = f"{HEAD}{GROUP}description: a\n\n"
        bad = good.replace("description: a", "JUNK LINE\ndescription: a")
        for one, other in [(good, bad), (bad, good), (bad, bad)]:
            found = diff([one.encode()], [other.encode()])
            assert "OD001" in {f.code for f in found.findings}, (one, other)
            assert found.operational == 0

    def test_base64_that_is_none(self) -> None:
        good = f"{HEAD}{GROUP}userPassword: a\n\n"
        found = diff([good.encode()], [good.replace("userPassword: a", "userPassword:: !!!!").encode()])
        assert "OD002" in {f.code for f in found.findings}

    def test_the_manifest_of_a_folder(self, tmp_path: Path) -> None:
        data = f"{HEAD}{GROUP}\n".encode()
        (tmp_path / "export.ldif").write_bytes(data)
        line = f"file export.ldif status 1 entries 2 bytes {len(data)} sha1 -"
        (tmp_path / "MANIFEST").write_text(f"odkit-collect 1\n{line}\nend\n")
        found = diff([tmp_path], [tmp_path])
        assert {f.code for f in found.findings} == {"OD011"}

    def test_operational_alone_is_what_it_says(self) -> None:
        plain = f"{HEAD}{GROUP}description: ann\n\n"
        assert diff([plain.encode()], [plain.replace("description: ann", "description:: YW5u").encode()]).operational == 0
        assert diff([f"{HEAD}{GROUP}entryCSN: 1\n\n".encode()], [f"{HEAD}{GROUP}entryCSN: 2\n\n".encode()]).operational == 1


@pytest.mark.parametrize("base", [f"cn=groups,{SUFFIX}", f"cn=users,{SUFFIX}"])
def test_a_record_that_the_other_export_was_not_asked_for_is_not_called_gone_or_new_without_a_word(base: str) -> None:
    whole = odkit.open(dump([*PEOPLE]))
    head = f"# extended LDIF\n#\n# LDAPv3\n# base <{base}> with scope subtree\n# filter: (objectclass=*)\n# requesting: ALL\n#\n\n"
    part = odkit.open(head.encode() + dump([each for each in PEOPLE if each.dn.endswith(base)]))
    for sides, side in (((whole, part), "newer"), ((part, whole), "older")):
        found = diff(*sides)
        told = {each.dn: found.not_shown(each) for each in found}
        assert told
        assert all(why.startswith(f"the {side} export does not show whether it has it (not asked)") for why in told.values())
        assert all("unknown" in each for each in found.as_json()["records"])
        assert f"of {len(told)} records it is not known, because an export does not show them" in diff_text(found)


def test_what_a_caller_changes_in_an_answer_changes_no_other_answer() -> None:
    sides = [odkit.open(dump([*PEOPLE[:3], Entry(PEOPLE[3].dn, {"uid": [b"ann"], "cn": [name]})])) for name in (b"Ann", b"Anna")]
    first = diff(*sides).as_json()
    (ann,) = diff(*sides).records
    assert ann.after is not None
    ann.after.attributes["cn"] = [b"Eve"]
    odkit.verify(*sides)
    assert diff(*sides).as_json() == first
    assert [user.entry.attributes["cn"] for user in sides[1].users.records()] == [[b"Anna"]]


def test_a_rename_needs_a_guid_of_its_own() -> None:
    def group(name: str) -> str:
        return f"dn: cn={name},cn=groups,dc=x\ncn: {name}\napple-generateduid: G\n\n"

    found = diff([f"dn: dc=x\ndc: x\n\n{group('a')}{group('b')}".encode()], [f"dn: dc=x\ndc: x\n\n{group('a')}{group('c')}".encode()])
    assert sorted(str(each.kind) for each in found.records) == ["added", "removed"]


@pytest.mark.parametrize("content", ["", "description: another\n"])
@pytest.mark.parametrize("newer", [True, False])
def test_a_dn_that_stands_twice_in_an_export_gets_no_change_record(content: str, newer: bool) -> None:
    """Neither is it added beside the one that is there, nor deleted: which of the two counts is not known."""
    ann = "dn: uid=ann,cn=users,dc=example,dc=com\nuid: ann\n"
    whole = f"dn: dc=example,dc=com\ndc: example\n\n{ann}\n".encode()
    twice = whole + f"{ann}{content}\n".encode()
    found = diff(*([whole], [twice]) if newer else ([twice], [whole]))
    made = diff_ldif(found, accept_incomplete=True)
    assert b"changetype" not in made.data
    assert [each.dn for each in made.withheld] == ["uid=ann,cn=users,dc=example,dc=com"]
    assert "twice" in made.withheld[0].reason


@each_in_turn(
    "dn",
    [
        b"dn: uid=ann,cn=users,\n dc=example,dc=com",
        b"dn:: " + base64.b64encode(b"uid=ann,cn=users,dc=example,dc=com"),
        b"# ann, users, example.com\ndn: uid=ann,cn=users,dc=example,dc=com",
        b"dn: uid=ann,cn=users,dc=example,dc=com\r",
        b"DN:uid=ann,cn=users,dc=example,dc=com",
        b"dn: UID=Ann, cn=users,dc=example,dc=com",
        b"dn: uid=a\\6en,cn=users,dc=example,dc=com",
    ],
)
def test_a_dn_stands_twice_however_it_is_written(dn: bytes) -> None:
    whole = b"dn: dc=example,dc=com\ndc: example\n\ndn: uid=ann,cn=users,dc=example,dc=com\nuid: ann\n"
    twice = whole + b"sn: new\n\n" + dn + b"\nuid: ann\nsn: other\n\n"
    for found in (diff(whole + b"\n", twice), diff(twice, whole + b"\n")):
        assert [each.unknown.partition(": ")[2] for each in found.records] == [
            "its DN is in an export twice: which of the records counts is not known"
        ] * 3
        assert b"changetype" not in diff_ldif(found, accept_incomplete=True).data  # nor is the one that is there once deleted or added
