"""Requests for tickets, the answers, and the meaning of Kerberos' codes.

``odkit.live.tickets`` asks, in a process of its own.
"""

from __future__ import annotations

import json

from odkit.dataclass import dataclass
from odkit.errors import LiveError

__all__ = ["ACCEPT", "BAD_INTEGRITY", "CODES", "SERVICE_UNKNOWN", "WRONG_PASSWORD", "Answer", "Request", "describe_code", "parse_answers"]

_BASE = 2529638912  # ERROR_TABLE_BASE_krb5 as an unsigned 32-bit number; classified by code, never by text, which differs by locale
CODES = {
    0: "a ticket was issued",
    _BASE + 1: "the client's entry has expired",
    _BASE + 2: "the service's entry has expired",
    _BASE + 6: "the KDC does not know the client",
    _BASE + 7: "the KDC does not know the service",
    _BASE + 18: "the client is disabled",
    _BASE + 23: "the password has expired",
    _BASE + 24: "wrong password or key",
    _BASE + 31: "the key of the service is another one",
    _BASE + 37: "the clocks differ by more than five minutes",
    _BASE + 154: "the realm is not known here",
    _BASE + 156: "no KDC can be reached",
    _BASE + 210: "wrong password or key",
}
SERVICE_UNKNOWN = _BASE + 7
WRONG_PASSWORD = _BASE + 24
BAD_INTEGRITY = _BASE + 31  # of a reply: the password does not open it; of a ticket: the service has another key
ACCEPT = 1  # codes of our own, below those of Kerberos


@dataclass(frozen=True, slots=True)
class Request:
    """A request for tickets.

    Attributes:
        client: principal that asks.
        keytab: path of a keytab with its key, and with the keys of the services where tickets are to be accepted.
        opened: services, unparsed names, whose tickets are to be opened with the service's key.
        asked: services for which a ticket is asked for, and no more.
    """

    client: str
    keytab: str
    opened: tuple[bytes, ...]
    asked: tuple[bytes, ...]

    def as_json(self) -> str:
        """Return the bytes for the program's standard input."""
        names = {"opened": [name.hex() for name in self.opened], "asked": [name.hex() for name in self.asked]}
        return json.dumps({"client": self.client, "keytab": self.keytab, **names})


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one service: 0, or the code of Kerberos (`CODES`); 1 where the ticket could not be accepted."""

    service: bytes
    code: int


def describe_code(code: int) -> str:
    """Return a code in words."""
    if code == ACCEPT:
        return "a ticket was issued, and the service's key does not open it"
    return CODES.get(code, f"Kerberos error {code}")


def parse_answers(output: bytes) -> list[Answer]:
    """Read the program's standard output.

    Raises:
        LiveError: the output is not that of the program.
    """
    try:
        return [Answer(bytes.fromhex(name), int(code)) for name, code in json.loads(output)]
    except (ValueError, TypeError) as error:
        raise LiveError("the ticket probe gave no answer") from error
