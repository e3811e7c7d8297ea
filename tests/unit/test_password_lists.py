"""What `verify_passwords` is given beside the export: lists that are not whole, and verifiers that one side alone brought."""

from __future__ import annotations

import pytest

import odkit
from conftest import MART
from odkit.errors import InputError


class TestListsThatAreNotWhole:
    """What a part of a list lacks is not gone: nobody is told to make a principal again that is there."""

    @staticmethod
    def ask(names: bytes) -> odkit.Report:
        return odkit.verify_passwords(odkit.open(MART / "after" / "export.ldif"), principals=odkit.read_principals(names))

    def test_a_whole_one_is_taken(self) -> None:
        found = self.ask((MART / "after" / "listprincs.txt").read_bytes())
        assert not [f for f in found.findings if f.code == "OD318"]

    @pytest.mark.parametrize("form", ["listprincs.txt", "kdb5.dump"])
    def test_one_that_is_cut_at_a_line_is_refused(self, form: str) -> None:
        lines = (MART / "after" / form).read_bytes().splitlines(keepends=True)
        with pytest.raises(InputError, match=r"has no krbtgt/MEDICALMART.EXAMPLE.COM@MEDICALMART.EXAMPLE.COM: it is not the whole list"):
            self.ask(b"".join(lines[:40]))

    def test_one_of_another_realm_is_refused(self) -> None:
        names = (MART / "after" / "listprincs.txt").read_bytes()
        with pytest.raises(InputError, match="it is not the whole list of the KDC of MEDICALMART"):
            self.ask(names.replace(b"MEDICALMART.EXAMPLE.COM", b"OTHER.EXAMPLE.COM"))

    def test_a_keytab_is_refused(self) -> None:
        listed = b"Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ----------\n   3 host/a.example.com@MEDICALMART.EXAMPLE.COM\n"
        with pytest.raises(InputError, match="holds the keys of one machine"):
            self.ask(listed)


def test_verifiers_that_came_with_the_older_export_alone_are_not_judged() -> None:
    lion = MART / "lion"
    before, after = odkit.open(lion / "export.ldif", lion / "authdata.ldif"), odkit.open(lion / "export.ldif")
    found = odkit.verify_passwords(before, after)
    assert any(f.code == "OD013" and "cn=authdata, with the verifiers and policies that" in f.message for f in found.findings)
    assert "no cn=authdata: policies and verifiers not checked" in found.summary["answer"]
    assert "10.4-10.6" not in found.summary["answer"]
