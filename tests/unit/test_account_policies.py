"""Account policies of 10.10 and later: which conditions are understood, and what they make of an account that is carried."""

from __future__ import annotations

import base64
import plistlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from build import few
from build_carry import directory, kerberos_user, verdicts
from conftest import MART, each_in_turn
from odkit.carrying.accountpolicies import rule_on
from odkit.ldif import Entry
from odkit.passwords import Domain, account_policy
from odkit.values.predicate import rule

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DAY = 86400
# as pwpolicy(8) of 10.10 and the comments of CFOpenDirectoryConstants.h write them
LOCKOUT = "policyAttributeFailedAuthentications < policyAttributeMaximumFailedAuthentications"
TIMED_LOCKOUT = f"({LOCKOUT}) OR (policyAttributeCurrentTime > (policyAttributeLastFailedAuthenticationTime + autoEnableInSeconds))"
INACTIVE = "policyAttributeLastAuthenticationTime > policyAttributeCurrentTime - (policyAttributeInactiveDays * 24 * 60 * 60)"
TEMPORARY = "policyAttributeCurrentTime < policyAttributeCreationTime + (policyAttributeDaysUntilExpiration * DAYS_TO_SECONDS)"
UNTIL = "policyAttributeCurrentDate < policyAttributeExpiresOnDate"
FROM = "policyAttributeCurrentDate > policyAttributeEnableOnDate"
OUTDATED = "policyAttributeCurrentTime > policyAttributeLastPasswordChangeTime + (policyAttributeExpiresEveryNDays * 24 * 60 * 60)"
OFFICE_HOURS = "policyAttributeCurrentTimeOfDay > policyAttributeEnableAtTimeOfDay and policyAttributeCurrentTimeOfDay < policyAttributeExpiresAtTimeOfDay"
ACCOUNT = {
    "policyAttributeFailedAuthentications": 2,
    "policyAttributeCreationTime": NOW.timestamp() - 10 * DAY,
    "policyAttributeLastPasswordChangeTime": NOW.timestamp() - 40 * DAY,
    "policyAttributeLastAuthenticationTime": NOW.timestamp() - 3 * DAY,
}


class TestConditions:
    @each_in_turn(
        "condition, parameters, holds",
        [
            (LOCKOUT, {"policyAttributeMaximumFailedAuthentications": 3}, True),
            (LOCKOUT, {"policyAttributeMaximumFailedAuthentications": 2}, False),
            (LOCKOUT, {}, None),
            (TIMED_LOCKOUT, {"policyAttributeMaximumFailedAuthentications": 3, "autoEnableInSeconds": 300}, True),
            (TIMED_LOCKOUT, {"policyAttributeMaximumFailedAuthentications": 2, "autoEnableInSeconds": 300}, None),
            (INACTIVE, {"policyAttributeInactiveDays": 35}, True),
            (INACTIVE, {"policyAttributeInactiveDays": 2}, False),
            (TEMPORARY, {"policyAttributeDaysUntilExpiration": 11}, True),
            (TEMPORARY, {"policyAttributeDaysUntilExpiration": 9.5}, False),
            (UNTIL, {"policyAttributeExpiresOnDate": NOW + timedelta(seconds=1)}, True),
            (UNTIL, {"policyAttributeExpiresOnDate": NOW}, False),
            (FROM, {"policyAttributeEnableOnDate": NOW - timedelta(days=1)}, True),
            (FROM, {"policyAttributeEnableOnDate": NOW + timedelta(days=1)}, False),
            (OUTDATED, {"policyAttributeExpiresEveryNDays": 30}, True),
            (OUTDATED, {"policyAttributeExpiresEveryNDays": 60}, False),
            (OFFICE_HOURS, {"policyAttributeEnableAtTimeOfDay": 800, "policyAttributeExpiresAtTimeOfDay": 1700}, None),
            # a number for a moment: nothing says whether it counts from 1970 or from 2001
            ("policyAttributeCurrentTime < limit", {"limit": int(NOW.timestamp()) + 5}, None),
            ("policyAttributeCurrentTime < limit", {"limit": 5}, False),
            # a date is no number
            ("policyAttributeCurrentDate < limit", {"limit": 5}, None),
            ("policyAttributeCurrentTime < limit", {"limit": NOW}, None),
            ("limit = 1", {"limit": True}, None),
            ("limit = 1", {"limit": 10**400}, None),
            ("limit = 1", {"limit": float("nan")}, None),
        ],
    )
    def test_what_apple_writes(self, condition: str, parameters: dict[str, Any], holds: bool | None) -> None:
        values = (
            account_policy(
                plistlib.dumps({"policyCategoryAuthentication": [{"policyContent": condition, "policyParameters": _plain(parameters)}]})
            )
            if _plistable(parameters)
            else None
        )
        found = rule(condition, {**ACCOUNT, **parameters}, NOW)
        if not isinstance(parameters.get("limit"), bool):
            assert found.holds is holds
        if values is not None:
            assert values.policies[0].rule(ACCOUNT, NOW) == (
                found if not isinstance(parameters.get("limit"), bool) else (None, None, False)
            )

    @each_in_turn(
        "condition, holds",
        [
            ("1 < 2", True),
            ("2=<1", False),
            ("2 => 2", True),
            ("1 == 1", True),
            ("1 <> 1", False),
            ("1 != 1", False),
            ("NOT 1 = 1", False),
            ("! (1 = 1)", False),
            ("1 = 1 && 2 = 2", True),
            ("1 = 1 and not 2 = 2", False),
            ("1 = 2 || 2 = 2 or x = 1", True),
            ("1 = 2 and x = 1", False),
            ("1 = 1 and x = 1", None),
            ("(1 = 2 and x = 1) or (2 * 3 - 1 = 5)", True),
            ("((1 + 1)) * 2 = 4", True),
            ("TRUEPREDICATE", True),
            ("FALSEPREDICATE", False),
            # not read: the rest of the language, and what is ambiguous in it
            ("", None),
            ("1", None),
            ("1 = 1 or 1 = 1 and 1 = 2", None),
            ("1 = 1 extra", None),
            ("policyAttributePassword matches '.{8,}+'", None),
            ("none policyAttributePasswordHashes in policyAttributePasswordHistory", None),
            ("6 / 2 = 3", None),
            ("-1 < 0", None),
            ("ANY x = 1", None),
            ("policyAttributeRecordName = 'ann'", None),
            ("(" * 3000 + "1 = 1" + ")" * 3000, None),
            ("(" * 40 + "1 = 1" + ")" * 40, None),
            ("(" * 20 + "1 = 1" + ")" * 20, True),
            ("not " * 900 + "1 = 1", None),
            ("1 = 1" + " " * 5000, None),
        ],
    )
    def test_the_language(self, condition: str, holds: bool | None) -> None:
        assert rule(condition, {}, NOW).holds is holds

    def test_the_end_is_a_fixed_date_alone(self) -> None:
        ends = NOW + timedelta(days=30)
        assert rule(UNTIL, {"policyAttributeExpiresOnDate": ends}, NOW).until == ends
        assert rule(UNTIL, {"policyAttributeExpiresOnDate": ends.replace(tzinfo=None)}, NOW).until == ends
        assert rule(f"NOT ({FROM})", {"policyAttributeEnableOnDate": ends}, NOW).until == ends + timedelta(0)
        both = f"({UNTIL}) and ({LOCKOUT})"
        values: dict[str, Any] = {**ACCOUNT, "policyAttributeExpiresOnDate": ends, "policyAttributeMaximumFailedAuthentications": 3}
        assert rule(both, values, NOW).until == ends
        # the account is used again before then
        assert rule(INACTIVE, {**ACCOUNT, "policyAttributeInactiveDays": 35}, NOW) == (True, None, True)
        created = rule(TEMPORARY, {**ACCOUNT, "policyAttributeDaysUntilExpiration": 11}, NOW)
        assert created.until == NOW + timedelta(days=1)
        # what is open afterwards is open today
        assert rule(f"({UNTIL}) or unknown = 1", {"policyAttributeExpiresOnDate": ends}, NOW).holds is None

    @given(
        st.text(alphabet="()<>=!&|+-*/ 1aANDORnot'\"%$\u0130", max_size=40),
        st.dictionaries(st.sampled_from("aAN"), st.floats() | st.integers()),
    )
    def test_any_text_has_an_answer(self, condition: str, values: dict[str, float]) -> None:
        assert rule(condition, values, NOW).holds in {True, False, None}


def _plistable(parameters: dict[str, Any]) -> bool:
    return all(not isinstance(each, int) or each < 2**63 for each in parameters.values()) and parameters.get("limit") == parameters.get(
        "limit"
    )


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: each.replace(tzinfo=None) if isinstance(each, datetime) else each for name, each in parameters.items()}


class TestAccounts:
    """Ann, of a domain of the second generation."""

    GUID = "5f12ab34-c0de-11e9-a1b2-001122334455"

    def domain(self, own: dict[str, Any] | None, everybody: dict[str, Any] | None = None, **counted: str) -> odkit.Directory:
        authdata = {"creationDate": "20260105120000Z", "passwordModDate": "20251206120000Z", "loginFailedAttempts": "2", **counted}
        entry = Entry(f"authGUID={self.GUID},cn=users,cn=authdata", {name: [each.encode()] for name, each in authdata.items()})
        ann = kerberos_user("ann")
        slot = "0x" + self.GUID.replace("-", "")
        ann.attributes["authAuthority"] = [f";ApplePasswordServer;{slot},1024 35 1 root@h:10.0.0.1".encode()]
        if own is not None:
            entry.attributes["apple-accountpolicy"] = [plistlib.dumps(own)]
        access = Entry("cn=access,cn=authdata", {"cn": [b"access"]})
        if everybody is not None:
            access.attributes["apple-accountpolicy"] = [plistlib.dumps(everybody)]
        tops = [Entry("cn=authdata", {"cn": [b"authdata"]}), access, Entry("cn=users,cn=authdata", {"cn": [b"users"]})]
        return directory(ann, *tops, entry)

    def ruled(
        self, own: dict[str, Any] | None, everybody: dict[str, Any] | None = None, **counted: str
    ) -> tuple[str, str, tuple[int, ...]]:
        """Why she may not log in, why she has to change her password, and when she is let in no more."""
        od = self.domain(own, everybody, **counted)
        found = rule_on(od.users["ann"].password, Domain.of(od).account_policies, NOW)
        locked, must = (f"{each.why.value}: {each.text}" if each is not None else "" for each in (found.locked, found.must_change))
        return locked, must, found.ends

    @staticmethod
    def policies(category: str, *conditions: str, **parameters: Any) -> dict[str, Any]:
        return {
            category: [
                {"policyIdentifier": f"P{n}", "policyContent": each, "policyParameters": parameters} for n, each in enumerate(conditions)
            ]
        }

    LOGIN, CHANGE = "policyCategoryAuthentication", "policyCategoryPasswordChange"

    def test_nothing_is_said_without_policies(self) -> None:
        assert self.ruled(None) == ("", "", ())

    def test_who_is_let_in_is_let_in(self) -> None:
        own = self.policies(self.LOGIN, LOCKOUT, TIMED_LOCKOUT, policyAttributeMaximumFailedAuthentications=3, autoEnableInSeconds=300)
        assert self.ruled(own) == ("", "", ())

    @pytest.mark.parametrize("category", [LOGIN, "policyCategoryPasswordAuthentication"])
    def test_who_is_locked_out_stays_out(self, category: str) -> None:
        own = self.policies(category, LOCKOUT, policyAttributeMaximumFailedAuthentications=2)
        assert self.ruled(own)[0] == "disabled: its account policy lets it in no more (P0)"
        assert self.ruled(None, own)[0] == "disabled: the domain's account policy lets it in no more (P0)"
        assert self.ruled(own, loginFailedAttempts="1")[0] == ""

    def test_what_has_ended_and_what_will_end(self) -> None:
        own = self.policies(self.LOGIN, UNTIL, policyAttributeExpiresOnDate=datetime(2026, 1, 1))  # noqa: DTZ001 - a property list has no zone
        assert self.ruled(own)[0] == "expired: its account policy lets it in no more (P0)"
        own = self.policies(self.LOGIN, UNTIL, policyAttributeExpiresOnDate=datetime(2026, 2, 1))  # noqa: DTZ001
        assert self.ruled(own) == ("", "", (int(datetime(2026, 2, 1, tzinfo=UTC).timestamp()),))

    def test_a_password_that_is_too_old_has_to_be_changed(self) -> None:
        own = self.policies(self.CHANGE, OUTDATED, policyAttributeExpiresEveryNDays=30)
        assert self.ruled(own) == ("", "must_change: its account policy asks for a new password (P0)", ())
        assert self.ruled(own, passwordModDate="20260110120000Z") == ("", "", ())

    def test_what_is_not_understood_lets_nobody_in_and_is_named(self) -> None:
        own = self.policies(self.LOGIN, LOCKOUT, OFFICE_HOURS, policyAttributeMaximumFailedAuthentications=3)
        locked, must, _ = self.ruled(own)
        assert locked.startswith(
            "unproved: it has account policies of its own on who may log in (P1), whose conditions odkit cannot evaluate"
        )
        assert must == ""
        assert self.ruled({self.LOGIN: ["nonsense"]})[0].startswith("unproved: ")
        # never logged in: whether it was inactive is not known
        assert self.ruled(self.policies(self.LOGIN, INACTIVE, policyAttributeInactiveDays=35))[0].startswith("unproved: ")
        assert self.ruled(self.policies(self.LOGIN, LOCKOUT, policyAttributeMaximumFailedAuthentications=3), loginFailedAttempts="many")[0]
        # a parameter that is called as what the account counts
        own = self.policies(self.LOGIN, LOCKOUT, policyAttributeFailedAuthentications=0, policyAttributeMaximumFailedAuthentications=3)
        assert self.ruled(own)[0].startswith("unproved: ")

    def test_a_known_no_is_said_before_an_unknown(self) -> None:
        own = self.policies(self.LOGIN, OFFICE_HOURS, LOCKOUT, policyAttributeMaximumFailedAuthentications=2)
        assert self.ruled(own)[0] == "disabled: its account policy lets it in no more (P1)"

    @pytest.mark.parametrize("everybody", [False, True])
    def test_verify_passwords_says_who_is_kept_out_and_until_when_somebody_is_let_in(self, everybody: bool) -> None:
        def told(given: dict[str, Any]) -> tuple[list[str], int]:
            od = self.domain(*((None, given) if everybody else (given,)))
            report = odkit.verify_passwords(od, at=NOW)
            return [f.message.partition(". ")[0] for f in report.findings if f.code in {"OD313", "OD314"}], report.summary["before"][
                "disabled"
            ]

        whose = "the domain's" if everybody else "its"
        locked = self.policies(self.LOGIN, LOCKOUT, policyAttributeMaximumFailedAuthentications=2)
        assert told(locked) == ([f"user ann cannot log in on 2026-01-15: {whose} account policy P0 does not let it in"], 1)
        assert told(self.policies(self.LOGIN, LOCKOUT, policyAttributeMaximumFailedAuthentications=3)) == ([], 0)
        assert told(self.policies(self.LOGIN, OFFICE_HOURS)) == ([], 0)
        old = self.policies(self.CHANGE, OUTDATED, policyAttributeExpiresEveryNDays=30)
        assert told(old) == ([f"user ann cannot log in on 2026-01-15: {whose} account policy P0 asks for a new password"], 0)
        ends = self.policies(self.LOGIN, UNTIL, policyAttributeExpiresOnDate=datetime(2026, 2, 1))  # noqa: DTZ001
        assert told(ends) == ([f"user ann will stop on 2026-02-01 00:00:00Z: {whose} account policy P0"], 0)

    @pytest.mark.parametrize("everybody", [False, True])
    @pytest.mark.parametrize(
        ("category", "condition", "parameters", "verdict"),
        [
            (LOGIN, LOCKOUT, {"policyAttributeMaximumFailedAuthentications": 2}, ("disabled", ("disabled",))),
            (LOGIN, TEMPORARY, {"policyAttributeDaysUntilExpiration": 3}, ("disabled", ("expired",))),
            (LOGIN, LOCKOUT, {"policyAttributeMaximumFailedAuthentications": 3}, ("carried", ())),
            (CHANGE, OUTDATED, {"policyAttributeExpiresEveryNDays": 30}, ("carried", ("must_change",))),
            (CHANGE, OUTDATED, {"policyAttributeExpiresEveryNDays": 9000}, ("carried", ())),
        ],
    )
    def test_the_plan_keeps_to_it(
        self, category: str, condition: str, parameters: dict[str, Any], verdict: tuple[str, tuple[str, ...]], everybody: bool
    ) -> None:
        """Among the users of a company whose keys and passwords are all there."""
        data = (MART / "lion" / "authdata.ldif").read_bytes()
        value = b"apple-accountpolicy:: " + base64.b64encode(plistlib.dumps(self.policies(category, condition, **parameters))) + b"\n"
        own, access = b"dn: authGUID=82ecaa24-9a4c-11e1-8a5d-cdd9dededc24,cn=users,cn=authdata\n", b"dn: cn=access,cn=authdata\n"
        assert data.count(own) == data.count(access) == 1
        data = data.replace(own, own + b"loginFailedAttempts: 2\n" + value * (not everybody))
        od = odkit.open(few("lion", 4), data.replace(access, access + value * everybody))
        found = verdicts(odkit.carry(od, to="mit", today=NOW.date()))
        assert found["aabbott0"] == verdict
        others = {each for name, each in found.items() if name != "aabbott0"}
        assert ("carried", ()) in others or everybody
