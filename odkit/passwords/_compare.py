"""Preservation: what became of every account's password from one export to the next.

What changed for all because the domain's own address, key, realm or release changed is one finding of the domain, not one of each user.
"""

from __future__ import annotations

from collections import Counter

from odkit.directory import Record
from odkit.directory.absence import Absences
from odkit.directory.matching import Matching
from odkit.dn import dn_key
from odkit.findings import Finding, Rule, finding, record_finding
from odkit.passwords._differences import authorities_that_differ, policies_that_differ
from odkit.passwords.checks import Checks, who
from odkit.passwords.rules import (
    ADDRESS_CHANGED,
    AUTHDATA_LOST,
    AUTHORITY_LOST,
    BECAME_DISABLED,
    BECAME_ENABLED,
    BECAME_EXEMPT,
    COMPUTER_MISSING,
    CRYPT_CHANGED,
    DOMAIN_CHANGED,
    GUID_CHANGED,
    KEY_CHANGED,
    KEY_OF_DOMAIN_CHANGED,
    POLICY_CHANGED,
    POLICY_LOOSENED,
    POLICY_TIGHTENED,
    PRINCIPAL_CHANGED,
    SLOT_CHANGED,
    SLOT_LOST,
    UID_CHANGED,
    USER_ADDED,
    USER_MISSING,
    USER_RENAMED,
    VERIFIER_LOST,
    VERIFIERS_CHANGED,
)
from odkit.redaction import is_secret
from odkit.text import escape, plural
from odkit.values.login_status import MENDED_BY_USER, standing
from odkit.values.password import VERIFIERS, Password, own_principal, with_previous
from odkit.values.policy import Policy, effective
from odkit.values.policy_comparison import compare

__all__ = ["Preservation"]

_DIRECTIONS = {"looser": POLICY_LOOSENED, "tighter": POLICY_TIGHTENED, "changed": POLICY_CHANGED}


class Preservation:
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
        self.before = before
        self.after = after
        self.matching = matching
        self.findings: list[Finding] = []
        self.absences = Absences(after.od, before.od)
        self.counts: Counter[str] = Counter()
        self.explained: set[str] = set()
        self._domain: Counter[tuple[Rule, str]] = Counter()

    def run(self) -> Preservation:
        """Compare all users."""
        old, new = self.before.domain.policy, self.after.domain.policy
        if self.after.od.authdata and (old is not None or new is not None):
            od = self.after.od
            for key, direction, values in compare(old or Policy(), new or Policy()):
                message = f"the global policy: {escape(key)} {values}"
                self.findings.append(record_finding(_DIRECTIONS[direction], "cn=access,cn=authdata", message, path=od.sources[0].path))
        self._account_policies()
        for a, b in self.matching.pairs("Computers"):
            if a is not None and b is not None:
                old_one, new_one = a.password, b.password
                self._slot(b, old_one, new_one)
                self._authdata(b, old_one, new_one)
            elif a is not None and a.password.pointers:
                self._add(COMPUTER_MISSING, a, who(a))
        for a, b in self.matching.pairs("Users"):
            if a is None:
                assert b is not None
                self._add(USER_ADDED, b, f"{who(b)}")
            elif b is None:
                pointed = bool(a.password.pointers)
                self.counts["before"] += pointed
                withheld = self.absences.withholds(USER_MISSING, dn_key(a.dn))
                self.counts["missing"] += pointed and not withheld
                self.counts["unknown"] += pointed and withheld
                self._add(USER_MISSING, a, f"user {escape(a.name)} is not in {escape(self.after.od.sources[0].path)}")
            else:
                self._compare(a, b)
        for (rule, message), count in self._domain.items():
            path = self.after.od.sources[0].path
            self.findings.append(finding(rule, self.after.od.suffix or "", f"{message} ({plural(count, 'user')})", path=path))
        return self

    def _add(self, rule: Rule, record: Record, message: str, attribute: str = "") -> None:
        if self.absences.withholds(rule, dn_key(record.dn), attribute):
            return
        line = record.entry.line_of(attribute) if attribute else record.line
        self.findings.append(record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line))

    def _account_policies(self) -> None:
        """The global policies of 10.10 and later."""
        if not self.after.od.authdata:
            return
        for rule, what in policies_that_differ(self.before.domain.account_policies, self.after.domain.account_policies):
            message = f"the global policy: {what}"
            self.findings.append(record_finding(rule, "cn=access,cn=authdata", message, path=self.after.od.sources[0].path))

    def _compare(self, a: Record, b: Record) -> None:
        self.counts["matched"] += 1
        old, new = a.password, b.password
        before = len(self.findings)
        if a.name != b.name and a.name.lower() not in {name.lower() for name in b.names}:
            self._add(USER_RENAMED, b, f"user {escape(a.name)} is now {escape(b.name)}")
        if a.guid and a.guid.upper() != (b.guid or "").upper():
            self._add(GUID_CHANGED, b, f"{who(b)}: GUID {escape(a.guid)} -> {escape(b.guid or 'none')}", "apple-generateduid")
        if a.text("uidNumber") != b.text("uidNumber"):
            self._add(
                UID_CHANGED,
                b,
                f"{who(b)}: {escape(a.text('uidNumber') or 'none')} -> {escape(b.text('uidNumber') or 'none')}",
                "uidNumber",
            )
        self._slot(b, old, new)
        self._kerberos(a, b, old, new)
        self._others(b, old, new)
        self._authdata(b, old, new)
        self._policy(b, old, new)
        lost = dn_key(b.dn) in self.after.needs_reset or any(f.rule.needs_reset for f in self.findings[before:])
        if old.pointers:
            unknown = not lost and dn_key(b.dn) in self.absences.keys
            self.counts["before"] += 1
            self.counts["preserved"] += not lost and not unknown
            self.counts["unknown"] += unknown
            self.counts["lost"] += lost
        self.counts["disabled"] += self._stopped(self.after, new)

    def _slot(self, b: Record, old: Password, new: Password) -> None:
        name = who(b)
        where_now = "authAuthority" if new.authorities else ""
        if old.pointer is None:
            return
        if new.pointer is None:
            self._add(SLOT_LOST, b, f"{name}: slot {escape(old.pointer.slot_text)} is gone", where_now)
            return
        if new.pointers[0] not in old.pointers:
            self._add(SLOT_CHANGED, b, f"{name}: slot {escape(old.pointer.slot_text)} -> {escape(new.pointer.slot_text)}", where_now)
        elif new.pointers[0] != old.pointers[0] and old.pointers[0] in new.pointers:
            slots = f"slot {escape(new.pointers[0])} now stands before {escape(old.pointers[0])}"
            self._add(SLOT_CHANGED, b, f"{name}: {slots}: the first one counts", where_now)
        for slot in old.pointers if new.pointers[0] in old.pointers else old.pointers[1:]:
            if slot not in new.pointers:
                self._add(SLOT_LOST, b, f"{name}: slot {escape(slot)} is gone", where_now)
        key, was = new.pointer.key, old.pointer.key
        if key is not None and was is not None and key.same != was.same:
            own_now, own_then = self.after.domain.key, self.before.domain.key
            if own_now is not None and key.same == own_now.same and own_then is not None and was.same == own_then.same:
                self._domain[KEY_OF_DOMAIN_CHANGED, "the Password Server's key changed, and with it the key of its users"] += 1
                self.explained.add(dn_key(b.dn) or b.dn)
            else:
                self._add(KEY_CHANGED, b, f"{name}: the key changed to that of {escape(key.comment) or 'another server'}", "authAuthority")
        where, then = new.pointer.address, old.pointer.address
        if where is not None and then is not None and where.host.lower() != then.host.lower():
            if not self.after.domain.hosts or where.host.lower() in self.after.domain.hosts:
                self._domain[DOMAIN_CHANGED, f"the Password Server's address is {escape(where.host)}, it was {escape(then.host)}"] += 1
                self.explained.add(dn_key(b.dn) or b.dn)
            else:
                self._add(ADDRESS_CHANGED, b, f"{name}: address {escape(then.host)} -> {escape(where.host)}", "authAuthority")

    def _kerberos(self, a: Record, b: Record, old: Password, new: Password) -> None:
        if old.kerberos is None:
            return
        if new.kerberos is None:
            if any(each.kind == "kerberosv5" for value in new.authorities for each in with_previous(value)):
                self._add(
                    PRINCIPAL_CHANGED,
                    b,
                    f"{who(b)}: principal {escape(own_principal(a.name, old, self.before.domain.realm) or '')} is gone",
                    "authAuthority",
                )
            return
        was = own_principal(a.name, old, self.before.domain.realm) or ""
        now = own_principal(b.name, new, self.after.domain.realm) or ""
        if was == now:
            return
        (name_was, _, realm_was), (name_now, _, realm_now) = was.rpartition("@"), now.rpartition("@")
        explained = realm_was == self.before.domain.realm and realm_now == self.after.domain.realm
        renamed = a.name != b.name and name_was == a.name and name_now == b.name
        if explained and (name_was == name_now or renamed):
            if realm_was != realm_now:
                self._domain[DOMAIN_CHANGED, f"the realm is {escape(realm_now)}, it was {escape(realm_was)}"] += 1
                self.explained.add(dn_key(b.dn) or b.dn)
        else:
            self._add(PRINCIPAL_CHANGED, b, f"{who(b)}: principal {escape(was)} -> {escape(now)}", "authAuthority")

    def _others(self, b: Record, old: Password, new: Password) -> None:
        """Authorities by tag, and crypt where it is the only password."""
        skipped = {"applepasswordserver", "disableduser"}
        was, now = (Counter(x.kind for value in p.authorities for x in with_previous(value) if x.kind not in skipped) for p in (old, new))
        gone = [tag or "basic" for tag in sorted((was - now).elements())]
        if not gone:
            gone += authorities_that_differ(old, new, skipped)
        gone += ["a value that cannot be read"] * sum((Counter(old.unread) - Counter(new.unread)).values())
        if gone:
            self._add(AUTHORITY_LOST, b, f"{who(b)}: {escape(', '.join(gone))}", "authAuthority" if new.authorities else "")
        if not old.pointers and old.crypt and set(old.crypt) != set(new.crypt):
            self._add(
                CRYPT_CHANGED,
                b,
                f"{who(b)}: userPassword {'changed' if new.crypt else 'is gone'}",
                "userPassword" if new.crypt else "",
            )

    def _authdata(self, b: Record, old: Password, new: Password) -> None:
        if old.authdata is None or not self.after.od.authdata:
            return
        name = who(b)
        if new.authdata is None:
            self._add(AUTHDATA_LOST, b, f"{name}: no entry in cn=authdata any more", "authAuthority" if new.authorities else "")
            return
        lost = [name for name in old.verifiers if name not in new.verifiers]
        lost += [f"Kerberos {name}" for name in old.enctypes if name not in new.enctypes]
        if old.authdata.get("historyData") and not new.authdata.get("historyData"):
            self._add(POLICY_LOOSENED, b, f"{name}: the history of old passwords is gone")
        if lost:
            self._add(VERIFIER_LOST, b, f"{name}: {', '.join(lost)}")
        kept = [a for a in old.authdata if a.lower() in VERIFIERS and is_secret(a) and new.authdata.get(a)]
        keys = [a for a in old.authdata if a.lower() == "draft-krbkeyset" and new.authdata.get(a)]
        changed = [
            f"Kerberos keys (version {old.kvno} -> {new.kvno})"
            for a in keys
            if sorted(old.authdata[a]) != sorted(new.authdata[a]) and not lost
        ]
        changed += sorted(VERIFIERS[a.lower()] for a in kept if sorted(old.authdata[a]) != sorted(new.authdata[a]))
        if changed:
            self._add(VERIFIERS_CHANGED, b, f"{name}: {', '.join(changed)}")

    def _policy(self, b: Record, old: Password, new: Password) -> None:
        name = who(b)
        if old.authdata is not None and new.authdata is None and not self.after.od.authdata:
            return  # the newer export holds no policies at all: nothing can be said of them
        for key, direction, values in compare(old.policy, new.policy) if old.has_policy or new.has_policy else ():
            if key in {"isDisabled", "isAdminUser", "isComputerAccount"}:
                continue  # said below, for what it means
            self._add(_DIRECTIONS[direction], b, f"{name}: {escape(key)} {values}")
        for rule, what in policies_that_differ(old.account_policies, new.account_policies):
            self._add(rule, b, f"{name}: {what}")
        for key in ("isAdminUser", "isComputerAccount"):
            if new.policy.number(key) and not old.policy.number(key):
                self._add(BECAME_EXEMPT, b, f"{name}: {key}")
        stopped, now = self._stopped(self.before, old), self._stopped(self.after, new)
        if now and not stopped:
            self._add(BECAME_DISABLED, b, name)
        elif stopped and not now:
            self._add(BECAME_ENABLED, b, name)

    def _stopped(self, checks: Checks, password: Password) -> bool:
        """Whether the account cannot log in, both exports judged at the newer one's date, so that time alone changes nothing."""
        if password.disabled:
            return True
        at = self.after.at
        if at is None or not (password.has_policy or (checks.domain.policy is not None and password.authdata is not None)):
            return False
        reason = standing(effective(password.policy, checks.domain.policy or Policy()), password.account, at).reason
        return reason is not None and reason not in MENDED_BY_USER
