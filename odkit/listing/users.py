"""Users as a list shows them: who they are, where their home is, how they log in, what manages them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from odkit.directory import Need, Record, User
from odkit.directory.accounts import AccountForm, Accounts
from odkit.directory.membership import Group, Groups
from odkit.ldif import Answer
from odkit.listing.cells import Cell
from odkit.listing.model import Column, Kind, Sources
from odkit.listing.records import as_number, by_name, home_text, known, record_columns, text_column
from odkit.passwords import Domain, LoginStatus, Reason, effective, login_status
from odkit.values.password import Password
from odkit.values.policy import Policy
from odkit.values.verifier import parse_verifier

__all__ = ["ACCOUNT", "USERS", "People", "Person"]


class Person:
    """A user, and what the whole export says of it; each question is answered once.

    Args:
        record: of the user.
        world: of the export.
    """

    __slots__ = ("_account", "_password", "_world", "record")

    def __init__(self, record: User, world: _World) -> None:
        self.record = record
        self._world = world
        self._password: Password | None = None
        self._account: tuple[Answer | None] | None = None

    def unknown(self, *attributes: str) -> Answer | None:
        """Return why one of these attributes cannot be known; None when all are known, or known to be absent."""
        _ = self.record.attributes  # reading them tells what of them cannot be known
        return None if self._world.answers.whole else known(self.record, *attributes)

    @property
    def password(self) -> Password:
        """Its password record; where the export holds no cn=authdata, that of any user who differs in name and slot alone."""
        if self._password is None:
            self._password = self._world.usual_password(self.record.record_id) or self.record.password
        return self._password

    @property
    def primary(self) -> Cell:
        """Name of the primary group; its number where the export holds no such group."""
        unknown = self.unknown("gidNumber")
        if unknown is not None:
            return unknown
        gid = self.record.text("gidNumber")
        return None if gid is None else self._world.name_of.get(gid, gid)

    @property
    def groups(self) -> Cell:
        """Names of all groups that it is in: listed by name or GUID, as its primary group, and through nested groups."""
        unknown = self.unknown("gidNumber") or self._world.unknown_members
        return unknown if unknown is not None else self._world.groups_of(self.record)

    @property
    def unknown_account(self) -> Answer | None:
        """Why it is not known what counts its logins: the Password Server's files, or cn=authdata, are not in the export."""
        if self._account is None:
            unknown = self.unknown("authAuthority")
            if unknown is None and self.password.authdata is None and self.password.pointer is not None:
                unknown = Answer.NOT_ASKED
            self._account = (unknown,)
        return self._account[0]

    @property
    def status(self) -> LoginStatus | None:
        """Whether it can log in at the date of the list; None without a date."""
        if self._world.at is None:
            return None
        password = self.password
        return login_status(effective(password.policy, self._world.policy), password.account, self._world.at)


class _World:
    """What is the same for all users of an export."""

    def __init__(self, sources: Sources, *, keep: bool) -> None:
        self._od = od = sources.od
        self.answers = od.answers
        self.at = sources.at
        records = list(od.groups.records())
        self._kept = records if keep else None
        self._names: dict[tuple[Group, ...], tuple[str, ...]] = {}
        self.name_of = {gid: record.name for record in reversed(records) if (gid := record.text("gidNumber")) is not None}
        members = ("memberUid", "apple-group-memberguid", "apple-group-nestedgroup")
        self.unknown_members = next((why for record in records if (why := known(record, *members)) is not None), None)
        if self.unknown_members is None and not records and not od.answers.whole:
            self.unknown_members = Answer.NOT_ASKED

    @cached_property
    def _groups(self) -> Groups:
        return Groups(self._od.groups.records() if self._kept is None else self._kept)

    @cached_property
    def policy(self) -> Policy:
        """The policy of the domain."""
        return Domain.of(self._od).policy or Policy()

    @cached_property
    def _forms(self) -> Sequence[AccountForm | None]:
        accounts: Accounts | None = None if self._od.authdata else self._od.column("accounts")
        return () if accounts is None else accounts.forms

    def usual_form(self, record_id: int) -> AccountForm | None:
        """Return what an ordinary user's authorities say, whoever has them; None where they must be read."""
        form = self._forms[record_id] if self._forms else None
        return form if form is not None and form.password.pointer is not None else None

    def usual_password(self, record_id: int) -> Password | None:
        """Return a password record that differs from the one of an ordinary user in name and slot alone; None where it must be read."""
        form = self.usual_form(record_id)
        return None if form is None else form.password

    def groups_of(self, record: User) -> tuple[str, ...]:
        """Return the names of all groups that a user is in; many users are in the same ones."""
        direct = self._groups.of_member(record, record.text("gidNumber"))
        names = self._names.get(direct)
        if names is None:
            found = {group.record.dn: group.record.name for each in direct for _, group in self._groups.with_parents(each.record.dn)}
            names = self._names[direct] = tuple(found.values())
        return names


class People:
    """Makes a row's thing of a user of an export, for those who read the records themselves.

    Args:
        sources: the export.
        keep: keep the groups, whose members take the most memory; for those who ask for the groups of all users.
    """

    def __init__(self, sources: Sources, *, keep: bool = False) -> None:
        self._world = _World(sources, keep=keep)

    def __call__(self, record: User) -> Person:
        """Return the thing of a user."""
        return Person(record, self._world)

    def usual(self, record_id: int) -> object | None:
        """Return what users have in common whose cells of `ACCOUNT` columns are the same; None for one who must be asked.

        Args:
            record_id: of the user.
        """
        return self._world.usual_form(record_id) if self._world.answers.whole else None


def _people(sources: Sources) -> Iterator[Person]:
    return map(People(sources, keep=True), sources.od.users)


# columns that say something of the account, and nothing of its name, number or home
ACCOUNT: Final = ("last-login", "password-set", "failed-logins", "verifiers", "disabled", "prevented")


def _account(person: Person, value: datetime | int | None) -> Cell:
    unknown = person.unknown_account
    return unknown if unknown is not None else value


def _disabled(person: Person) -> Cell:
    if person.password.disabled:
        return True
    unknown = person.unknown_account
    if unknown is not None:
        return unknown
    status = person.status
    return bool(person.password.policy.number("isDisabled")) if status is None else status.reason is Reason.DISABLED


def _prevented(person: Person) -> Cell:
    if person.password.disabled:
        return "disabled by its authority"
    unknown = person.unknown_account
    if unknown is not None:
        return unknown
    status = person.status
    return None if status is None or status.reason is None else status.reason.value


def _home(person: Person) -> Cell:
    unknown = person.unknown("apple-user-homeurl", "homeDirectory")
    return unknown if unknown is not None else home_text(person.record.home)


def _home_hosts(person: Person) -> Cell:
    unknown = person.unknown("apple-user-homeurl", "homeDirectory")
    return unknown if unknown is not None else person.record.home.hosts


def _verifiers(person: Person) -> Cell:
    unknown = person.unknown_account
    if unknown is not None:
        return unknown
    password = person.password
    alone = password.authdata is None and password.pointer is None  # else nobody is asked for it
    crypt = ("crypt",) if alone and any(parse_verifier(value).crypt is not None for value in password.crypt) else ()
    return (*password.verifiers, *(f"kerberos {name}" for name in password.enctypes), *crypt)


def _of_record(column: Column[Record]) -> Column[Person]:
    return Column(column.name, column.what, lambda person: column.cell(person.record), column.usual, column.is_host)


def _uid(record: Record) -> Cell:
    text = record.text("uidNumber")
    return known(record, "uidNumber") or (None if text is None else as_number(text))


_OWN: tuple[Column[Record], ...] = (
    Column("name", "short name", lambda record: record.name),
    Column("names", "all names", lambda record: record.names, usual=False),
    text_column("full-name", "full name", "cn"),
    Column("uid", "user number", _uid),
    text_column("guid", "GeneratedUID", "apple-generateduid"),
)

_ACCOUNTS: Final[tuple[Need, ...]] = ("accounts",)
_AT_A_DATE: Final[tuple[Need, ...]] = ("accounts", "stamps")

_COLUMNS: Mapping[str, Column[Person]] = by_name(
    [
        *map(_of_record, _OWN),
        Column("primary-group", "primary group, by its number where there is no such group", lambda person: person.primary),
        Column("groups", "all groups, also the primary one and those that its groups are nested in", lambda person: person.groups),
        Column("home", "home, as a URL and the path in the share, or as a path", _home),
        Column("home-host", "server of the home", _home_hosts, usual=False, is_host=True),
        Column("last-login", "last login (10.7 and later)", lambda p: _account(p, p.password.account.last_login), needs=_ACCOUNTS),
        Column(
            "password-set",
            "when the password was set (10.7 and later)",
            lambda p: _account(p, p.password.account.password_set),
            needs=_ACCOUNTS,
        ),
        Column("failed-logins", "failed logins since the last one (10.7 and later)", lambda p: _account(p, _failed(p)), needs=_ACCOUNTS),
        Column("verifiers", "what a password can be checked against", _verifiers, needs=_ACCOUNTS),
        Column("disabled", "whether it is disabled", _disabled, needs=_AT_A_DATE),
        Column("prevented", "why it cannot log in at the date of the list", _prevented, usual=False, needs=_AT_A_DATE),
        _of_record(text_column("mail", "mail addresses", "mail", many=True, usual=False)),
        _of_record(text_column("shell", "login shell", "loginShell", usual=False)),
        *map(_of_record, record_columns()),
    ]
)


def _failed(person: Person) -> int | None:
    return person.password.account.failed if person.password.authdata is not None else None


USERS: Final = Kind("users", "users", _people, _COLUMNS, lambda person: person.record)
