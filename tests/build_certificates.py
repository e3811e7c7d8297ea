"""Certificates of Local KDCs, and the realms that they mean."""

from __future__ import annotations

import datetime as dt
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
NAME = "com.apple.kerberos.kdc"
DAY = dt.datetime(2008, 11, 14, tzinfo=dt.UTC)


def certificate(key: Key, name: str = NAME, *, issuer: str | None = None, signer: Key | None = None) -> x509.Certificate:
    """A certificate that signs itself, or that another key signs."""

    def names(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder().subject_name(names(name)).issuer_name(names(issuer or name)).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(DAY).not_valid_after(DAY + dt.timedelta(days=7300))
    return builder.sign(signer or key, hashes.SHA256())


RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # each worker makes one; a longer one takes four times as long
EC = ec.generate_private_key(ec.SECP256R1())
ONE = certificate(RSA)
DER = ONE.public_bytes(Encoding.DER)
PEM = ONE.public_bytes(Encoding.PEM)
REALM = f"LKDC:SHA1.{hashlib.sha1(DER).hexdigest().upper()}"
OTHER = certificate(EC, "www.example.com")
