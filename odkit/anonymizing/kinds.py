"""What a file is, and how its copy is made: told by its content, as everywhere in odkit.

What cannot be copied safely is refused: a copy of a file that nobody understands could hold anything.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Iterator

from odkit.anonymizing.blobs import is_der
from odkit.anonymizing.ldif import Ldif
from odkit.anonymizing.lists import Lists
from odkit.anonymizing.values import Values
from odkit.dataclass import dataclass
from odkit.errors import InputError, UsageError
from odkit.foreign import recognise
from odkit.kerberos.inventory.formats import Copied, Format, all_formats
from odkit.kerberos.inventory.input import Input
from odkit.names import is_host_name
from odkit.patterns import regex

__all__ = ["Kind", "Writer", "kind_of"]

_MAX = 1 << 28
_LDIF = regex(rb"(?:\xef\xbb\xbf)?(?:#[^\n]*\n|[ \t\r]*\n)*(?i:dn|version):|(?s:.*)\n(?i:dn)::? ")
_LOG = regex(rb"krb5kdc\[[0-9]+\]|[ \t](?:AS|TGS)-REQ ")
_SLOT = regex(rb"(?<![0-9A-Za-z])0[xX][0-9A-Fa-f]{32}(?![0-9A-Za-z])")
_PEM = regex(rb"-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----([^-]*)-----END \1-----")
_KEY = regex(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY|-----BEGIN PKCS")
# KDCOptions, as Heimdal writes them
_FLAG = (
    b"reserved|forwardable|forwarded|proxiable|proxy|allow-postdate|postdated|renewable-ok|renewable|renew|validate|opt-hardware-auth|"
    b"canonicalize|constrained-delegation|cname-in-addl-tkt|request-anonymous|disable-transited-check|enc-tkt-in-skey|unused[0-9]{1,2}"
)
_LOG_OWN = regex(
    rb"^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\d[T ][\d:.]+(?:[+-]\d{4}|Z)?|[\d:.]+[+-]\d{4})|"
    rb"krb5kdc\[\d+\](?:\((?:info|notice|debug|[Ee]rror|err|warning)\))?:|(?<=[ \t])kdc(?:\[\d+\])?(?=:|\t)|"
    rb"\(Heimdal\)|\[com\.apple\.Heimdal:kdc\]|"
    rb"0x[0-9a-f]+ +(?:Default|Info|Debug|Error|Fault) +0x[0-9a-f]+ +\d+ +(?:\d+ +)?(?=kdc)|"
    rb"(?:AS|TGS)_REQ(?: \(\d+ etypes \{[0-9 ,-]*\}\))?|(?:AS|TGS)-REQ(?: [A-Z][A-Z0-9_-]+(?= (?:IPv[46]:|local-ipc)\S* ))?|"
    rb": [A-Z_0-9]+: (?=authtime \d|etypes \{|[^,]*@\S* for )(?:authtime \d+, +)?"
    rb"(?:etypes \{[a-z0-9=() ,-]*\},? +)?| for (?=[^ ]*@)| from (?:(?:IPv4|IPv6):|local-ipc)?| \[(?:(?:"
    + _FLAG
    + rb")(?:, )?)+\]$|elapsed=[0-9.]+|<private>|"
    rb", (?:Server not found in Kerberos database|Client not found in Kerberos database|Additional pre-authentication required|"
    rb"Preauthentication failed|Decrypt integrity check failed|Clock skew too great|Ticket expired|Requested server and ticket don't match|"
    rb"KDC has no support for encryption type|Bad encryption type|Client's entry in database has expired|Password has expired)$"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is.

    Attributes:
        what: in words.
        name: of its copy, without a number; tells nothing of the source.
        ending: of the copy's name.
        copied: how the copy is made.
        form: of a list of principals.
    """

    what: str
    name: str
    ending: str
    copied: str
    form: Format | None = None


_OTHERS = {
    "ldif": Kind("LDIF", "export", ".ldif", "ldif"),
    "log": Kind("a log of a KDC", "kdc", ".log", "log"),
    "slots": Kind("a list of slots", "slots", ".txt", "slots"),
    "hosts": Kind("a list of hosts", "hosts", ".txt", "hosts"),
    "pem": Kind("certificates in PEM", "certificate", ".pem", "pem"),
    "der": Kind("a certificate", "certificate", ".cer", "der"),
}
_ENDINGS = {Copied.LINES: ("principals", ".txt"), Copied.KEYTAB: ("keys", ".keytab"), Copied.MIT_DUMP: ("kdc", ".dump"),
            Copied.HEIMDAL_DUMP: ("kdc", ".dump"), Copied.LDIF: ("export", ".ldif")}  # fmt: skip


def kind_of(file: Input, whole: Callable[[], bytes]) -> Kind:
    """Tell what a file is.

    Args:
        file: the file, as one that may be a list.
        whole: returns its bytes as they are.

    Raises:
        InputError: it is something whose copy could not be made safely.
    """
    head = file.head
    if _LDIF.match(head):
        return _OTHERS["ldif"]
    if head[:1] == b"0" and is_der(data := whole()):
        if not _is_certificate(data):
            raise _refused(file.path, "DER, and no certificate: it may hold a private key")
        return _OTHERS["der"]
    if b"-----BEGIN " in head:
        if _KEY.search(head) or not _PEM.search(file.peek(_MAX)):
            raise _refused(file.path, "PEM, and no certificate: it may hold a private key")
        return _OTHERS["pem"]
    if any(b"_REQ " in line or b"-REQ " in line for line in head.split(b"\n")) and _LOG.search(head):
        return _OTHERS["log"]
    foreign = recognise(head)
    if foreign is not None and not foreign.lists_principals:
        raise _refused(file.path, foreign.what)
    for form in all_formats():
        if form.guess < 2 and form.looks_like(file):
            return _listing(file, form)
    return _guessed(file)


def _listing(file: Input, form: Format) -> Kind:
    if form.copied is None:
        raise _refused(file.path, f"a list of the form {form.name}")
    name, ending = _ENDINGS[form.copied]
    return Kind(f"principals ({form.name})", name, ending, form.copied.value, form)


def _guessed(file: Input) -> Kind:
    """Tell what a text is that says nothing of itself."""
    data = file.peek(_MAX)
    if _SLOT.search(data):
        return _OTHERS["slots"]
    lines = [line.strip() for line in data.decode("utf-8", "surrogateescape").split("\n")]
    names = [line for line in lines if line and not line.startswith("#")]
    if names and all("@" in line for line in names):
        return _listing(file, all_formats()[-1])
    if names and all(is_host_name(line) for line in names):
        return _OTHERS["hosts"]
    raise _refused(file.path, "neither LDIF, a list of principals, hosts or slots, a dump, a keytab, a log of a KDC nor a certificate")


def _is_certificate(data: bytes) -> bool:
    """Tell whether DER has the outer form of a certificate: a sequence of a sequence, a sequence and a bit string (RFC 5280, 4.1)."""
    tags, at = [], 4 if data[1] == 0x82 else 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
    while at + 2 <= len(data):
        tags.append(data[at])
        size, start = data[at + 1], at + 2
        if size & 0x80:
            size, start = int.from_bytes(data[start : start + (size & 0x7F)], "big"), start + (size & 0x7F)
        at = start + size
    return tags == [0x30, 0x30, 0x03]


def _refused(path: str, what: str) -> InputError:
    return InputError(path, None, f"this is {what}; no copy is made of it, because names could stay in it; leave it away")


class Writer:
    """Rewrites files of every kind.

    Args:
        values: rewrites what is in them.
    """

    def __init__(self, values: Values) -> None:
        self._values = values
        self._ldif = Ldif(values)
        self._lists = Lists(values)

    def copy(self, kind: Kind, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a file rewritten.

        Args:
            kind: of the file.
            blocks: its bytes.

        Raises:
            UsageError: a kind that is none of those of `kind_of`.
        """
        if kind.copied in {"keytab", "der", "pem"}:
            yield self._whole[kind.copied](self, b"".join(blocks))
            return
        lines = _lines(blocks)
        if kind.copied == "ldif":
            yield from self._ldif.rewrite(lines)
        elif kind.copied == "mit dump":
            yield from self._lists.mit_dump(lines)
        elif kind.copied == "heimdal dump":
            yield from self._lists.heimdal_dump(lines)
        elif kind.copied == "log":
            yield from self._lists.lines(lines, _LOG_OWN)
        elif kind.copied in {"lines", "slots", "hosts"}:
            yield from self._lists.lines(lines, kind.form.own if kind.form is not None else None)
        else:
            raise UsageError(f"no way to copy {kind.what}")

    def _keytab(self, data: bytes) -> bytes:
        return self._lists.keytab(data)

    def _der(self, data: bytes) -> bytes:
        return self._values.blobs.der(data)

    def _pem(self, data: bytes) -> bytes:
        out, at = [], 0
        for found in _PEM.finditer(data):
            out += [self._text(data[at : found.start()]), b"-----BEGIN " + found[1] + b"-----"]
            out += [self._body(found[2]), b"-----END " + found[1] + b"-----"]
            at = found.end()
        return b"".join([*out, self._text(data[at:])])

    def _text(self, data: bytes) -> bytes:
        return b"".join(self._lists.lines(_lines([data]), None))

    def _body(self, body: bytes) -> bytes:
        try:
            der = a2b_base64(b"".join(body.split()), strict_mode=True)
        except Base64Error:
            return self._text(body)
        new = iter(b2a_base64(self._values.blobs.der(der) if is_der(der) else self._values.blobs.rewrite(der), newline=False))
        return bytes(each if each in b" \t\r\n" else next(new, 0x3D) for each in body)

    _whole: dict[str, Callable[[Writer, bytes], bytes]] = {"keytab": _keytab, "der": _der, "pem": _pem}


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines with their ends."""
    rest = b""
    for block in blocks:
        parts = (rest + block).split(b"\n")
        rest = parts.pop()
        for part in parts:
            yield part + b"\n"
    if rest:
        yield rest
