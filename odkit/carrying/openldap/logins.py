"""The users of a carried directory: the verdict on each, and how he logs in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from odkit.carrying.model import CarriedUser, Form, Reason, Verdict
from odkit.carrying.openldap.entries import Login
from odkit.carrying.openldap.passwords import login_of
from odkit.carrying.source import CarrySource

__all__ = ["Logins", "decide_logins"]


@dataclass(slots=True)
class Logins:
    """The users, and how each logs in.

    Attributes:
        users: the verdicts, by number of the record, in the directory's order.
        logins: what their records get; those that are left out have none.
        gone: names, lower case, of users that are left out.
    """

    users: dict[int, CarriedUser] = field(default_factory=dict)
    logins: dict[int, Login] = field(default_factory=dict, repr=False)
    gone: set[str] = field(default_factory=set)

    @property
    def principals(self) -> list[bytes]:
        """Those that ``{SASL}`` values name."""
        found = ((self.users[number].principal, login.value) for number, login in self.logins.items())
        return [principal for principal, value in found if principal is not None and value is not None and value.startswith(b"{SASL}")]

    def leave_out(self, number: int, names: Sequence[str], reason: Reason) -> None:
        """A user that the target cannot take after all."""
        user = self.users[number]
        self.users[number] = replace(user, verdict=Verdict.LEFT_OUT, reasons=(reason,), principal=None, until=None)
        self.logins.pop(number, None)
        self.gone.update(name.lower() for name in names)


def decide_logins(source: CarrySource) -> Logins:
    """Decide on every user."""
    out = Logins()
    same: dict[tuple[Form, ...], tuple[Form, ...]] = {}  # of 100,000 users most have the same forms
    for user in source.users():
        login = login_of(source, user)
        carried = login.user
        forms = same.setdefault(carried.forms, carried.forms)
        out.users[user.record.number] = replace(carried, forms=forms)
        if carried.verdict is Verdict.LEFT_OUT:
            out.gone.update(name.lower() for name in user.record.texts("uid") or [user.name])
        else:
            out.logins[user.record.number] = Login(login.value, login.cram)
    return out
