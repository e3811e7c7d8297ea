"""Findings: what is wrong in the data, as values with a stable code.

A rule is a line of `RULES`; its code never changes its meaning.  docs/findings.md is made from the same table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from odkit.errors import UsageError
from odkit.text import escape

__all__ = ["DAMAGE", "RULES", "Finding", "Report", "Rule", "Severity", "finding"]


class Severity(StrEnum):
    """How bad a finding is; the members compare by weight through `weight`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """3 for error, 2 for warning, 1 for info."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that odkit looks for: its stable code, short name, severity and what to do about it."""

    code: str
    name: str
    severity: Severity
    advice: str


def _rules(*rows: tuple[str, str, str, str]) -> dict[str, Rule]:
    return {code: Rule(code, name, Severity(severity), advice) for code, name, severity, advice in rows}


RULES: dict[str, Rule] = _rules(
    # 0xx: reading LDIF
    ("OD001", "bad-line", "error", "Repair the line in the file, or export again."),
    ("OD002", "bad-base64", "error", "The value is kept as it stands, undecoded. Export again."),
    ("OD003", "control-byte", "error", "A NUL or a lone CR cannot stand in LDIF; the file was edited or damaged. Export again."),
    ("OD004", "record-without-dn", "error", "The lines were left out. Export again, or repair the file."),
    ("OD005", "dn-not-utf8", "error", "The bytes of the DN are kept. Look at the file with a hex viewer."),
    ("OD006", "unfetched-url", "warning", "odkit never opens a URL value. Export without 'ldapsearch -t'."),
    ("OD007", "search-reference", "info", "The server referred to another one; those entries are not in this export."),
    ("OD008", "damaged-database", "error", "slapcat could not read this entry from the database. Restore it from an archive."),
    ("OD009", "change-record", "warning", "A change record is not part of an export; it was left out."),
    ("OD010", "no-blank-line-at-end", "info", "slapcat ends each entry with a blank line; the file was edited by hand or cut."),
    ("OD011", "incomplete-export", "error", "Export again: slapcat on the server has no size limit."),
    (
        "OD012",
        "unknown-completeness",
        "info",
        "slapcat and ldapsearch -LLL leave no proof of it; compare the counts with the server's.",
    ),
    # 1xx: the directory as a whole
    ("OD101", "bad-dn", "error", "The record is reachable by its text only."),
    ("OD102", "duplicate-dn", "error", "The first one counts. Two exports overlap, or the file was joined from two."),
    (
        "OD103",
        "no-suffix",
        "error",
        "No Open Directory container (cn=users, cn=config …) was found: is this an Open Directory export?",
    ),
    ("OD104", "no-realm", "warning", "Give --realm; cn=KerberosKDC and cn=KerberosClient are missing or name none."),
    ("OD105", "realm-differs", "error", "cn=KerberosKDC and cn=KerberosClient disagree about the realm. Give --realm."),
    ("OD106", "second-suffix", "warning", "Records stand below more than one suffix; the one with most records is used."),
    ("OD107", "duplicate-guid", "error", "Two records share one GUID: access rights and memberships of both get mixed."),
    ("OD108", "bad-plist", "error", "The value is kept but could not be read."),
    ("OD109", "outside-suffix", "info", "Kept and counted; not part of the domain's records."),
    (
        "OD110",
        "bad-replica-tree",
        "warning",
        "The password server's replica list has an unexpected shape; what was understood is shown.",
    ),
    # 2xx: the purge plan
    (
        "OD201",
        "inventory-missing",
        "warning",
        "Give --principals with the output of 'kadmin.local -q listprincs' (run with LC_ALL=C).",
    ),
    ("OD202", "replica-still-listed", "warning", "Run 'slapconfig -removereplica' for it on the master before the scripts."),
    (
        "OD203",
        "no-host-to-retire",
        "info",
        "Name the retired servers with --retire, or give the old domain's export with --before.",
    ),
    ("OD204", "retired-not-found", "warning", "Nothing in the inputs bears this name. Check the spelling."),
    ("OD205", "principal-outside-realm", "info", "Principals of other realms are kept."),
    ("OD206", "duplicate-principal", "info", "The inventory lists it more than once; it counts once."),
    ("OD207", "nothing-to-delete", "info", "The plan deletes nothing."),
    ("OD208", "inventories-differ", "warning", "Make the lists of the KDC again, at one time, so that they agree."),
    ("OD209", "keytab-differs", "info", "A key without its principal, or a principal without a key here: logins by it fail."),
    ("OD210", "not-a-principal", "warning", "Correct the value, or take it out with 'kadmin -l' or an LDIF change."),
    ("OD211", "principal-twice", "warning", "Two records answer to one name. Take it out of one of them."),
    # 3xx: passwords, in one export
    (
        "OD301",
        "no-authority",
        "warning",
        "Nothing says how it authenticates; Directory Service falls back to crypt in userPassword. Reset the password.",
    ),
    (
        "OD302",
        "only-crypt",
        "warning",
        "Its only authority is basic: crypt in userPassword, which no Password Server or KDC knows. Reset the password.",
    ),
    ("OD303", "authority-malformed", "error", "The value is kept as it stands; a login that needs it fails. Reset the password."),
    (
        "OD304",
        "slot-shared",
        "error",
        "Two accounts with one slot have one password, and whoever changes it changes both. Reset one of them.",
    ),
    (
        "OD305",
        "key-differs",
        "error",
        "The slot is looked for on another Password Server. Correct the key in the value, or reset the password.",
    ),
    (
        "OD306",
        "password-server-not-live",
        "warning",
        "Logins wait for a server that the domain does not name. Correct the address, or add the server.",
    ),
    ("OD307", "kerberos-realm-differs", "warning", "A ticket of that realm is of no use in this domain."),
    (
        "OD308",
        "principal-differs",
        "warning",
        "The principal bears none of the record's names: the record was renamed, or the value copied.",
    ),
    ("OD309", "authority-unknown", "warning", "Directory Service does not know the tag; a login stops there. The value is kept."),
    ("OD310", "authdata-missing", "error", "The slot points at nothing in cn=authdata. Reset the password."),
    ("OD311", "authdata-link-differs", "warning", "The entry in cn=authdata belongs to another record, or was restored from an older one."),
    ("OD312", "authdata-unclaimed", "info", "No record's slot points at it."),
    ("OD313", "cannot-log-in", "info", "By the policies and times in cn=authdata; check with 'pwpolicy -getpolicy'."),
    ("OD314", "will-stop", "info", "By the policies and times in cn=authdata."),
    ("OD315", "no-verifier", "error", "The entry in cn=authdata holds no verifier at all. Reset the password."),
    ("OD316", "slot-not-listed", "error", "The Password Server's list does not hold the slot. Reset the password."),
    ("OD317", "slot-unclaimed", "info", "No record points at it."),
    (
        "OD318",
        "principal-not-listed",
        "error",
        "The KDC's list does not hold the principal. Kerberize the account again: 'mkpassdb -kerberize'.",
    ),
    ("OD319", "principal-unclaimed", "info", "No record points at it."),
    ("OD320", "uid-shared", "error", "Two accounts with one number own each other's files. Give one of them another number."),
    ("OD321", "policy-unreadable", "error", "The policy is kept as it stands, and taken as empty here."),
    (
        "OD322",
        "slots-undocumented",
        "info",
        "No source documents the output of mkpassdb; lines that hold '0x' and 32 hex digits were taken, all others are counted.",
    ),
    ("OD323", "account-disabled", "info", "The value says DisabledUser; the password behind it is kept."),
    ("OD324", "computer-principal-not-listed", "warning", "The KDC's list does not hold the principal of the computer; bind it again."),
    # 35x: passwords, from one export to another
    ("OD351", "user-missing", "error", "Restore the record, or confirm that it was deleted on purpose."),
    ("OD352", "user-renamed", "info", "The GUID is the same."),
    ("OD353", "slot-changed", "error", "The account points at another password. Reset it, or put the old slot back."),
    ("OD354", "slot-lost", "error", "The account no longer points at a password. Reset it."),
    ("OD355", "key-changed", "error", "The new key is not the Password Server's own. Correct the key in the value, or reset the password."),
    ("OD356", "principal-changed", "warning", "The account gets its tickets under another name."),
    ("OD357", "authdata-lost", "error", "The password's verifiers are gone. Reset the password."),
    ("OD358", "verifiers-changed", "warning", "The password was changed between the two exports, or another one was put in its place."),
    ("OD359", "verifier-lost", "error", "What authenticates by it fails until the password is set again."),
    ("OD360", "policy-loosened", "warning", "Set the policy again, or confirm the change."),
    ("OD361", "policy-tightened", "warning", "Users may be stopped by it. Confirm the change."),
    ("OD362", "became-disabled", "warning", "It could log in before."),
    ("OD363", "became-enabled", "warning", "It could not log in before."),
    ("OD364", "guid-changed", "error", "Access rights and memberships by GUID are lost. Put the old GUID back."),
    ("OD365", "uid-changed", "error", "The user's files belong to the old number."),
    ("OD366", "became-exempt", "warning", "No policy stops an administrator or a computer account. Confirm the change."),
    ("OD367", "crypt-changed", "error", "The account has no other password. Reset it, or put the old value back."),
    ("OD368", "authority-lost", "warning", "A way to authenticate is gone."),
    (
        "OD369",
        "key-of-domain-changed",
        "warning",
        "A new key is a new Password Server: passwords survive only if its database was merged ('mkpassdb -mergedb').",
    ),
    ("OD370", "domain-changed", "info", "It follows from the domain's own address, realm or release."),
    ("OD371", "user-added", "info", "It is not in the export before."),
    ("OD372", "policy-changed", "warning", "Which way it binds more cannot be told. Confirm the change."),
    ("OD374", "computer-missing", "info", "A computer that is bound again gets a record and a slot of its own."),
    ("OD373", "address-changed", "warning", "The new address is not one of the domain's password servers. Correct it."),
    # 4xx: MCX, in one export
    ("OD401", "mcx-unreadable", "error", "The policy has no effect as it stands. Set it again, or repair the value."),
    ("OD402", "mcx-unusual", "warning", "It was read all the same; the clients may read it otherwise. Set the policy again."),
    (
        "OD403",
        "mcx-without-flags",
        "error",
        "Clients do not load settings of a record without apple-mcxflags. Save the record in Workgroup Manager.",
    ),
    ("OD404", "mcx-flags-false", "warning", "Clients may not load the settings. Save the record in Workgroup Manager."),
    ("OD405", "mcx-flags-without-settings", "warning", "The settings may have been lost."),
    ("OD406", "mcx-domain-twice", "error", "No source says which value counts. Put the settings of the domain into one value."),
    ("OD407", "mcx-raw-without-union", "warning", "Without a union policy the key's input has no effect."),
    ("OD408", "mcx-empty", "info", "The domain manages nothing."),
    (
        "OD409",
        "mcx-flags-unreadable",
        "error",
        "Clients load no settings by flags that cannot be read. Save the record in Workgroup Manager.",
    ),
    (
        "OD410",
        "member-missing",
        "warning",
        "The policy of the list or group reaches nobody there. Take the member out, or restore its record.",
    ),
    (
        "OD411",
        "member-disagrees",
        "warning",
        "Names and GUIDs of the members differ: clients of 10.4 go by name, later ones by GUID. Set the members again.",
    ),
    ("OD412", "nesting-loop", "error", "What a loop of groups gives cannot be foretold. Take one of them out of the other."),
    ("OD413", "computer-never-matches", "warning", "No client finds its record: it has neither an Ethernet address nor a hardware UUID."),
    ("OD414", "retired-name-in-mcx", "warning", "The policy still sends clients to a retired server. Change the value."),
    ("OD415", "mcx-no-effect", "info", "The settings are kept; plan what takes their place."),
    ("OD416", "computer-in-two-lists", "warning", "10.4 and before take one list for a computer. Take it out of the others."),
    ("OD417", "computer-lists-only", "info", "10.5 and later manage computers by computer groups; the lists serve old clients."),
    # 45x: MCX, from one export to another
    ("OD451", "mcx-record-lost", "error", "Its policies are gone. Restore the record, or set the policies again."),
    ("OD452", "mcx-domain-lost", "error", "The policy is gone. Set it again."),
    ("OD453", "mcx-domain-case", "error", "Clients take it for another domain. Write it as it was."),
    ("OD454", "mcx-key-lost", "error", "Set the key again."),
    ("OD455", "mcx-key-added", "info", "An import with dscl adds keys and takes none away: stale ones survive."),
    ("OD456", "mcx-value-changed", "error", "Set the key to what it was."),
    ("OD457", "mcx-number-type-changed", "warning", "The number is the same, its type is not; some clients tell them apart."),
    ("OD458", "mcx-frequency-changed", "error", "Set the frequency to what it was."),
    ("OD459", "mcx-timestamp-changed", "warning", "Clients may apply the settings once more."),
    ("OD460", "mcx-union-changed", "error", "Without its union policy a list's input has no effect, or another one."),
    ("OD461", "mcx-sibling-changed", "warning", "No source explains the key; it stood there before."),
    ("OD462", "mcx-flags-changed", "error", "Clients load settings by these flags. Save the record in Workgroup Manager."),
    ("OD463", "mcx-record-added", "info", "It has policies that the export before has not."),
    ("OD464", "list-became-group", "info", "A computer list of 10.4 is a computer group of 10.5."),
    ("OD465", "mcx-domain-added", "info", "It is not in the export before."),
    (
        "OD466",
        "member-lost",
        "error",
        "The policies of the list or group no longer reach it. Put the member back, or confirm that it is gone.",
    ),
    ("OD468", "member-gone", "info", "Its record is not in the newer export, either."),
    ("OD467", "member-added", "info", "The policies of the list or group reach it now."),
)


# after these a part of the input is unread: what was readable is reported, and the exit status says 2
DAMAGE = frozenset({"OD001", "OD002", "OD003", "OD004", "OD005", "OD008"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        code: stable code, a key of `RULES`.
        severity: of the rule, or of this case where a rule grades.
        subject: what it is about (a DN, a principal, a host), as it stands in the data, unescaped.
        message: what is wrong and what to do, one line, escaped.
        path: input it was found in, or "".
        line: 1-based physical line, or None.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    path: str = ""
    line: int | None = None

    @property
    def where(self) -> str:
        """``path:line``, ``path``, or an empty string."""
        path = escape(self.path)
        return path if self.line is None else f"{path}:{self.line}"

    def as_json(self) -> dict[str, Any]:
        """The fields of design ``odkit/report/1``."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "subject": escape(self.subject),
            "message": self.message,
            "path": escape(self.path),
            "line": self.line,
        }


def finding(code: str, subject: str, message: str, *, path: str = "", line: int | None = None, severity: Severity | None = None) -> Finding:
    """Make a finding of a known rule; the rule's advice is put behind the message.

    Raises:
        UsageError: the code is not in `RULES`.
    """
    rule = RULES.get(code)
    if rule is None:
        raise UsageError(f"unknown rule code {code!r}")
    return Finding(code, severity or rule.severity, subject, f"{message}. {rule.advice}", path, line)


@dataclass(slots=True)
class Report:
    """A summary and its findings: the answer of `inspect` and of the verify functions."""

    summary: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        self.findings.extend(findings)

    def worst(self) -> int:
        """Weight of the worst finding, 0 when there is none."""
        return max((f.severity.weight for f in self.findings), default=0)

    def as_json(self) -> dict[str, Any]:
        """The object of schema ``odkit/report/1``."""
        return {
            "schema": "odkit/report/1",
            "summary": self.summary,
            "findings": [f.as_json() for f in self.findings],
        }
