"""What an export does not show is neither there nor gone: answers say so, and findings from absence are withheld and counted."""

from __future__ import annotations

import pytest

import odkit
from build import authority
from build_text import POLICY, RECORDS, SUFFIX, WHOLE, search, user
from conftest import each_in_turn
from odkit.directory.absence import NOT_JUDGED
from odkit.ldif import Answer, Entry, dump
from odkit.mcx import verify_mcx
from odkit.verification import verify


def only(*attributes: str) -> str:
    """What a search for some attributes gives of the records."""
    lines = RECORDS.split("\n")
    kept = [line for line in lines if not line or line[:1] == "#" or line.partition(":")[0] in {"dn", *attributes}]
    return search("\n".join(kept), attributes=" ".join(attributes) + " ")


def within(container: str) -> str:
    paragraphs = [each for each in RECORDS.split("\n\n") if f"{container},{SUFFIX}\n" in each + "\n"]
    return search("\n\n".join(paragraphs) + "\n\n", base=f"{container},{SUFFIX}")


NARROWED = {
    "names alone": only("uid", "cn"),
    "some attributes": only("uid", "uidNumber", "apple-generateduid"),
    "policies alone": only("uid", "apple-mcxsettings"),
    "users alone": within("cn=users"),
    "config alone": within("cn=config"),
    "a filter": search("\n\n".join(RECORDS.split("\n\n")[:6]) + "\n\n", filter_="(cn=*a*)"),
    "a limit": search("\n\n".join(RECORDS.split("\n\n")[:6]) + "\n\n").replace("0 Success", "4 Size limit exceeded"),
    "no trailer": WHOLE.partition("# search result")[0],
    "types only": search("\n".join(line if line[:3] in {"dn:", ""} or line[:1] in {"#", ""} else line.partition(":")[0] + ":" for line in RECORDS.split("\n"))),
    "policies in other files": search(RECORDS.replace(f"apple-mcxsettings: {POLICY}", "apple-mcxsettings:< file:///tmp/x")),
    "authorities in other files": search("\n".join("authAuthority:< file:///tmp/x" if line.startswith("auth") else line for line in RECORDS.split("\n"))),
}  # fmt: skip
SAID = {"OD006", "OD011", "OD012", "OD013", "OD103"}  # of the export, not of what is in it


@each_in_turn("how", NARROWED)
def test_what_is_not_shown_is_no_finding_and_is_counted(how: str) -> None:
    """The same domain twice, once shown in part: nothing was lost, and nothing came through, either."""
    whole, part = odkit.open(WHOLE.encode()), odkit.open(NARROWED[how].encode())
    own = {(f.code, f.key) for check in (odkit.verify_passwords, verify_mcx, verify, odkit.inspect) for f in check(whole)}
    for report in (
        odkit.verify_passwords(part),
        odkit.verify_passwords(whole, part),
        verify_mcx(part),
        verify_mcx(whole, part),
        verify(part),
        verify(whole, part),
        verify(part, whole),
        odkit.inspect(part),
    ):
        wrong = [f for f in report.findings if f.code not in SAID and (f.code, f.key) not in own]
        assert wrong == [], how
    report = verify(whole, part)
    assert how == "no trailer" or any(f.code == "OD013" for f in report.findings)
    assert report.summary["answer"] != "everything came through"


def test_the_count_says_what_and_why() -> None:
    report = odkit.verify_passwords(odkit.open(NARROWED["names alone"].encode()))
    [found] = [f for f in report.findings if f.code == "OD013"]
    assert found.message.startswith("not asked, and not judged: authAuthority of 3 records.")
    both = odkit.verify_passwords(odkit.open(WHOLE.encode()), odkit.open(NARROWED["authorities in other files"].encode()))
    assert "0 of 3 password pointers preserved, 0 must be reset, 0 disabled, 3 not judged" in both.summary["answer"]
    assert any(f.message.startswith("elsewhere, and not judged: authAuthority of 3 records.") for f in both.findings)


def test_a_user_whose_authority_was_not_asked_for_is_not_counted_as_one_without() -> None:
    assert odkit.inspect(odkit.open(NARROWED["names alone"].encode())).summary["authentication"] == {"(not asked)": 3}


@each_in_turn(
    "how, name, attribute, answer",
    [
        (None, "ann", "uidNumber", Answer.KNOWN),
        (None, "ann", "street", Answer.ABSENT),
        (None, "ann", "modifyTimestamp", Answer.NOT_ASKED),
        ("names alone", "ann", "uidNumber", Answer.NOT_ASKED),
        ("names alone", "ann", "UID", Answer.KNOWN),
        ("types only", "ann", "uidNumber", Answer.NOT_ASKED),
        ("policies in other files", "ann", "apple-mcxsettings", Answer.ELSEWHERE),
        ("policies in other files", "ann", "apple-mcxflags", Answer.KNOWN),
    ],
)  # fmt: skip
def test_of_an_attribute(how: str | None, name: str, attribute: str, answer: Answer) -> None:
    od = odkit.open((WHOLE if how is None else NARROWED[how]).encode())
    [record] = [each for each in od.records() if each.dn.startswith(f"uid={name},")]
    assert od.answers.attribute(record, attribute) is answer


def test_of_an_attribute_whose_line_is_damaged() -> None:
    od = odkit.open(WHOLE.replace("loginShell: /bin/sh\nhomeDirectory: /Users/bob", "loginShell /bin/sh\nhomeDirectory:: !").encode())
    ann, bob = od.users["ann"], od.users["bob"]
    assert [od.answers.attribute(each, "loginShell") for each in (ann, bob)] == [Answer.KNOWN, Answer.UNREADABLE]
    assert [od.answers.attribute(each, "homeDirectory") for each in (ann, bob)] == [Answer.KNOWN, Answer.UNREADABLE]
    assert [od.answers.attribute(each, "uidNumber") for each in (ann, bob)] == [Answer.KNOWN, Answer.KNOWN]


def test_each_changed_copy_of_a_record_is_answered_for_by_itself() -> None:
    """What a record of the directory has is remembered; a copy is none of them."""
    od = odkit.open(b"dn: dc=x\ndc: x\n\ndn: uid=ann,cn=users,dc=x\nuid: ann\nsn: A\n\n")
    ann = od.users["ann"]
    copies = ann, ann.add("mail", "a"), ann.delete("sn"), ann
    for name, wanted in (("mail", [False, True, False, False]), ("sn", [True, True, False, True])):
        assert [od.answers.attribute(each, name) is Answer.KNOWN for each in copies] == wanted


def test_of_a_record() -> None:
    key = f"uid=ann,cn=users,{SUFFIX}"
    gone = WHOLE.replace(user(0, "ann"), "").replace("numEntries: 9", "numEntries: 8").replace("numEntries: 10", "numEntries: 9")
    answers = {how: odkit.open(text.encode()).answers.record(key) for how, text in {**NARROWED, "whole": WHOLE, "gone": gone}.items()}
    assert answers["whole"] is answers["users alone"] is Answer.KNOWN
    assert answers["gone"] is Answer.ABSENT
    assert answers["config alone"] is Answer.NOT_ASKED


@pytest.mark.parametrize("attribute", ["apple-generateduid", "uidNumber", "gidNumber", "loginShell"])
def test_what_the_older_export_does_not_show_of_a_renamed_user_did_not_change(attribute: str) -> None:
    """He is another record by his DN, and the same by his GUID or his slot: both sides of him are asked."""
    values = {
        "apple-generateduid": [b"11111111-2222-3333-4444-555555555555"],
        "uidNumber": [b"1030"],
        "gidNumber": [b"20"],
        "loginShell": [b"/bin/sh"],
    }
    slot = {"authAuthority": [authority().encode()]}

    def export(name: str) -> bytes:
        person = Entry(f"uid={name},cn=users,{SUFFIX}", {"objectClass": [b"apple-user"], "uid": [name.encode()], **values, **slot})
        return dump(
            [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}), Entry(f"cn=users,{SUFFIX}", {"cn": [b"users"]}), person]
        )

    line = f"{attribute}: {values[attribute][0].decode()}\n".encode()
    for damage in (f"{attribute}:: !\n", f"{attribute}:< file:///tmp/x\n"):
        before = export("ann")
        assert line in before
        found = odkit.verify(odkit.open(before.replace(line, damage.encode())), odkit.open(export("bea"))).findings
        about = [f.message for f in found if f.attribute == attribute and f.rule.code in {"OD603", "OD604", "OD605", "OD364", "OD365"}]
        assert about == []
        assert any("was called ann" in f.message for f in found)
        assert [f.message for f in found if f.rule is NOT_JUDGED and attribute in f.message]
