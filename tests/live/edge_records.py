"""Users at the edge of what servers take: each with what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from build_carry import USER

__all__ = ["EDGES", "LOST"]


def certificate() -> bytes:
    """A certificate of somebody's own, in DER."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ann")])
    start = datetime(2008, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=365))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


# name, attributes, what is told, attributes that are missing then
EDGES: list[tuple[str, dict[str, list[bytes]], list[str], set[str]]] = [
    ("phone", {"telephoneNumber": [b"+49 30 1234 ext. 42", b"12#3", "12ü".encode(), b""]}, ["OD920"] * 3, set()),
    ("phones", {"telephoneNumber": [b"+49 30 12", b"+49-3012"]}, ["OD921"], set()),
    ("country", {"c": [b"Canada"]}, ["OD920"], {"c"}),
    ("manager", {"manager": [b"Ann Smith"]}, ["OD920"], {"manager"}),
    ("nobody", {"manager": [b"uid=gone, cn=users,dc=x"]}, [], set()),
    ("unknowndn", {"manager": [b"employee=7,dc=x"]}, ["OD920"], {"manager"}),
    ("mailutf", {"mail": ["é@example.com".encode()]}, ["OD920"], {"mail"}),
    ("birthday", {"apple_birthday": [b"1970-01-01"]}, ["OD920"], {"apple-birthday"}),
    ("utf8", {"description": [b"\xff\xfe", b"kept"]}, ["OD920"], set()),
    ("empty", {"description": [b""], "mail": [b""]}, ["OD920"], {"description"}),
    ("twins", {"description": [b"One  Two", b"one two", b"one"]}, ["OD921"], set()),
    ("single", {"apple_user_picture": [b"/a", b"/b"]}, ["OD920"], set()),
    ("cert", {"userCertificate": [certificate()]}, ["OD923"], set()),
    ("badcert", {"userCertificate__binary": [b"garbage"]}, ["OD920"], {"userCertificate;binary"}),
    ("photo", {"jpegPhoto": [b"no picture", b"\xff\xd8" * 4000]}, [], set()),
    ("unknown", {"x_made_up": [b"1"]}, ["OD922"], {"x-made-up"}),
    ("class", {"objectClass": [*USER, b"x-made-up-class"]}, ["OD923"], set()),
    ("chains", {"objectClass": [*USER, b"apple-computer"]}, ["OD923"], set()),
    ("bare", {"objectClass": [b"posixAccount", b"apple-user"]}, ["OD923", "OD923"], set()),
    ("nosn", {"sn": []}, ["OD923"], set()),
    ("nohome", {"homeDirectory": ["/Users/é".encode()]}, ["OD920", "OD923"], set()),
    ("otheruid", {"uid": [b"someone"]}, ["OD923"], set()),
    ("newline", {"description": [b"a\nb", b"\0", b" lead", b"trail "]}, [], set()),
    ("negative", {"gidNumber": [b"-2"]}, ["OD927"], set()),
    ("language", {"description__lang-de": [b"auf Deutsch"]}, [], set()),
]
LOST: list[tuple[str, dict[str, list[bytes]]]] = [
    ("nonumber", {"uidNumber": [b"abc"]}), ("zeros", {"uidNumber": [b"01025"]}), ("nogid", {"gidNumber": []}),
]  # fmt: skip
