"""Decisions are taken on structure: inputs whose words would mislead whoever reads messages, paths or the text of a DN."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

import odkit
from build_text import entry
from odkit.errors import InputError, InputReason, KrbtgtMissing, NothingLive
from odkit.hostrefs import plan_rewrite
from odkit.kerberos import PrincipalStore
from odkit.ldif import Reader

R = "EXAMPLE.COM"
KEY = "0123456789abcdef0123456789abcdef"


DOMAIN = entry("dc=example,dc=com", "dc: example") + entry(
    "cn=KerberosKDC,cn=config,dc=example,dc=com", "cn: KerberosKDC", f"apple-config-realname: {R}"
)


class TestFindings:
    def found(self, text: str) -> list[tuple[str, str | None, str | None]]:
        reader = Reader(text.encode(), strict=False)
        list(reader)
        return [(f.code, f.key, f.attribute) for f in reader.findings]

    def test_carry_the_record_in_normal_form_and_the_attribute(self) -> None:
        text = entry("UID=Ann, cn=users,dc=x", "uid: ann", "jpegPhoto;x-a:< file:///x", "Description:: !")
        key = "uid=ann,cn=users,dc=x"
        assert self.found(text) == [("OD006", key, "jpegphoto"), ("OD002", key, "description")]

    def test_of_a_change_record_carry_them_too(self) -> None:
        text = entry("uid=ann, dc=x", "changetype: modify", "replace: jpegPhoto", "jpegPhoto:< file:///x", "-")
        assert self.found(text) == [("OD006", "uid=ann,dc=x", "jpegphoto")]

    def test_of_a_line_without_a_name_carry_the_record_alone(self) -> None:
        assert self.found(entry("uid=ann,dc=x", "no colon")) == [("OD001", "uid=ann,dc=x", None)]

    def test_of_a_record_whose_name_is_no_dn_carry_no_key(self) -> None:
        assert self.found(entry("nonsense", "a:< file:///x")) == [("OD006", None, "a")]

    def test_json_is_as_it_was(self) -> None:
        reader = Reader(entry("uid=ann,dc=x", "a:< file:///x").encode(), strict=False, name="x.ldif")
        list(reader)
        assert list(reader.findings[0].as_json()) == ["code", "severity", "subject", "message", "path", "line"]


class TestInventories:
    @pytest.mark.parametrize("word", ["cut", "kadmin reports", "holds no principal"])
    def test_a_name_that_reads_like_a_message_does_not_let_a_key_be_shown(self, word: str) -> None:
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"host/a@{R}\n{word} a@b@{KEY}\n".encode())
        assert KEY not in str(caught.value)
        assert "neither a list of principals that odkit knows" in caught.value.message

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (f"host/a@{R}\nhost/b@{R}", InputReason.CUT),
            (f"a@{R}\nkadmin.local: Cannot open DB2 database while initializing\n", InputReason.TOOL_FAILED),
            (f"host/a@{R}\na@b@c\n", InputReason.MALFORMED),
        ],
    )
    def test_an_error_says_for_code_what_is_wrong(self, text: str, reason: InputReason) -> None:
        with pytest.raises(InputError) as caught:
            odkit.read_principals(text.encode())
        assert caught.value.reason is reason

    def test_a_realm_called_no_realm_is_not_taken_for_a_missing_one(self) -> None:
        text = f"Principal: host/a@no realm@x\n    Kvno: 1\nPrincipal: krbtgt/{R}@{R}\n"
        with pytest.raises(InputError, match="not a principal name"):
            odkit.read_principals(text.encode())

    @pytest.mark.parametrize(
        ("text", "store"),
        [
            (f"krbtgt/{R}@{R}\nhost/a@{R}\n", PrincipalStore.MIT),
            (f"krbtgt/{R}\nhost/a\n", PrincipalStore.HEIMDAL),
            (f"Principal: krbtgt/{R}@{R}\n    Kvno: 1\n", PrincipalStore.HEIMDAL),
            (f"dn: cn=a,cn=users,cn=authdata\ndraft-krbPrincipalName: host/a@{R}\n\n", PrincipalStore.DIRECTORY),
        ],
    )
    def test_the_store_is_part_of_an_inventory(self, text: str, store: PrincipalStore) -> None:
        assert odkit.read_principals(text.encode()).store is store

    @pytest.mark.parametrize(
        ("dn", "read"),
        [
            ("cn=a,cn=users, cn=authdata", True),
            ("cn=a,cn=users,CN = AuthData", True),
            ("cn=a,cn=users,dc=xcn\\=authdata", False),
            ("cn=a,cn=users,dc=cn=authdata", False),
        ],
    )
    def test_entries_of_authdata_are_known_by_their_normal_name(self, dn: str, read: bool) -> None:
        text = entry(dn, f"draft-krbPrincipalName: host/a@{R}").encode()
        if read:
            assert len(odkit.read_principals(text)) == 1
        else:
            with pytest.raises(InputError, match="no entry below cn=authdata") as caught:
                odkit.read_principals(text)
            assert caught.value.reason is InputReason.EMPTY


class TestRewriting:
    OLD, NEW = "old.example.com", "new.example.com"

    def left(self, *records: str) -> list[str]:
        od = odkit.open((DOMAIN + "".join(records)).encode())
        plan = plan_rewrite(od, self.OLD, self.NEW)
        assert plan.done
        return [line for line in plan.left if line.startswith("no mount")]

    def test_a_record_called_like_an_attribute_moves_no_home(self) -> None:
        assert not self.left(entry("cn=homeDirectory,cn=places,dc=example,dc=com", "cn: homeDirectory", f"labeledURI: http://{self.OLD}/x"))

    @pytest.mark.parametrize("attribute", ["homeDirectory", "homedirectory", "HOMEDIRECTORY"])
    def test_a_home_moves_however_its_attribute_is_written(self, attribute: str) -> None:
        home = f"{attribute}: /Network/Servers/{self.OLD}/Homes/ann"
        assert len(self.left(entry("uid=ann,cn=users,dc=example,dc=com", "uid: ann", home))) == 1


class TestPlans:
    OD = (
        DOMAIN + entry("uid=ann,cn=users,dc=example,dc=com", "uid: ann", "homeDirectory: /Network/Servers/live.example.com/Homes/ann")
    ).encode()

    def plan(self, *names: str, retire: tuple[str, ...] = ("old.example.com",)) -> odkit.PurgePlan:
        listing = "".join(f"{name}@{R}\n" for name in names).encode()
        return odkit.plan_purge(odkit.open(self.OD), odkit.read_principals(listing), retire=retire)

    def test_a_plan_cannot_be_changed(self) -> None:
        plan = self.plan(f"krbtgt/{R}", "host/old.example.com", "host/live.example.com")
        with pytest.raises(FrozenInstanceError):
            plan.delete = ()  # type: ignore[misc]
        parts = (plan.delete, plan.keep, plan.review, plan.refused, plan.records, plan.findings, plan.keytabs, plan.slots)
        assert {type(each) for each in parts} == {tuple}

    def test_limits_say_their_numbers(self) -> None:
        with pytest.raises(KrbtgtMissing) as missing:
            self.plan("host/old.example.com", "host/live.example.com")
        assert (missing.value.realm, missing.value.path) == (R, "<bytes>")
        with pytest.raises(NothingLive) as nothing:
            self.plan(f"krbtgt/{R}", "host/old.example.com", "ldap/old.example.com")
        assert nothing.value.deleted == 2

    def test_options_stay_as_they_were_given(self) -> None:
        aliases = {"a.example.com": "live.example.com"}
        options = odkit.PurgeOptions(aliases=aliases)
        aliases.clear()
        assert dict(options.aliases) == {"a.example.com": "live.example.com"}
