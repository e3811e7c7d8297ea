"""RFC 2849, case by case."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from conftest import each_in_turn
from odkit import ldif
from odkit.errors import InputError, RefusedError, UsageError
from odkit.ldif import ChangeRecord, Completeness, Control, Entry, Modification, Reader, UnfetchedURL

# bytes -> (dn, attributes) of every entry
ACCEPTED: dict[str, tuple[bytes, list[tuple[str, dict[str, list[bytes]]]]]] = {
    "plain": (b"dn: cn=a\ncn: a\n", [("cn=a", {"cn": [b"a"]})]),
    "no final line end": (b"dn: cn=a\ncn: a", [("cn=a", {"cn": [b"a"]})]),
    "CR LF": (b"dn: cn=a\r\ncn: a\r\n\r\ndn: cn=b\r\n", [("cn=a", {"cn": [b"a"]}), ("cn=b", {})]),
    "mixed line ends": (b"dn: cn=a\r\ncn: a\n\r\ndn: cn=b\ncn: b\r\n", [("cn=a", {"cn": [b"a"]}), ("cn=b", {"cn": [b"b"]})]),
    "byte order mark": (b"\xef\xbb\xbfdn: cn=a\ncn: a\n", [("cn=a", {"cn": [b"a"]})]),
    "version": (b"version: 1\ndn: cn=a\n", [("cn=a", {})]),
    "version in a paragraph of its own": (b"version: 1\n\ndn: cn=a\n", [("cn=a", {})]),
    "capitals": (b"DN: cn=a\nCN: a\ncn: b\n", [("cn=a", {"CN": [b"a", b"b"]})]),
    "base64 dn": (b"dn:: Y249w6k=\n", [("cn=é", {})]),
    "base64": (b"dn: cn=a\ncn:: AAEC\n", [("cn=a", {"cn": [b"\0\1\2"]})]),
    "base64 without a blank": (b"dn: cn=a\ncn::Zm8=\n", [("cn=a", {"cn": [b"fo"]})]),
    "empty": (b"dn: cn=a\ncn:\nsn: \n", [("cn=a", {"cn": [b""], "sn": [b""]})]),
    "trailing blanks stay": (b"dn: cn=a\ncn: a  \n", [("cn=a", {"cn": [b"a  "]})]),
    "a tab is a value": (b"dn: cn=a\ncn: \ta\n", [("cn=a", {"cn": [b"\ta"]})]),
    "no blank behind the colon": (b"dn:cn=a\ncn:a\n", [("cn=a", {"cn": [b"a"]})]),
    "folded": (b"dn: cn=a\n b\ncn: c\n  d\n", [("cn=ab", {"cn": [b"c d"]})]),
    "folded name": (b"dn: cn=a\ndescr\n iption: x\n", [("cn=a", {"description": [b"x"]})]),
    "folded inside a character": (b"dn: cn=a\ncn: caf\xc3\n \xa9\n", [("cn=a", {"cn": "café".encode()})]),  # type: ignore[dict-item]
    "folded comment": (b"# one\n two\ndn: cn=a\n# three\n cn: four\ncn: a\n", [("cn=a", {"cn": [b"a"]})]),
    "raw bytes stay": (b"dn: cn=a\ncn: \xff\n", [("cn=a", {"cn": [b"\xff"]})]),
    "line separators of Unicode": (b"dn: cn=a\ncn: a\xe2\x80\xa8b\x0bc\x85\n", [("cn=a", {"cn": [b"a\xe2\x80\xa8b\x0bc\x85"]})]),
    "options and OIDs": (b"dn: cn=a\ncn;lang-fr: a\n2.5.4.3: b\n", [("cn=a", {"cn;lang-fr": [b"a"], "2.5.4.3": [b"b"]})]),
    "numbers stay text": (b"dn: cn=a\nuidNumber: 0123\n", [("cn=a", {"uidNumber": [b"0123"]})]),
    "order and repeats stay": (b"dn: cn=a\nsn: b\ncn: a\nsn: b\n", [("cn=a", {"sn": [b"b", b"b"], "cn": [b"a"]})]),
    "blank lines": (b"\n\n\ndn: cn=a\n\n\n\n\ndn: cn=b\n\n", [("cn=a", {}), ("cn=b", {})]),
    "ldapsearch's trailer": (b"dn: cn=a\n\n# search result\nsearch: 2\nresult: 0 Success\n", [("cn=a", {})]),
    "nothing": (b"", []),
    "a value that looks like a dn": (b"dn: cn=a\ncn: dn: cn=b\n", [("cn=a", {"cn": [b"dn: cn=b"]})]),
}

# bytes -> (line, words of the message)
REFUSED: dict[str, tuple[bytes, int, str]] = {
    "no colon": (b"dn: cn=a\nfoo\n", 2, "no colon"),
    "no dn": (b"cn: a\n", 1, "starts with 'dn:'"),
    "second dn": (b"dn: cn=a\ncn: a\ndn: cn=b\n", 3, "a second dn"),
    "blank line of blanks": (b"dn: cn=a\ncn: a\n \ndn: cn=b\n", 4, "made of spaces"),
    "fold behind a blank line": (b"dn: cn=a\n\n b\n", 3, "behind a blank line"),
    "bad base64": (b"dn: cn=a\ncn:: !!!!\n", 2, "not base64"),
    "data behind padding": (b"dn: cn=a\ncn:: Zm8=Zm9v\n", 2, "not base64"),
    "base64 over several lines": (b"dn: cn=a\n\ndn: cn=b\ncn:: Zm\n 9\n", 4, "not base64"),
    "bad name": (b"dn: cn=a\nc n: x\n", 2, "not an attribute name"),
    "NUL": (b"dn: cn=a\ncn: a\0b\n", 2, "NUL"),
    "lone CR": (b"dn: cn=a\ncn: a\rb\n", 2, "lone CR"),
    "version 2": (b"version: 2\ndn: cn=a\n", 1, "version 2"),
    "dn from a URL": (b"dn:< file:///etc/passwd\n", 1, "starts with its dn"),
    "dn not UTF-8": (b"dn:: /w==\n", 1, "not UTF-8"),
    "include": (b"include: file:///etc/passwd\n", 1, "does not follow"),
    "UTF-16": (b"\xff\xfed\0n\0", 1, "UTF-16"),
    "changetype behind attributes": (b"dn: cn=a\ncn: a\nchangetype: delete\n", 3, "changetype behind attributes"),
    "delete with lines": (b"dn: cn=a\nchangetype: delete\ncn: a\n", 3, "no further lines"),
    "wrong operation": (b"dn: cn=a\nchangetype: modify\nremove: cn\n-\n", 3, "not an operation"),
    "missing dash": (b"dn: cn=a\nchangetype: modify\nadd: cn\ncn: a\nadd: sn\nsn: b\n-\n", 5, "'-' is missing"),
    "modrdn without newrdn": (b"dn: cn=a\nchangetype: modrdn\ndeleteoldrdn: 1\n", 2, "needs newrdn"),
    "line numbers are physical": (b"# c\n# d\n\ndn: cn=a\ncn: a\n b\n c\nbad\n", 8, "no colon"),
    "line numbers after CR LF": (b"dn: cn=a\r\n\r\ndn: cn=b\r\ncn: x\r\n y\r\nbad\r\n", 6, "no colon"),
}


@pytest.mark.parametrize("lazy", [False, True])
@each_in_turn("case", ACCEPTED)
def test_accepted(case: str, *, lazy: bool) -> None:
    data, expected = ACCEPTED[case]
    read = list(ldif.read(data, lazy=lazy))
    flat = [(r.dn, {n: b"".join(v) if isinstance(expected[i][1][n], bytes) else v for n, v in r.attributes.items()})
            for i, r in enumerate(read) if isinstance(r, Entry)]  # fmt: skip
    assert flat == expected


@each_in_turn("case", REFUSED)
def test_refused_with_line_and_message(case: str) -> None:
    data, line, words = REFUSED[case]
    with pytest.raises(InputError) as caught:
        list(ldif.read(data))
    assert (caught.value.path, caught.value.line) == ("<bytes>", line)
    assert words in caught.value.message


@each_in_turn("case", sorted(set(REFUSED) - {"UTF-16"}))
def test_not_strict_goes_on_and_says_so(case: str) -> None:
    data, _, _ = REFUSED[case]
    reader = Reader(data + b"\n\ndn: cn=last\n", strict=False)
    assert [r.dn for r in reader][-1] == "cn=last"
    assert [f.severity for f in reader.findings if f.severity in {"error", "warning"}]


def test_a_value_that_cannot_be_decoded_is_kept() -> None:
    reader = Reader(b"dn: cn=a\ncn:: !!!!\nsn: a\0b\n", strict=False)
    [entry] = reader
    assert isinstance(entry, Entry)
    assert dict(entry.attributes) == {"cn": [b"!!!!"], "sn": [b"a\0b"]}
    assert [(f.code, f.line) for f in reader.findings] == [("OD002", 2), ("OD003", 3)]


def test_a_url_is_never_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("content")
    reader = Reader(f"dn: cn=a\ndescription:< file://{secret}\n".encode())
    [entry] = reader
    assert isinstance(entry, Entry)
    [value] = entry.attributes["description"]
    assert isinstance(value, UnfetchedURL)
    assert value == UnfetchedURL(f"file://{secret}".encode())
    assert value != bytes(value)
    assert [f.code for f in reader.findings] == ["OD006"]
    entry.attributes["cn"] = [b"changed"]
    with pytest.raises(RefusedError, match="a URL value is not written"):
        ldif.dump([entry])


CHANGES: dict[bytes, ChangeRecord] = {
    b"dn: cn=a\nchangetype: add\ncn: a\n": ChangeRecord("cn=a", "add", attributes=ldif.Attributes({"cn": [b"a"]})),
    b"dn: cn=a\ncontrol: 1.2.3 true:: AAE=\ncontrol: 1.2.4 false\nchangetype: delete\n": ChangeRecord(
        "cn=a", "delete", controls=(Control("1.2.3", True, b"\0\1"), Control("1.2.4", False))
    ),
    b"dn: cn=a\nchangetype: modify\nadd: cn\ncn: b\n-\nreplace: sn\n-\ndelete: x\nx: 1\n-\n": ChangeRecord(
        "cn=a", "modify", changes=(Modification("add", "cn", (b"b",)), Modification("replace", "sn"), Modification("delete", "x", (b"1",)))
    ),
    b"dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\nnewsuperior: dc=x\n": ChangeRecord(
        "cn=a", "modrdn", newrdn="cn=b", deleteoldrdn=True, newsuperior="dc=x"
    ),
}


@pytest.mark.parametrize("data", CHANGES)
def test_change_records_both_ways(data: bytes) -> None:
    [record] = ldif.read(data)
    assert record == CHANGES[data]
    assert ldif.dump([CHANGES[data]]).rstrip(b"\n") == data.rstrip(b"\n")


def test_moddn_is_modrdn() -> None:
    [record] = ldif.read(b"dn: cn=a\nchangetype: moddn\nnewrdn: cn=b\ndeleteoldrdn: 0\n")
    assert isinstance(record, ChangeRecord)
    assert (record.changetype, record.deleteoldrdn) == ("modrdn", False)


def test_lines_of_entries_and_values() -> None:
    [_, entry] = ldif.read(b"version: 1\n\n# c\ndn: cn=a\ncn: a\n\n\n# x\n# y\ndn: cn=b\nsn: 1\n 2\ncn: c\nSN: 3\n")
    assert isinstance(entry, Entry)
    assert (entry.line, entry.line_of("cn"), entry.line_of("sn", 1)) == (10, 13, 14)


class TestAttributes:
    def test_a_key_is_found_in_any_case_also_where_an_input_spells_it_in_two_ways(self) -> None:
        text = b"dn: cn=a\nuid: a\ncn: a\n\ndn: cn=b\nUID: b\ncn: b\n\ndn: cn=c\ncn: c\n\ndn: cn=d\nuid: d\nUid: e\n"
        first, second, third, fourth = [entry.attributes for entry in ldif.read(text) if isinstance(entry, Entry)]
        assert [each.get("Uid", []) for each in (first, second, third, fourth)] == [[b"a"], [b"b"], [], [b"d", b"e"]]
        third["UID"] = [b"c"]
        assert third["uid"] == [b"c"]
        assert list(third) == ["cn", "UID"]
        del first["UID"]
        assert "uid" not in first
        first.setdefault("UID", []).append(b"f")
        assert (first["uid"], list(first), second["uid"]) == ([b"f"], ["cn", "UID"], [b"b"])

    def test_keys_have_no_case_and_keep_their_spelling(self) -> None:
        attributes = ldif.Attributes({"objectClass": [b"a"]})
        attributes["OBJECTCLASS"] = [b"b"]
        attributes.setdefault("objectclass", []).append(b"c")
        attributes.setdefault("new", []).append(b"d")
        assert list(attributes.items()) == [("objectClass", [b"b", b"c"]), ("new", [b"d"])]
        del attributes["NEW"]
        assert "new" not in attributes
        assert attributes.first("Objectclass") == b"b"
        assert attributes.first("none") is None
        with pytest.raises(KeyError):
            attributes["none"]
        with pytest.raises(KeyError):
            del attributes["none"]

    def test_no_value_in_repr(self) -> None:
        assert "hunter2" not in repr(Entry("cn=a", {"userPassword": [b"hunter2"]}).attributes)


class TestSources:
    def test_path_file_bytes_gzip(self, tmp_path: Path) -> None:
        data = b"dn: cn=a\ncn: a\n"
        path = tmp_path / "x.ldif"
        path.write_bytes(data)
        packed = tmp_path / "x.ldif.gz"
        packed.write_bytes(gzip.compress(data))
        with path.open("rb") as file:
            for source in (path, str(path), data, io.BytesIO(data), file, packed, gzip.compress(data)):
                assert [r.dn for r in ldif.read(source)] == ["cn=a"]

    def test_a_pipe(self) -> None:
        import os

        for data in (b"dn: cn=a\ncn: a\n", gzip.compress(b"dn: cn=a\ncn: a\n")):
            read, write = os.pipe()
            os.write(write, data)
            os.close(write)
            with os.fdopen(read, "rb", buffering=0) as file:
                assert [r.dn for r in ldif.read(file)] == ["cn=a"]

    @pytest.mark.parametrize("source", ["/nonexistent/x.ldif", "/"])
    def test_unreadable(self, source: str) -> None:
        with pytest.raises(InputError, match=source):
            list(ldif.read(source))

    def test_cut_and_damaged_gzip(self) -> None:
        packed = gzip.compress(b"dn: cn=a\ncn: a\n" * 5000)
        for data in (packed[:-8], packed[:20], packed[:30] + b"\0" * 20 + packed[50:]):
            with pytest.raises(InputError):
                list(ldif.read(data))

    def test_text_and_nonsense(self) -> None:
        with pytest.raises(InputError, match="binary mode"):
            list(ldif.read(io.StringIO("dn: cn=a\n")))  # type: ignore[arg-type]
        with pytest.raises(UsageError):
            list(ldif.read(5))  # type: ignore[arg-type]


class TestCompleteness:
    def judge(self, data: bytes) -> tuple[Completeness, str]:
        reader = Reader(data)
        list(reader)
        return reader.completeness()

    HEAD = b"# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n# filter: (objectclass=*)\n# requesting: ALL\n#\n\n"
    ENTRY = b"# a, x\ndn: cn=a,dc=x\ncn: a\n\n"
    MANY = b"".join([b"dn: cn=%d\ncn: a\n\n" % i for i in range(500)])
    LIMITED = MANY + b"# search result\n\n# numEntries: 500\n\n"

    @each_in_turn(
        "data, state, words",
        [
            (HEAD + ENTRY + b"# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 2\n# numEntries: 1\n", "complete", "1 entries"),
            (HEAD + ENTRY + b"# search result\nsearch: 2\nresult: 4 Size limit exceeded\n\n# numEntries: 1\n", "incomplete", "Size limit"),
            (HEAD + ENTRY + b"# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: 2\n", "incomplete", "counts 2 entries"),
            (HEAD + ENTRY, "incomplete", "not its trailer"),
            (LIMITED + b"dn: cn=z\ncn: z\n\n# numEntries: 1\n", "incomplete", "exactly 500"),
            (b"dn: cn=z\ncn: z\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: 1\n\n" + MANY, "incomplete", "exactly 500"),
            (ENTRY, "unknown", "neither"),
            (b"dn: cn=a\ncn: a", "incomplete", "middle of a line"),
            (MANY, "incomplete", "exactly 500"),
            (MANY * 2, "incomplete", "exactly 1,000"),
            (MANY * 22, "incomplete", "exactly 11,000"),
            (MANY + ENTRY, "unknown", "neither"),
            (b"dn: cn=a\ncn: a\nentryCSN: 1\n\ndn: cn=b\ncn: b\n", "incomplete", "lacks the operational attributes"),
        ],
    )  # fmt: skip
    def test_states(self, data: bytes, state: str, words: str) -> None:
        found, reason = self.judge(data)
        assert found == state
        assert words in reason

    def test_notes_of_slapcat_and_references(self) -> None:
        reader = Reader(b"# no data for entry id=0000000a\n\ndn: cn=a\n\n# search reference\nref: ldap://other/\n")
        list(reader)
        assert [(f.code, f.line) for f in reader.findings] == [("OD008", 1), ("OD007", 5)]


def test_an_object_that_can_only_read() -> None:
    class Stream:
        def __init__(self) -> None:
            self.parts = [b"d", b"n: dc=x\n", b"dc: x\n"]

        def read(self, size: int = -1) -> bytes:
            return self.parts.pop(0) if self.parts else b""

    assert [e.dn for e in ldif.read(Stream())] == ["dc=x"]  # type: ignore[arg-type]


def test_a_url_in_a_change_record_is_said() -> None:
    reader = ldif.Reader(b"dn: cn=a\nchangetype: add\ncn:< file:///etc/passwd\n", strict=False)
    [record] = list(reader)
    assert isinstance(record, ldif.ChangeRecord)
    assert [f.code for f in reader.findings] == ["OD006"]
