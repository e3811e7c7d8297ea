"""The value of an attribute: what its type says that it is decides what is kept of it."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from odkit.anonymizing._coded import dn_escapes
from odkit.anonymizing.blobs import Blobs, is_der
from odkit.anonymizing.plists import Markup
from odkit.anonymizing.text import Texts
from odkit.anonymizing.words import ATTRIBUTES, AUTHORITY, CLASSES, CONTAINERS, KEYS, NAMING, VALUES
from odkit.patterns import regex
from odkit.redaction import Sensitivity, sensitivity_of

__all__ = ["DN_ATTRIBUTES", "Values"]

_TIME = regex(rb"[0-9]{8,14}(?:\.[0-9]{1,6})?Z\Z")
_CSN = regex(rb"[0-9]{14}(?:\.[0-9]{6})?Z#[0-9a-f]{6}#[0-9a-f]{2,3}#[0-9a-f]{6}\Z")
_NUMBER = regex(r"-?[0-9]{1,10}\Z")
_VERSION = regex(r"(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,2})?;")
_KINDS = regex(r"(?i)(?:HASHLIST:)?<[A-Z0-9,-]*>|BetterHashOnly")
_SETTING = regex(r"([A-Za-z]+)=(-?[0-9]{1,10}|[0-9/:-]{8,20})\Z")
_WIDE = regex(rb"\xff\xfe|\xfe\xff|(?s:.*)\x00")  # UTF-16, or binary
_BYTE = regex(r"[\udc80-\udcff]")
_OLD_TEXT = 64  # bytes of a name or comment in Latin-1 or MacRoman
_MARKER = regex(rb"(?:\{(?i:CRYPT)\})?[*!]+\Z|[xX]\Z|0+\Z")
_SCHEME = regex(rb"(\{[A-Za-z0-9-]{1,20}\}(?:[0-9]{1,8}\$|\$[0-9a-zA-Z]{1,2}\$)?|\$[0-9a-zA-Z]{1,2}\$)?(.*)\Z", re.DOTALL)
_SCHEMES = regex(r"(?i)crypt|s?sha(?:256|384|512)?|s?md5|sasl|cleartext|pbkdf2(?:-sha(?:1|256|512))?")
_HEX = regex(rb"[0-9A-Fa-f]+\Z")
_PRINTABLE = regex(rb"[ -~]+\Z")

DN_ATTRIBUTES = frozenset(
    {"dn", "creatorsname", "modifiersname", "entrydn", "member", "uniquemember", "owner", "seealso", "manager", "secretary",
     "aliasedobjectname", "subschemasubentry", "newrdn", "newsuperior", "distinguishedname", "pwdpolicysubentry", "memberof"}
)  # fmt: skip
_NUMBERS = frozenset({"uidnumber", "gidnumber", "rid", "primarygroupid"})
# integers that stand for a policy, a flag or a count, and the most digits that each may have
_POLICY = {
    "mountdumpfrequency": 2, "mountpassno": 2, "ttl": 6, "loginfailedattempts": 4, "draft-krbticketpolicy": 6, "draft-krbkeyversion": 4,
    "draft-krbticketmaxlife": 8, "draft-krbticketmaxrenewal": 8, "shadowlastchange": 5, "shadowexpire": 5, "shadowmin": 5, "shadowmax": 5,
    "shadowwarning": 5, "shadowinactive": 5, "shadowflag": 5, "deleteoldrdn": 1, "apple-ldap-serverid": 3,
}  # fmt: skip
_CLASSES = frozenset({"objectclass", "structuralobjectclass"})
_TIMES = frozenset(
    {"createtimestamp", "modifytimestamp", "creationdate", "passwordmoddate", "lastlogintime", "lastfailedlogintime", "pwdchangedtime",
     "passwordrequireddate", "apple-profiles-timestamp"}
)  # fmt: skip
_STATES = frozenset({"mounttype", "disablereason", "admingroups", "apple-enabled-auth-mech", "apple-disabled-auth-mech", "acctflags"})
_NAMES = frozenset({"cn", "ou", "uid"})
_ADDRESSES = frozenset({"ipv4", "ipv6", "dns"})
_OPTIONS = frozenset(
    "url net bg soft hard ro rw nodev nosuid noauto auth no user authent fstype nfs afp smbfs kerberos".split()  # noqa: SIM905
)
_KEPT = {
    "mountoption": _OPTIONS, "automountinformation": _OPTIONS, "apple-user-homeurl": _OPTIONS,
    "apple-group-homeurl": _OPTIONS, "altsecurityidentities": _OPTIONS, "apple-password-server-location": _ADDRESSES,
}  # fmt: skip
_SECRETS = frozenset({"password", "passwd", "secret", "key", "hash", "token"})  # what makes an attribute of any schema secret
_PARTS = regex(r"(?i)password|passwd|secret|key|hash|token|[A-Za-z0-9]+?(?=password|passwd|secret|key|hash|token|[^A-Za-z0-9]|\Z)")
_OID = regex(r"[0-9]+(?:\.[0-9]+)+\Z")
_OPTION = regex(r"(?i:binary|lang-[a-z]{2})\Z")
_DUMMY = {"sn": b"99", "homedirectory": b"99", "givenname": b"99"}  # what Apple's tools write for nothing


class Values:
    """Rewrites values of attributes.

    Args:
        texts: rewrites what is text in them.
    """

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.blobs = Blobs(texts)
        self.markup: Markup = self.blobs.markup

    def description(self, name: str) -> str:
        """Return an attribute description: kept where the type is one of the schema, else replaced, but for what makes it secret."""
        kind, *options = name.split(";")
        if _OID.match(kind) is not None:
            kind = self.texts.oid(kind)
        elif kind.lower() not in ATTRIBUTES:
            kind = _PARTS.sub(lambda found: found[0] if found[0].lower() in _SECRETS else self.texts.word(found[0]), kind)
        return ";".join([kind, *(each if _OPTION.match(each) else self.texts.rewrite(each) for each in options)])

    def rewrite(self, attribute: str, value: bytes, *, bare: bool = False) -> bytes:
        """Return a value of an attribute, rewritten.

        Args:
            attribute: description.
            value: decoded.
            bare: whether it stands in its line as it is, so that it is text, and damaged where it is not UTF-8.
        """
        name = attribute.partition(";")[0].lower()
        if not value or value == _DUMMY.get(name):
            return value
        if sensitivity_of(attribute) is Sensitivity.SECRET:
            return self.secret(value)
        if (name in _TIMES and _TIME.match(value)) or (name in {"entrycsn", "contextcsn"} and _CSN.match(value)):
            return value
        text = value.decode("utf-8", "surrogateescape")
        new = self._text(name, text)
        if new is not None:
            return new.encode("utf-8", "surrogateescape")
        if not bare and (_WIDE.match(value) or (not text.isascii() and _BYTE.search(text) is not None and self._is_blob(value))):
            return self.blobs.rewrite(value)
        if not bare and value[:1] == b"0" and is_der(value):
            return self.blobs.rewrite(value)
        return self.markup.any(text, _KEPT.get(name, frozenset())).encode("utf-8", "surrogateescape")

    @staticmethod
    def _is_blob(value: bytes) -> bool:
        """Tell whether bytes that are no UTF-8 are more than a text of an old encoding."""
        return len(value) > _OLD_TEXT or value.startswith(b"bplist")

    def _text(self, name: str, text: str) -> str | None:
        """Return what becomes of a text by its attribute; None where that says nothing."""
        if name in _CLASSES:
            return text if text.lower() in CLASSES else self.texts.rewrite(text)
        if name in DN_ATTRIBUTES:
            return self.dn(text)
        if name in _NAMES and text.lower() in CONTAINERS:
            return text
        if name in _NUMBERS and _NUMBER.match(text):
            return self.texts.number(text)
        if name in _POLICY and _NUMBER.match(text) and len(text) <= _POLICY[name]:
            return text
        if name in _STATES and text in VALUES:
            return text
        if name == "apple-user-passwordpolicy" and "<" not in text:
            return " ".join(self._setting(each) for each in text.split(" "))
        if name == "authauthority":
            found = _VERSION.match(text)
            start = found.end() if found is not None else 0
            return text[:start] + self._authority(text[start:])
        return None

    def dn(self, text: str) -> str:
        """Return a DN with its values replaced."""
        return dn_escapes(text, self.texts.rewrite)

    def _setting(self, text: str) -> str:
        found = _SETTING.match(text)
        return text if found is not None and found[1] in KEYS - NAMING else self.texts.rewrite(text)

    def _authority(self, text: str) -> str:
        """Return an authority without its version; what stands behind ``basic`` or ``ShadowHash`` may be a hash."""
        tag, semicolon, data = text.partition(";")
        if tag.lower() in {"basic", "shadowhash"} and data and _KINDS.fullmatch(data) is None:
            return tag + semicolon + self._letters(data.encode("utf-8", "surrogateescape")).decode("ascii")
        if tag.lower() == "disableduser":
            opening = "<" if data.startswith("<") else ""
            inner = data[len(opening) :]
            found = _VERSION.match(inner)
            start = found.end() if found is not None else 0
            return tag + semicolon + opening + inner[:start] + self._authority(inner[start:])
        if not semicolon:
            return self.texts.rewrite(text)
        listed = tag.lower() == "shadowhash"  # kinds of hashes, as was looked at above
        named = tag if tag.lower() in AUTHORITY else self.texts.rewrite(tag)
        return named + semicolon + self.texts.rewrite(data, AUTHORITY if listed else _ADDRESSES)

    def secret(self, value: bytes) -> bytes:
        """Return what stands for a secret: of the same length and form, and without a trace of it."""
        if _MARKER.match(value):
            return value
        if value[:1] == b"0" and is_der(value):
            return self.blobs.der(value, secret=True)
        if _PRINTABLE.match(value) is None:
            text = value.lstrip()
            return self.blobs.rewrite(value) if text.startswith((b"<", b"bplist")) else self._bytes(value)
        if len(value) > 40 and value[:1] in b"M" and len(value.strip()) % 4 == 0:
            try:
                data = b64decode(value.strip(), validate=True)
            except ValueError:
                data = b""
            if is_der(data):
                return value.replace(value.strip(), b64encode(self.blobs.der(data, secret=True)))
        if value.startswith(b"<"):
            return self.blobs.rewrite(value)
        found = _SCHEME.match(value)
        assert found is not None
        return self._scheme(found[1] or b"") + self._letters(found[2])

    def _scheme(self, scheme: bytes) -> bytes:
        """Return what stands in front of a hash and says how it was made, unless nobody knows it."""
        word, bracket, rest = scheme.decode("ascii").partition("}")
        known = not bracket or _SCHEMES.fullmatch(word[1:]) is not None
        return ((word if known else self.texts.rewrite(word)) + bracket + rest).encode("ascii")

    def _bytes(self, value: bytes) -> bytes:
        new = self.texts.replacer.secret(value)
        ending = b"\n" if value.endswith(b"\n") else b""
        return new[: len(value) - len(ending)] + ending

    def _letters(self, value: bytes) -> bytes:
        """Return hex digits for hex digits, and letters and digits for everything else; marks of base64 and crypt stay."""
        if self.texts.replacer.collecting or not value:
            return bytes(value) if value.isascii() else b"x" * len(value)
        draw = self.texts.replacer.draw("letters " + value.hex())
        upper = b"0123456789ABCDEF" if value.upper() == value else b"0123456789abcdef"
        letters = upper if _HEX.match(value) and len(value) > 7 else b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return bytes(each if each in b"$=" else letters[draw.below(len(letters))] for each in value)
