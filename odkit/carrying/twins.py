"""Users who answer to one principal, or share one slot of ``cn=authdata``: nobody tells whose password it is, so none is carried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from odkit.carrying.verdicts import Reason, Why
from odkit.errors import InputError
from odkit.kerberos import Principal, parse_principal
from odkit.text import escape
from odkit.values.authority import Authority, Kerberos, PasswordServer
from odkit.values.password import with_previous

__all__ = ["Claim", "Claims", "claims_of", "named_principal", "twin"]

Claim = Principal | str


@lru_cache(maxsize=4)  # a user's name is asked for by several
def named_principal(name: bytes | str, realm: bytes | None) -> Principal | None:
    """Return the principal that a record names; None where it is no name.

    Args:
        name: unparsed, with a realm or without.
        realm: for one without.
    """
    try:
        return parse_principal(name, realm=realm)
    except InputError:
        return None


def claims_of(name: str, authorities: Iterable[Authority], realm: bytes | None, *, slots: bool) -> set[Claim]:
    """Return what a user answers to by his authorities.

    Args:
        name: his short name.
        authorities: of his record, also those that wait inside a ``DisabledUser``.
        realm: that is carried.
        slots: whether slots hold keys: from 10.7 on, in ``cn=authdata``.
    """
    out: set[Claim] = set()
    kerberos = False
    for authority in authorities:
        for each in with_previous(authority):
            detail = each.detail
            if isinstance(detail, PasswordServer):
                if slots:
                    out.add(detail.slot_text.lower())
            elif isinstance(detail, Kerberos) and "LKDC:" not in detail.realm:
                kerberos = True
                principal = named_principal(detail.principal or name, realm)
                if principal is not None:
                    out.add(principal)
    if not kerberos:
        out.add(Principal((name.encode("utf-8", "surrogateescape"),), realm or b""))
    return out


class Claims:
    """Collects what users answer to, one by one, so that the directory is read once."""

    def __init__(self) -> None:
        self._first: dict[Claim, int] = {}
        self._shared: dict[Claim, list[int]] = {}

    def add(self, number: int, claims: Iterable[Claim]) -> None:
        """Add those of a record."""
        for claim in claims:
            first = self._first.setdefault(claim, number)
            if first != number:
                self._shared.setdefault(claim, [first]).append(number)

    def shared(self) -> dict[Claim, int]:
        """Return what several users answer to, with their number."""
        return {claim: len(numbers) for claim, numbers in self._shared.items()}

    def numbers(self) -> Iterator[tuple[int, int]]:
        """Yield the records that share something, each with the largest number of users who share one thing with it."""
        found: dict[int, int] = {}
        for numbers in self._shared.values():
            for number in numbers:
                found[number] = max(found.get(number, 0), len(numbers))
        yield from found.items()


def twin(principal: Principal, count: int) -> Reason:
    """Return why a user is barred who is not the only one with his principal."""
    return Reason(Why.TWIN, f"{count} users answer to {escape(bytes(principal))}, or share its password")
