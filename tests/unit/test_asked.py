"""What an export was asked for: base, scope, filter and attributes of ldapsearch's header, and what shows without one."""

from __future__ import annotations

import io

import pytest

import odkit
from build_text import ALL, ANN, SUFFIX, TREE, search
from conftest import each_in_turn
from odkit import ldif
from odkit.ldif import Answer, Completeness, Scope


def reader(text: str) -> ldif.Reader:
    made = ldif.Reader(text.encode(), strict=False)
    list(made)
    return made


WHOLE = [
    pytest.param(search(), id="the suffix"),
    pytest.param(search(scope="sub"), id="OpenLDAP 2.2"),
    pytest.param(search(filter_="objectClass=*"), id="a filter without parentheses"),
    pytest.param(search(filter_="(&)"), id="the absolute true filter"),
    pytest.param(search(attributes="* + "), id="operational attributes, too"),
    pytest.param(search(base=""), id="the root"),
    pytest.param(search(base="dc=example,dc=com"), id="above the suffix"),
    pytest.param(search(base="DC=OD, dc=example, dc=com"), id="another spelling of the suffix"),
    pytest.param(search().replace("> with", "> (default) with"), id="the default base"),
    pytest.param(search(more="# with pagedResults control: size=2\n"), id="paged"),
    pytest.param(search(more="# with manageDSAit critical control\n# with server side sorting control\n"), id="harmless controls"),
    pytest.param(search() + search(ANN, filter_="(uid=ann)", attributes="uid "), id="a part of it once more"),
    pytest.param(search(TREE + ANN.replace("# ann, users", "# filter: (uid=ann)")), id="a name that looks like a header"),
    pytest.param(search().replace("\n", "\r\n"), id="CR LF"),
]
NARROW = [
    pytest.param(search(scope="baseObject"), "scope baseObject", id="base alone"),
    pytest.param(search(scope="one"), "scope oneLevel", id="one level, OpenLDAP 2.2"),
    pytest.param(search(scope="children"), "scope children", id="without the base"),
    pytest.param(search(filter_="(uid=*)"), "what is not (uid=*)", id="a filter"),
    pytest.param(search(filter_="(|(objectClass=*)(uid=*))"), "what is not", id="a filter that only seems to narrow"),
    pytest.param(search(attributes="uid apple-mcxsettings "), "all attributes but uid apple-mcxsettings", id="attributes"),
    pytest.param(search(attributes="+ "), "all attributes but", id="operational attributes alone"),
    pytest.param(search(attributes="1.1 "), "all attributes but 1.1", id="no attributes"),
    pytest.param(search(attributes="ALL "), "all attributes but ALL", id="an attribute called ALL"),
    pytest.param(search(base=f"cn=users,{SUFFIX}"), "what is not below cn=users", id="a container"),
    pytest.param(search(base=f"uid=ann,cn=users,{SUFFIX}"), "what is not below uid=ann", id="a record"),
    pytest.param(search(more="# with valuesReturnFilter control: (uid=ann)\n"), "the control valuesReturnFilter", id="some values"),
    pytest.param(search(more="# with subentries critical control: true\n"), "the control subentries", id="subentries"),
    pytest.param(search(TREE + ANN, filter_="(cn=*)") + search(ANN, filter_="(uid=*)"), "what is not (cn=*)", id="two parts"),
    pytest.param(search().replace("# filter: (objectclass=*)\n", ""), "a damaged line", id="a header without its filter"),
    pytest.param(search().replace("# requesting: ALL\n", "#? requesting: ALL\n"), "a damaged line", id="a damaged header"),
    pytest.param(search().replace("with scope subtree", "with scop"), "a damaged line", id="a damaged base"),
    pytest.param(
        search(attributes="uid ").replace("filter: (objectclass=*)", "filter pattern: (uid=%s)").replace("# ann,", "#\n# filter: (uid=ann)\n#\n# ann,"),
        "(uid=ann)",
        id="filters from a file",
    ),
    pytest.param(
        search("".join(line.partition(":")[0] + ":\n" if line[:4] not in {"dn: ", ""} else line + "\n" for line in TREE.split("\n"))),
        "all values (-A)",
        id="names of attributes alone",
    ),
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_a_search_that_leaves_nothing_out_is_complete(text: str) -> None:
    assert reader(text).completeness()[0] is Completeness.COMPLETE
    assert odkit.inspect(odkit.open(text.encode())).summary["completeness"] == "complete"


@pytest.mark.parametrize(("text", "words"), NARROW)
def test_a_search_that_leaves_something_out_is_incomplete_and_says_what(text: str, words: str) -> None:
    state, reason = reader(text).completeness()
    assert state is Completeness.INCOMPLETE
    assert words in reason
    for source in (text.encode(), io.BytesIO(text.encode())):
        report = odkit.inspect(odkit.open(source))
        assert report.summary["completeness"] == "incomplete"
        assert words in next(f.message for f in report.findings if f.code == "OD011")


def test_a_suffix_of_one_name_has_parts_too() -> None:
    """By the records it is known where the domain begins; without them a base of dc or o is taken for it."""
    inner = f"ou=school,{SUFFIX}"
    text = search(TREE + ANN + f"dn: {inner}\nobjectClass: organizationalUnit\nou: school\n\n", base=inner)
    assert odkit.inspect(odkit.open(text.encode())).summary["completeness"] == "incomplete"


def test_authdata_is_a_database_of_its_own() -> None:
    text = search("dn: cn=authdata\nobjectClass: container\ncn: authdata\n\n", base="cn=authdata")
    assert reader(text).completeness()[0] is Completeness.COMPLETE


def test_a_trailer_without_its_header_does_not_say_what_it_counts() -> None:
    text = search().partition("\n\n")[2]
    assert reader(text).completeness()[0] is Completeness.UNKNOWN


def test_the_searches_are_values() -> None:
    one, other = reader(search() + search(ANN, base=f"cn=users,{SUFFIX}", scope="oneLevel", attributes="uid cn ")).asked.searches
    assert (one.base, one.scope, one.filter, one.attributes) == (SUFFIX, Scope.SUBTREE, ALL, ("*",))
    assert (other.base, other.scope, other.attributes) == (f"cn=users,{SUFFIX}", Scope.ONE, ("uid", "cn"))
    assert (one.asks("mail"), one.asks("modifyTimestamp"), other.asks("UID;lang-en"), other.asks("mail")) == (True, False, True, False)
    assert [other.reaches(dn) for dn in (f"uid=a,cn=users,{SUFFIX}", f"cn=users,{SUFFIX}", f"x=y,uid=a,cn=users,{SUFFIX}")] == [
        True,
        False,
        False,
    ]
    assert one.offset == 0 < other.offset


@each_in_turn(
    "text, key, answer",
    [
        (search(), f"uid=bob,cn=users,{SUFFIX}", Answer.ABSENT),
        (search(base=f"cn=users,{SUFFIX}"), f"uid=bob,cn=users,{SUFFIX}", Answer.ABSENT),
        (search(base=f"cn=users,{SUFFIX}"), f"cn=lab,cn=groups,{SUFFIX}", Answer.NOT_ASKED),
        (search(scope="oneLevel"), f"uid=bob,cn=users,{SUFFIX}", Answer.NOT_ASKED),
        (search(filter_="(uid=*)"), f"uid=bob,cn=users,{SUFFIX}", Answer.NOT_ASKED),
        (search(attributes="uid "), f"uid=bob,cn=users,{SUFFIX}", Answer.ABSENT),
        (search().replace("0 Success", "4 Size limit exceeded"), f"uid=bob,cn=users,{SUFFIX}", Answer.CUT),
        (TREE, f"uid=bob,cn=users,{SUFFIX}", Answer.ABSENT),
        (TREE + "uid: bob\n\n", f"uid=bob,cn=users,{SUFFIX}", Answer.CUT),
    ],
)  # fmt: skip
def test_of_a_record_that_is_not_there_it_says_why(text: str, key: str, answer: Answer) -> None:
    assert odkit.open(text.encode()).sources[0].reliance.without(key) is answer


def test_values_in_other_files_make_it_incomplete() -> None:
    text = search(TREE + ANN.replace("sn: x", "sn: x\njpegPhoto:< file:///tmp/x"))
    summary = odkit.inspect(odkit.open(text.encode())).summary
    assert (summary["completeness"], summary["sources"][0]["reason"]) == ("incomplete", "1 value in other files (ldapsearch -t)")


def test_inspect_says_in_a_line_what_was_asked_for() -> None:
    [source] = odkit.inspect(odkit.open(search(filter_="(uid=*)", attributes="uid ").encode())).summary["sources"]
    assert source["asked"] == f"base {SUFFIX}, scope subtree, filter (uid=*), attributes uid"
    [source] = odkit.inspect(odkit.open(TREE.encode())).summary["sources"]
    assert source["asked"] == "not said: slapcat and ldapsearch -LL write no header"
