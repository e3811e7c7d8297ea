r"""The Local KDC's realm: ``LKDC:SHA1.`` and the upper-case SHA-1 of a certificate's DER, the whole of it.

Four of Apple's sources agree (KerberosHelper-114 lkdc-cert-hash.m, Heimdal's akadmin admin.c, checkLocalKDC, Kerberos-75 preauth2.c).  The
certificate is that of the identity com.apple.kerberos.kdc in the System keychain.
"""

from __future__ import annotations

import binascii
import hashlib
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from odkit.dataclass import dataclass
from odkit.errors import InputError, UsageError
from odkit.lkdc.der import describe_der, is_certificate, is_pkcs12
from odkit.patterns import regex
from odkit.sources import Source, blocks, open_source, source_name
from odkit.text import escape

__all__ = ["Certificate", "lkdc_realm", "lkdc_realm_of_hash", "read_certificates"]


_COMMON_NAME = "com.apple.kerberos.kdc"
_MARK = regex(rb"-----(BEGIN|END) ([A-Z0-9 ]{1,64})-----")
_SHOWN_HASH = regex(rb"(?im)^SHA-?1 hash: *([0-9A-F]{40})\s*$")
_CERTIFICATES = (b"CERTIFICATE", b"X509 CERTIFICATE")
_LABELS = {
    b"CERTIFICATE REQUEST": "a certificate request",
    b"NEW CERTIFICATE REQUEST": "a certificate request",
    b"PUBLIC KEY": "a public key",
    b"TRUSTED CERTIFICATE": "a certificate with OpenSSL's trust settings behind it; write it with: openssl x509 -in FILE -outform DER",
    b"PKCS7": "a PKCS#7 bundle; write its certificates with: openssl pkcs7 -print_certs -in FILE",
}
_MAX = 16 << 20


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and the realm that it means.

    Attributes:
        der: its DER.
        line: 1-based line of its PEM block, None in a DER file.
        subject: common name of the subject, None when it cannot be read or has none.
        warnings: what is not as it is for a Local KDC.
    """

    der: bytes
    line: int | None
    subject: str | None
    warnings: tuple[str, ...] = ()

    @property
    def realm(self) -> str:
        """The Local KDC's realm."""
        return f"LKDC:SHA1.{hashlib.sha1(self.der).hexdigest().upper()}"  # noqa: S324 - the name's own rule, no protection


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep warnings of cryptography from the reader's terminal: a serial number below 1, and BER, are no fault of the reader's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _certificate(der: bytes, path: str, line: int | None) -> Certificate:
    if not is_certificate(der):
        hint = f"security find-certificate -c {_COMMON_NAME} -Z -p"
        raise InputError(path, line, f"this is {describe_der(der)}; a certificate is needed ({hint})")
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    subject: str | None = None
    remarks = []
    try:
        with _quiet():
            names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        subject = escape(str(names[0].value)) if names else None
        if subject != _COMMON_NAME:
            shown = subject if subject is not None else "without a common name"
            remarks.append(f"its subject is {shown}, not {_COMMON_NAME}: perhaps it is not the Local KDC's")
    except Exception:  # noqa: BLE001 - parsers raise many kinds
        # certtool of old releases wrote what today's parsers refuse; the name is a digest of the bytes anyway
        remarks.append("cryptography cannot parse it; its outer form is that of a certificate")
    return Certificate(der, line, subject, tuple(remarks))


def _blocks(data: bytes, path: str) -> Iterator[tuple[bytes, bytes, int, bytes]]:
    """Yield the PEM blocks: label, base64, line of the beginning, and what is between the block before and this one.

    Raises:
        InputError: a block without its end.
    """
    begun: re.Match[bytes] | None = None
    line, counted, last, marks = 1, 0, 0, 0
    for mark in _MARK.finditer(data):
        marks += 1
        if mark[1] == b"BEGIN" and begun is None:
            begun = mark
            line += data.count(b"\n", counted, mark.start())
            counted = mark.start()
        elif mark[1] == b"END" and begun is not None and mark[2] == begun[2]:
            yield begun[2], data[begun.end() : mark.start()], line, data[last : begun.start()]
            begun, last = None, mark.end()
        else:
            raise InputError(path, line, "a PEM block has no beginning or no end: the file is cut")
    if begun is not None or data.count(b"-----BEGIN") + data.count(b"-----END") > marks:
        raise InputError(path, line, "a PEM block has no end: the file is cut")


def _pem(data: bytes, path: str) -> Iterator[Certificate]:
    others = []
    certificates = 0
    for label, body, line, above in _blocks(data, path):
        if label not in _CERTIFICATES:
            others.append((line, _LABELS.get(label, "a bare key" if b"KEY" in label else f"PEM of another kind ({escape(label)})")))
            continue
        try:
            der = binascii.a2b_base64(b"".join(body.split()), strict_mode=True)
        except binascii.Error as error:
            raise InputError(path, line, f"the PEM block is damaged: {error}") from error
        found = _certificate(der, path, line)
        certificates += 1
        shown = _SHOWN_HASH.findall(above)
        if shown and f"LKDC:SHA1.{shown[-1].decode().upper()}" != found.realm:
            warning = "the SHA-1 hash above it is of another certificate"
            found = Certificate(der, line, found.subject, (*found.warnings, warning))
        yield found
    for line, what in others if not certificates else ():
        raise InputError(path, line, f"this is {what}; a certificate is needed")


def read_certificates(data: bytes, *, path: str = "<bytes>", password: Callable[[], str] | None = None) -> list[Certificate]:
    """Read certificates: DER, PEM with any text around, PKCS#12, and what ``security find-certificate -Z -p`` prints.

    Args:
        data: the file.
        path: named in errors.
        password: asked for that of a PKCS#12 file.

    Returns:
        All of them, in the order of the file.

    Raises:
        InputError: the input holds no certificate, a damaged one, or something else, or the password is wrong.
    """
    if len(data) > _MAX:
        raise InputError(path, None, f"is larger than {_MAX >> 20} MiB; this is no certificate")
    if b"-----BEGIN " in data:
        found = list(_pem(data, path))
        if not found:
            raise InputError(path, None, "holds no certificate")
        return found
    if is_pkcs12(data):
        if password is None:
            raise InputError(path, None, "is PKCS#12 and needs a password")
        from cryptography.hazmat.primitives.serialization import pkcs12

        try:
            with _quiet():
                bundle = pkcs12.load_pkcs12(data, password().encode())
        except ValueError as error:
            raise InputError(path, None, "is PKCS#12, and the password does not open it") from error
        from cryptography.hazmat.primitives.serialization import Encoding

        each = [c for c in (bundle.cert, *bundle.additional_certs) if c is not None]
        if not each:
            raise InputError(path, None, "is PKCS#12 without a certificate")
        return [_certificate(c.certificate.public_bytes(Encoding.DER), path, None) for c in each]
    return [_certificate(data, path, None)]


def lkdc_realm(certificate: Source) -> str:
    """Return the realm of the Local KDC that a certificate means.

    Args:
        certificate: exactly one, DER or PEM: its bytes, a path, or a binary file.

    Returns:
        ``LKDC:SHA1.`` and 40 upper-case hex digits.

    Raises:
        InputError: it cannot be read, is no certificate, or there are several.
        UsageError: it is not bytes, a path or a binary file.
    """
    name = source_name(certificate)
    file, must_close = open_source(certificate)
    try:
        found = read_certificates(b"".join(blocks(file, name)), path=name)
    finally:
        if must_close:
            file.close()
    if len(found) != 1:
        raise InputError(name, None, f"{len(found)} certificates; one is needed")
    return found[0].realm


def lkdc_realm_of_hash(text: str) -> str:
    """Return the realm for a SHA-1 fingerprint in any usual spelling: with colons, blanks, ``SHA1 Fingerprint=`` or the realm itself.

    Raises:
        UsageError: it is not 20 bytes in hex.
    """
    bare = re.sub(r"(?i)^\s*(?:LKDC:SHA1\.|SHA-?1(?: (?:Fingerprint|hash))?\s*[=:])", "", text)
    digits = re.sub(r"(?i)^\s*0x", "", bare)
    digits = re.sub(r"[\s:.-]", "", digits)
    if not re.fullmatch(r"[0-9A-Fa-f]{40}", digits):
        hint = "; a SHA-256 fingerprint does not name a Local KDC" if re.fullmatch(r"[0-9A-Fa-f]{64}", digits) else ""
        raise UsageError(f"not a SHA-1 fingerprint (40 hex digits): {escape(text)}{hint}")
    return f"LKDC:SHA1.{digits.upper()}"
