"""What is secret in an Open Directory export, and how it is shown.

A secret is shown as its length and nothing derived from its content.  It is known by its kind:

* by name: what ends in password, secret, privateKey, Kerberos keys and the like, whoever's schema it is of; and what no pattern finds, from
  Apple's authdata schema (OpenLDAP ``apple.schema``, numbers 42-56 and 92 of 1.3.6.1.1.1.1), Samba's, RFC 4519 and slapd's;
* by syntax: ``{SCHEME}…`` of RFC 2307 and crypt's ``$id$…``, a private key in PEM, an assignment ``password=…`` or ``credentials=…``;
* by content: keys of property lists, passwords in URLs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from odkit.patterns import regex
from odkit.text import unescape_html

__all__ = ["Sensitivity", "are_open", "is_secret_key", "mask", "mask_urls", "sensitivities_of", "sensitivity_of"]

_NAMES = frozenset(
    name.lower()
    for name in (
        # cn=authdata: verifiers, recoverable text, history, Kerberos keys, the password server's private key
        "password",
        "historyData",
        "draft-krbKeySet",
        "draft-krbEncSaltTypes",
        "draft-krbExtraData",
        "PWSPrivateKey",
        "crschallenge",
        "pwsSecret",
        # master keys of the KDC, sealed per server; PKCS#12 bundles hold private keys
        "apple-kdc-authkey",
        "userPKCS12",
        # other stores
        "userPassword",
        "authPassword",
        "sambaClearTextPassword",
        "sambaLMPassword",
        "sambaNTPassword",
        "lmPassword",
        "ntPassword",
        "sambaPasswordHistory",
        "krbPrincipalKey",
        "krbMKey",
        "krb5Key",
        "pwdHistory",
        "unicodePwd",
        "supplementalCredentials",
        "ShadowHashData",
        "olcRootPW",
        "rootpw",
        # a configuration profile as it was signed: passwords of accounts and networks are in it in clear
        "apple-profiles",
        "olcSyncrepl",
        "syncrepl",
        # OID forms: userPassword, then Apple's
        "2.5.4.35",
        "1.3.6.1.1.1.1.49",
        "1.3.6.1.1.1.1.56",
        "1.3.6.1.1.1.1.77",
        "1.3.6.1.1.1.1.91",
        "1.3.6.1.1.1.1.92",
        "1.3.6.1.1.1.1.96",
        "1.3.6.1.1.1.1.97",
        "1.3.6.1.4.1.63.1000.1.1.1.12.7",
        "1.3.6.1.4.1.63.1000.1.1.1.1.38",
        "2.16.840.1.113730.3.1.216",
    )
)
_PREFIXES = ("cmusaslsecret", "srp-")
# the end of a name, so that apple-password-server-list, pwdLastSet and passwordPolicyOptions stay readable
_KIND = regex(
    r"(?:passw(?:or)?d|pass(?:phrase|code)|pwd|(?:root|bind|admin)-?pw|secret|credentials?"
    r"|(?:private|secret|shared|session|master|recovery|escrow|srp|kerberos|krb5?|principal|wep|wpa|ps)-?keys?|keyset"
    r"|(?:api|auth|access|refresh|bearer|otp|[hjt]otp)-?(?:key|token|seed)|(?:dsa|rsa)-?keys?|psk|snmp.*community"
    r"|(?:user|login|card|phone|voicemail|door)-?pin|(?:password|pwd|key)-?history|(?:nt|lm|ntlm|shadow|password)-?hash(?:es)?|verifier)(?:s|data|value)?\Z"
)
_CREDENTIALS = regex(  # by syntax
    rb"(?i)\{(?:S?SHA\d*|S?MD5|CRYPT|SMD5|PBKDF2[A-Z0-9-]*|ARGON2|NS-MTA-MD5|CLEARTEXT|X-[A-Z0-9-]+)\}\S"
    rb"|(?:\A|[\s:;,=\"'])\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1|apr1|argon2[a-z]*)\$\S"
    rb"|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"
)
_AUTHORITY = frozenset({"authauthority", "authenticationauthority", "1.3.6.1.4.1.63.1000.1.1.2.16.1"})
# version;tag;data (also behind ;DisabledUser;): no crypt is behind basic, no hash behind ShadowHash but the list of their kinds
_PUBLIC_AUTHORITY = regex(
    rb"(?i)[^;]*;(?!(?:.*;)?basic;[^;\s])(?!(?:.*;)?shadowhash;(?!\s*\Z|HASHLIST:<[A-Z0-9,-]*>\s*\Z|<[A-Z0-9,-]*>\s*\Z))", re.DOTALL
)
# NAME=VALUE as mount options, slapd's bind statements and command lines have it
_ASSIGNED = regex(
    r"(?i)(?<![a-z])(passw(?:or)?d|pass(?:phrase|code)?|pwd|credentials?|bindpw|rootpw|secret|auth-?token)(\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s,;\"']+)"
)
_OID_RANGE = regex(r"1\.3\.6\.1\.1\.1\.1\.(4[2-6]|5[12])\Z")  # cmusaslsecret*, SRP-*
# SCHEME://USER: and then what may be a password; the scheme's length is bounded, so that no text takes quadratic time
_URL_USER = regex(r"(?i)(?<![a-z0-9+.\-])[a-z][a-z0-9+.\-]{0,30}://[^\s/?#:@<>\"']*:")
_URL_END = regex(r"[\r\n<>\"']")
_PORT = regex(r"[0-9]{1,5}(?=[/?#\s]|\Z)")
_DOUBT = regex(rb"//[^\s/@:]*+:[^\s/@]*+@|<key\s")
# without one of these, in lower case, an assignment or a URL with a user, a value holds no secret that is known by syntax or content
_SIGNS = (b"{", b"$", b"&", b"<key", b"<![", b"passw", b"pwd", b"secret", b"-----begin")
_ASSIGNABLE = ("pass", "pwd", "cred", "ndpw", "rootpw", "secret", "token")  # words of `_ASSIGNED`, without i: it has a third form
_BINARY = (b"bplist", b"\xff\xfe", b"\xfe\xff")
_SIGNS_OF_AUTHORITY = (b"basic;", b"shadowhash;")
_MCX = frozenset({"apple-mcxsettings", "apple-mcxsettings2", "apple-mcxflags"})
_SPACE = regex(r"\s")
_PLIST_KEY = regex(r"<key>([^<]{1,200})</key>")


class Sensitivity(IntEnum):
    """How much of a value is secret; a higher one includes what is done for a lower one."""

    OPEN = 0
    """Nothing that odkit knows of."""
    DOUBTFUL = 1
    """It may hold a secret: a script is shown and copied more than an LDIF file of mode 0600, so that none gets it."""
    PRIVATE = 2
    """It holds, or may hold, a secret among other things: MCX settings (Wi-Fi passwords), a URL with a password."""
    SECRET = 3
    """It is one by its attribute."""


def sensitivity_of(attribute: str, value: bytes | None = None) -> Sensitivity:
    """Return how sensitive a value is.

    Args:
        attribute: attribute description; options (``;binary``, ``;x-…``) and case do not matter.
        value: one of its values; without one the attribute alone is judged, as SECRET or OPEN.
    """
    name = attribute.partition(";")[0].lower()
    if _is_secret_name(name):
        return Sensitivity.SECRET
    if value is None or (name not in _MCX and not _is_suspect(value, is_authority=name in _AUTHORITY)):
        return Sensitivity.OPEN
    if _holds_secret(name, value):
        return Sensitivity.PRIVATE
    return Sensitivity.DOUBTFUL if _is_doubtful(value) else Sensitivity.OPEN


@lru_cache(maxsize=1 << 9)  # an export has a few hundred names, and asks for each of its values
def _is_secret_name(name: str) -> bool:
    return name in _NAMES or name.startswith(_PREFIXES) or _KIND.search(name) is not None or _OID_RANGE.match(name) is not None


def _is_suspect(value: bytes, *, is_authority: bool) -> bool:
    """Tell whether a value has a sign of a secret and must be looked at: most have none, and this look is a tenth of the other."""
    low = value.lower()
    for sign in _SIGNS:
        if sign in low:
            return True
    if b"=" in low and (not low.isascii() or _may_assign(low.decode("ascii"))):
        return True
    if b"@" in low and b"//" in low:
        return True
    if is_authority and (b";" not in low or any(sign in low for sign in _SIGNS_OF_AUTHORITY)):
        return True
    return any(sign in value for sign in _BINARY)


def _is_doubtful(value: bytes) -> bool:
    low = value.lower()
    if b"passw" in low or b"pwd" in low or b"secret" in low:
        return True
    return (b"<key" in low or (b"@" in low and b"//" in low)) and _DOUBT.search(low) is not None


def are_open(attribute: str, values: bytes) -> bool:
    """Tell whether many values of an attribute are OPEN, by one look at all of them; False tells nothing.

    Args:
        attribute: attribute description.
        values: joined by line feeds.
    """
    name = attribute.partition(";")[0].lower()
    if _is_secret_name(name) or name in _MCX:
        return False
    if name not in _AUTHORITY and not _is_suspect(values, is_authority=False):
        return True
    return not _is_doubtful(values) and _are_clear(name, values)


def sensitivities_of(attribute: str, values: Sequence[bytes]) -> list[Sensitivity]:
    """Return how sensitive each of many values of an attribute is, see `sensitivity_of`; they are looked at together where that tells.

    Args:
        attribute: attribute description.
        values: of it.
    """
    name = attribute.partition(";")[0].lower()
    if _is_secret_name(name):
        return [Sensitivity.SECRET] * len(values)
    if name in _MCX:
        return [Sensitivity.PRIVATE] * len(values)
    if not _are_clear(name, b"\n".join(values)):
        return [sensitivity_of(attribute, value) for value in values]
    return [Sensitivity.DOUBTFUL if _is_doubtful(value) else Sensitivity.OPEN for value in values]


def _are_clear(name: str, values: bytes) -> bool:
    """Tell whether none of many values holds a secret, as far as can be told; False tells nothing.

    What is looked for begins and ends within a line, or more of it is found in the joined values; but for what stands at the beginning
    of a value, and in the fields of an authority.
    """
    if name in _AUTHORITY:
        low = values.lower()
        if any(sign in low for sign in _SIGNS_OF_AUTHORITY) or not all(b";" in line for line in values.split(b"\n")):
            return False
    is_binary = b"bplist" in values or (not values.isascii() and any(sign in values for sign in _BINARY))
    return not is_binary and not _shows_secret(values)


def _holds_secret(name: str, value: bytes) -> bool:
    if name in _MCX or (name in _AUTHORITY and _PUBLIC_AUTHORITY.match(value) is None):
        return True
    # binary or UTF-16: its keys cannot be looked for
    return value.startswith(_BINARY) or _shows_secret(value)


def _shows_secret(value: bytes) -> bool:
    if (b"{" in value or b"$" in value or b"-----" in value) and _CREDENTIALS.search(value) is not None:
        return True
    # escaped as well, and without a root element, as mail attributes have it: wherever a key is, it is one
    text = plain = value.decode("utf-8", "replace")
    for _ in range(3):
        if "&" not in plain:
            break
        plain = unescape_html(plain)
    plain = plain.replace("<![CDATA[", "").replace("]]>", "")
    return (
        any(is_secret_key(key) for key in _PLIST_KEY.findall(plain))
        or mask_urls(text) != text
        or (plain != text and mask_urls(plain) != plain)
    )


_KEY = regex(r"(?i)passw|passphrase|pass_?phrase|secret|credential|\bpsk\b|wpa|wepkey|privatekey|sharedkey|\bpin\b|token")


@lru_cache(maxsize=1 << 10)  # the keys of preferences are few, and stand in every record
def is_secret_key(key: str) -> bool:
    """Tell whether the value of a preference key is secret by its name, such as ``Password``, ``WPAKey`` or ``SharedSecret``."""
    return _KEY.search(key) is not None


def mask(value: bytes | str) -> str:
    """Show a secret: its length and nothing else."""
    return f"(secret, {len(value)} {'byte' if len(value) == 1 else 'bytes'})"


def _may_assign(text: str) -> bool:
    """Tell whether a text can hold what `_ASSIGNED` looks for."""
    low = text.casefold()
    return any(part in low for part in _ASSIGNABLE)


def mask_urls(text: str) -> str:
    """Hide passwords of a text: inside URLs, ``afp://user:(secret, 5 bytes)@host/Share``, and behind ``password=``.

    A password may hold any of ``/ ? # @`` and blanks: what precedes the last ``@`` counts, up to the end of the line or a quote.
    Hiding too much is better than showing a part of it; only a port with a blank behind it is left.
    """
    if "=" in text and _may_assign(text):
        text = _ASSIGNED.sub(lambda found: found[1] + found[2] + mask(found[3]), text)
    if "://" not in text or "@" not in text:
        return text
    out, at = [], 0
    stop = last = blank = -1  # of the line: each is looked for once, however many URLs are in it
    while (match := _URL_USER.search(text, at)) is not None:
        start = match.end()
        if start > stop:
            end = _URL_END.search(text, start)
            stop = end.start() if end is not None else len(text)
            last = text.rfind("@", start, stop)
        if last < start:
            out.append(text[at:stop])
            at = stop
            continue
        if _PORT.match(text, start, last):
            if blank < start:
                space = _SPACE.search(text, start)
                blank = space.start() if space is not None else len(text)
            if blank < last:
                out.append(text[at:start])
                at = start
                continue
        out += [text[at:start], mask(text[start:last]) if start < last else ""]
        at = last
    return "".join([*out, text[at:]])
