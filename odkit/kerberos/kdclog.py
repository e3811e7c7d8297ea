"""The log of a KDC: which service tickets are asked for, by whom, from where, and when last.

MIT (krb5kdc, from 1.2 to today):
    Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (4 etypes {…}) 10.0.1.5: ISSUE: authtime 1, etypes {…}, ann@R for afpserver/h@R
    … TGS_REQ (…) 10.0.1.5: LOOKING_UP_SERVER: authtime 0,  ann@R for host/h@R, Server not found in Kerberos database
Heimdal, in a file of its own, through syslog, and in the unified log of macOS 10.12 and later as ``log show`` prints it:
    2026-11-19T08:12:31 TGS-REQ ann@R from IPv4:10.0.1.5 for host/h@R [canonicalize]
    Nov 19 08:12:31 od kdc[123]: TGS-REQ ann@R from IPv4:10.0.1.5 for host/h@R
    2016-07-06 15:02:49.248358+0000 0x31850  Default  0x8000000000013f61  96  kdc: (Heimdal) TGS-REQ ann@R from IPv4:10.0.1.5 for host/h@R
    10:45:38.111021+0300 TAB kdc TAB TGS-REQ ann@R from local-ipc for host/h@R
Heimdal's next release writes a second line for each request, which counts where the first is not logged (lib/base/heimbase-svc.c):
    2026-11-19T08:12:31 TGS-REQ SUCCESS IPv4:10.0.1.5 ann@R host/h@R elapsed=0.000631

A request that failed counts as well: somebody uses that name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.kerberos.inventory.input import Input
from odkit.patterns import regex
from odkit.sources import Source
from odkit.text import decode, escape, plural

__all__ = ["KdcLog", "Request", "as_kdc_logs", "read_kdc_log"]

_MIT = regex(
    rb"(?P<time>.*?) \S+ krb5kdc\[\d+\](?:\([a-z]+\))?: (?P<kind>AS|TGS)_REQ (?:\(\d+ etypes \{[^}]*\}\) )?"
    rb"(?P<address>\S+): [A-Z_0-9]+: (?P<rest>.*)\Z"
)
_ISSUE = regex(rb"(?:authtime \d+, +)?(?:etypes \{[^}]*\},? +)?")
_SERVER = regex(rb"(.*?@[^,@]*)(?:, .*)?\Z")
# a time, and between it and the request nothing, the process of the unified log, or columns that end in the process
_BEFORE = (
    rb"(?P<time>\d{4}-\d\d-\d\d [\d:.]+[+-]\d{4}|[A-Z][a-z]{2} [ \d]\d [\d:]{8}|[\dT:.+Z-]+)"
    rb"(?:[ \t]|\tkdc\t|[ \t]+(?:[^ \t]+[ \t]+)*?kdc(?:\[\d+\])?: (?:\([^()]*\) )?(?:\[[^][]*\] )?)(?:AS|TGS)-REQ "
)
_HEIMDAL = regex(_BEFORE + rb"(?P<client>.*?) from (?P<address>\S+) for (?P<server>.*?)(?: \[[a-z, -]*\])?\Z")
_NAME = rb"(?:\\.|[^ \\])+"  # Heimdal writes a backslash before a blank
_AUDIT = regex(_BEFORE + rb"[A-Z][A-Z0-9_-]+ (?P<address>\S+) (?P<client>" + _NAME + rb") (?P<server>" + _NAME + rb")(?: [a-z].*)?\Z")
_PRIVATE = b"<private>"  # what the unified log shows of a name unless it is told otherwise


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


class _Tally:
    """Who asked for each name, and who did last."""

    def __init__(self) -> None:
        self._clients: dict[bytes, Counter[bytes]] = {}
        self._last: dict[bytes, tuple[bytes, bytes, bytes, int]] = {}

    def add(self, time: bytes, address: bytes, client: bytes, server: bytes, line: int) -> None:
        self._clients.setdefault(server, Counter())[client] += 1
        self._last[server] = (time, client, address, line)

    def requests(self) -> dict[bytes, Request]:
        return {server: _request(self._clients[server], *last) for server, last in self._last.items()}


def read_kdc_log(source: Source) -> KdcLog:
    """Read the log of a KDC; other lines are passed over.

    Args:
        source: a path, a binary file object, or bytes; plain or gzip.

    Raises:
        InputError: unreadable, no line is a request of krb5kdc or of Heimdal's kdc, or the unified log hides the names.
    """
    plain, audit = _Tally(), _Tally()
    with Input(source) as file:
        for number, line in file.lines():
            if b"_REQ " not in line and b"-REQ " not in line:
                continue
            line = line.rstrip(b"\r")
            parts = _parts(line)
            if parts is not None:
                if _PRIVATE in parts:
                    message = "the unified log hides the names of this request: allow private data on the KDC, and export the log again"
                    raise InputError(file.path, number, message)
                plain.add(*parts, number)
            elif (found := _AUDIT.match(line)) is not None:
                audit.add(found["time"], found["address"], found["client"], found["server"], number)
        requests = audit.requests() | plain.requests()
        if not requests:
            raise InputError(file.path, None, "no line is a request (AS_REQ, TGS_REQ): not the log of krb5kdc or of Heimdal's kdc")
        return KdcLog(file.path, MappingProxyType(requests), file.digest)


def as_kdc_logs(given: KdcLog | Source | Sequence[KdcLog | Source]) -> tuple[KdcLog, ...]:
    """Return logs as a caller gives them: read or to be read, one or several.

    Raises:
        InputError: as `read_kdc_log` does.
        UsageError: something is neither a log nor a source.
    """
    several: Sequence[KdcLog | Source] = given if isinstance(given, (list, tuple)) else [given]  # type: ignore[list-item]
    return tuple(each if isinstance(each, KdcLog) else read_kdc_log(each) for each in several)


def _request(clients: Counter[bytes], time: bytes, client: bytes, address: bytes, line: int) -> Request:
    time_, client_, address_ = (escape(decode(each)) for each in (time, client, address))
    names = MappingProxyType({escape(decode(name)): count for name, count in clients.items()})
    return Request(clients.total(), names, time_, client_, address_, line)
