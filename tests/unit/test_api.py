"""The library as an engineer calls it: paths for exports, one name for one host, and plain words where an argument cannot be meant."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import odkit
from build import REALM
from build_api import GONE, NAMES, STAYS, small_domain
from conftest import MART, in_turn
from odkit.afp import afp
from odkit.findings import Rule, Severity, finding
from odkit.hostrefs import host_map, plan_rewrite
from odkit.lkdc.check import check_lkdc
from odkit.mcx import effective, profiles

LION = [MART / "lion" / "export.ldif", MART / "lion" / "authdata.ldif"]
EXPORT = small_domain()


@pytest.fixture(scope="module")
def od() -> odkit.Directory:
    return odkit.open(EXPORT)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("domain") / "export.ldif"
    file.write_bytes(EXPORT)
    return file


# every function of the library that takes an export, with the rest of its arguments
ANALYSES: dict[str, Callable[[Any], Any]] = {
    "verify": lambda export: odkit.verify(export).as_json(),
    "verify after": lambda export: odkit.verify(EXPORT, export).as_json(),
    "verify_mcx": lambda export: odkit.verify_mcx(export).as_json(),
    "verify_passwords": lambda export: odkit.verify_passwords(export).as_json(),
    "inspect": lambda export: odkit.inspect(export).as_json(),
    "diff": lambda export: odkit.diff(export, export).as_json(),
    "references": lambda export: odkit.references(export, [GONE]).as_json(),
    "plan_purge": lambda export: odkit.plan_purge(export, retire=[GONE]).as_json("10.5"),
    "carry": lambda export: odkit.carry(export, to="openldap", before=[export], today=date(2026, 11, 28)).as_json(),
    "plan_rewrite": lambda export: plan_rewrite(export, GONE, "new.example.com").ldif(),
    "host_map": lambda export: host_map(export).mermaid(),
    "afp": lambda export: afp(export).as_json(),
    "check_lkdc": lambda export: check_lkdc(export).as_json(),
    "profiles": lambda export: [profile.record.dn for profile in profiles(export).profiles],
    "effective": lambda export: effective(export, user="ann"),
}


class TestExports:
    @pytest.mark.parametrize("analyse", ANALYSES.values(), ids=list(ANALYSES))
    def test_a_path_is_taken_where_an_export_is(self, analyse: Callable[[Any], Any], path: Path) -> None:
        assert analyse(path) == analyse(str(path)) == analyse(odkit.open(path))

    @pytest.mark.parametrize("analyse", ANALYSES.values(), ids=list(ANALYSES))
    def test_what_is_no_export_is_said(self, analyse: Callable[[Any], Any]) -> None:
        for wrong in (None, 3, {}, object(), [3], []):
            if wrong == [] and analyse is ANALYSES["plan_purge"]:
                continue
            with pytest.raises(odkit.UsageError, match="the bytes or the binary file of one, not"):
                analyse(wrong if wrong is not None or analyse is not ANALYSES["verify after"] else 3)

    def test_several_files_of_one_domain_are_a_list(self) -> None:
        assert odkit.inspect(LION).as_json() == odkit.inspect(odkit.open(*LION)).as_json()
        assert odkit.open(LION).authdata

    def test_lists_of_principals_slots_and_logs_are_taken_by_their_paths(self, od: odkit.Directory, tmp_path: Path) -> None:
        names = tmp_path / "listprincs.txt"
        names.write_bytes(NAMES)
        read = odkit.plan_purge(od, odkit.read_principals(names), retire=[GONE])
        assert odkit.plan_purge(od, names, retire=[GONE]) == odkit.plan_purge(od, [str(names)], retire=[GONE]) == read
        assert [each.host for each in read.delete] == [GONE]
        by_path = odkit.verify_passwords(od, principals=names)
        assert by_path.as_json() == odkit.verify_passwords(od, principals=odkit.read_principals(names)).as_json()
        log = tmp_path / "kdc.log"
        log.write_bytes(b"Nov 19 08:12:31 k krb5kdc[9](info): TGS_REQ (1 etypes {1}) 10.0.1.5: ISSUE: authtime 1, a@R for host/h@R\n")
        assert odkit.PurgeOptions(kdc_logs=log).kdc_logs == (odkit.read_kdc_log(log),)  # type: ignore[arg-type] # one alone is one


class TestHosts:
    def test_a_text_is_one_host_and_not_its_letters(self, od: odkit.Directory) -> None:
        assert odkit.verify(od, retire=GONE).as_json() == odkit.verify(od, retire=[GONE]).as_json()
        assert odkit.verify_mcx(od, retire=GONE).as_json() == odkit.verify_mcx(od, retire=[GONE]).as_json()
        assert odkit.references(od, GONE) == odkit.references(od, [GONE])
        one = odkit.plan_purge(od, retire=GONE, keep=STAYS, options=odkit.PurgeOptions(services="x"))
        assert one.hosts[GONE].named
        options = odkit.CarryOptions(retire="a.example.com", keep="b.example.com", services="nfs")
        assert (options.retire, options.keep, options.services) == (("a.example.com",), ("b.example.com",), ("nfs",))

    def test_an_iterator_of_hosts_is_read_once(self, od: odkit.Directory) -> None:
        assert odkit.verify(od, retire=iter([GONE])).as_json() == odkit.verify(od, retire=[GONE]).as_json()


VALID: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "open": (odkit.open, {"needs": (), "progress": None}),
    "verify": (odkit.verify, {"before": EXPORT, "after": None, "retire": ()}),
    "verify_mcx": (odkit.verify_mcx, {"before": EXPORT, "after": None, "retire": ()}),
    "verify_passwords": (odkit.verify_passwords, {"before": EXPORT, "after": None, "slots": None, "principals": None, "at": None}),
    "inspect": (odkit.inspect, {"od": EXPORT, "check_values": False}),
    "diff": (odkit.diff, {"before": EXPORT, "after": EXPORT, "ignore": (), "only_types": (), "only_kinds": (), "operational": False}),
    "references": (odkit.references, {"od": EXPORT, "hosts": GONE, "addresses": {}}),
    "plan_purge": (
        odkit.plan_purge,
        dict.fromkeys(["inventory", "realm", "options"]) | {"od": EXPORT, "retire": (), "keep": (), "before": ()},
    ),
    "carry": (odkit.carry, {"od": EXPORT, "to": "openldap", "options": None}),
    "CarryOptions": (odkit.CarryOptions, {}),
    "PurgeOptions": (odkit.PurgeOptions, {}),
    "read_principals": (odkit.read_principals, {"source": NAMES, "realm": None}),
    "read_slots": (odkit.read_slots, {"source": b""}),
    "read_kdc_log": (odkit.read_kdc_log, {"source": b""}),
    "parse_principal": (odkit.parse_principal, {"text": "a@R"}),
    "is_lkdc": (odkit.is_lkdc, {"realm": "R"}),
    "lkdc_realm": (odkit.lkdc_realm, {"certificate": b""}),
    "effective": (effective, {"od": EXPORT, "user": "ann", "computer": None, "workgroup": None}),
    "plan_rewrite": (plan_rewrite, {"od": EXPORT, "old": GONE, "new": "n.example.com"}),
    "profiles": (profiles, {"od": EXPORT, "organization": ""}),
}
FIELDS = {
    odkit.CarryOptions: list(odkit.CarryOptions.__dataclass_fields__),
    odkit.PurgeOptions: list(odkit.PurgeOptions.__dataclass_fields__),
}
WRONG: tuple[Any, ...] = (3, 1.5, True, "str", b"bytes", "", (), [], {}, [3], {3: 4}, {"a": 3}, object(), int, "\udcff\0", None)


def calls() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Each function with one argument after the other wrong, the rest as it should be."""
    for name, (function, valid) in VALID.items():
        given = FIELDS.get(function, valid)  # type: ignore[call-overload] # classes are among the functions
        for argument in given:
            for wrong in WRONG:
                yield f"{name}({argument}={wrong!r})", function, valid | {argument: wrong}


class TestArguments:
    def test_a_wrong_one_is_said_by_an_exception_of_ours(self) -> None:
        for _, function, arguments in in_turn(calls()):
            try:
                function(**arguments)
            except odkit.OdkitError as error:
                assert str(error)
                assert "0x7f" not in str(error)

    def test_a_wrong_field_of_a_carry_is_said_in_words(self) -> None:
        with pytest.raises(odkit.UsageError, match=r"m_key: expected a path \(str or pathlib.Path\), not an object of type int"):
            odkit.carry(EXPORT, to="mit", m_key=3)
        with pytest.raises(odkit.UsageError, match=r"today: expected a day \(datetime.date\), not an object of type str"):
            odkit.carry(EXPORT, to="openldap", today="2026-11-28")
        with pytest.raises(odkit.UsageError, match="accept_incomplete: expected True or False, not an object of type str"):
            odkit.carry(EXPORT, to="openldap", accept_incomplete="no")

    def test_a_path_may_be_text_in_the_options_of_a_carry(self, tmp_path: Path) -> None:
        with pytest.raises(odkit.InputError, match="no-such-key"):
            odkit.carry(LION, to="mit", m_key=str(tmp_path / "no-such-key"))

    def test_what_is_no_plan_is_not_written(self, tmp_path: Path, od: odkit.Directory) -> None:
        with pytest.raises(odkit.UsageError, match=r"plan: expected a PurgePlan \(odkit.plan_purge\), not None"):
            odkit.write_plan(None, tmp_path / "new", target="10.5")  # type: ignore[arg-type]
        with pytest.raises(odkit.UsageError, match="folder: expected a path"):
            odkit.write_plan(odkit.plan_purge(od), 3, target="10.5")  # type: ignore[arg-type]
        with pytest.raises(odkit.UsageError, match="target: expected a text"):
            odkit.write_plan(odkit.plan_purge(od), tmp_path / "new", target=10.5)  # type: ignore[arg-type]
        with pytest.raises(odkit.UsageError, match=r"plan: expected a CarryPlan"):
            odkit.write_carry(odkit.plan_purge(od), tmp_path / "new")  # type: ignore[arg-type]
        assert not (tmp_path / "new").exists()

    def test_records_are_looked_up_by_text(self, od: odkit.Directory) -> None:
        for wrong in (0, None, b"root", ["root"]):
            with pytest.raises(odkit.UsageError, match="the name of a record of Users: expected a text"):
                od.users.get(wrong)  # type: ignore[arg-type]
            with pytest.raises(odkit.UsageError, match="expected a text"):
                od.get(wrong)  # type: ignore[arg-type]
        with pytest.raises(KeyError):
            od.users["nobody at all"]


OWN = Rule("ACME1", "no-laptops", Severity.WARNING, "Ask the owner.")


class TestReports:
    """A report that a caller adds findings of checks of his own to."""

    def test_own_findings_count_in_the_verdict_the_status_and_the_json(self) -> None:
        report = odkit.verify(MART / "leftover" / "export.ldif")
        assert (report.summary["answer"], report.status()) == ("nothing is wrong", 0)
        report.extend([finding(OWN, "cn=mac1$", "mac1 is a laptop")])
        assert (report.summary["answer"], report.status()) == ("1 finding to look at", 1)
        assert report.status(Severity.ERROR) == 0
        assert report.as_json()["summary"]["answer"] == "1 finding to look at"
        assert report.as_json()["summary"]["checks"][-1] == {
            "check": "added by the caller",
            "result": "1 warning",
            "counts": {"error": 0, "warning": 1, "info": 0},
            "codes": {"ACME1": 1},
        }
        assert [each.code for each in report.added] == ["ACME1"]

    def test_one_that_was_put_into_the_list_counts_in_the_json(self) -> None:
        report = odkit.verify(MART / "leftover" / "export.ldif")
        report.findings.append(finding(OWN, "cn=mac1$", "mac1 is a laptop"))
        assert report.as_json()["summary"]["answer"] == "1 finding to look at"
        assert report.status() == 1

    @pytest.mark.parametrize("verify", [odkit.verify_mcx, odkit.verify_passwords])
    def test_the_answers_on_passwords_and_policies_tell_of_them(self, verify: Callable[..., Any], od: odkit.Directory) -> None:
        report = verify(od)
        before = report.summary["answer"]
        report.extend([finding(OWN, "cn=mac1$", "mac1 is a laptop"), finding(OWN, "x", "y", severity=Severity.INFO)])
        assert report.summary["answer"] == f"{before}; 2 findings added: 1 warning (1 info)"
        report.extend([])
        assert report.summary["answer"] == f"{before}; 2 findings added: 1 warning (1 info)"

    def test_what_is_no_finding_is_not_added(self, od: odkit.Directory) -> None:
        report = odkit.inspect(od)
        with pytest.raises(odkit.UsageError, match="expected a Finding"):
            report.extend(["mac1 is a laptop"])  # type: ignore[list-item]
        assert report.added == ()

    def test_the_checks_of_verify_are_data(self) -> None:
        report = odkit.verify(
            MART / "before" / "export.ldif", MART / "leftover" / "export.ldif", retire=["xserve-hq1.medicalmart.example.com"]
        )
        for (name, found), shown in zip(report.checks, report.summary["checks"], strict=True):
            assert shown["check"] == name
            assert sum(shown["counts"].values()) == sum(shown["codes"].values()) == len(found)
            assert set(shown["counts"]) == {"error", "warning", "info"}
            assert shown["codes"] == {each.code: shown["codes"][each.code] for each in sorted(found, key=lambda each: each.code)}

    def test_damage_is_the_status_of_the_commands(self) -> None:
        damaged = odkit.inspect(EXPORT + b"\ndn: uid=x,cn=users,dc=example,dc=com\nuid: x\nno colon\n", check_values=True)
        assert damaged.status() == 2
        with pytest.raises(odkit.UsageError, match="fail_on: expected one of error, warning, info"):
            damaged.status("bad")  # type: ignore[arg-type]


class TestPrincipals:
    def test_an_inventory_is_iterated_measured_and_searched(self) -> None:
        inventory = odkit.read_principals(NAMES)
        assert [str(each.principal) for each in inventory] == NAMES.decode().split()
        assert len(inventory) == 5
        assert f"ann@{REALM}" in inventory
        assert odkit.parse_principal("bob", realm=REALM) not in inventory
        assert 3 not in inventory

    def test_host_service_and_realm_are_text(self) -> None:
        principal = odkit.parse_principal("host/od.example.com@EXAMPLE.COM")
        assert (principal.host, principal.service, principal.realm_name) == ("od.example.com", "host", "EXAMPLE.COM")
        assert odkit.parse_principal("ann@R").host is None
        assert odkit.parse_principal(b"host/\xff@R").host == "\udcff"


class TestEffective:
    def test_its_package_is_loaded_when_it_is_named(self) -> None:
        code = f"import odkit; print(odkit.mcx.effective({EXPORT!r}, user='ann').keys[0].key, odkit.findings.Severity.INFO)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "size info\n"

    def test_one_call_tells_what_a_user_gets(self, od: odkit.Directory) -> None:
        found = effective(od, user="ann", computer="mac1$")
        assert [(each.domain, each.key, each.value) for each in found.keys] == [("com.apple.dock", "size", 1)]
        assert found == effective(EXPORT, user="ann", computer="mac1$")

    def test_it_asks_whom(self, od: odkit.Directory) -> None:
        with pytest.raises(odkit.UsageError, match="expected a user, a computer, or both"):
            effective(od)
        with pytest.raises(odkit.UsageError, match="the export holds no user nobody"):
            effective(od, user="nobody")
