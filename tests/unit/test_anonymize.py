"""Copies in which every name is another one: what is replaced by what."""

from __future__ import annotations

import base64
import hashlib
import itertools
import plistlib
from pathlib import Path

import pytest

import odkit
from build_certificates import DER
from build_copies import copied
from build_inventories import R, keytab_entry
from conftest import each_in_turn
from odkit.anonymizing import anonymize, new_key
from odkit.anonymizing.replacer import Replacer
from odkit.anonymizing.text import Texts
from odkit.anonymizing.values import Values
from odkit.anonymizing.words import EVERY
from odkit.errors import InputError, RefusedError, UsageError

KEY = bytes(range(32))


def replaced(*texts: str, key: bytes = KEY) -> list[str]:
    """What becomes of texts of one domain."""
    made = Texts(Replacer(key, EVERY))
    for text in texts:
        assert made.rewrite(text) == text  # nothing changes while words are collected
    made.seal()
    return [made.rewrite(text) for text in texts]


def value(attribute: str, data: bytes, *others: bytes) -> bytes:
    """What becomes of an attribute's value, among others of the domain."""
    values = Values(Texts(Replacer(KEY, EVERY)))
    for each in (data, *others):
        values.rewrite(attribute, each)
    values.blobs.seal()
    return values.rewrite(attribute, data)


class TestNames:
    def test_a_name_is_the_same_wherever_it_stands(self) -> None:
        dn, principal, home, member, mail = replaced(
            "uid=jdoe,cn=users,dc=od,dc=example,dc=com", f"jdoe@{R}", "/Users/jdoe", "JDoe", "jdoe@od.example.com"
        )
        name = principal.partition("@")[0]
        assert dn.startswith(f"uid={name},cn=users,dc=")
        assert home == f"/Users/{name}"
        assert member.lower() == name
        assert mail.startswith(f"{name}@")
        assert name != "jdoe"
        assert len(name) == 4

    @each_in_turn("first", [True, False])
    def test_a_word_that_is_kept_in_one_place_is_replaced_in_another(self, first: bool) -> None:
        """Though a text that many values hold is looked at once."""
        texts = Texts(Replacer(KEY, EVERY))
        places = [frozenset({"manager"}), frozenset[str]()]
        for _ in range(2):
            copies = {kept: texts.rewrite("Manager", kept) for kept in (places if first else places[::-1])}
            texts.seal()
        assert copies[places[0]] == "Manager"
        assert copies[places[1]].lower() != "manager"

    def test_a_host_is_mapped_label_by_label_and_the_realm_with_it(self) -> None:
        host, short, domain, realm, suffix = replaced(
            "xserve1.od.example.com", "xserve1", "od.example.com", "OD.EXAMPLE.COM", "dc=od,dc=example,dc=com"
        )
        assert host == f"{short}.{domain}"
        assert realm == domain.upper()
        assert suffix == ",".join(f"dc={label}" for label in domain.split("."))
        assert domain.endswith(".com")

    def test_case_accents_and_their_form_are_kept(self) -> None:
        plain, shouted, accented, parted = replaced("McDoe", "MCDOE", "Zo\u00eb", "Zoe\u0308")
        assert shouted == plain.upper()
        assert plain[0].isupper()
        assert plain[1].islower()
        assert plain[2].isupper()
        assert len(accented) == 3
        assert not accented.isascii()
        assert len(parted) == 4

    def test_two_words_never_become_one_and_none_becomes_a_word_of_the_source(self) -> None:
        words = [f"{a}{b}" for a in "abcdefghijklm" for b in "nopqrstuvwxyz"] + [f"user{n:03}" for n in range(300)] + list("abcdefgh")
        found = replaced(*words)
        assert len(set(found)) == len(words)
        assert not set(words) & set(found)

    def test_an_international_name_has_the_form_of_its_twin(self) -> None:
        coded, letters = replaced("xn--mnchen-3ya.example.com", "m\u00fcnchen.example.com")
        assert coded.split(".")[0].encode().decode("idna") == letters.split(".")[0]

    def test_an_escape_is_read_before_it_is_replaced(self) -> None:
        made = Values(Texts(Replacer(KEY, EVERY)))
        escaped, plain = b"uid=\\6adoe,cn=users,dc=x", b"uid=jdoe,cn=users,dc=x"
        for each in (escaped, plain):
            made.rewrite("owner", each)
        made.blobs.seal()
        first, second = made.rewrite("owner", escaped), made.rewrite("owner", plain)
        assert bytes([int(first[5:7], 16)]) + first[7:] == second[4:]

    @each_in_turn("text", [
        "cn=users", "cn=KerberosKDC,cn=config", "krbtgt/", "com.apple.dock", "/Network/Servers/", "afp://", "localhost", "root", "_ldap_replicator", "(null)",
        "ABCDEFAB-CDEF-ABCD-EFAB-CDEF00000050", "127.0.0.1", "::1", "K/M@", "vpn_",
    ])  # fmt: skip
    def test_what_is_open_directorys_own_stays(self, text: str) -> None:
        more = {"krbtgt/": "X", "/Network/Servers/": "x", "afp://": "x", "K/M@": "X", "vpn_": "0016cb0a1b2c"}.get(text, "")
        (found,) = replaced(text + more)
        assert found.startswith(text)
        assert not more or found != text + more


class TestNumbersAndAddresses:
    def test_a_system_account_stays_one(self) -> None:
        for number in range(100, 500, 7):
            assert 100 <= int(replaced(str(number))[0]) < 500
        for number in (500, 501, 999):
            assert 500 <= int(replaced(str(number))[0]) < 1000
        for number in (1000, 1025, 9999):
            assert 1000 <= int(replaced(str(number))[0]) < 10000

    def test_addresses_of_one_net_stay_in_one_and_private_ones_private(self) -> None:
        one, other, far, public = replaced("10.1.0.20", "10.1.0.21", "10.2.0.20", "17.254.3.9")
        assert one.rpartition(".")[0] == other.rpartition(".")[0] != far.rpartition(".")[0]
        assert one.startswith("10.")
        assert not public.startswith("10.")
        assert len({one, other, far, "10.1.0.20", "10.1.0.21", "10.2.0.20"}) == 6

    def test_a_hardware_address_is_one_in_every_spelling(self) -> None:
        colons, short, bare, user = replaced("00:16:cb:0a:1b:2c", "0:16:CB:A:1B:2C", "0016cb0a1b2c", "vpn_0016cb0a1b2c")
        assert [f"{int(part, 16):02x}" for part in short.split(":")] == colons.split(":")
        assert bare == colons.replace(":", "")
        assert user == f"vpn_{bare}"

    def test_a_guid_and_the_slot_that_is_made_of_it_stay_one(self) -> None:
        guid, slot = replaced("138d196b-9a4c-11e1-8ad8-aeb799788e77", "0x138d196b9a4c11e18ad8aeb799788e77")
        assert slot == "0x" + guid.replace("-", "")
        assert guid[14] == "1"
        assert guid[19] in "89ab"

    def test_the_name_of_a_password_server_is_that_of_its_key(self) -> None:
        key = "1024 35 " + "7081" * 70 + " root@od.example.com"
        found, name = replaced(key, hashlib.md5(key.encode(), usedforsecurity=False).hexdigest().upper())
        assert found.startswith("1024 35 ")
        assert hashlib.md5(found.encode(), usedforsecurity=False).hexdigest().upper() == name


class TestTheKey:
    def test_without_the_key_no_number_can_be_looked_up_by_trying_all_of_them(self) -> None:
        """Whoever has the copy and this program, but not the key, tries every uid number with keys of his own."""
        numbers = [str(number) for number in range(1000, 1400)]
        there = replaced(*numbers, key=new_key())
        hits = 0
        for _ in range(3):
            trial = dict(zip(replaced(*map(str, range(1000, 2000)), key=new_key()), map(str, range(1000, 2000)), strict=True))
            hits += sum(trial.get(new) == old for old, new in zip(numbers, there, strict=True))
        assert hits <= 12  # 400 guesses among 9,000 numbers, three times

    def test_replacements_of_neighbours_tell_nothing_of_each_other(self) -> None:
        numbers = list(range(2000, 2400))
        found = [int(each) for each in replaced(*map(str, numbers))]
        assert len({new - old for old, new in zip(numbers, found, strict=True)}) > 300
        assert sum(a < b for a, b in itertools.pairwise(found)) in range(140, 260)

    def test_the_same_key_gives_the_same_copy_and_another_key_another(self, tmp_path: Path) -> None:
        data = {"a": b"dn: dc=example,dc=com\ndc: example\n\ndn: uid=jdoe,cn=users,dc=example,dc=com\nuid: jdoe\nuidNumber: 1025\n"}
        copies = []
        for name, key in (("one", KEY), ("two", KEY), ("three", bytes(32))):
            (tmp_path / name).mkdir()
            copies.append(copied(tmp_path / name, data, key)[1])
        assert copies[0] == copies[1] != copies[2]

    def test_a_short_key_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"dn: dc=x\ndc: x\n")
        with pytest.raises(UsageError, match="too short"):
            anonymize([tmp_path / "a"], tmp_path / "copy", key=b"short")


class TestSecrets:
    @each_in_turn("attribute, secret", [
        ("cmusaslsecretSMBNT", b"E2848741EE8BA1592254C0040407F419"), ("userPassword", b"{SSHA}9m0cPTgTvYzBvUmGCSg5yQ1zVqvT4kZ1"), ("password", bytes(range(200, 216))),
        ("historyData", bytes(range(128, 192))), ("userPassword", b"8aJ/kPxNq1.Zs"), ("userPassword", b"$1$abcdefgh$0123456789abcdefghijkl"),
    ])  # fmt: skip
    def test_a_secret_keeps_its_length_and_nothing_of_its_pattern(self, attribute: str, secret: bytes) -> None:
        found = value(attribute, secret)
        assert len(found) == len(secret)
        assert found != secret
        digits = [index for index, byte in enumerate(secret) if 48 <= byte < 58]
        assert not digits or digits != [index for index, byte in enumerate(found) if 48 <= byte < 58]

    @pytest.mark.parametrize("marker", [b"********", b"{CRYPT}*", b"*"])
    def test_what_stands_for_a_password_elsewhere_stays(self, marker: bytes) -> None:
        assert value("userPassword", marker) == marker

    def test_passwords_in_policies_have_no_pattern_left(self) -> None:
        data = plistlib.dumps(
            {
                "mcx_application_data": {
                    "com.apple.MCX": {"Forced": [{"mcx_preference_settings": {"Password": "aaaaAAAA1111", "locked": True}}]}
                }
            }
        )
        found = plistlib.loads(value("apple-mcxsettings", data))["mcx_application_data"]["com.apple.MCX"]["Forced"][0][
            "mcx_preference_settings"
        ]
        assert found["locked"] is True
        assert len(found["Password"]) == 12
        assert len(set(found["Password"])) > 3

    def test_a_key_set_is_read_as_before_with_other_keys(self) -> None:
        from odkit.values.keyset import parse_keyset

        lines = (Path(__file__).parents[2] / "fixtures/medical-mart/lion/authdata.ldif").read_bytes()
        from odkit import ldif

        for entry in ldif.read(lines):
            for old in entry.attributes.get("draft-krbKeySet", ()):  # type: ignore[union-attr]
                before, after = parse_keyset(old), parse_keyset(value("draft-krbKeySet", old))
                assert (before.kvno, before.enctypes) == (after.kvno, after.enctypes)
                assert not {key.value for key in before.keys} & {key.value for key in after.keys}
                return
        raise AssertionError


class TestLines:
    def test_lines_stay_folded_where_they_were_and_forms_as_they_were(self, tmp_path: Path) -> None:
        data = (
            b"version: 1\r\n\r\ndn: uid=jdoe,cn=users,dc=example,\r\n dc=com\r\ncn:: " + base64.b64encode("Zo\u00eb".encode())
            + b"\r\ndescription:   x of xserve1\r\n .example.com  \r\nuserPassword:\r\n"
        )  # fmt: skip
        _, (copy,) = copied(tmp_path, {"a": data})
        assert [len(line) for line in copy.split(b"\n")] == [len(line) for line in data.split(b"\n")]
        assert copy.startswith(b"version: 1\r\n\r\ndn: uid=")
        assert copy.endswith(b"\r\nuserPassword:\r\n")

    def test_an_attribute_of_no_schema_is_renamed_and_a_secret_one_stays_secret(self, tmp_path: Path) -> None:
        _, (copy,) = copied(tmp_path, {"a": b"dn: dc=x\nquellmarkDoor: 7\nquellmarkPassword: 77777777\n"})
        assert b"quellmark" not in copy
        assert b"Password: " in copy
        assert b"77777777" not in copy


class TestLists:
    def test_a_keytab_and_a_list_name_the_same_principals(self, tmp_path: Path) -> None:
        names = ["host/xserve1.example.com", "jdoe"]
        keytab = b"\5\2" + b"".join(keytab_entry(name, 23) for name in names)
        _, (one, other) = copied(tmp_path, {"a": keytab, "b": "".join(f"{name}@{R}\n" for name in names).encode()})
        first, second = odkit.read_principals(one), odkit.read_principals(other)
        assert [row.principal for row in first.listed] == [row.principal for row in second.listed]
        assert [(row.kvno, row.enctypes) for row in first.listed] == [
            (row.kvno, row.enctypes) for row in odkit.read_principals(keytab).listed
        ]

    def test_a_certificate_stays_the_one_that_a_local_kdc_is_named_after(self, tmp_path: Path) -> None:
        realm = odkit.lkdc_realm(DER)
        _, (copy, names) = copied(tmp_path, {"a": DER, "b": f"afpserver/{realm}@{realm}\n".encode()})
        new = odkit.lkdc_realm(copy)
        assert new != realm
        assert names.decode() == f"afpserver/{new}@{new}\n"

    @pytest.mark.parametrize(("data", "what"), [
        (b"-----BEGIN PRIVATE KEY-----\nMIIC\n-----END PRIVATE KEY-----\n", "private key"), (b'{"a": 1}', "JSON"), (b"some text of somebody\n", "neither LDIF"),
        (b"bplist00", "binary property list"), (b"", "is empty"), (b"#!/bin/sh\n", "a script"),
    ])  # fmt: skip
    def test_what_cannot_be_copied_safely_is_refused_and_nothing_is_written(self, tmp_path: Path, data: bytes, what: str) -> None:
        (tmp_path / "good").write_bytes(b"dn: dc=x\ndc: x\n")
        (tmp_path / "bad").write_bytes(data)
        with pytest.raises(InputError, match=what):
            anonymize([tmp_path / "good", tmp_path / "bad"], tmp_path / "copy")
        assert not (tmp_path / "copy").exists()


class TestTheFolder:
    def test_files_have_neutral_names_and_are_private(self, tmp_path: Path) -> None:
        made, _ = copied(
            tmp_path,
            {"xserve1.example.com.ldif": b"dn: dc=x\ndc: x\n", "other.ldif": b"dn: dc=x\ndc: x\n", "hosts": b"xserve1.example.com\n"},
        )
        assert [each.name for each in made.files] == ["export-1.ldif", "export-2.ldif", "hosts-1.txt"]
        assert {path.stat().st_mode & 0o777 for path in made.folder.iterdir()} == {0o600}
        assert (
            made.hosts["xserve1.example.com"] == made.replaced("xserve1.example.com") == (made.folder / "hosts-1.txt").read_text().strip()
        )
        assert "xserve1" not in repr(made).replace("xserve1.example.com.ldif", "")

    def test_a_folder_with_something_in_it_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / "x").write_text("x")
        with pytest.raises(RefusedError, match="not empty"):
            copied(tmp_path, {"a": b"dn: dc=x\ndc: x\n"})
