"""Laws of a KDC's files: whatever the bytes are, what comes out is an answer or one clear error, and nothing secret is in it."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from forged import MASTER, REALM, company
from odkit.carrying.mitkeys import read_mit_keys
from odkit.errors import InputError
from odkit.kerberos.kdb.dump import read_dump, write_entry
from odkit.kerberos.kdb.master import read_master_keys
from odkit.kerberos.keytab import KeytabKey, read_keytab, write_keytab
from odkit.values.principal import Principal

WHOLE = company(["jdoe", "a b", "é"]).dump()
STASH = company([]).stash()
names = st.lists(st.binary(min_size=1, max_size=12), min_size=1, max_size=3).map(tuple)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with a few of them changed, taken out, doubled or cut off."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        what = draw(st.sampled_from(["change", "cut", "drop", "double"]))
        if what == "change" and data:
            data[at] = draw(st.integers(0, 255))
        elif what == "cut":
            del data[at:]
        elif what == "drop":
            del data[at : at + draw(st.integers(1, 40))]
        else:
            data[at:at] = data[at : at + draw(st.integers(1, 200))]
    return bytes(data)


def keys_of(dump: bytes, stash: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "dump"), Path(folder, "stash")
        for path, data in zip(paths, (dump, stash), strict=True):
            path.write_bytes(data)
        try:
            read_mit_keys(*paths, realm=REALM.encode(), asked=True)
        except InputError as error:
            assert MASTER.key.hex() not in str(error)
            assert not any(part[:24].decode() in str(error) for part in WHOLE.split(b"\t") if len(part) > 60)


@settings(max_examples=200)
@given(damaged(WHOLE))
def test_a_damaged_dump_is_read_or_refused(data: bytes) -> None:
    keys_of(data, STASH)


@settings(max_examples=200)
@given(st.one_of(damaged(STASH), st.binary(max_size=64), st.binary(max_size=40).map(lambda data: b"\x05\x02" + data)))
def test_a_damaged_stash_is_read_or_refused(data: bytes) -> None:
    keys_of(WHOLE, data)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_no_dump(data: bytes) -> None:
    for given_ in (data, b"kdb5_util load_dump version 5\n" + data + b"\n", b"kdb5_util load_dump version 5\nprinc\t" + data + b";\n"):
        with contextlib.suppress(InputError):
            assert read_dump(given_).entries == ()


@given(names, st.binary(min_size=1, max_size=12))
def test_every_name_survives_a_dump_and_a_keytab(components: tuple[bytes, ...], realm: bytes) -> None:
    principal = Principal(components, realm)
    made = company([])
    entry = made.records[0]
    text = write_entry(type(entry)(b"", principal, 0, 0, 0, 0, 0, (), entry.keys))
    [read] = read_dump(b"kdb5_util load_dump version 5\n" + text).entries
    assert (read.principal, read.keys) == (principal, entry.keys)
    [key] = read_keytab(write_keytab([KeytabKey(principal, 300, 18, bytes(32))]), "made")
    assert (key.principal, key.kvno) == (principal, 300)


def test_the_forms_of_a_master_key_are_told_apart() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "stash")
        path.write_bytes(STASH)
        assert [key.key for key in read_master_keys(path)] == [MASTER.key]
