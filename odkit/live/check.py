"""`check_live`: compares the running directory and KDC with an export, reading only."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import field
from typing import IO, Any

from odkit.comparison import Kind, diff
from odkit.dataclass import dataclass
from odkit.directory import Directory, open_directory
from odkit.dn import dn_key
from odkit.errors import LiveError, UsageError
from odkit.findings import Finding, Report, finding, record_finding
from odkit.kerberos.probe import SERVICE_UNKNOWN, describe_code
from odkit.ldif import Entry, format_record
from odkit.live.binding import Anonymous, Gssapi, Partial, Settings, Simple
from odkit.live.kerberos import Login, need_gssapi
from odkit.live.ldap import LiveDirectory
from odkit.live.logins import Logins, check_logins
from odkit.live.rules import (
    DIFFERS_FROM_EXPORT,
    HIDDEN_ATTRIBUTES,
    LIVE_REFERENCE,
    NO_TICKET,
    ONLY_A_PART,
    REPLICA_DIFFERS,
    RETIRED_TICKET,
)
from odkit.live.tickets import probe
from odkit.names import host_key, is_fqdn
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.text import escape, plural

__all__ = ["Kerberos", "LiveReport", "check_live"]


_SHOWN = 8  # attributes that a finding names


@dataclass(frozen=True, slots=True)
class Kerberos:
    """The tickets that are asked for.

    Attributes:
        login: of the principal that asks; see `odkit.live.kerberos.initial`.
        realm: the realm that tickets must be of.
        hosts: servers that must have their tickets.
        services: service names that each of them has.
        retire: hosts for which no ticket may be issued any more.
    """

    login: Login
    realm: str
    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ("host",)
    retire: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveReport:
    """The result of `check_live`.

    Attributes:
        report: summary and findings.
        partial: whether a server gave only a part of what was asked for, so that nothing is proved.
        data: what the first server gave, as LDIF; empty without one.
    """

    report: Report
    partial: bool = False
    data: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class _Draft:
    report: Report
    partial: bool = False
    data: bytes = b""


def check_live(
    urls: Sequence[str],
    *,
    bind: Anonymous | Simple | Gssapi | None = None,
    settings: Settings | None = None,
    export: Directory | None = None,
    base: str | None = None,
    kerberos: Kerberos | None = None,
    logins: Logins | None = None,
) -> LiveReport:
    """Read one or several servers of a domain, and compare.

    Args:
        urls: the first one is compared with the export, the others, its replicas, with the first one.
        bind: anonymous by default.
        settings: see `odkit.live.ldap.Settings`.
        export: what the directory should hold.
        base: suffix; the export's, else the one that the first server names.
        kerberos: tickets to ask for.
        logins: to try at the first server and at the KDC.

    Raises:
        LiveError: a server cannot be reached, has not the certificate or name it should, refuses the bind, or fails; gssapi is missing.
        UsageError: nothing to check, or a suffix that cannot be found.
    """
    people = logins.people if logins is not None else ()
    realm = (logins.realm if logins is not None else None) or (export.realm if export is not None else None)
    if people and settings is not None and settings.insecure_plain and urls:
        raise UsageError("a password is never sent without TLS: leave --insecure-plain out to try logins")
    if not urls and kerberos is None and not people:
        raise UsageError("there is nothing to check: give --ldap, or a question for the KDC")
    if people and not urls and not realm:
        raise UsageError("the server for the logins is missing: give --ldap, or the realm")
    out = _Draft(Report({"servers": [], "answer": ""}))
    how = settings or Settings()
    bound = bind or Anonymous()
    live: Directory | None = None
    if urls:
        live = _servers(urls, bound, how, export, base, out)
    if kerberos is not None:
        out.report.extend(_tickets(kerberos, out.report.summary))
    if people:
        out.report.extend(check_logins(people, urls[0] if urls else "", how, live, realm, out.report.summary))
    bad = sum(f.severity != "info" for f in out.report.findings)
    out.report.summary["answer"] = (
        "only a part was read" if out.partial else f"{plural(bad, 'finding')} to look at" if bad else "as it should be"
    )
    return LiveReport(out.report, out.partial, out.data)


def _servers(
    urls: Sequence[str], bind: Anonymous | Simple | Gssapi, settings: Settings, export: Directory | None, base: str | None, out: _Draft
) -> Directory | None:
    found: list[tuple[str, int, list[str]]] = []
    live: Directory | None = None
    with tempfile.TemporaryFile(prefix="odkit-") as spool:  # unnamed: it holds secrets
        for number, url in enumerate(urls):
            with LiveDirectory(url, bind, settings) as server:
                base = base or (export.suffix if export is not None else None) or _base(server)
                count = _read(server, base, spool if number == 0 else None, out)
                csns = server.csns(base)
            found.append((url, count, csns))
            out.report.summary["servers"].append({"url": url, "entries": count, "contextCSN": csns})
        # the trailer that ldapsearch writes: whoever reads the file later knows whether it is whole
        spool.write(
            b"# search result\nsearch: 2\nresult: %s\n\n# numEntries: %d\n"
            % (b"4 Size limit exceeded" if out.partial else b"0 Success", found[0][1])
        )
        spool.seek(0)
        out.data = spool.read()
    first = found[0]
    for url, count, csns in found[1:]:
        if csns != first[2]:
            has, should = (escape(", ".join(each)) or "(none)" for each in (csns, first[2]))
            message = f"contextCSN is {has}, and {should} on {first[0]}"
            out.report.findings.append(finding(REPLICA_DIFFERS, url, message, path=url))
        if count != first[1]:
            message = f"{plural(count, 'entry', 'entries')}, and {count - first[1]:+,} against {first[0]}"
            out.report.findings.append(finding(REPLICA_DIFFERS, url, message, path=url))
    if first[1]:
        live = open_directory(out.data)
    if export is not None and live is not None and not out.partial:
        assert base is not None
        out.report.extend(_compared(export, live, base, first[0], out.report.summary))
    return live


def _read(server: LiveDirectory, base: str, keep: IO[bytes] | None, out: _Draft) -> int:
    """Read everything that a server shows; its entries go into a file where one is given.  Returns their number."""
    url = server.url
    references: dict[str, None] = {}
    count = 0
    try:
        for each in server.entries(base):
            if not isinstance(each, Entry):
                references[each] = None
                continue
            count += 1
            if keep is not None:
                keep.write(format_record(each))
        if not count:  # access rules that hide everything look like an empty directory
            raise Partial(f"{url}: nothing is shown below {escape(base)}")
    except Partial as error:
        out.partial = True
        out.report.findings.append(finding(ONLY_A_PART, url, f"{error}; {plural(count, 'entry', 'entries')} came", path=url))
    for reference in references:
        out.report.findings.append(finding(LIVE_REFERENCE, url, f"a reference to {escape(reference)}", path=url))
    return count


def _base(server: LiveDirectory) -> str:
    contexts = [each for each in server.naming_contexts() if each.lower() not in {"cn=config", "cn=authdata", "cn=accesslog"}]
    if len(contexts) != 1:
        said = f"names {', '.join(map(escape, contexts))}" if contexts else "names none"
        raise UsageError(f"the suffix is not certain: {server.url} {said}; give --base, or --export")
    return contexts[0]


def _compared(export: Directory, live: Directory, base: str, url: str, summary: dict[str, Any]) -> list[Finding]:
    """Return what changed since the export below the base; secret values that the server does not show are hidden by its access rules."""
    out: list[Finding] = []
    hidden: Counter[str] = Counter()
    top = dn_key(base) or ""
    counts: Counter[str] = Counter()
    for each in diff(export, live):
        before = dn_key(each.before.dn if each.before is not None else each.dn) or ""
        if before != top and not before.endswith(f",{top}"):  # the export holds more than was asked for
            continue
        unseen = [a.name for a in each.attributes if sensitivity_of(a.name) is Sensitivity.SECRET and a.removed and not a.added]
        hidden.update(name.lower() for name in unseen)
        names = [escape(a.name) for a in each.attributes if a.name not in unseen]
        if unseen and not names and each.kind is Kind.CHANGED:
            continue
        counts[each.kind.value] += 1
        more = f": {', '.join(names[:_SHOWN])}{f' and {len(names) - _SHOWN} more' if len(names) > _SHOWN else ''}" if names else ""
        out.append(record_finding(DIFFERS_FROM_EXPORT, each.dn, f"{each.kind.value} since the export: {escape(each.dn)}{more}", path=url))
    summary["since the export"] = {kind.value: counts[kind.value] for kind in Kind}
    if hidden:
        said = ", ".join(f"{escape(name)} of {plural(count, 'record')}" for name, count in sorted(hidden.items()))
        out.insert(0, finding(HIDDEN_ATTRIBUTES, url, f"not shown by the server, and not compared: {said}", path=url))
    return out


def _tickets(kerberos: Kerberos, summary: dict[str, Any]) -> list[Finding]:
    need_gssapi()
    if kerberos.login.credentials is None:
        raise LiveError(f"the KDC gives no ticket to the principal that asks: {kerberos.login.why}")
    for host in (*kerberos.hosts, *kerberos.retire):
        if not is_fqdn(host_key(host)):
            raise UsageError(f"a full host name is needed: {escape(host)}")
    out: list[Finding] = []
    asked = 0
    for hosts, wanted in ((kerberos.hosts, True), (kerberos.retire, False)):
        # in normal form: names of a KDC are case-sensitive, and have no full stop at the end
        whole = [f"{service}/{host_key(host)}@{kerberos.realm}" for host in hosts for service in kerberos.services]
        names = [name.encode("utf-8", "surrogateescape") for name in whole]
        for name, code, realm in probe(kerberos.login.credentials, names):
            asked += 1
            said = escape(name)
            if wanted and code:
                out.append(finding(NO_TICKET, said, f"no ticket for {said}: {describe_code(code)}"))
            elif wanted and realm != kerberos.realm:
                out.append(finding(NO_TICKET, said, f"the ticket for {said} is of the realm {escape(realm)}"))
            elif not wanted and code == 0:
                out.append(finding(RETIRED_TICKET, said, f"the KDC still issues a ticket for {said}"))
            elif not wanted and code != SERVICE_UNKNOWN:
                out.append(finding(NO_TICKET, said, f"whether {said} is gone is not known: {describe_code(code)}"))
    summary["tickets asked for"] = asked
    return out
