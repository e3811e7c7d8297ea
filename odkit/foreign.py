"""Files that are something else than what is asked for: what they are, by their first bytes, and the way out."""

from __future__ import annotations

import re

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.patterns import regex

__all__ = ["HOW_TO_LIST", "Foreign", "recognise", "refuse_foreign", "why_no_export"]

_SLAPCAT = "export the directory with slapcat on the server, or with ldapsearch -x -D … -W -b SUFFIX"
HOW_TO_LIST = "make the list with: LC_ALL=C kadmin.local -q listprincs, or on 10.7 and later: kadmin -l list '*'"
_MOUNT = "an archive of Server Admin or slapconfig -backupdb is one: open it with hdiutil attach, and give the LDIF that lies in it"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a file is instead.

    Attributes:
        what: the kind of file, with its article.
        for_export: what to do where an export of the directory is wanted.
        for_principals: what to do where a list of principals is wanted.
        lists_principals: whether `odkit.read_principals` reads it.
    """

    what: str
    for_export: str = _SLAPCAT
    for_principals: str = HOW_TO_LIST
    lists_principals: bool = False


def _inventory(what: str) -> Foreign:
    return Foreign(what, f"odkit principals and --principals read it; {_SLAPCAT}", lists_principals=True)


_DATABASE = "on the KDC: kdb5_util dump FILE"
_LOG = "--kdc-log reads it"
_ONCE = "unpack it once: gunzip < FILE > NEW"
_TO_LF = "make them end with LF: tr '\\r' '\\n' < FILE > NEW"
# the order counts: what proves most is first
_KINDS: tuple[tuple[re.Pattern[bytes], Foreign], ...] = tuple(
    (regex(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"(?:kdb5_util|kdb5_edit) load_dump|OV\*Secure|ipropx?[ \t\r\n]", _inventory("a dump of MIT's KDC")),
        (rb"\x05[\x01\x02]", _inventory("a keytab")),
        (rb"Keytab name:", _inventory("what klist -k prints of a keytab")),
        (rb"(?:ktutil:[^\n]*\n)*(?:ktutil: *)*slot KVNO ", _inventory("what ktutil prints of a keytab")),
        (rb"(?:[A-Z]+:)?\S*:\n\nVno +Type +Principal", _inventory("what ktutil prints of a keytab")),
        (rb" *Principal: |Principal +Expiration +PW-exp ", _inventory("a list of Heimdal's kadmin")),
        (rb"Authenticating as principal |kadmin(?:\.local)?: ", _inventory("a list of kadmin.local")),
        (rb"(?:[^ \\\n]|\\.)+@\S+ \d{1,10}:.*? \d{14}:", _inventory("a dump of Heimdal's KDC")),
        (rb"\x05[\x03\x04]", Foreign("a credential cache")),
        (rb"%PDF", Foreign("a PDF")),
        (rb"bplist\d\d", Foreign("a binary property list")),
        (rb"\{\\rtf", Foreign("a text of a word processor (RTF)")),
        (rb"(?i:<!doctype html|<html)", Foreign("a web page")),
        (rb"<\?xml|<!DOCTYPE plist|<plist", Foreign("XML")),
        (rb"\{|\[\s*[\[{\"]", Foreign("JSON")),
        (rb"\x1f\x8b", Foreign("a gzip file that was packed twice", _ONCE, _ONCE)),
        (rb"PK\x03\x04", Foreign("a ZIP archive", "unpack it first", "unpack it first")),
        (rb"BZh\d|\xfd7zXZ\0", Foreign("a compressed file", "unpack it first, or use gzip", "unpack it first, or use gzip")),
        (rb"(?:\xff\xfe|\xfe\xff)", Foreign("text in UTF-16", "save it as UTF-8", "save it as UTF-8")),
        (rb"0x0A 0x5C 0x3A 0x2C dsRecType", Foreign("what dsexport wrote, which leaves attributes out")),
        (rb"ds(?:Attr|Rec)Type(?:Standard|Native):|AppleMetaNodeLocation:", Foreign("what dscl printed")),
        (rb"-----BEGIN [A-Z0-9 ]*-----", Foreign("a certificate or key in PEM", f"odkit lkdc realm reads certificates; {_SLAPCAT}")),
        (rb"#!", Foreign("a script")),
        (rb"[^\n]{0,60}krb5kdc\[\d+\]|\S+ (?:AS|TGS)-REQ ", Foreign("a log of the KDC", f"{_LOG}; {_SLAPCAT}", f"{_LOG}; {HOW_TO_LIST}")),
        (rb"encrcdsa|sprs|cdsaencr", Foreign("a disk image", _MOUNT, _MOUNT)),
        (rb".{12}(?:\x62\x31\x05\0|\0\x05\x31\x62|\x61\x15\x06\0|\0\x06\x15\x61)", Foreign("a database of slapd (Berkeley DB)", _SLAPCAT)),
        (rb"\0\x05\x31\x62|\x62\x31\x05\0|\0\x06\x15\x61|\x61\x15\x06\0", Foreign("a database of the KDC", _SLAPCAT, _DATABASE)),
        (rb".{16}\xde\xc0\xef\xbe", Foreign("a database of slapd (LMDB)", _SLAPCAT)),
    )
)  # fmt: skip
_BINARY = Foreign("binary data: a disk image, an archive or a database", _MOUNT, _MOUNT)
_BYTES = 4096  # that decide whether a file is text
_CR_ONLY = Foreign("text whose lines end with CR alone", _TO_LF, _TO_LF)
_FEW = 8  # control characters, which a text may hold
_CONTROLS = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))


def recognise(head: bytes) -> Foreign | None:
    """Tell what a file is, by its first bytes.

    Returns:
        None where nothing prevents LDIF or a list of names.
    """
    if b"\n" not in head and b"\r" in head.strip(b"\r") and len(head.translate(None, _CONTROLS)) == len(head):
        return _CR_ONLY
    start = head.lstrip(b"\r\n")
    for pattern, kind in _KINDS:
        if pattern.match(start) is not None:
            return kind
    sample = head[:_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return _BINARY if controls > max(len(sample) // 20, _FEW) else None


def refuse_foreign(path: str, head: bytes) -> None:
    """Refuse a file without an entry, given beside others, that is something else; an empty or damaged one is no matter of this.

    Args:
        path: of the file.
        head: its first bytes.

    Raises:
        InputError: it is something else.
    """
    if recognise(head) is not None:
        raise InputError(path, None, why_no_export(head, changes=False))


def why_no_export(head: bytes, *, changes: bool) -> str:
    """Return what to say of a file that holds no entry.

    Args:
        head: its first bytes.
        changes: whether it holds change records.
    """
    if changes:
        return f"holds change records (changetype: …) and no entry: it changes a directory and is no export of one; {_SLAPCAT}"
    kind = recognise(head)
    if kind is None:
        return f"holds no entry: not an LDIF export, or an empty one; {_SLAPCAT}"
    return f"holds no entry: this is {kind.what}; {kind.for_export}"
