"""The log of a KDC: which service tickets are asked for, by whom, from where, and when last.

MIT (krb5kdc, from 1.2 to today):
    Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (4 etypes {…}) 10.0.1.5: ISSUE: authtime 1, etypes {…}, ann@R for afpserver/h@R
    … TGS_REQ (…) 10.0.1.5: LOOKING_UP_SERVER: authtime 0,  ann@R for host/h@R, Server not found in Kerberos database
Heimdal:
    2026-11-19T08:12:31 TGS-REQ ann@R from IPv4:10.0.1.5 for host/h@R [canonicalize]

A request that failed counts as well: somebody uses that name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.kerberos.inventory.input import Input
from odkit.patterns import regex
from odkit.sources import Source
from odkit.text import decode, escape, plural

__all__ = ["KdcLog", "Request", "read_kdc_log"]

_MIT = regex(
    rb"(?P<time>.*?) \S+ krb5kdc\[\d+\](?:\([a-z]+\))?: (?P<kind>AS|TGS)_REQ (?:\(\d+ etypes \{[^}]*\}\) )?"
    rb"(?P<address>\S+): [A-Z_0-9]+: (?P<rest>.*)\Z"
)
_ISSUE = regex(rb"(?:authtime \d+, +)?(?:etypes \{[^}]*\},? +)?")
_SERVER = regex(rb"(.*?@[^,@]*)(?:, .*)?\Z")
_HEIMDAL = regex(rb"(?P<time>\S+) (?P<kind>AS|TGS)-REQ (?P<client>.*?) from (?P<address>\S+) for (?P<server>.*?)(?: \[[a-z, -]*\])?\Z")


@dataclass(frozen=True, slots=True)
class Request:
    """The requests for one principal.

    Attributes:
        count: number of requests.
        clients: who asked: name -> number of times.
        last: time of the last one, as the log writes it.
        client: who asked last.
        address: from where.
        line: 1-based line of the last one.
    """

    count: int
    clients: Mapping[str, int]
    last: str
    client: str
    address: str
    line: int

    def __str__(self) -> str:
        others = len(self.clients) - 1
        more = f" and {plural(others, 'other')}" if others else ""
        return f"asked for {plural(self.count, 'time')}, last on {self.last} by {self.client} from {self.address}{more}"


@dataclass(frozen=True, slots=True)
class KdcLog:
    """The requests of a log.

    Attributes:
        path: the file.
        requests: by the principal's name as logged.
        digest: SHA-256 of the file, hex.
    """

    path: str
    requests: Mapping[bytes, Request]
    digest: str


def _parts(line: bytes) -> tuple[bytes, bytes, bytes, bytes] | None:
    """Return time, address, client and server of a line that is a request."""
    found = _MIT.match(line)
    if found is not None:
        before = _ISSUE.match(found["rest"])
        client, _, rest = found["rest"][before.end() if before is not None else 0 :].partition(b" for ")
        server = _SERVER.match(rest)  # a sentence is behind the name when the request failed
        return (found["time"], found["address"], client, server[1]) if server is not None else None
    found = _HEIMDAL.match(line)
    return (found["time"], found["address"], found["client"], found["server"]) if found is not None else None


def _requests(file: Input) -> Iterator[tuple[int, tuple[bytes, bytes, bytes, bytes]]]:
    for number, line in file.lines():
        if b"_REQ " in line or b"-REQ " in line:
            parts = _parts(line.rstrip(b"\r"))
            if parts is not None:
                yield number, parts


def read_kdc_log(source: Source) -> KdcLog:
    """Read the log of a KDC; other lines are passed over.

    Args:
        source: a path, a binary file object, or bytes; plain or gzip.

    Raises:
        InputError: unreadable, or no line is a request of krb5kdc or of Heimdal's kdc.
    """
    clients: dict[bytes, Counter[bytes]] = {}
    last: dict[bytes, tuple[bytes, bytes, bytes, int]] = {}
    with Input(source) as file:
        for number, (time, address, client, server) in _requests(file):
            clients.setdefault(server, Counter())[client] += 1
            last[server] = (time, client, address, number)
        if not last:
            raise InputError(file.path, None, "no line is a request (AS_REQ, TGS_REQ): not the log of krb5kdc or of Heimdal's kdc")
        requests = {server: _request(clients[server], *last[server]) for server in last}
        return KdcLog(file.path, MappingProxyType(requests), file.digest)


def _request(clients: Counter[bytes], time: bytes, client: bytes, address: bytes, line: int) -> Request:
    time_, client_, address_ = (escape(decode(each)) for each in (time, client, address))
    names = MappingProxyType({escape(decode(name)): count for name, count in clients.items()})
    return Request(clients.total(), names, time_, client_, address_, line)
