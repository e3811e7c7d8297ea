"""The users of a carried directory: the verdict on each, and how he logs in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from types import MappingProxyType

from odkit.carrying.ldap.common import CommonLogins
from odkit.carrying.ldap.entries import Login
from odkit.carrying.ldap.passwords import PasswordForms, UserLogin, login_of
from odkit.carrying.model import CarriedUser, Form, Reason, Verdict
from odkit.carrying.source import CarrySource
from odkit.carrying.twins import twin
from odkit.dataclass import dataclass
from odkit.directory import User
from odkit.kerberos import Principal

__all__ = ["LoginDecider", "Logins", "decide_logins"]


@dataclass(frozen=True, slots=True)
class Logins:
    """The users, and how each logs in.

    Attributes:
        users: the verdicts, by record id, in the directory's order.
        logins: what their records get; those that are left out have none.
    """

    users: Mapping[int, CarriedUser]
    logins: Mapping[int, Login] = field(repr=False)

    @property
    def principals(self) -> list[bytes]:
        """Those of users whom the KDC checks."""
        found = (self.users[record_id].principal for record_id, login in self.logins.items() if login.by_kdc)
        return [principal for principal in found if principal is not None]


class LoginDecider:
    """Decides on users one by one.

    Args:
        source: of the carry.
        forms: of the server.

    Attributes:
        users: the verdicts so far, by record id, in the directory's order.
        logins: what their records get; those that are left out have none.
        gone: names, lower case, of users that are left out.
    """

    def __init__(self, source: CarrySource, forms: PasswordForms) -> None:
        self._source, self._forms = source, forms
        self._common = CommonLogins(source, forms)
        self._users: dict[int, CarriedUser] = {}
        self._logins: dict[int, Login] = {}
        self._gone: set[str] = set()
        self.users: Mapping[int, CarriedUser] = MappingProxyType(self._users)
        self.logins: Mapping[int, Login] = MappingProxyType(self._logins)
        self.gone: AbstractSet[str] = self._gone
        self._same: dict[tuple[Form, ...], tuple[Form, ...]] = {}  # of 100,000 users most have the same forms
        self._claims: dict[Principal, int] = {}
        self._twins: dict[Principal, list[int]] = {}

    def add(self, record: User) -> None:
        """Decide on a user; one who answers to another one's principal is decided on by `finish`."""
        candidate = self._common.candidate(record)
        known = self._common.of(record, candidate) if candidate is not None else None
        if known is None:
            user = self._source.user_of(record)
            known = login_of(self._source, user, self._forms), user.principal
            if candidate is not None:
                self._common.learn(candidate, *known)
        self._keep(record, *known)

    def _keep(self, record: User, login: UserLogin, principal: Principal | None) -> None:
        record_id, carried = record.record_id, login.user
        forms = self._same.setdefault(carried.forms, carried.forms)
        if forms is not carried.forms:
            carried = replace(carried, forms=forms)
        self._users[record_id] = carried
        if carried.verdict is Verdict.LEFT_OUT:
            self._gone.update(name.lower() for name in record.texts("uid") or [record.name])
        else:
            nothing = login.value is None and login.cram is None and not login.by_kdc
            locked = nothing or carried.verdict is Verdict.DISABLED
            self._logins[record_id] = Login(login.value, login.cram, login.by_kdc, locked)
        if principal is not None:
            first = self._claims.setdefault(principal, record_id)
            if first != record_id:
                self._twins.setdefault(principal, [first]).append(record_id)

    def finish(self) -> list[int]:
        """Leave out all users who share a principal; returns their record ids."""
        found = []
        for principal, record_ids in self._twins.items():
            for record_id in record_ids:
                if self._users[record_id].verdict is not Verdict.LEFT_OUT:
                    names = self._source.od.view(record_id, "Users").texts("uid") or [self._users[record_id].name]
                    self.leave_out(record_id, names, twin(principal, len(record_ids)))
                    found.append(record_id)
        self._claims.clear()
        return found

    def leave_out(self, record_id: int, names: Sequence[str], reason: Reason) -> None:
        """Leave out a user that the target cannot take after all.

        Args:
            record_id: of his record.
            names: all of his, so that no group may name them.
            reason: why.
        """
        user = self._users[record_id]
        self._users[record_id] = replace(user, verdict=Verdict.LEFT_OUT, reasons=(reason,), principal=None, until=None)
        self._logins.pop(record_id, None)
        self._gone.update(name.lower() for name in names)

    def decided(self) -> Logins:
        """Return what was decided; nothing is decided on after it."""
        return Logins(self.users, self.logins)


def decide_logins(source: CarrySource, forms: PasswordForms) -> LoginDecider:
    """Decide on every user."""
    decider = LoginDecider(source, forms)
    for record in source.od.users.records():
        decider.add(record)
    decider.finish()
    return decider
