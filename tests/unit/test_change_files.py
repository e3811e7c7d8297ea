"""`diff --format ldif` says only what both exports show: nothing from an incomplete side, nothing about what cannot be known."""

from __future__ import annotations

import base64
from typing import TypeAlias

import pytest

import odkit
from build_text import SUFFIX, TREE
from odkit import ldif
from odkit.comparison import diff, diff_ldif
from odkit.errors import InputError, UsageError

HEADER = f"# extended LDIF\n#\n# LDAPv3\n# base <{SUFFIX}> with scope subtree\n# filter: (objectclass=*)\n# requesting: ALL\n#\n\n"
POLICY = base64.b64encode(b"<plist><dict><key>a</key><string>" + b"policy " * 30 + b"</string></dict></plist>").decode()

Changed: TypeAlias = "set[tuple[str, str]]"


def trailer(entries: int, result: str = "0 Success") -> str:
    return f"# search result\nsearch: 2\nresult: {result}\n\n# numResponses: {entries + 1}\n# numEntries: {entries}\n"


def folded(name: str, value: str) -> str:
    line = f"{name}:: {value}"
    return "\n ".join(line[at : at + 70] for at in range(0, len(line), 70)) + "\n"


def user(name: str, *lines: str) -> str:
    return f"dn: uid={name},cn=users,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: x\n" + "".join(lines) + "\n"


WHOLE = TREE + "".join(user(name, folded("apple-mcxsettings", POLICY), "loginShell: /bin/sh\n") for name in ("ann", "bob", "cas"))


def written(before: str, after: str, *, accept_incomplete: bool = False) -> tuple[Changed, Changed]:
    """Change types and names that are written, and kinds and names that are withheld; from files and from directories the same."""
    answers = []
    for sides in ([before.encode(), after.encode()], [odkit.open(before.encode()), odkit.open(after.encode())]):
        made = diff_ldif(diff(*sides), show_secrets=True, accept_incomplete=accept_incomplete)
        changes = [each for each in ldif.read(made.data) if isinstance(each, ldif.ChangeRecord)] if b"\ndn: " in made.data else []
        answers.append(({(c.changetype, _name(c.dn)) for c in changes}, {(w.kind.value, _name(w.dn)) for w in made.withheld}))
        for held in made.withheld:
            assert f"{held.kind.value} {held.dn}: {held.reason[:20]}".encode() in made.data.replace(b"\n# ", b"\n")
    assert answers[0] == answers[1]
    return answers[0]


def _name(dn: str) -> str:
    return dn.partition(",")[0].partition("=")[2]


class TestAnIncompleteSide:
    @pytest.mark.parametrize(
        "cut",
        [
            pytest.param(HEADER + TREE + trailer(2, "4 Size limit exceeded"), id="a size limit"),
            pytest.param(HEADER + TREE + trailer(2, "3 Time limit exceeded"), id="a time limit"),
            pytest.param(HEADER + TREE + trailer(5), id="a count that is not reached"),
            pytest.param(HEADER + TREE, id="a trailer that is missing"),
            pytest.param(TREE + user("ann")[:-10], id="the middle of a line"),
        ],
    )
    def test_nothing_is_written_from_it_unless_told(self, cut: str) -> None:
        for before, after in ((WHOLE, cut), (cut, WHOLE)):
            for sides in ([before.encode(), after.encode()], [odkit.open(before.encode()), odkit.open(after.encode())]):
                with pytest.raises(InputError, match="the export is incomplete"):
                    diff_ldif(diff(*sides))
        assert ("delete", "bob") in written(WHOLE, cut, accept_incomplete=True)[0]

    def test_a_record_that_is_lost_in_damage_makes_it_incomplete(self) -> None:
        lost = WHOLE.replace("dn: uid=bob,", "d: uid=bob,")
        joined = WHOLE.replace("\n\ndn: uid=bob,", "\ndn: uid=bob,")
        for after in (lost, joined):
            with pytest.raises(InputError, match="a record may be missing"):
                diff_ldif(diff(WHOLE.encode(), after.encode()))


class TestTwoDomains:
    """A change file from one domain to another would delete all of the first, and add what its server does not hold."""

    @pytest.mark.parametrize("same_guids", [True, False])
    def test_nothing_is_written_and_it_is_said(self, same_guids: bool) -> None:
        guid = "apple-generateduid: 00000000-0000-0000-0000-00000000000A\n"
        one = HEADER + TREE + user("ann", guid) + trailer(TREE.count("dn: ") + 1)
        other = one.replace(SUFFIX, "dc=other,dc=org")
        other = other if same_guids else other.replace("00A\n", "00B\n")
        for sides in ([one.encode(), other.encode()], [odkit.open(one.encode()), odkit.open(other.encode())]):
            with pytest.raises(
                UsageError, match=r"of two domains: the suffix is .* in the older one, and dc=other,dc=org in the newer one"
            ):
                diff_ldif(diff(*sides), accept_incomplete=True)

    def test_one_that_is_empty_below_its_suffix_is_none(self) -> None:
        assert written(WHOLE, WHOLE.replace("uid=ann", "uid=eve").replace("uid: ann", "uid: eve"))


class TestASideThatProvesNothing:
    """slapcat and ldapsearch -LLL write no count: a file that ends at a record's end looks whole."""

    def test_no_record_is_deleted_unless_told(self) -> None:
        short = WHOLE[: WHOLE.index("dn: uid=cas")].replace("/bin/sh", "/bin/zsh", 1)
        assert written(WHOLE, short) == ({("modify", "ann")}, {("removed", "cas")})
        assert written(WHOLE, short, accept_incomplete=True) == ({("modify", "ann"), ("delete", "cas")}, set())

    def test_what_is_complete_deletes(self) -> None:
        short = HEADER + TREE + user("ann") + trailer(3)
        assert ("delete", "cas") in written(HEADER + WHOLE + trailer(5), short)[0]

    def test_what_needs_the_place_of_a_record_that_stays_waits_for_it(self) -> None:
        guid = "apple-generateduid: 11111111-1111-1111-1111-11111111111{}\n"
        before = TREE + user("ann", guid.format(1)) + user("bob", guid.format(2)) + user("cas", guid.format(3))
        after = TREE + user("ann", guid.format(2)) + user("bob", guid.format(3))  # ann is gone, bob took her name, cas took bob's
        assert written(before, after) == (set(), {("removed", "ann"), ("renamed", "ann"), ("renamed", "bob")})
        blank = before.replace("dn: uid=ann,cn", "dn: uid=ann, cn").replace("dn: uid=bob,cn", "dn: UID=bob ,cn")
        assert written(blank, after) == (set(), {("removed", "ann"), ("renamed", "ann"), ("renamed", "bob")})

    def test_a_child_stays_with_its_parent(self) -> None:
        child = f"dn: cn=x,uid=ann,cn=users,{SUFFIX}\nobjectClass: container\ncn: x\n"
        assert written(WHOLE + child + "\n", WHOLE) == (set(), {("removed", "x")})

    def test_a_record_stays_while_one_below_it_stays(self) -> None:
        """The newer search went one level deep: ann is gone, and what lies below her was not asked for."""
        child = f"dn: cn=x,uid=ann,cn=users,{SUFFIX}\nobjectClass: container\ncn: x\n\n"
        people = HEADER.replace(f"<{SUFFIX}> with scope subtree", f"<cn=users,{SUFFIX}> with scope oneLevel")
        before = HEADER + TREE + user("ann") + child + user("bob") + user("cas")
        after = people + user("cas", "loginShell: /bin/sh\n") + trailer(1)
        done, held = written(before + trailer(6), after, accept_incomplete=True)
        assert done == {("delete", "bob"), ("modify", "cas")}
        assert held >= {("removed", "ann"), ("removed", "x")}

    def test_the_last_record_of_a_file_without_its_blank_line_may_be_cut(self) -> None:
        for lines in range(1, 8):
            cut = "\n".join(WHOLE.rstrip("\n").split("\n")[:-lines]) + "\n"
            done, held = written(WHOLE, cut)
            assert done == set()
            assert held == {("changed", "cas")}


class TestARecordWithSomethingUnknown:
    DAMAGE = [
        pytest.param(lambda text: text.replace("\n ", "\n", 1), id="a continuation without its blank"),
        pytest.param(lambda text: text.replace("::", ":: !", 1), id="no base64"),
        pytest.param(lambda text: text.replace("loginShell: ", "loginShell ", 1), id="no colon"),
        pytest.param(lambda text: text.replace("loginShell: ", "login/Shell: ", 1), id="no name"),
        pytest.param(lambda text: text.replace("/bin/sh", "/bin\0/sh", 1), id="a NUL"),
        pytest.param(lambda text: text.replace("/bin/sh", "/bin\r/sh", 1), id="a lone CR"),
        pytest.param(lambda text: text.replace("loginShell: /bin/sh", "loginShell:< file:///tmp/x", 1), id="a value in another file"),
        pytest.param(lambda text: "\n".join(line.partition(":")[0] + ":" if ":" in line[2:] and line[:3] != "dn:" else line
                                            for line in text.split("\n") if line[:1] != " "), id="ldapsearch -A"),
    ]  # fmt: skip

    @pytest.mark.parametrize("damage", DAMAGE)
    @pytest.mark.parametrize("turned", [False, True], ids=["newer", "older"])
    @pytest.mark.parametrize("name", ["ann", "bob", "cas"])
    def test_gets_no_change_record_and_is_listed(self, damage: object, turned: bool, name: str) -> None:
        assert callable(damage)
        start = WHOLE.index(f"dn: uid={name}")
        stop = WHOLE.index("\n\n", start) + 2
        other = {"ann": "bob", "bob": "cas", "cas": "ann"}[name]
        damaged = WHOLE[:start] + damage(WHOLE[start:stop]) + WHOLE[stop:]
        at = damaged.index(f"dn: uid={other}")
        damaged = damaged[:at] + damaged[at:].replace("sn: x", "sn: y", 1)
        for accept in (False, True):
            sides = (damaged, WHOLE) if turned else (WHOLE, damaged)
            assert written(*sides, accept_incomplete=accept) == ({("modify", other)}, {("changed", name)})

    def test_nor_does_one_that_a_blank_line_cuts_in_two(self) -> None:
        torn = WHOLE.replace("\ncn: bob", "\n\ncn: bob")
        with pytest.raises(InputError, match="incomplete"):
            written(WHOLE, torn)
        assert written(WHOLE, torn, accept_incomplete=True) == (set(), {("changed", "bob")})

    @pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CR LF"])
    def test_one_whose_dn_a_blank_has_joined_to_its_next_line_is_lost_whatever_ends_the_lines(self, end: str) -> None:
        """Its old name would look as if it were gone, in an export that says itself that it is complete."""
        width = "description: " + "x" * 63 + ("\n " + "y" * 75) * 4 + "\n z\n"  # that of OpenLDAP, by which the end of a line is known
        whole = HEADER + TREE + "".join(user(name, width) for name in ("ann", "bob", "cas")) + trailer(5)
        joined = whole.replace(f"dn: uid=cas,cn=users,{SUFFIX}\n", f"dn: uid=cas,cn=users,{SUFFIX}\n ")
        sides = [each.replace("\n", end) for each in (whole, joined)]
        with pytest.raises(InputError, match="the export is incomplete"):
            written(*sides)

    def test_is_not_added_and_nothing_is_added_below_it(self) -> None:
        child = f"dn: cn=x,uid=dan,cn=users,{SUFFIX}\nobjectClass: container\ncn: x\n\n"
        assert written(WHOLE, WHOLE + user("dan", "jpegPhoto:< file:///x\n") + child) == (set(), {("added", "dan"), ("added", "x")})


def test_the_file_says_what_it_was_made_from_and_bears_the_id_of_its_plan() -> None:
    made = diff_ldif(diff(WHOLE.encode(), (WHOLE + user("dan")).encode()))
    data = made.data.decode().replace("\n# ", " ").replace("\n#", "")
    assert data.startswith(f"# odkit plan {made.id}: change records ")
    assert "5 records, the last is uid=cas,cn=users,dc=od,dc=example,dc=com" in data
    assert "6 records, the last is uid=dan,cn=users,dc=od,dc=example,dc=com" in data
    assert diff_ldif(diff(WHOLE.encode(), (WHOLE + user("dan")).encode())).id == made.id
    assert diff_ldif(diff(WHOLE.encode(), (WHOLE + user("eve")).encode())).id != made.id


GUID = "11111111-2222-3333-4444-555555555555"
ELSEWHERE = "".join(f"{name}:< file:///tmp/{name}\n" for name in ("objectClass", "uid", "cn", "sn", "apple-generateduid"))


def test_a_record_that_may_be_an_older_one_by_another_name_is_not_added() -> None:
    """ldapsearch -t writes every value to a file: the record shows its DN alone, and nothing by which it would be known."""
    before = TREE + f"dn: uid=ann,cn=users,{SUFFIX}\n{ELSEWHERE}\n"
    assert written(before, TREE + user("bea", f"apple-generateduid: {GUID}\n")) == (set(), {("removed", "ann"), ("added", "bea")})


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("apple-generateduid:< file:///tmp/g\n", True),
        ("apple-generateduid:: !\n", True),
        (f"uidNumber:: !\napple-generateduid: {GUID}\n", False),
        (f"description:: !\napple-generateduid: {GUID}\n", False),
        ("description:: !\n", False),
    ],
)
def test_one_that_is_shown_to_be_another_is_added(line: str, held: bool) -> None:
    added = ("add", "bea")
    changes, left = written(TREE + user("ann", line), TREE + user("bea", "apple-generateduid: 11111111-2222-3333-4444-666666666666\n"))
    assert (added in changes) is not held
    assert left == {("removed", "ann")} | ({("added", "bea")} if held else set())


class TestARecordAboveAnotherOne:
    """A server deletes, moves and makes anew only what has nothing below it."""

    PARENT = f"dn: cn=rack,cn=computers,{SUFFIX}\nobjectClass: CLASS\ncn: rack\n\n"
    CHILD = f"dn: cn=below,cn=rack,cn=computers,{SUFFIX}\nobjectClass: device\ncn: below\n\n"
    OWN = PARENT.replace("CLASS", "device")

    @pytest.mark.parametrize("child", [CHILD, CHILD.replace("dn: cn=below,cn=rack", "dn: cn=below,\n cn=RACK")], ids=["", "folded"])
    @pytest.mark.parametrize(
        ("now", "kind", "name"),
        [(PARENT.replace("CLASS", "container"), "changed", "rack"), ("", "removed", "rack")],
        ids=["another structural class", "gone"],
    )
    def test_stays_when_that_one_does_not_change(self, now: str, kind: str, name: str, child: str) -> None:
        before, after = (WHOLE + each + child for each in (self.OWN, now))
        assert written(before, after.replace("loginShell: /bin/sh", "loginShell: /bin/zsh", 1), accept_incomplete=True) == (
            {("modify", "ann")},
            {(kind, name)},
        )

    def test_is_written_when_that_one_goes_with_it_or_only_values_change(self) -> None:
        both = {("delete", "rack"), ("delete", "below")}
        assert written(WHOLE + self.OWN + self.CHILD, WHOLE, accept_incomplete=True) == (both, set())
        described = self.OWN.replace("cn: rack\n", "cn: rack\ndescription: x\n")
        assert written(WHOLE + self.OWN + self.CHILD, WHOLE + described + self.CHILD) == ({("modify", "rack")}, set())
