"""The principals of a rehearsal: random keys in a scratch KDC, what is left of them, and the tickets that it issues."""

from __future__ import annotations

import contextlib
import sys

from odkit.errors import InputError, LiveError, RefusedError
from odkit.kerberos import LastSeen, parse_principal
from odkit.kerberos.kadmin import why_undeletable
from odkit.kerberos.probe import SERVICE_UNKNOWN, Answer, Request, describe_code, parse_answers
from odkit.purge import PurgePlan
from odkit.rehearsal.kdc import LINE, ScratchRealm
from odkit.rehearsal.programs import Answering
from odkit.text import escape, shorten

__all__ = ["ScratchPrincipals"]

_PROBER = b"odkit-rehearsal"  # of one component, so that the scripts' comparison with the inventory does not see it


class ScratchPrincipals:
    """Principals in a scratch realm.

    Args:
        realm: listening.
        plan: made from an inventory.

    Attributes:
        all: every name of the inventory.
        live: names of services that stay.
    """

    def __init__(self, realm: ScratchRealm, plan: PurgePlan) -> None:
        self.realm = realm
        self._keytab = realm.folder / "probe.keytab"
        self._asking: Answering | None = None
        decided = [each.principal for each in (*plan.keep, *plan.review, *plan.refused) if each.principal is not None]
        self.deleted = {each.text for each in plan.delete}
        self._seen = {each.text: each.seen for each in plan.delete}
        self._as_of = plan.as_of
        self.all = {*self.deleted, *decided}
        own = realm.realm.encode("utf-8", "surrogateescape")
        self.live = [name for name in sorted(decided) if _is_service(name, own)]
        prober = _PROBER
        while prober + b"@" + own in self.all:
            prober += b"-x"
        self._prober = prober + b"@" + own

    def load(self) -> list[str]:
        """Make them; the realm's own that the inventory lacks go.

        Returns:
            Names that could not be made.
        """
        there = self.realm.names()
        wanted = sorted(self.all - there)
        odd = [name for name in wanted if _odd(name)]
        self.realm.add(sorted(set(wanted) - set(odd)))
        for name in odd:  # each for itself: one that kadmin cannot read must not keep the others away
            with contextlib.suppress(LiveError, RefusedError):
                self.realm.add([name])
        strange = [name for name in sorted(there - self.all) if not name.startswith((b"K/M@", b"krbtgt/"))]
        self.realm.kadmin([b'delprinc -force "' + name + b'"' for name in strange])
        self.realm.add([self._prober])
        made = self.realm.names()
        self._as_seen()
        self.live = [name for name in self.live if name in made]
        served = [self._prober, *self.live]
        words = [b"ktadd -norandkey -k " + str(self._keytab).encode() + b' "' + name.replace(b'"', b'""') + b'"' for name in served]
        self.realm.kadmin(word for word in words if len(word) <= LINE)
        missing = sorted(self.all - made)
        return [f"the scratch KDC cannot make it, so that nothing can be rehearsed on it: {escape(shorten(name, 100))}" for name in missing]

    def _as_seen(self) -> None:
        """Give those that go the state that the plan saw: the script deletes nothing that has changed since."""
        header, *lines = self.realm.dump().split(b"\n")
        mine = [line for line in lines if line.startswith(b"princ\t") and line.split(b"\t")[6] in self._seen]
        self.realm.update([header, *(_with_state(line, self._seen[line.split(b"\t")[6]], self._as_of) for line in mine)])

    def compare(self) -> list[str]:
        """Return what differs between the names that are left and those that the plan leaves."""
        now = self.realm.names() - {self._prober}
        wanted = self.all - self.deleted
        own = {name for name in now if name.startswith((b"K/M@", b"krbtgt/"))}
        failures = [f"gone, and not planned: {escape(name)}" for name in sorted(wanted - now)]
        return failures + [f"still there: {escape(name)}" for name in sorted(now - wanted - own)]

    def changed(self, before: dict[bytes, bytes]) -> list[str]:
        """Return principals that stay, and whose line of the database is another than before: a key, a flag, a policy."""
        now = self.dump()
        return [f"changed: {escape(name)}" for name in sorted(now) if name in before and now[name] != before[name]]

    def dump(self) -> dict[bytes, bytes]:
        """Return each principal's line of the database."""
        lines = [line for line in self.realm.dump().split(b"\n") if line.startswith(b"princ\t")]
        return {line.split(b"\t")[6]: line for line in lines}

    def tickets(self, *, before: bool) -> list[str]:
        """Ask the KDC for a ticket for every service.

        Args:
            before: the retired ones must get theirs, too; afterwards the KDC must not know them.
        """
        failures = []
        for answer in self._ask():
            expected = SERVICE_UNKNOWN if answer.service in self.deleted and not before else 0
            failures += [f"{escape(answer.service)}: {describe_code(answer.code)}"] if answer.code != expected else []
        return failures

    def _ask(self) -> list[Answer]:
        """Ask for all, first the live ones, then the retired ones, in one process: its start takes longer than a hundred tickets."""
        opened, asked = tuple(self.live), tuple(sorted(self.deleted))
        if not opened and not asked:
            return []
        request = Request(self._prober.decode("utf-8", "surrogateescape"), str(self._keytab), opened, asked)
        if self._asking is None:
            # -P and a folder of its own: no file of the folder that odkit was called in is taken for a module
            self._asking = Answering(sys.executable, "-P", "-m", "odkit.live.tickets", env=self.realm.env, cwd=self.realm.folder)
        try:
            return parse_answers(self._asking.ask(request.as_json().encode() + b"\n", timeout=300))
        except LiveError:
            self.close()  # the next request must not get a late answer to this one
            raise

    def close(self) -> None:
        """End the process that asks for tickets."""
        if self._asking is not None:
            self._asking.close()
            self._asking = None


def _with_state(line: bytes, seen: LastSeen, as_of: int | None) -> bytes:
    """Return a line of a dump (see the format's reader) with other times and another key version."""
    fields = line.split(b"\t")
    modified = as_of if seen.modified is None else seen.modified
    if seen.used is not None:
        fields[12] = b"%d" % seen.used
    extra, keys = int(fields[3]), int(fields[4])
    for at in range(15, 15 + 3 * extra, 3):
        if fields[at] == b"2" and modified is not None:
            fields[at + 2] = (modified & 0xFFFFFFFF).to_bytes(4, "little").hex().encode() + fields[at + 2][8:]
    at = 15 + 3 * extra
    for _ in range(keys):
        if seen.kvno is not None:
            fields[at + 1] = b"%d" % seen.kvno
        at += 2 + 3 * int(fields[at])
    return b"\t".join(fields)


def _odd(name: bytes) -> bool:
    try:
        return why_undeletable(parse_principal(name), name) is not None
    except InputError:
        return True


def _is_service(name: bytes, realm: bytes) -> bool:
    try:
        principal = parse_principal(name)
    except InputError:
        return False
    parts = principal.components
    return len(parts) == 2 and principal.realm == realm and parts[0] not in {b"krbtgt", b"kadmin", b"K"}
