"""The verdict: the checks put together, what they found, and what nobody judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from odkit.afp import check_afp
from odkit.arguments import some_texts
from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Need, as_directory
from odkit.directory.absence import Absences
from odkit.directory.readable import require_domain
from odkit.findings import Finding, Report, Severity, counted, findings_html, graded
from odkit.hosts.given import check_full_names
from odkit.identities import check_identities, shared_guids
from odkit.mcx import NEEDS as NEEDS_OF_MCX
from odkit.mcx import verify_mcx
from odkit.passwords import NEEDS as NEEDS_OF_PASSWORDS
from odkit.passwords import PasswordReport, verify_passwords
from odkit.servers.mounts import NEEDS as NEEDS_OF_MOUNTS
from odkit.servers.mounts import check_mounts
from odkit.text import plural
from odkit.verification.authdata import check_authdata
from odkit.verification.rules import OLDER_SECOND
from odkit.verification.unjudged import NotJudged

if TYPE_CHECKING:
    from odkit.verification.pair import Pair

__all__ = ["NEEDS", "Verification", "verify"]

# what the findings of verify-passwords and verify-mcx on a change tell of their record
_PASSWORD = frozenset(["authauthority", "userpassword", "apple-user-passwordpolicy", "apple-accountpolicy"])
_MCX = frozenset(["apple-mcxsettings", "apple-mcxsettings2", "apple-mcxflags"])
NEEDS: tuple[Need, ...] = tuple({*NEEDS_OF_PASSWORDS, *NEEDS_OF_MCX, *NEEDS_OF_MOUNTS})

_ADDED = "added by the caller"
_Checks = list[tuple[str, list[Finding]]]


@dataclass(slots=True)
class Verification(Report):
    """What `verify` found.

    Attributes:
        passwords: the report on the passwords, from which some of the findings are.
        not_judged: changes that no check judges; empty for one export.
        checks: name and findings of each check, in the order of the summary's ``checks``.
        praise: the answer where there is nothing to look at.
    """

    passwords: PasswordReport = field(default_factory=PasswordReport)
    not_judged: NotJudged = field(default_factory=NotJudged)
    checks: tuple[tuple[str, tuple[Finding, ...]], ...] = ()
    praise: str = "nothing is wrong"

    __repr__ = Report.__repr__  # one line, and not every field

    def _repr_html_(self) -> str:
        from odkit.notebook import page  # in notebooks alone

        rows = [(each["check"], each["result"]) for each in self.summary["checks"]]
        verdict = page(f"Verdict: {self.summary['answer']}", headers=("check", "result"), rows=rows)
        return f"{verdict}{findings_html(plural(len(self.findings), 'finding'), self.findings)}"

    def answer_again(self) -> None:
        """Let what was added count in the answer, and be a check of its own."""
        added = [(_ADDED, self.added)] if self.added else []
        self.summary["answer"] = _answer(self.findings, self.praise)
        self.summary["checks"] = [_as_data(name, found) for name, found in (*self.checks, *added)]


def verify(before: Export, after: Export | None = None, *, retire: str | Iterable[str] = (), clients: str | None = None) -> Verification:
    """Verify an export, and with two that everything came through a migration.

    Args:
        before: the only export, or the older one: opened, or a path (`odkit.directory.Export`).
        after: the newer one.
        retire: full names of retired servers, which the only, or the newer, export must not name any more.
        clients: newest macOS of the clients, such as ``15.5``; see `odkit.afp.check_afp`.

    Returns:
        A report.  Its summary has ``answer``, the verdict; ``checks``: each check with ``result`` ("fine", or what is wrong), ``counts``
        of its findings by severity and ``codes``, how often each code is among them; and ``not_judged``, the changes that the verdict
        says nothing of.

    Raises:
        InputError: an export was changed while it was read.
        UsageError: ``clients`` is no release; a retired name that is not a host, or a short one, which would match too little;
            an export that holds only ``cn=authdata``.
    """
    retired = some_texts(retire, "retire")
    check_full_names(retired)
    before = as_directory(before, "before", needs=NEEDS)
    after = as_directory(after, "after", needs=NEEDS) if after is not None else None
    require_domain(before)
    for od in (before, after if after is not None else before):
        od.prefetch(NEEDS)
    return _verified(before, after, retired, clients)


def _verified(before: Directory, after: Directory | None, retired: Sequence[str], clients: str | None) -> Verification:
    newest = after if after is not None else before
    pair, checks = _compared(before, after) if after is not None else (None, [])
    own = list(checks)
    identities = [*check_identities(newest), *shared_guids(newest)]
    checks.append(("identities of the records", identities))
    checks.append(("mounts and the homes on them", [*check_mounts(newest), *check_afp(newest, clients=clients)]))
    matching = pair.matching if pair is not None else None
    passwords = verify_passwords(before, after, matching=matching)
    mcx = verify_mcx(before, after, retire=retired, matching=matching)
    unjudged = NotJudged()
    if pair is not None and before.suffix_key == newest.suffix_key:
        from odkit.verification.checks.rest import check_rest

        for key in passwords.explained:
            pair.judge_key(key, "authauthority")
        rest, unjudged = check_rest(
            pair, [f for _, found in own for f in found] + list(mcx.changes), [(passwords.changes, _PASSWORD), (mcx.changes, _MCX)]
        )
        checks.append(("everything else", rest))
    absences = [Absences(newest) if matching is None else Absences(newest, before, matching.older) for _ in checks]
    checks = [(name, [*_kept(found, asked)]) for (name, found), asked in zip(checks, absences, strict=True)]
    foreign = [f for od in dict.fromkeys((before, newest)) for f in check_authdata(od)]
    read = {id(f) for od in (before, after) if od is not None for f in od.findings}
    checks += [
        ("passwords", [*foreign, *(f for f in passwords.findings if id(f) not in read)]),
        ("policies", [f for f in mcx.findings if id(f) not in read]),
        ("retired names", _retired(before, newest, retired)),
    ]
    findings = [*before.findings, *(after.findings if after is not None else ()), *(f for _, found in checks for f in found)]
    summary: dict[str, Any] = {
        "answer": "",
        "checks": [],
        "passwords": passwords.summary["answer"],
        "policies": mcx.summary["answer"],
        "retired_checked": bool(retired),
        "not_judged": unjudged.as_json(),
    }
    by_check = tuple((name, tuple(found)) for name, found in checks)
    praise = "everything came through" if after is not None else "nothing is wrong"
    report = Verification(summary, list(dict.fromkeys(findings)), passwords, unjudged, by_check, praise)
    report.answer_again()
    return report


def _compared(before: Directory, after: Directory) -> tuple[Pair, _Checks]:
    """Return two exports as a pair, and what the checks of a pair find, which are much to load."""
    from odkit.verification.checks import CHECKS
    from odkit.verification.pair import Pair

    pair = Pair(before, after)
    return pair, [(name, list(check(pair))) for name, check in CHECKS]


def _retired(before: Directory, newest: Directory, retired: Sequence[str]) -> list[Finding]:
    if not retired:
        return []
    from odkit.verification.checks.retired import check_retired  # the search for hosts is much to load

    return list(check_retired(before, newest, retired))


def _answer(findings: Sequence[Finding], praise: str) -> str:
    bad = len({f for f in findings if f.severity is not Severity.INFO})
    if bad:
        swapped = "the exports may be in the wrong order: " if any(f.rule is OLDER_SECOND for f in findings) else ""
        return f"{swapped}{plural(bad, 'finding')} to look at"
    return praise


def _as_data(name: str, found: Sequence[Finding]) -> dict[str, Any]:
    return {"check": name, "result": graded(found), **counted(found)}


def _kept(found: Sequence[Finding], absences: Absences) -> list[Finding]:
    """Return findings of a check; those about what an export does not show are withheld, and counted in their place."""
    kept = list(absences.kept(found))
    return [*absences.findings(), *kept]
