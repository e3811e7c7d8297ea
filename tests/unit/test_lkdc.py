"""Local KDC realms: derived from certificates, checked in exports."""

from __future__ import annotations

import hashlib
import subprocess
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from hypothesis import given
from hypothesis import strategies as st

import odkit
from build import bare as directory
from build_certificates import DER, EC, NAME, ONE, OTHER, PEM, REALM, RSA, certificate
from conftest import each_in_turn, needs
from odkit.errors import InputError, OdkitError, UsageError
from odkit.ldif import Entry
from odkit.lkdc.check import check_lkdc
from odkit.lkdc.realm import Certificate, lkdc_realm_of_hash, read_certificates
from odkit.values.der import elements, only


def _sequence(data: bytes) -> list[bytes]:
    """The elements of a DER sequence, with their headers."""
    content, out = only(data, 0x30), []
    while content:
        tag, value = next(elements(content))
        size = 2 + (content[1] & 0x7F if content[1] & 0x80 else 0) + len(value)
        assert content[0] == tag
        out.append(content[:size])
        content = content[size:]
    return out


def x509_serial(der: bytes) -> int:
    _, value = next((tag, value) for tag, value in elements(only(_sequence(der)[0], 0x30)) if tag == 0x02)
    return int.from_bytes(value, "big", signed=True)


class TestRealm:
    def test_der_and_pem(self) -> None:
        assert odkit.lkdc_realm(DER) == odkit.lkdc_realm(PEM) == REALM
        assert odkit.lkdc_realm(b"Bag Attributes\n    friendlyName: x\n" + PEM.replace(b"\n", b"\r\n") + b"trailing text\n") == REALM
        assert odkit.is_lkdc(REALM)

    def test_openssl_says_the_same(self, tmp_path: Path) -> None:
        """RSA, EC, and every certificate of a long chain."""
        needs("openssl")
        chain = [certificate(EC if number % 2 else RSA, f"ca{number}", issuer=f"ca{number - 1}", signer=RSA) for number in range(12)]
        (tmp_path / "chain.pem").write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in chain))
        found = read_certificates((tmp_path / "chain.pem").read_bytes())
        assert len(found) == 12
        for number, each in enumerate(found):
            (tmp_path / "one").write_bytes(each.der)
            words = ["openssl", "x509", "-inform", "DER", "-in", str(tmp_path / "one"), "-noout", "-fingerprint", "-sha1"]
            said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
            assert lkdc_realm_of_hash(said.strip()) == each.realm
            assert each.subject == f"ca{number}"
            assert each.warnings == (f"its subject is ca{number}, not {NAME}: perhaps it is not the Local KDC's",)

    def test_what_security_prints(self) -> None:
        digest = REALM.removeprefix("LKDC:SHA1.").encode()
        said = b"SHA-256 hash: " + b"0" * 64 + b"\nSHA-1 hash: " + digest + b"\n" + PEM
        [found] = read_certificates(said)
        assert (found.realm, found.warnings, found.line) == (REALM, (), 3)
        [found] = read_certificates(said.replace(digest, b"1" * 40))
        assert found.warnings == ("the SHA-1 hash above it is of another certificate",)

    def test_pkcs12(self) -> None:
        data = pkcs12.serialize_key_and_certificates(b"kdc", RSA, ONE, [OTHER], BestAvailableEncryption(b"secret"))
        assert read_certificates(data, password=lambda: "secret")[0].realm == REALM
        with pytest.raises(InputError, match="the password does not open it"):
            read_certificates(data, password=lambda: "wrong")
        with pytest.raises(InputError, match="needs a password"):
            read_certificates(data)

    def test_pkcs12_in_indefinite_lengths(self) -> None:
        """As NSS writes it: lengths of the outer sequences are left open, two zero bytes end them."""
        data = pkcs12.serialize_key_and_certificates(b"kdc", RSA, ONE, [OTHER], BestAvailableEncryption(b"secret"))
        version, safe, mac = _sequence(data)
        [kind, content] = _sequence(safe)
        opened = b"\x30\x80" + version + b"\x30\x80" + kind + content + b"\0\0" + mac + b"\0\0"
        assert read_certificates(opened, password=lambda: "secret")[0].realm == REALM
        with pytest.raises(InputError, match="the password does not open it"):
            read_certificates(opened, password=lambda: "wrong")
        with pytest.raises(InputError, match="PKCS#12"):
            read_certificates(opened[:-40], password=lambda: "secret")

    @pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
    def test_a_bundle_of_pkcs7_is_named(self, encoding: Encoding) -> None:
        data = pkcs7.serialize_certificates([ONE, OTHER], encoding)
        with pytest.raises(InputError, match="a PKCS#7 bundle; write its certificates with: openssl pkcs7"):
            read_certificates(data)

    @pytest.mark.parametrize("serial", [0x80, 0xFF])
    def test_a_serial_number_below_1_is_read_without_a_word(self, serial: int) -> None:
        """Old tools wrote them; warnings are errors here."""
        number = ONE.serial_number.to_bytes((ONE.serial_number.bit_length() + 8) // 8, "big")
        at = DER.index(number)
        odd = DER[:at] + bytes([serial]) + DER[at + 1 :]
        assert x509_serial(odd) < 0
        [found] = read_certificates(odd)
        assert (found.subject, found.warnings) == (NAME, ())

    @each_in_turn(
        "data, message",
        [
            (b"", "neither DER nor PEM"),
            (b"hello", "neither DER nor PEM"),
            (DER + b"\n", "DER with 1 bytes behind it"),
            (DER + DER, "DER with"),
            (DER[:-1], "DER that is cut"),
            (PEM[:-30], "a PEM block has no end"),
            (PEM.replace(b"MII", b"M*I"), "the PEM block is damaged"),
            (RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()), ":1: this is a bare key"),
            (RSA.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "this is a bare key"),
            (EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "this is a public key"),
            (EC.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "this is a public key"),
            (PEM + PEM, "2 certificates; one is needed"),
        ],
    )
    def test_what_is_no_certificate(self, data: bytes, message: str) -> None:
        with pytest.raises(InputError) as caught:
            odkit.lkdc_realm(data)
        assert message in str(caught.value)

    @pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
    def test_requests(self, encoding: Encoding) -> None:
        request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(RSA, hashes.SHA256())
        with pytest.raises(InputError, match="this is a certificate request"):
            odkit.lkdc_realm(request.public_bytes(encoding))

    def test_a_certificate_that_todays_parsers_refuse(self) -> None:
        """An old certtool's, with a version that does not exist: the name is a digest of the bytes all the same."""
        odd = DER.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07", 1)
        [found] = read_certificates(odd)
        assert found.realm == f"LKDC:SHA1.{hashlib.sha1(odd).hexdigest().upper()}"
        assert found.warnings == ("cryptography cannot parse it; its outer form is that of a certificate",)

    @given(
        st.binary(max_size=300) | st.binary(max_size=60).map(lambda b: DER[:200] + b) | st.binary(max_size=60).map(lambda b: PEM[:300] + b)
    )
    def test_any_bytes(self, data: bytes) -> None:
        try:
            odkit.lkdc_realm(data)
        except OdkitError:
            return

    @each_in_turn(
        "text",
        ["1A:9F:C4:9F:1E:49:9B:FD:1A:F6:80:01:C4:54:97:7B:1A:8F:0B:D2", "1a9fc49f1e499bfd1af68001c454977b1a8f0bd2",
         "SHA1 Fingerprint=1A:9F:C4:9F:1E:49:9B:FD:1A:F6:80:01:C4:54:97:7B:1A:8F:0B:D2", "sha1 Fingerprint=1a9fc49f1e499bfd1af68001c454977b1a8f0bd2",
         "1A 9F C4 9F 1E 49 9B FD 1A F6 80 01 C4 54 97 7B 1A 8F 0B D2", "LKDC:SHA1.1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2",
         "SHA-1 hash: 1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2", "0x1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2"],
    )  # fmt: skip
    def test_fingerprints(self, text: str) -> None:
        assert lkdc_realm_of_hash(text) == "LKDC:SHA1.1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2"

    def test_other_fingerprints(self) -> None:
        for text in ("", "12", "g" * 40, "1" * 41):
            with pytest.raises(UsageError, match="not a SHA-1 fingerprint"):
                lkdc_realm_of_hash(text)
        with pytest.raises(UsageError, match="a SHA-256 fingerprint does not name"):
            lkdc_realm_of_hash("1" * 64)


A, B = (f"LKDC:SHA1.{letter * 40}" for letter in "AB")


def computer(name: str, *names: str, description: str = "") -> Entry:
    attributes = {"cn": [name.encode(), *(n.encode() for n in names)]}
    if description:
        attributes["description"] = [description.encode()]
    return Entry(f"cn={name},cn=computers,dc=x", attributes)


def found(od: odkit.Directory, *more: odkit.Inventory, certificates: tuple[Certificate, ...] = ()) -> list[tuple[str, str]]:
    return [(f.code, f.message) for f in check_lkdc(od, more, certificates).findings if f.code.startswith("OD5")]


class TestCheck:
    def test_fine(self) -> None:
        od = directory(computer("mail.example.com$", f"{A}$"), computer("web.example.com$", f"{B}$"))
        report = check_lkdc(od)
        assert report.summary["lkdc"] == {A: ["mail.example.com"], B: ["web.example.com"]}
        assert found(od) == []

    def test_cloned_disks(self) -> None:
        """Records of their own, tied by the sibling names in the description."""
        od = directory(
            computer(f"{A}$", description=f"mail.example.com$,mail$,{A}$"),
            computer("mail.example.com$"),
            computer("web.example.com$", f"{A}$"),
        )
        [(code, message)] = found(od)
        assert code == "OD502"
        assert message.startswith(f"{A} is on 2 machines: mail.example.com, web.example.com.")

    def test_malformed_left_over_and_disagreeing(self) -> None:
        user = Entry("uid=ann,cn=users,dc=x", {"uid": [b"ann"], "authAuthority": [f";Kerberosv5;;ann@{A};{B};".encode()]})
        od = directory(computer("mail$", f"{A.lower().replace('lkdc:sha1', 'LKDC:SHA1')}$"), computer("web$", "LKDC:SHA1.12$"), user)
        codes = [code for code, _ in found(od)]
        assert sorted(codes) == ["OD501", "OD501", "OD503", "OD503", "OD506"]
        messages = "\n".join(message for _, message in found(od))
        assert "in lower case; Apple's tools compare byte for byte" in messages
        assert f"user ann: one authority names 2 Local KDCs: {A}, {B}" in messages

    def test_keytabs_lists_and_certificates(self) -> None:
        keytab = f"Keytab name: FILE:k\nKVNO Principal\n----\n   1 afpserver/{A}@{A}\n   1 cifs/{B}@{B}\n"
        listed = f"krbtgt/R@R\nafpserver/{A}@{A}\n"
        od = directory(computer("mail$", f"{A}$"))
        both = found(od, odkit.read_principals(keytab.encode()), odkit.read_principals(listed.encode()))
        assert [code for code, _ in both] == ["OD505", "OD505"]
        assert "the keytab holds keys of 2 Local KDCs" in both[0][1]
        [mine] = read_certificates(DER)
        codes = found(od, certificates=(mine,))
        assert [code for code, _ in codes] == ["OD504", "OD504"]
        assert codes[0][1].startswith(f"{REALM} (of the certificate) is nowhere in the inputs")
        assert found(directory(computer("mail$", f"{REALM}$")), certificates=(mine,)) == []


@pytest.mark.parametrize("tail", [b"-----BEGIN CERTIF", b"-----BEGIN CERTIFICATE----", b"-----BEGIN CERTIFICATE-----\nAA"])
def test_a_second_certificate_that_is_cut(tail: bytes) -> None:
    with pytest.raises(InputError, match="the file is cut"):
        read_certificates(PEM + tail)


class TestCertificates:
    def test_odd_input(self) -> None:
        with pytest.raises(InputError):
            read_certificates(b"\x30\x00")
        with pytest.raises(InputError, match="no end"):
            read_certificates(b"-----BEGIN CERTIFICATE-----\n" * 3)

    def test_cost(self) -> None:
        def cost(count: int) -> float:
            start = time.process_time()
            with pytest.raises(InputError):
                read_certificates(b"-----BEGIN X-----\n-----END X-----\n" * count + b"-----BEGIN X-----")
            return time.process_time() - start

        assert min(cost(2_000) for _ in range(2)) < 12 * max(min(cost(500) for _ in range(2)), 0.005)
