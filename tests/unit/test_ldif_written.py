"""Writing LDIF, and reading it back."""

from __future__ import annotations

import dataclasses
import io

import pytest

from odkit import ldif
from odkit.errors import InputError, RefusedError, UsageError
from odkit.ldif import ChangeRecord, Entry, Modification


class TestWriter:
    def test_what_would_be_misread_is_base64(self) -> None:
        values = [b" a", b"a ", b":a", b"<a", b"a\nb", b"\xc3\xa9", b"\0", b"a\rb", b"plain"]
        data = ldif.dump([Entry("cn=a", {"cn": values})])
        assert data.count(b"cn:: ") == 8
        assert b"cn: plain\n" in data

    def test_names_that_are_none_are_refused(self) -> None:
        for name in ("a b", "a\nb", "", "a:b", "é"):
            with pytest.raises(RefusedError):
                ldif.dump([Entry("cn=a", {name: [b"x"]})])

    def test_folding(self) -> None:
        data = ldif.dump([Entry("cn=a", {"cn": [b"x" * 200]})])
        assert max(map(len, data.split(b"\n"))) == 76
        assert b"\n " not in ldif.dump([Entry("cn=a", {"cn": [b"x" * 200]})], wrap=0)

    def test_comments_cannot_become_lines(self) -> None:
        assert ldif.comment("a\x1b\u202eb\ndn: cn=x") == b"# a\\x1b\\u202eb\n# dn: cn=x\n"


def test_other_readers_agree() -> None:
    """PyPI's ldif, where it is right, and what it reads of odkit's writing."""
    import ldif as other

    from conftest import MART

    data = (MART / "after" / "export.ldif").read_bytes()
    theirs = list(other.LDIFParser(io.BytesIO(data), encoding=None).parse())
    ours = [(r.dn, dict(r.attributes)) for r in ldif.read(data) if isinstance(r, Entry)]
    assert ours == [(dn.decode() if isinstance(dn, bytes) else dn, {k: list(v) for k, v in a.items()}) for dn, a in theirs]
    again = ldif.dump(Entry(dn, a) for dn, a in ours)
    assert [dict(a) for _, a in other.LDIFParser(io.BytesIO(again), encoding=None).parse()] == [dict(a) for _, a in theirs]


class TestWritingOddThings:
    @pytest.mark.parametrize("wrap", [1, 2, 3])
    def test_narrow_lines(self, wrap: int) -> None:
        entry = ldif.Entry("cn=abc,dc=x", {"cn": [b"a long value", b"\xff" * 20]})
        assert list(ldif.read(ldif.dump([entry], wrap=wrap))) == [entry]

    @pytest.mark.parametrize("name", ["dn", "changetype", "Control"])
    def test_an_attribute_that_would_make_another_record_of_it(self, name: str) -> None:
        with pytest.raises(RefusedError, match="another kind of record"):
            ldif.dump([ldif.Entry("cn=abc,dc=x", {name: [b"delete"]})])


def test_an_attribute_called_version_stays_in_a_change_record() -> None:
    data = b"version: 1\ndn: cn=a\nchangetype: modify\nreplace: version\nversion: 2\n-\n\ndn: cn=b\nchangetype: add\nversion: 3\n"
    modify, add = ldif.read(data)
    assert isinstance(modify, ChangeRecord)
    assert isinstance(add, ChangeRecord)
    assert modify.changes == (Modification("replace", "version", (b"2",)),)
    assert add.attributes == {"version": [b"3"]}


def test_values_keep_their_order_when_one_name_is_spelled_in_two_ways() -> None:
    data = b"dn: cn=a\nCN: 1\ncn: 2\nCN: 3\n\n"
    for entry in ldif.read(data * 2):  # the reader learns the spellings from the first record
        assert isinstance(entry, Entry)
        assert entry.attributes == {"CN": [b"1", b"2", b"3"]}


def test_a_change_record_that_was_changed_is_written_as_it_is_now() -> None:
    [record] = ldif.read(b"dn: cn=a,dc=x\nchangetype: add\ncn: a\n\n")
    assert isinstance(record, ldif.ChangeRecord)
    assert ldif.dump([record]) == b"dn: cn=a,dc=x\nchangetype: add\ncn: a\n\n"
    assert b"dn: cn=b,dc=x" in ldif.dump([dataclasses.replace(record, dn="cn=b,dc=x")])
    assert record.attributes is not None
    record.attributes["cn"].append(b"zzz")
    assert b"cn: zzz" in ldif.dump([record])
    bad = ldif.ChangeRecord("cn=a", "modify", changes=(ldif.Modification("add\ndelete", "cn", (b"x",)),))
    with pytest.raises(UsageError, match="not an operation"):
        ldif.dump([bad])
    with pytest.raises(InputError):
        list(ldif.read(b"dn: cn=a\nchangetype: modify\ndelete: foo bar:x\n-\n"))
