"""Preservation: what became of every account's password from one export to the next.

What changed for all because the domain's own address, key, realm or release changed is one finding of the domain, not one of each user.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from odkit.directory import Record, describe
from odkit.directory.matching import Matching
from odkit.dn import dn_key
from odkit.findings import finding
from odkit.passwords._changes import Changes
from odkit.passwords._compare_authorities import compare_authorities, compare_principals, compare_slots
from odkit.passwords._compare_policies import compare_global_policies, compare_policies, is_stopped
from odkit.passwords.checks import Checks
from odkit.passwords.rules import (
    AUTHDATA_LOST,
    COMPUTER_MISSING,
    GUID_CHANGED,
    POLICY_LOOSENED,
    UID_CHANGED,
    USER_ADDED,
    USER_MISSING,
    USER_RENAMED,
    VERIFIER_LOST,
    VERIFIERS_CHANGED,
)
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.text import escape, plural
from odkit.values.password import VERIFIERS, Password

__all__ = ["Preservation"]


class Preservation(Changes):
    """Compares the users of two exports.

    Args:
        before: checks of the older export, run.
        after: checks of the newer one, run.
        matching: of the records of both.

    Attributes:
        findings: complete after `run`.
        explained: normal forms of the DNs of accounts whose change is one finding of the domain.
        counts: before (users with a slot), matched, preserved, lost (must be set again), missing, disabled.
    """

    def __init__(self, before: Checks, after: Checks, matching: Matching) -> None:
        super().__init__(before, after, matching)

    def run(self) -> Preservation:
        """Compare all users."""
        compare_global_policies(self)
        for a, b in self.matching.pairs("Computers", skip=self._is_unchanged):
            if a is not None and b is not None:
                old_one, new_one = a.password, b.password
                compare_slots(self, b, old_one, new_one)
                self._authdata(b, old_one, new_one)
            elif a is not None and a.password.pointers:
                self.add(COMPUTER_MISSING, a, f"{describe(a)} is not in the newer export")
        for a, b in self.matching.pairs("Users", skip=self._counted_as_unchanged()):
            if a is None:
                assert b is not None
                self.add(USER_ADDED, b, f"{describe(b)}")
            elif b is None:
                pointed = bool(a.password.pointers)
                self.counts["before"] += pointed
                withheld = self.absences.withholds(USER_MISSING, dn_key(a.dn))
                self.counts["missing"] += pointed and not withheld
                self.counts["unknown"] += pointed and withheld
                self.add(USER_MISSING, a, f"user {escape(a.name)} is not in {escape(self.after.od.sources[0].path)}")
            else:
                self._compare(a, b)
        for (rule, message), count in self.of_domain.items():
            path = self.after.od.sources[0].path
            self.findings.append(finding(rule, self.after.od.suffix or "", f"{message} ({plural(count, 'user')})", path=path))
        return self

    @cached_property
    def _entries_count(self) -> bool:
        """Whether what is said of an account follows from more than its record: from another realm, or from ``cn=authdata``."""
        before, after = self.before, self.after
        return bool(before.od.authdata or after.od.authdata or before.domain.realm != after.domain.realm)

    def _is_unchanged(self, record_id: int) -> bool:
        """Tell whether nothing can be said of an account of the older export, because nothing of it changed."""
        return not self._entries_count and self.matching.unchanged(record_id)

    def _counted_as_unchanged(self) -> Callable[[int], bool]:
        """Return what tells of users whether they are unchanged, and counts those that are."""
        counts, after, newer = self.counts, self.after, self.matching.newer
        found = (after.od.by_key(key) for key in after.needs_reset if key is not None)
        lost = {record.record_id for record in found if record is not None}

        stopped, pointed = after.stopped, after.pointed
        same = bytearray(len(self.before.od)) if self._entries_count else self.matching.unchanged_ids

        def is_unchanged(record_id: int) -> bool:
            if not same[record_id]:
                return False
            number = newer(record_id)
            counts["matched"] += 1
            counts["disabled"] += number in stopped
            if number in pointed:
                counts["before"] += 1
                counts["lost" if number in lost else "preserved"] += 1
            return True

        return is_unchanged

    def _compare(self, a: Record, b: Record) -> None:
        self.counts["matched"] += 1
        old, new = a.password, b.password
        before = len(self.findings)
        if a.name != b.name and a.name.lower() not in {name.lower() for name in b.names}:
            self.add(USER_RENAMED, b, f"user {escape(a.name)} is now {escape(b.name)}")
        if a.guid and a.guid.upper() != (b.guid or "").upper():
            self.add(GUID_CHANGED, b, f"{describe(b)}: GUID {escape(a.guid)} -> {escape(b.guid or 'none')}", "apple-generateduid")
        if a.text("uidNumber") != b.text("uidNumber"):
            self.add(
                UID_CHANGED,
                b,
                f"{describe(b)}: {escape(a.text('uidNumber') or 'none')} -> {escape(b.text('uidNumber') or 'none')}",
                "uidNumber",
            )
        compare_slots(self, b, old, new)
        compare_principals(self, a, b, old, new)
        compare_authorities(self, b, old, new)
        self._authdata(b, old, new)
        compare_policies(self, b, old, new)
        key = dn_key(b.dn)
        lost = key in self.after.needs_reset or any(f.rule.needs_reset for f in self.findings[before:])
        if old.pointers:
            unknown = not lost and key in self.absences.keys
            self.counts["before"] += 1
            self.counts["preserved"] += not lost and not unknown
            self.counts["unknown"] += unknown
            self.counts["lost"] += lost
        self.counts["disabled"] += is_stopped(self, self.after, new)

    def _authdata(self, b: Record, old: Password, new: Password) -> None:
        if old.authdata is None or not self.after.od.authdata:
            return
        name = describe(b)
        if new.authdata is None:
            self.add(AUTHDATA_LOST, b, f"{name}: no entry in cn=authdata any more", "authAuthority" if new.authorities else "")
            return
        lost = [name for name in old.verifiers if name not in new.verifiers]
        lost += [f"Kerberos {name}" for name in old.enctypes if name not in new.enctypes]
        if old.authdata.get("historyData") and not new.authdata.get("historyData"):
            self.add(POLICY_LOOSENED, b, f"{name}: the history of old passwords is gone")
        if lost:
            self.add(VERIFIER_LOST, b, f"{name}: {', '.join(lost)}")
        kept = [a for a in old.authdata if a.lower() in VERIFIERS and sensitivity_of(a) is Sensitivity.SECRET and new.authdata.get(a)]
        keys = [a for a in old.authdata if a.lower() == "draft-krbkeyset" and new.authdata.get(a)]
        changed = [
            f"Kerberos keys (version {old.kvno} -> {new.kvno})"
            for a in keys
            if sorted(old.authdata[a]) != sorted(new.authdata[a]) and not lost
        ]
        changed += sorted(VERIFIERS[a.lower()] for a in kept if sorted(old.authdata[a]) != sorted(new.authdata[a]))
        if changed:
            self.add(VERIFIERS_CHANGED, b, f"{name}: {', '.join(changed)}")
