"""Decisions that many users share: an optimisation of `login_of`, and nothing else.

Of 10.4 to 10.6 nearly all users of a server have the same authorities but for their slot and their name, and nothing else that decides on
their login.  What was decided on the first of them is decided on all.  `CommonLogins.of` returns what `login_of` would, or None; None is
always a correct answer.  tests/property/test_carry_laws.py holds it to that.
"""

from __future__ import annotations

from odkit.carrying.ldap.passwords import PasswordForms, UserLogin
from odkit.carrying.model import CarriedUser, Form, Verdict
from odkit.carrying.source import CarrySource
from odkit.dataclass import dataclass
from odkit.directory import User
from odkit.kerberos import Principal
from odkit.patterns import regex

__all__ = ["CommonLogins"]

_NAME = regex(rb"[a-z][a-z0-9]*")  # no sign that an authority has a meaning for
_SLOT = regex(rb"0x[0-9a-f]{32}")
_POLICIES = frozenset({"apple-user-passwordpolicy", "apple-accountpolicy"})
_MOST = 256  # decisions that are kept, and shapes of records
Key = tuple[tuple[bytes, ...], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class _Spellings:
    """How a record spells the attributes that decide on its login; empty for one that it has not."""

    uid: str
    authorities: str
    passwords: str


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was decided on the first user; the rest follows from the name."""

    verdict: Verdict
    forms: tuple[Form, ...]
    by_kdc: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user whose decision others may share: his name, and what decides on him, with a sign each in place of slot and name."""

    name: bytes
    key: Key


class CommonLogins:
    """Remembers decisions.

    Args:
        source: of the carry; one with keys, or with a target's dump, decides on each user for himself.
        forms: of the server.
    """

    def __init__(self, source: CarrySource, forms: PasswordForms) -> None:
        self._source = source
        self._value = forms.value
        alone = source.principals is None and source.target_kdc is None and not source.od.authdata and not source.access_disabled
        self._realm = source.realm_to if alone and source.realm_from is not None else None
        self._spellings: dict[tuple[str, ...], _Spellings | None] = {}
        self._known: dict[Key, _Decision] = {}

    def candidate(self, record: User) -> Candidate | None:
        """Return what decides on a user; None where something else may."""
        if self._realm is None:
            return None
        values = record.attributes.as_written()
        names = tuple(values)
        spelled = self._spellings.get(names)
        if spelled is None:
            spelled = _spellings(names)
            if spelled is None or len(self._spellings) >= _MOST:
                return None
            self._spellings[names] = spelled
        name = values[spelled.uid][0]
        authorities, passwords = values.get(spelled.authorities, ()), values.get(spelled.passwords, ())
        if not _NAME.fullmatch(name) or not authorities or any(value.__class__ is not bytes for value in (*authorities, *passwords)):
            return None
        slot = _SLOT.search(authorities[0])
        own = b";" + name + b"@"
        if slot is None:
            return Candidate(name, (tuple([value.replace(own, b"\1") for value in authorities]), tuple(passwords)))
        digits = slot[0]
        shared = [value.replace(digits, b"\2").replace(own, b"\1") for value in authorities]
        return Candidate(name, (tuple(shared), tuple(passwords)))

    def of(self, record: User, candidate: Candidate) -> tuple[UserLogin, Principal | None] | None:
        """Return the decision on a user, with his principal at the source; None where it has to be made."""
        found = self._known.get(candidate.key)
        if found is None or self._realm is None or self._source.realm_from is None:
            return None
        principal = Principal((candidate.name,), self._source.realm_from)
        if self._source.barred(record, principal) is not None:
            return None
        target = Principal((candidate.name,), self._realm)
        user = CarriedUser(
            candidate.name.decode("ascii"), record.dn, found.verdict, (), found.forms, None, bytes(target) if found.named else None
        )
        value = self._value(user.name, target) if found.by_kdc else None
        return UserLogin(user, value or None, by_kdc=found.by_kdc), principal

    def learn(self, candidate: Candidate, login: UserLogin, principal: Principal | None) -> None:
        """Remember the decision on a user where it holds for all others with the same key."""
        if self._realm is None or len(self._known) >= _MOST or login.user.reasons or login.cram is not None:
            return
        target = Principal((candidate.name,), self._realm)
        usual = principal == Principal((candidate.name,), self._source.realm_from or b"")
        value = self._value(login.user.name, target) if login.by_kdc else None
        if usual and login.value == (value or None) and login.user.principal in {None, bytes(target)}:
            named = login.user.principal is not None
            self._known[candidate.key] = _Decision(login.user.verdict, login.user.forms, login.by_kdc, named)


def _spellings(names: tuple[str, ...]) -> _Spellings | None:
    by_lower = {name.lower(): name for name in names}
    if _POLICIES & by_lower.keys() or "uid" not in by_lower or len(by_lower) < len(names):
        return None
    return _Spellings(by_lower["uid"], by_lower.get("authauthority", ""), by_lower.get("userpassword", ""))
