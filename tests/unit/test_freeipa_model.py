"""The model of ``ipa migrate-ds`` refuses what FreeIPA's code refuses, so that a rehearsal can fail."""

from __future__ import annotations

import pytest

from conftest import each_in_turn
from odkit.ldif import Entry
from odkit.rehearsal.migrateds import Domain, IpaError, MigrateOptions, migrate

WORDS = ("--base-dn=dc=s", "--user-objectclass=posixAccount", "--group-objectclass=groupOfMembers", "ldap://h:1")


def brought(*people: Entry, groups: tuple[Entry, ...] = (), more: tuple[str, ...] = ("--continue",)) -> Domain:
    made = Domain()
    options = MigrateOptions.parse([*more, *WORDS])
    migrate(options, lambda base, _: [e for e in (*people, *groups) if e.dn.endswith(base)], made)
    return made


def person(name: str, **more: list[bytes]) -> Entry:
    values = {"objectClass": [b"inetOrgPerson", b"posixAccount"], "uid": [name.encode()], "cn": [b"x"], "sn": [b"x"]}
    values |= {"uidNumber": [b"1"], "gidNumber": [b"1"], "homeDirectory": [b"/x"]}
    return Entry(f"uid={name},ou=people,dc=s", {k: v for k, v in (values | {k.replace("_", "-"): v for k, v in more.items()}).items() if v})


@each_in_turn(
    "more, why",
    [
        ({"gidNumber": []}, "is not a POSIX user"),
        ({"objectClass": [b"inetOrgPerson", b"posixAccount", b"apple-user"]}, 'unknown object class "apple-user"'),
        ({"apple_generateduid": [b"x"]}, 'attribute "apple-generateduid" not allowed'),
        ({"description": [b"__no_upg__"]}, "Type or value exists"),
        ({"uidNumber": []}, "missing attribute uidnumber"),
        ({"uidNumber": [b"1", b"2"]}, "several values"),
        ({"facsimileTelephoneNumber": [b"+1$garbage"]}, "value invalid per syntax"),
    ],
)
def test_what_would_be_refused_fails(more: dict[str, list[bytes]], why: str) -> None:
    assert why in brought(person("ann", **more)).failed["user"]["ann"]


def test_a_group_of_the_staging_class_needs_it_to_be_ignored() -> None:
    team = Entry("cn=Team,ou=groups,dc=s", {"objectClass": [b"groupOfMembers"], "cn": [b"Team"], "member": [b"uid=Ann,ou=people,dc=s"]})
    assert "unknown object class" in brought(person("ann"), groups=(team,)).failed["group"]["team"]
    done = brought(person("ann"), groups=(team,), more=("--group-ignore-objectclass=groupOfMembers",))
    assert done.entries["group"]["team"]["member"] == [b"uid=Ann"]


def test_names_become_small_twins_fail_and_excluded_ones_are_passed_over() -> None:
    twins = Entry("uid=ann,ou=people,dc=s", person("ann").attributes)
    done = brought(person("Ann"), twins, person("bob"), more=("--continue", "--exclude-users=BOB"))
    assert list(done.entries["user"]) == ["ann"]
    assert "already exists" in done.failed["user"]["ann"]


@pytest.mark.parametrize(("value", "clear"), [(b"{CRYPT}abJnggxhB/yWI", False), (b"{SASL}a@R", True), (b"********", True)])
def test_a_value_of_no_known_scheme_is_a_password_in_clear(value: bytes, clear: bool) -> None:
    assert bool(brought(person("ann", userPassword=[value])).clear) is clear


@each_in_turn(
    "word", ["--made-up=x", "--exclude-users=", "--exclude-users= a", "--schema=RFC2307", "--scope=subtree", "ldap://x", "--continue=x"]
)
def test_a_word_that_ipa_does_not_take_is_refused(word: str) -> None:
    with pytest.raises(IpaError):
        MigrateOptions.parse([word, *WORDS])
    with pytest.raises(IpaError):
        MigrateOptions.parse(["ldap://a b"])


def test_a_search_that_finds_nothing_ends_it() -> None:
    with pytest.raises(IpaError, match="did not return any result"):
        brought(person("ann"), more=())
