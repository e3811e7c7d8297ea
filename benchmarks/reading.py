"""Measure reading and writing against other programs at 100,000 users, the growth from 10,000, and peak memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import peers as p
from benchmarks.measure import NEW, PYTHON, Row, Run, middle, run
from benchmarks.peers import Peers
from benchmarks.report import Report
from benchmarks.rows import COPY, FIND, LAZY, LISTS, READ, WRITE

__all__ = ["Peer", "growth", "lists", "memory", "peers_of", "ratios"]

_READ = Row("every value", "{export}", READ)
_LAZY = Row("entries, attributes untouched", "{export}", LAZY)
_FIND = Row("find objectClass apple-computer", "{export}", FIND)
_INSPECT = Row("odkit inspect --json", "inspect --json {export}")
_PURGE = Row("odkit purge-principals", "purge-principals {export} --principals {principals} --retire-from {retired} --allow-large")
_WRITE = Row("write from memory", "{export}", WRITE, printed=True)
_COPY_NEW = Row("copy unmodified, new file", "{export} {out}", COPY)
_COPY_OLD = Row("copy unmodified, over an old one", "{export} {out}", COPY)


@dataclass(frozen=True, slots=True)
class Peer:
    """A row of odkit, and another program that does the same.

    Attributes:
        row: odkit's work.
        name: of the other program.
        words: of it.
        limit: odkit's share of its time at 100,000 users; None where the issue is only what it costs.
        measure: "cpu" or "wall" seconds.
        short: the short table names it, too.
    """

    row: Row
    name: str
    words: Sequence[str]
    limit: float | None
    measure: str = "cpu"
    short: bool = False

    def value(self, found: Run) -> float:
        """Return the seconds that count."""
        return float(found.printed) if self.row.printed else found.wall if self.measure == "wall" else found.cpu


def peers_of(peers: Peers, inputs: Mapping[str, str]) -> tuple[Peer, ...]:
    """Return all rows for an export."""
    export = inputs["export"]
    ldif, python_ldap, c = [peers.ldif, "-c"], [peers.python_ldap, "-c"], [peers.c, export]
    cp = ["cp", export, f"{inputs['out']}-cp"]
    return (
        Peer(_READ, "ldif 4.3 (PyPI)", [*ldif, p.LDIF, export], 0.30, short=True),  # the aim is 0.25
        Peer(_READ, "python-ldap 3.4", [*python_ldap, p.PYTHON_LDAP, export], 0.30, short=True),
        Peer(_READ, "Net::LDAP::LDIF", [*peers.perl, export], 0.20),
        Peer(_READ, "slapadd -u -q -s", [*peers.slapadd, export], 1.4, short=True),
        Peer(_LAZY, "ldif 4.3 (PyPI)", [*ldif, p.LDIF, export], 0.07),
        Peer(_FIND, "C, libldap", c, 1.0),
        Peer(_INSPECT, "C, libldap", c, 2.0, "wall", short=True),
        Peer(_PURGE, "C, libldap", c, 3.0, "wall", short=True),  # the aim is 2.0
        Peer(_WRITE, "ldif 4.3 (PyPI)", [*ldif, p.LDIF_WRITE, export], 0.5),
        Peer(_WRITE, "python-ldap 3.4", [*python_ldap, p.PYTHON_LDAP_WRITE, export], 0.5),
        # cp of Linux lets the kernel copy the pages: into a new file nothing that sees the bytes comes near it
        Peer(_COPY_NEW, "cp", cp, None, "wall"),
        Peer(_COPY_OLD, "cp", cp, 3.0, "wall"),
    )


def ratios(report: Report, rows: Sequence[Peer], inputs: Mapping[str, str], *, rounds: int) -> dict[str, Run]:
    """Measure odkit and its peers in turn; in one round each program runs once, whatever rows it stands in.

    Returns:
        The runs of odkit that took the least CPU, by row.
    """
    size = Path(inputs["export"]).stat().st_size / 1e6
    head = ("work", "peer", "odkit s", "peer s", "ratio", "must be", "odkit MiB")
    table = report.table(f"{Path(inputs['export']).stem} users, {size:.0f} MB, {rounds} rounds", *head)
    took: dict[str, list[Run]] = {}
    for number in range(rounds):
        for each in rows:
            # the writers' programs read everything into memory first: one round of them takes as long as all others together
            if each.row.printed and number:
                continue
            _once(took, each.row.name, number, partial(_own, each.row, inputs))
            _once(took, _key(each), number, partial(_theirs, each, inputs))
    for each in rows:
        ours, theirs = took[each.row.name], took[_key(each)]
        ratio = middle([each.value(a) / each.value(b) for a, b in zip(ours, theirs, strict=True)])
        limit = f"<= {each.limit}" if each.limit is not None else ""
        unit = "wall" if each.measure == "wall" else "CPU"
        table.row(
            each.row.name,
            f"{each.name} ({unit})",
            middle([each.value(a) for a in ours]),
            middle([each.value(b) for b in theirs]),
            ratio,
            limit,
            round(min(a.peak for a in ours)),
        )
        if each.short:
            report.summary(f"{each.row.name}, 100,000 users, over {each.name}, {unit}", f"{ratio:.2f}", limit)
    return {name: min(runs, key=lambda found: found.cpu) for name, runs in took.items()}


def _key(peer: Peer) -> str:
    """Name the runs of a peer: those of one program with the same words are the same."""
    return peer.row.name + peer.name if peer.name == "cp" else " ".join(peer.words)


def _once(took: dict[str, list[Run]], key: str, number: int, start: Callable[[], Run]) -> None:
    runs = took.setdefault(key, [])
    if len(runs) <= number:
        runs.append(start())


def _own(row: Row, inputs: Mapping[str, str]) -> Run:
    if row is _COPY_NEW:
        Path(inputs["out"]).unlink(missing_ok=True)
    return NEW.run(row, inputs)


def _theirs(peer: Peer, inputs: Mapping[str, str]) -> Run:
    if peer.row is _COPY_NEW:
        Path(f"{inputs['out']}-cp").unlink(missing_ok=True)
    return run(peer.words)


def growth(report: Report, small: Mapping[str, str], large: dict[str, Run], *, rounds: int) -> None:
    """Show that ten times the users cost at most eleven times the time, over what starting Python costs.

    Args:
        report: takes the table.
        small: inputs of a domain of 10,000 users.
        large: runs at 100,000 users.
        rounds: of the small one: what it takes is hardly more than starting, and only the best of several is not noise.
    """
    table = report.table("Ten times the users, CPU over starting Python", "work", "10,000: s", "100,000: s", "times", "must be")
    bare = min(run([PYTHON, "-P", "-c", "import odkit.ldif"]).cpu for _ in range(rounds))
    for row in (_READ, _LAZY, _FIND, _INSPECT, _PURGE, _COPY_OLD):
        of_small = min(_own(row, small).cpu for _ in range(rounds)) - bare
        of_large = large[row.name].cpu - bare
        table.row(row.name, of_small, of_large, of_large / of_small, "<= 11")


def lists(report: Report, inputs: Mapping[str, str], *, rounds: int) -> None:
    """Measure lists over a bare read of the same export, in turn: every entry and value is read by the library."""
    table = report.table(
        f"Lists over reading every value, CPU, {rounds} rounds", "work", "read s", "list s", "times", "must be", "odkit MiB"
    )
    for row in LISTS:
        took = [(NEW.run(_READ, inputs), NEW.run(row, inputs)) for _ in range(rounds)]
        times = middle([listed.cpu / read.cpu for read, listed in took])
        peak = round(min(listed.peak for _, listed in took))
        limit = f"<= {row.goal}, {row.memory} MiB"
        table.row(row.name, middle([read.cpu for read, _ in took]), middle([listed.cpu for _, listed in took]), times, limit, peak)
        report.summary(f"`{row.name}`, 100,000 users, over reading every value, CPU", f"{times:.1f}, {peak} MiB", limit)


def memory(report: Report, large: Mapping[str, str], runs: dict[str, Run], folder: Path) -> None:
    """Measure peak memory over the bare interpreter, at 100,000 users and at 1 GB."""
    bare = run([PYTHON, "-P", "-c", "pass"]).peak
    giga = folder / "giga.ldif"
    with giga.open("wb") as out:
        while out.tell() < 10**9:
            with Path(large["export"]).open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)
    table = report.table("Peak memory", "work", "MiB", "over Python", "must be")
    found = (
        ("every value", runs[_READ.name], "<= 32 over Python"),
        ("every value, 1 GB", NEW.run(_READ, {"export": str(giga)}), "<= 32 over Python"),
        (_PURGE.name, runs[_PURGE.name], "<= 128"),
    )
    for what, each, limit in found:
        table.row(what, round(each.peak), round(each.peak - bare), limit)
    giga.unlink()
