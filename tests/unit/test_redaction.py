"""What is a secret, by name, by value, in a URL or in a property list, and how it is hidden."""

from __future__ import annotations

import re
import time

import pytest

from conftest import ROOT, each_in_turn
from odkit import redaction as secrets
from odkit.directory import home_of
from odkit.redaction import Sensitivity, mask_urls, sensitivity_of


class TestNames:
    @each_in_turn("name", ["userPassword", "USERPASSWORD;lang-x", "2.5.4.35", "cmusaslsecretSMBNT", "SRP-RFC5054-4096-SHA512-PBKDF2",
                                      "draft-krbKeySet", "password", "historyData", "PWSPrivateKey", "apple-kdc-authkey", "userPKCS12",
                                      "1.3.6.1.1.1.1.45", "sambaNTPassword", "ShadowHashData", "ipsecPSK", "acme-psk", "dsaKey", "idnRsaKey",
                                      "snmpCommunity", "snmp-read-community", "apiToken", "totpSeed", "voicemailPIN"])  # fmt: skip
    def test_secret(self, name: str) -> None:
        assert sensitivity_of(name) is Sensitivity.SECRET

    @each_in_turn("name", ["uid", "authAuthority", "apple-user-passwordpolicy", "passwordModDate", "apple-password-server-list",
                                      "sshPublicKey", "dsaPublicKey", "shipping", "community", "mapping", "apple-dnsname"])  # fmt: skip
    def test_not_secret(self, name: str) -> None:
        assert sensitivity_of(name) is not Sensitivity.SECRET

    def test_masks(self) -> None:
        assert secrets.mask(b"hunter2") == "(secret, 7 bytes)"
        assert secrets.mask_urls("afp://ann:hunter2@h/S") == "afp://ann:(secret, 7 bytes)@h/S"
        for password in ("a/b", "a@b", "a?b#c", "x" * 300):
            assert password not in secrets.mask_urls(f"url==afp://ann:{password}@h/S")
        assert secrets.mask_urls("afp://;AUTH=NO%20USER%20AUTHENT@h/S") == "afp://;AUTH=NO%20USER%20AUTHENT@h/S"


class TestUrlsAndValues:
    def test_blanks_in_a_password(self) -> None:
        assert mask_urls("url==afp://joe:my pass@h/S") == "url==afp://joe:(secret, 7 bytes)@h/S"
        assert mask_urls("afp://h:548 and ann@example.com") == "afp://h:548 and ann@example.com"
        assert mask_urls("a://u:p@h, b://v:q/@w@i") == f"a://u:(secret, {len('p@h, b://v:q/@w')} bytes)@i"
        assert mask_urls("a://u:p@h\nb://v:q@i") == "a://u:(secret, 1 byte)@h\nb://v:(secret, 1 byte)@i"

    def test_passwords_in_any_property_list(self) -> None:
        value = b"<plist><dict><key>Password</key><string>new</string></dict></plist>"
        assert sensitivity_of("apple-xmlplist", value) >= Sensitivity.PRIVATE
        assert sensitivity_of("apple-xmlplist", b"<plist><dict><key>Name</key><string>x</string></dict></plist>") < Sensitivity.PRIVATE

    @pytest.mark.parametrize("text", ["a." * 6_000, "a" * 12_000, "a://b:" * 2_000, "a://b:" * 2_000 + "@", "@" + "x://" * 3_000])
    def test_cost(self, text: str) -> None:
        def cost(each: str) -> float:
            start = time.process_time()
            mask_urls(each)
            return time.process_time() - start

        small = max(min(cost(text[: len(text) // 8]) for _ in range(3)), 1e-4)
        assert any(cost(text) / small < 8 * 6 for _ in range(5))  # the machine may be busy with something else, too


@each_in_turn(
    "value, private",
    [
        (b"<!DOCTYPE plist><plist><dict><key>Password</key><string>x</string></dict></plist>", True),
        (b"\xef\xbb\xbf<plist><dict><key>WPAKey</key><string>x</string></dict></plist>", True),
        (b"&lt;plist&gt;&lt;dict&gt;&lt;key&gt;Password&lt;/key&gt;&lt;string&gt;x&lt;/string&gt;", True),
        (b"<dict><key>kPassword</key><string>x</string></dict>", True), (b"bplist00", True),
        (b"<key>Pass&#119;ord</key>", True), (b"<key><![CDATA[Password]]></key>", True), (b"&amp;lt;key&amp;gt;Password&amp;lt;/key&amp;gt;", True), (b"\xff\xfe<\0", True),
        (b"<plist><dict><key>Dock</key><string>x</string></dict></plist>", False), (b"host.example.com", False),
    ],
)  # fmt: skip
def test_a_secret_in_any_form_of_a_plist(value: bytes, private: bool) -> None:
    assert (sensitivity_of("apple-xmlplist", value) >= Sensitivity.PRIVATE) is private


def test_secret_attributes_are_secret_by_their_oids() -> None:
    schema = (ROOT / "odkit" / "carrying" / "ldap" / "apple.schema").read_text()
    found = {name: oid for oid, name in re.findall(r"attributetype\s*\(\s*([0-9.]+)\s+NAME\s+\(?\s*'([^']+)'", schema)}
    secret = [name for name in found if sensitivity_of(name) is Sensitivity.SECRET]
    assert len(secret) > 5
    assert [name for name in secret if sensitivity_of(found[name]) is not Sensitivity.SECRET] == []


@pytest.mark.parametrize("text", ["a://b:1 ", "a://b:1/", "a://b:x\n", "<url>", "a://"])
def test_hostile_texts_cost_no_more_than_linear(text: str) -> None:
    def cost(count: int) -> float:
        data = text * count + " @"
        start = time.process_time()
        mask_urls(data)
        home_of(data, None)
        return time.process_time() - start

    assert min(cost(8_000) for _ in range(2)) < 12 * max(min(cost(2_000) for _ in range(3)), 0.005)
