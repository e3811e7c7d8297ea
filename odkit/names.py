"""Host names and addresses as values: how they compare, and what they can be.

Comparison folds ASCII case and ignores one trailing dot, nothing else: Unicode folding would make ``K`` (Kelvin sign) a ``k``.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from odkit.patterns import regex

__all__ = ["address_of", "host_key", "idn_twin", "is_fqdn", "is_host_name", "is_label", "short_name"]

_LONGEST = 253  # letters of a name (RFC 1123 section 2.1)
_UPPER = {ord(c): ord(c) + 32 for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_LABEL = regex(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z", re.ASCII)
_LABELS = regex(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.(?!\Z)|\Z)){2,}", re.ASCII)


def host_key(name: str | bytes) -> str:
    """Return the identity of a host name: ASCII lower case, without one trailing dot.  Bytes that are not UTF-8 become surrogates."""
    return _known_key(name) if len(name) <= _LONGEST else _key(name)  # what is no name may be as long as it likes


def _key(name: str | bytes) -> str:
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
    return (text.lower() if text.isascii() else text.translate(_UPPER)).removesuffix(".")


_known_key = lru_cache(maxsize=1 << 13)(_key)  # a host is named in many places


def address_of(text: str) -> str | None:
    """Return the address in normal form when ``text`` is an IPv4 or IPv6 address, else None."""
    bare = text.strip("[]")
    if ":" not in bare and not bare[-1:].isdigit():
        return None  # nearly every name: IPv4 addresses end in a digit, the others have a colon
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return None


def is_fqdn(name: str) -> bool:
    """Tell whether a name looks like a fully qualified host name: two labels or more, no address (RFC 1123 section 2.1)."""
    key = host_key(name)
    if len(key) > _LONGEST or _LABELS.fullmatch(key) is None:
        return False
    return not key[-1].isdigit() or address_of(key) is None  # an address of labels is an IPv4 one, and ends in a digit


def is_label(name: str) -> bool:
    """Tell whether a name is one label of a host name: a short name (RFC 1123 section 2.1)."""
    return _LABEL.match(host_key(name)) is not None


def short_name(name: str) -> str:
    """Return the first label of a host name."""
    return host_key(name).partition(".")[0]


def is_host_name(text: str) -> bool:
    """Tell whether a text can be meant as one host: a full or short name, an address; not a URL, a path or a list of names."""
    key = host_key(text)
    return is_fqdn(key) or is_label(key) or address_of(key) is not None or idn_twin(key) is not None


def idn_twin(name: str) -> str | None:
    """Return the other form of an internationalised name.

    ``xn--…`` labels for letters, letters for ``xn--…`` (RFC 3490); None for any other.
    """
    key = host_key(name)
    try:
        if key.isascii():
            found = key.encode("ascii").decode("idna") if "xn--" in key else key
        else:
            found = key.encode("idna").decode("ascii")
            if not is_fqdn(found) and not is_label(found):
                return None
    except UnicodeError:
        return None
    return None if found == key else found
