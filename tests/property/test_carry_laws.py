"""Laws of a KDC's files: whatever the bytes are, what comes out is an answer or one clear error, and nothing secret is in it."""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import MART, effort, in_turn
from forged import MASTER, REALM, company
from odkit.carrying import Verdict, carry
from odkit.carrying.ldap.common import CommonLogins
from odkit.carrying.ldap.lines import RecordLines
from odkit.carrying.mitkeys import read_mit_keys
from odkit.directory import Directory
from odkit.errors import InputError, OdkitError
from odkit.kerberos.kdb.dump import read_dump, write_entry
from odkit.kerberos.kdb.master import read_master_keys
from odkit.kerberos.keytab import KeytabKey, read_keytab, write_keytab
from odkit.ldif import Entry, read
from odkit.rehearsal.migrateds import Domain, MigrateOptions, migrate
from odkit.values.principal import Principal
from property.strategies import TOGETHER, together

WHOLE = company(["jdoe", "a b", "é"]).dump()
STASH = company([]).stash()
SECRETS = [part[:24].decode() for part in WHOLE.split(b"\t") if len(part) > 60]  # keys, as the dump has them
names = st.lists(st.binary(min_size=1, max_size=12), min_size=1, max_size=3).map(tuple)


def damaged(rng: random.Random, whole: bytes) -> bytes:
    """The bytes with a few of them changed, taken out, doubled or cut off."""
    data = bytearray(whole)
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, max(len(data) - 1, 0))
        what = rng.choice(["change", "cut", "drop", "double"])
        if what == "change" and data:
            data[at] = rng.randrange(256)
        elif what == "cut":
            del data[at:]
        elif what == "drop":
            del data[at : at + rng.randint(1, 40)]
        else:
            data[at:at] = data[at : at + rng.randint(1, 200)]
    return bytes(data)


def no_stash(rng: random.Random) -> bytes:
    """A damaged stash; or any bytes, which may begin as a keytab does."""
    if rng.random() < 0.5:
        return damaged(rng, STASH)
    return rng.choice([b"", b"\x05\x02"]) + rng.randbytes(rng.randrange(65))


def keys_of(*pairs: tuple[bytes, bytes]) -> None:
    """Read keys from dumps, each with its stash."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "dump"), Path(folder, "stash")
        for pair in in_turn(pairs):
            for path, data in zip(paths, pair, strict=True):
                path.write_bytes(data)
            try:
                read_mit_keys(*paths, realm=REALM.encode(), asked=True)
            except InputError as error:
                assert MASTER.key.hex() not in str(error)
                assert not any(part in str(error) for part in SECRETS)


@effort(200, TOGETHER)
@given(together(lambda rng: damaged(rng, WHOLE)))
def test_a_damaged_dump_is_read_or_refused(cases: list[bytes]) -> None:
    keys_of(*((dump, STASH) for dump in cases))


@effort(200, TOGETHER)
@given(together(no_stash))
def test_a_damaged_stash_is_read_or_refused(cases: list[bytes]) -> None:
    keys_of(*((WHOLE, stash) for stash in cases))


@effort(100)
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


# lines of a user, usual and odd: each alone is LDIF that a reader takes
_ODD = (
    b"description: plain", b"description:: cGxhaW4=", b"description:: IGxlYWQ=", b"description: two\n  words", b"description:: w7w=", b"description:",
    b"description: " + b"x" * 100, b"description: " + b"x" * 65 + b"\n x", b"description: " + b"x" * 64 + b"\n xx", b"description:: dHJhaWwg",
    b"description: a ", b"DESCRIPTION: shouted", b"description;lang-de: deutsch", b"mail: a@example.com", b"Mail: b@example.com", b"userid: other",
    b"telephoneNumber: +1 555", b"manager: uid=ann,cn=users,dc=x", b"manager: UID=ann, CN=users,DC=x", b"jpegPhoto:: /9j/4A==",
    b"userPassword: ********", b"userPassword:: KioqKioqKio=", b"userPassword: {crypt}abQTZq3m5cOsE", b"shadowLastChange: 13900",
    b"authAuthority: ;ApplePasswordServer;0x4d2c1f0a4d2c1f0a0000000500000005,1024 35 1 root@h:10.0.0.1",
    b"authAuthority: ;Kerberosv5;0x4d2c1f0a4d2c1f0a0000000500000005;ann@R.EXAMPLE;R.EXAMPLE;1024 35 1 root@h:10.0.0.1",
    b"authAuthority: ;Kerberosv5;;bob@R.EXAMPLE;R.EXAMPLE;", b"authAuthority: ;Kerberosv5;;@R.EXAMPLE;R.EXAMPLE;", b"authAuthority: ;basic;",
    b"authAuthority: ;DisabledUser;;ApplePasswordServer;0x4d2c1f0a4d2c1f0a0000000500000005,1024 35 1 root@h:10.0.0.1", b"authAuthority: odd",
    b"authAuthority:: O2Jhc2ljOw==", b"AuthAuthority: ;basic;", b"apple-user-passwordpolicy: isDisabled=1", b"altSecurityIdentities: Kerberos:ann@R.EXAMPLE",
    b"objectClass: unknown", b"entryUUID: 5dd08d91-117f-422a-b1c7-85ad4d02feb1", b"cmusaslsecretPPS: x", b"x-unknown: 1", b"uid: second", b"c: Canada",
    b"userCertificate;binary:: MAA=", b"# a comment",
)  # fmt: skip
_NAMES = st.sampled_from([b"ann", b"bob", b"a1", b"Ann", b"a.b", b"root", b"com\\,ma", "gr\u00fcn".encode()])
_CLASSES = b"".join(  # with their superiors, which 389-DS has beside them
    b"objectClass: %s\n" % name
    for name in (b"inetOrgPerson", b"posixAccount", b"apple-user", b"extensibleObject", b"organizationalPerson", b"person", b"top")
)
_DOMAIN = (
    b"dn: dc=x\nobjectClass: domain\ndc: x\n\ndn: cn=users,dc=x\nobjectClass: container\ncn: users\n\n"
    b"dn: cn=config,dc=x\nobjectClass: container\ncn: config\n\n"
    b"dn: cn=KerberosKDC,cn=config,dc=x\nobjectClass: apple-configuration\ncn: KerberosKDC\napple-config-realname: R.EXAMPLE\n\n"
)


def _user(name: bytes, number: int, lines: Iterable[bytes]) -> bytes:
    fixed = b"uid: %s\ncn: %s\nsn: s\nuidNumber: %d\ngidNumber: 1030\nhomeDirectory: /h\n" % (name, name, number)
    return b"dn: uid=%s,cn=users,dc=x\n" % name + _CLASSES + fixed + b"".join(line + b"\n" for line in lines) + b"\n"


def _usual(name: bytes, number: int, *more: bytes, uid: int = 0) -> bytes:
    slot = b"0x4d2c1f0a4d2c1f0a00000005%08x" % number
    first = b"authAuthority: ;ApplePasswordServer;%s,1024 35 1 root@h:10.0.0.1" % slot
    second = b"authAuthority: ;Kerberosv5;%s;%s@R.EXAMPLE;R.EXAMPLE;1024 35 1 root@h" % (slot, name)
    return _user(name, uid or 1025 + number, (b"userPassword:: KioqKioqKio=", first, second, *more))


@st.composite
def directories(draw: st.DrawFn) -> bytes:
    """A domain of a realm, with a few users whose lines are drawn from the odd ones."""
    users = range(draw(st.integers(1, 3)))
    return _DOMAIN + b"".join(_user(draw(_NAMES), 1025 + number, draw(st.lists(st.sampled_from(_ODD), max_size=4))) for number in users)


def _written(od: Directory, to: str, **options: Any) -> tuple[Any, bytes]:
    plan = carry(od, to=to, accept_incomplete=True, today=date(2026, 1, 1), **options)
    return plan.as_json(), b"".join(next(file for file in plan.files if file.name == "directory.ldif").content())


def _none(*_: object) -> None:
    """What a shortcut gives that cannot be taken."""


def _same_without_shortcuts(od: Directory, to: str, **options: Any) -> None:
    quick = _written(od, to, **options)
    with mock.patch.object(RecordLines, "of", _none), mock.patch.object(CommonLogins, "candidate", _none):
        assert _written(od, to, **options) == quick


@effort(25)
@given(directories(), st.sampled_from([None, "NEW.EXAMPLE"]), st.sampled_from(["openldap", "389"]))
def test_what_is_written_from_lines_and_decided_for_many_is_what_each_record_gives(data: bytes, realm: str | None, to: str) -> None:
    _same_without_shortcuts(odkit.open(data), to, target_realm=realm)


@pytest.mark.whole
@pytest.mark.parametrize("line", [*_ODD, b""], ids=range(len(_ODD) + 1))
def test_so_it_is_for_a_user_who_differs_in_one_line_from_those_before_him(line: bytes) -> None:
    lines = (line,) if line else ()
    other = _usual(b"zoe", 7, *lines).replace(b"zoe@", b"bob@")
    odd = (other, _usual(b"eve", 3, *lines), _usual(b"root", 4, *lines), _usual(b"low", 5, *lines, uid=500), _usual(b"last", 6))
    for to in ("openldap", "389"):
        _same_without_shortcuts(odkit.open(_DOMAIN + _usual(b"ann", 1) + _usual(b"bob", 2) + b"".join(odd)), to)


@pytest.mark.whole
@pytest.mark.parametrize("name", ["before", "after", "leftover"])
def test_so_it_is_in_every_fixture(name: str) -> None:
    for to in ("openldap", "389"):
        _same_without_shortcuts(odkit.open(MART / name / "export.ldif"), to)


@effort(40)
@given(directories())
def test_whatever_is_staged_for_freeipa_is_what_migrate_ds_finds_and_takes(data: bytes) -> None:
    try:
        plan = carry(odkit.open(data), to="freeipa", accept_incomplete=True, today=date(2026, 1, 1))
    except OdkitError:
        return
    texts = {file.name: b"".join(file.content()) for file in plan.files}
    staged = [entry for entry in read(texts["staging.ldif"]) if isinstance(entry, Entry)]
    words = texts["load.sh"].decode().partition("\nwords() {\n    cat <<'ODKIT_END'\n")[2].partition("\nODKIT_END")[0].split("\n")
    found = Domain()
    migrate(MigrateOptions.parse([*words[1:], "ldap://h"]), lambda base, _: [e for e in staged if e.dn.endswith("," + base)], found)
    assert (found.failed, found.clear) == ({"user": {}, "group": {}}, [])
    arriving = [user for user in plan.users if user.verdict is not Verdict.LEFT_OUT]
    assert list(found.entries["user"]) == [bytes(user.principal or b"").partition(b"@")[0].decode() for user in arriving]
    assert sum(plan.counts[verdict.value] for verdict in Verdict) == plan.counts["users"] == len(plan.users)
