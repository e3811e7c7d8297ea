"""Services and computers as accounts of a domain: members go on with the keytabs that they have.

An account of a domain has one set of keys.  Principals of one host that share their keys (from 10.7 on all of them) are one account with
several service names; in a KDC of 10.4 to 10.6 each service has keys of its own, and becomes an account of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace

from odkit.carrying.model import CarriedService
from odkit.carrying.samba.logins import RC4, Secrets, filetime, kerberos_keys
from odkit.carrying.samba.names import Claim, Kind, Taken, name_key, why_not_name
from odkit.carrying.samba.supplemental import AES128, AES256
from odkit.carrying.services import ServiceRuling, rule_on_services
from odkit.carrying.source import CarrySource
from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.kerberos import Principal
from odkit.names import short_name
from odkit.text import decode, plural

__all__ = ["TAKEN_KEYS", "Machine", "plan_machines"]

TAKEN_KEYS = frozenset({AES256, AES128, RC4})
_LONGEST = 63
_TYPES = {RC4: 4, AES128: 8, AES256: 16}  # MS-KILE 2.2.7, msDS-SupportedEncryptionTypes


@dataclass(frozen=True, slots=True)
class Machine:
    """An account for principals that share their keys.

    Attributes:
        name: ``sAMAccountName``, with the ``$`` at its end.
        host: full name; "" where nothing tells it.
        secrets: its keys.
        services: ``servicePrincipalName`` values.
        principal: name of a principal of its own that is not `name`; None else.
        types: bits of msDS-SupportedEncryptionTypes.
    """

    name: str
    host: str
    secrets: Secrets = field(repr=False)
    services: tuple[str, ...] = ()
    principal: str | None = None
    types: int = 0

    def claims(self, realm: str) -> list[Claim]:
        """Return what the account takes in the domain."""
        out = [Claim(Kind.NAME, self.name), Claim(Kind.NAME, self.name[:-1]), Claim(Kind.PRINCIPAL, f"{self.name}@{realm}")]
        if self.principal is not None:
            out.append(Claim(Kind.PRINCIPAL, f"{self.principal}@{realm}"))
        return out + [Claim(Kind.SERVICE, text) for text in self.services]


def plan_machines(
    source: CarrySource, claimed: Iterable[Principal], taken: Taken, realm: str
) -> tuple[list[Machine], list[CarriedService]]:
    """Decide on every principal that no user claims.

    Args:
        source: of the carry.
        claimed: principals of users.
        taken: what the domain has; added to.
        realm: of the domain.

    Returns:
        The accounts to make, and the verdict on every principal.
    """
    groups: dict[tuple[str, tuple[tuple[int, bytes], ...]], list[ServiceRuling]] = {}
    services: list[CarriedService] = []
    for ruling in rule_on_services(source, set(claimed), usable=TAKEN_KEYS):
        if ruling.target is None:
            services.append(ruling.service)
            continue
        key = (_host(ruling.target), tuple(sorted((key.enctype, key.value) for key in ruling.keys)))
        groups.setdefault(key, []).append(ruling)
    machines = []
    for (host, _), rulings in groups.items():
        made = _machine(host, rulings, int(source.at.timestamp()), taken, realm)
        if isinstance(made, Machine):
            machines.append(made)
            taken.take(made.claims(realm), made.name)
            note = f"account {made.name}" + (f", of {plural(len(rulings), 'principal')}" if len(rulings) > 1 else "")
            services += [_with(ruling, f"{ruling.service.reason.text}; {note}", ruling.service.reason.why) for ruling in rulings]
        else:
            services += [replace(_with(ruling, made.text, made.why), carried=False, enctypes=()) for ruling in rulings]
    return machines, services


def _with(ruling: ServiceRuling, text: str, why: Why) -> CarriedService:
    return replace(ruling.service, reason=Reason(why, text))


def _host(principal: Principal) -> str:
    host = principal.host if principal.host is not None else decode(principal.components[0]).removesuffix("$")
    return host.lower()


def _machine(host: str, rulings: list[ServiceRuling], at: int, taken: Taken, realm: str) -> Machine | Reason:
    keys = rulings[0].keys
    aes = kerberos_keys(keys, f"{realm}host{host}")
    nt_hash = next((key.value for key in keys if key.enctype == RC4), None)
    if aes is None and nt_hash is None:
        return Reason(Why.NOTHING_USABLE, "it has no AES-256 and no RC4 key, and a domain takes no other alone: make new ones")
    own = [decode(ruling.target.components[0]) for ruling in rulings if ruling.target is not None and len(ruling.target.components) == 1]
    names = [b"/".join(ruling.target.components) for ruling in rulings if ruling.target is not None and len(ruling.target.components) > 1]
    services = list({decode(name).lower(): decode(name) for name in reversed(names)}.values())[::-1]  # HTTP and http are one name
    held = (RC4,) * (nt_hash is not None) + ((AES256,) if aes is not None else ()) + ((AES128,) if aes is not None and aes.aes128 else ())
    name = _name(host, own, services, taken)
    other = next((each for each in own if name_key(each) != name_key(name)), None)
    secrets = Secrets(nt_hash, aes, enabled=True, changed=filetime(at))
    machine = Machine(name, host if "." in host else "", secrets, tuple(services), other, sum(_TYPES[number] for number in held))
    return why_not_name(machine.name[:-1]) or taken.why_not(machine.claims(realm)) or machine


def _name(host: str, own: list[str], services: list[str], taken: Taken) -> str:
    """Return the name of an account: the computer's own where it is a short one; that of the host; else with the service in front."""
    short = short_name(host)
    for name in own:
        if "." not in name:
            return name
    main = bool(own) or any(text.lower().startswith("host/") for text in services)
    wanted = short if main else f"{services[0].partition('/')[0].lower()}-{short}"
    name, number = wanted[:_LONGEST], 1
    while taken.given([Claim(Kind.NAME, f"{name}$"), Claim(Kind.NAME, name)]):
        number += 1
        name = f"{wanted[: _LONGEST - 4]}-{number}"
    return f"{name}$"
