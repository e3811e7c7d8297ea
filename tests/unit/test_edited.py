"""Records that are changed and written back: what was not changed stays byte for byte, and nothing is lost on the way."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

import odkit
from build_api import small_domain
from conftest import MART, each_in_turn
from odkit import ldif
from odkit.ldif import Attributes, Entry, UnfetchedURL

# folded where no writer folds, base64 for plain text, a comment inside, a spelling of its own, no blank behind a colon
ODD = b"""# jdoe, users, example.com
dn: uid=jdoe,cn=users,
 dc=example,dc=com
objectClass:: aW5ldE9yZ1BlcnNvbg==
# a comment of the record
 that is folded, too
CN: Jane
  Doe
mail:jane@example.com
cn: jdoe
mail: j@example.com
description: a long text that so
 meone has fol
 ded by hand
loginShell: /bin/bash
"""


def entry(text: bytes = ODD) -> Entry:
    [found] = ldif.read(text)
    assert isinstance(found, Entry)
    return found


def damaged(text: bytes) -> Entry:
    [found] = ldif.read(text, strict=False)
    assert isinstance(found, Entry)
    return found


def changed(old: bytes, new: bytes, text: bytes = ODD) -> bytes:
    """The text with one part replaced, and the blank line behind it."""
    assert text.count(old) == 1
    return text.replace(old, new) + b"\n"


class TestOneChange:
    def test_a_value_is_replaced_in_its_place(self) -> None:
        assert ldif.dump([entry().replace("loginShell", "/bin/zsh")]) == changed(b"/bin/bash", b"/bin/zsh")
        assert ldif.dump([entry().replace("LOGINSHELL", b"/bin/zsh")]) == changed(b"/bin/bash", b"/bin/zsh")

    def test_one_of_several_values_is_replaced_and_the_others_stay_as_they_were(self) -> None:
        made = entry().replace("mail", "jane@example.org", "j@example.com")
        assert ldif.dump([made]) == changed(b"mail:jane@example.com\n", b"mail: jane@example.org\n")

    def test_a_value_is_added_behind_those_that_are_there(self) -> None:
        made = entry().add("mail", "x@example.com")
        assert ldif.dump([made]) == changed(b"mail: j@example.com\n", b"mail: j@example.com\nmail: x@example.com\n")

    def test_an_attribute_is_added_at_the_end(self) -> None:
        made = entry().add("street", "Hauptstra\u00dfe 1", b"\xff")
        assert ldif.dump([made]) == ODD + b"street:: SGF1cHRzdHJhw59lIDE=\nstreet:: /w==\n\n"

    def test_a_value_and_an_attribute_are_deleted(self) -> None:
        assert ldif.dump([entry().delete("mail", "jane@example.com")]) == changed(b"mail:jane@example.com\n", b"")
        gone = changed(b"description: a long text that so\n meone has fol\n ded by hand\n", b"")
        assert ldif.dump([entry().delete("description")]) == ldif.dump([entry().replace("description")]) == gone

    def test_values_of_an_attribute_with_two_spellings_keep_their_lines(self) -> None:
        assert ldif.dump([entry().delete("cn", "jdoe")]) == changed(b"cn: jdoe\n", b"")

    def test_what_is_put_back_is_as_it_was(self) -> None:
        there = entry().replace("loginShell", "/bin/zsh").replace("loginShell", "/bin/bash")
        assert ldif.dump([there]) == ODD + b"\n"

    def test_an_entry_whose_attributes_were_changed_in_place_keeps_its_other_lines_too(self) -> None:
        one = entry()
        one.attributes["loginShell"] = [b"/bin/zsh"]
        one.attributes["mail"].remove(b"j@example.com")
        assert ldif.dump([one]) == changed(b"/bin/bash", b"/bin/zsh", ODD.replace(b"mail: j@example.com\n", b""))

    def test_an_attribute_that_is_spelled_anew_is_written_anew(self) -> None:
        one = entry()
        one.attributes["loginshell"] = one.attributes.pop("loginShell")
        assert ldif.dump([one]) == changed(b"loginShell", b"loginshell")

    def test_line_ends_of_the_record_are_those_of_the_new_lines(self) -> None:
        crlf = ODD.replace(b"\n", b"\r\n")
        written = ldif.dump([entry(crlf).replace("description", "x" * 100)])
        assert b"\n" not in written.replace(b"\r\n", b"")
        assert entry(written).attributes["description"] == [b"x" * 100]

    def test_the_original_stays_as_it_is(self) -> None:
        one = entry()
        one.replace("mail", "x@example.com")
        assert ldif.dump([one]) == ODD + b"\n"
        assert one.attributes["mail"] == [b"jane@example.com", b"j@example.com"]

    def test_a_made_entry_is_changed_likewise(self) -> None:
        made = Entry("cn=a", {"cn": [b"a"]}).add("sn", "b").replace("cn", "a", "c").delete("sn")
        assert made == Entry("cn=a", {"cn": [b"a", b"c"]})


class TestWhatCannotBeMeant:
    def test_a_wrong_value_is_said_by_its_type(self) -> None:
        for wrong in (3, None, ["x"]):
            with pytest.raises(odkit.UsageError, match="mail: expected values of type str or bytes, not"):
                entry().replace("mail", wrong)  # type: ignore[arg-type]

    @each_in_turn("name", ["dn", "changetype", "a b", "", "a:b", "\u00e9"])
    def test_what_is_no_attribute_is_refused(self, name: str) -> None:
        with pytest.raises(odkit.UsageError, match="is no attribute"):
            entry().replace(name, "x")

    def test_a_change_that_changes_nothing_is_said_and_no_value_shown(self) -> None:
        with pytest.raises(odkit.UsageError, match="a value is there twice"):
            entry().add("mail", "j@example.com")
        with pytest.raises(odkit.UsageError, match="no value to add"):
            entry().add("mail")
        with pytest.raises(odkit.UsageError, match="userPassword: the record has no such attribute"):
            entry().delete("userPassword", "hunter2")
        with pytest.raises(odkit.UsageError, match="mail: the record has no such value") as said:
            entry().delete("mail", "hunter2")
        assert "hunter2" not in str(said.value)

    def test_damaged_lines_are_written_as_they_were(self) -> None:
        text = b"dn: cn=a\ncn: a\nno colon\nsn:: !!!!\ncn: b\n"
        assert ldif.dump([damaged(text).delete("cn", "b")]) == text.replace(b"cn: b\n", b"") + b"\n"
        assert ldif.dump([damaged(text).replace("sn", "x")]) == text.replace(b"sn:: !!!!", b"sn: x") + b"\n"

    def test_a_record_that_holds_another_one_by_damage_keeps_both(self) -> None:
        text = b"dn: cn=a\ncn: a\ndn: cn=b\ncn: b\n"
        assert ldif.dump([damaged(text).add("sn", "x")]) == b"dn: cn=a\ncn: a\nsn: x\ndn: cn=b\ncn: b\n\n"

    def test_a_url_is_not_written_with_a_change(self) -> None:
        found = entry(b"dn: cn=a\ncn: a\njpegPhoto:< file:///tmp/x\n")
        assert isinstance(found.attributes["jpegPhoto"][0], UnfetchedURL)
        with pytest.raises(odkit.RefusedError, match="a URL value is not written"):
            ldif.dump([found.add("sn", "x")])

    @pytest.mark.parametrize("dn", ["cn=a", "CN=A+sn=b", "cn=\\61", "commonName=x"])
    def test_a_value_that_names_the_record_cannot_be_taken_away(self, dn: str) -> None:
        found = Entry(dn, {"cn": [b"a"], "sn": [b"b"], "commonName": [b"x"], "mail": [b"m"]})
        kind = "commonName" if dn.startswith("common") else "cn"
        for values in ([], ["other"]):
            with pytest.raises(odkit.UsageError, match="the record is named by a value that would be gone"):
                found.replace(kind, *values)
        with pytest.raises(odkit.UsageError, match="the record is named by a value that would be gone"):
            found.delete(kind)
        assert found.replace(kind, "other", *found.attributes[kind]).replace("mail").attributes["sn"] == [b"b"]

    def test_a_record_whose_name_does_not_fit_can_be_changed(self) -> None:
        for dn in ("cn=z", "no dn", ""):
            assert Entry(dn, {"cn": [b"a"]}).replace("cn", "b").attributes["cn"] == [b"b"]

    def test_a_file_without_a_buffer_gets_every_byte(self) -> None:
        class Narrow(io.RawIOBase):
            def __init__(self) -> None:
                self.data = b""

            def write(self, data: object) -> int:
                self.data += bytes(data)[:7]  # type: ignore[call-overload]
                return len(bytes(data)[:7])  # type: ignore[call-overload]

        out = Narrow()
        ldif.write(ldif.read(MART / "lion/authdata.ldif"), out)  # type: ignore[arg-type]
        assert out.data == ldif.dump(ldif.read(MART / "lion/authdata.ldif"))

    def test_a_record_alone_is_written_and_a_wrong_width_is_said(self) -> None:
        out = io.BytesIO()
        ldif.write(entry(), out)
        assert out.getvalue() == ldif.dump([entry()])
        for wrong in (-1, "76", None, True):
            with pytest.raises(odkit.UsageError, match="wrap: expected a column"):
                ldif.write([entry()], io.BytesIO(), wrap=wrong)  # type: ignore[arg-type]

    def test_what_is_no_record_or_no_file_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(odkit.UsageError, match=r"expected records of odkit.ldif or of a directory, not an object of type int"):
            ldif.write([3], io.BytesIO())  # type: ignore[list-item]
        for wrong in (io.StringIO(), str(tmp_path / "x"), None):
            with pytest.raises(odkit.UsageError, match=r"expected a file that is open for writing bytes \('wb'\), not"):
                ldif.write([entry()], wrong)  # type: ignore[arg-type]


class TestDirectory:
    @pytest.mark.parametrize("name", ["before/export.ldif", "damaged/bad-line.ldif", "lion/authdata.ldif"])
    def test_all_records_are_written_as_they_were_read(self, name: str) -> None:
        out, plain = io.BytesIO(), io.BytesIO()
        ldif.write(odkit.open(MART / name).records(), out)
        ldif.write(ldif.Reader(MART / name, strict=False), plain)
        assert out.getvalue() == plain.getvalue()

    def test_a_record_is_changed_and_written_back_among_the_others(self) -> None:
        data = small_domain()
        out = io.BytesIO()
        records = odkit.open(data).records()
        ldif.write((each.replace("loginShell", "/bin/zsh") if each.name == "ann" else each for each in records), out)
        assert odkit.open(out.getvalue()).users["ann"].texts("loginShell") == ["/bin/zsh"]
        assert out.getvalue().replace(b"loginShell: /bin/zsh\n", b"") == data

    def test_a_changed_record_is_of_its_type_and_in_no_index(self) -> None:
        od = odkit.open(small_domain())
        ann = od.users["ann"].replace("uid", "ann", "anna").add("loginShell", "/bin/zsh").delete("gidNumber")
        assert isinstance(ann, odkit.directory.User)
        assert (ann.names, ann.record_id, ann.text("gidNumber")) == (("ann", "anna"), -1, None)
        assert od.users["ann"].names == ("ann",)
        assert ann.password.slot_id == od.users["ann"].password.slot_id

    def test_a_change_in_place_would_be_lost_and_is_refused(self) -> None:
        od = odkit.open(small_domain())
        changes: list[Callable[[Attributes], object]] = [
            lambda attributes: attributes.update(mail=[b"x"]),
            lambda attributes: attributes.pop("uid"),
            lambda attributes: attributes.setdefault("mail", [b"x"]),
        ]
        for change in changes:
            with pytest.raises(odkit.UsageError, match=r"record.replace\(…\), .add\(…\) and .delete\(…\) return a changed one"):
                change(od.users["ann"].attributes)
        assert od.users["ann"].attributes.setdefault("uid") == [b"ann"]
