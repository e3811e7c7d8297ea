"""A plan for a Samba domain: what the target has, its scripts, and what stops it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lint
import odkit
from build_samba import BASE, added, carry, directory, user
from forged import REALM, company
from odkit.carrying import CarryPlan
from odkit.errors import InputError, OdkitError, UsageError


class TestTarget:
    EXPORT = f"""\
dn: {BASE}
objectClass: domainDNS
objectSid: S-1-5-21-1-2-3
objectGUID: 00000000-0000-4000-8000-000000000001

dn: CN=krbtgt,CN=Users,{BASE}
objectClass: user
cn: krbtgt
sAMAccountName: krbtgt
objectSid: S-1-5-21-1-2-3-502
objectGUID: 00000000-0000-4000-8000-000000000002

dn: CN=Somebody Else,OU=Office,{BASE}
objectClass: user
cn: Somebody Else
sAMAccountName: Ann
uidNumber: 1200
userPrincipalName: mail.name@ad.example.com
objectGUID: 0a1b2c3d-0000-4000-8000-00000000000f

# returned 3 records
# 3 entries
# 0 referrals
"""

    def export(self, folder: Path, text: str) -> Path:
        (folder / "domain.ldif").write_text(text)
        return folder / "domain.ldif"

    def test_what_the_domain_has_is_left_out_by_name_number_guid_and_principal(self, tmp_path: Path) -> None:
        users = [
            user("ann"), user("number", 1200), user("guid", 1102, **{"apple-generateduid": "0A1B2C3D-0000-4000-8000-00000000000F"}),
            user("principal", 1103, authAuthority=f";Kerberosv5;;mail.name@{REALM};{REALM};"), user("free", 1104),
        ]  # fmt: skip
        database = company(["ann", "number", "guid", "mail.name", "free"])
        plan = carry(tmp_path, database, *users, target_export=self.export(tmp_path, self.EXPORT))
        assert {each.name for each in plan.collisions} == {"ann", "number", "guid", "principal"}
        assert set(added(plan)) == {"free"}

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (("# 3 entries", "# 4 entries"), "is cut"),
            (("# 3 entries\n# 0 referrals\n", ""), "is cut"),
            (("DC=ad,", "DC=other,"), "is of DC=other"),
            (("sAMAccountName: krbtgt\n", ""), "holds no krbtgt"),
            (("cn: krbtgt\n", ""), "does not show cn"),
        ],
    )
    def test_an_export_that_does_not_show_everything_is_refused(self, tmp_path: Path, change: tuple[str, str], message: str) -> None:
        with pytest.raises(InputError, match=message):
            carry(tmp_path, company(["jdoe"]), user("jdoe"), target_export=self.export(tmp_path, self.EXPORT.replace(*change)))

    @pytest.mark.parametrize("base", ["cn=users,DC=ad", "DC=ad", "DC=other,DC=example,DC=com", "no dn", ""])
    def test_a_base_dn_that_is_none_or_of_another_realm_is_refused(self, tmp_path: Path, base: str) -> None:
        with pytest.raises(UsageError):
            carry(tmp_path, company(["jdoe"]), user("jdoe"), base_dn=base)

    def test_without_a_base_dn_nothing_is_written_and_without_keys_nothing_is_planned(self, tmp_path: Path) -> None:
        plan = carry(tmp_path, company(["jdoe"]), user("jdoe"), base_dn=None)
        with pytest.raises(UsageError, match="--base-dn"):
            odkit.write_carry(plan, tmp_path / "out")
        with pytest.raises(UsageError, match="keys or NT hashes"):
            odkit.carry(directory(user("jdoe")), to="samba", base_dn=BASE, target_realm="AD.EXAMPLE.COM")

    def test_any_bytes_for_an_export_are_an_error_of_ours(self, tmp_path: Path) -> None:
        for data in (b"", b"\0\xff", b"# 0 entries\n", b"dn: x\nobjectClass: domainDNS\n\n# 1 entries\n"):
            (tmp_path / "domain.ldif").write_bytes(data)
            with pytest.raises(OdkitError):
                carry(tmp_path, company(["jdoe"]), user("jdoe"), target_export=tmp_path / "domain.ldif")


def of_hostile_names(folder: Path) -> tuple[CarryPlan, list[Path]]:
    """A plan whose users have names that a shell would run, and its scripts."""
    hostile = ["$(touch x)", "`id`", "a'b", "a b", "ODKIT_END", "#x", "%n", "é", "!x", "a&b", "(x)", "*"]
    plan = carry(folder, company(["jdoe"]), user("jdoe"), *(user(name, 1200 + n) for n, name in enumerate(hostile)))
    odkit.write_carry(plan, folder / "out")
    return plan, [folder / "out" / name for name in ("load.sh", "unload.sh")]


@pytest.mark.whole
def test_the_scripts_are_posix(tmp_path: Path) -> None:
    lint.assert_plain_sh(*of_hostile_names(tmp_path)[1])


def test_the_scripts_hold_no_name_as_shell_text(tmp_path: Path) -> None:
    plan, scripts = of_hostile_names(tmp_path)
    text = scripts[0].read_text()
    assert not any(name in text for name in ("$(touch", "`id`", "a'b", "!x", "a&b"))
    assert len(added(plan)) == 12


def test_what_load_sh_asks_the_domain_for_stands_in_few_questions_each_with_room_in_a_command(tmp_path: Path) -> None:
    people = [user(f"u{number:04d}" + "é" * 50, 2000 + number) for number in range(400)]
    odkit.write_carry(carry(tmp_path, company(["jdoe"]), *people), tmp_path / "out")
    questions = re.findall(r"(?m)^(?:anywhere|deleted|CN=\w+)\|\(\|.*\)$", (tmp_path / "out" / "load.sh").read_text())
    assert max(map(len, questions)) < 128 * 1024
    assert len(questions) < 20
    assert sum(text.count("(sAMAccountName=") for text in questions) == 400
    assert sum(text.count("(objectGUID=") for text in questions) == 400
