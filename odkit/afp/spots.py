"""Where exactly a URL of AFP stands in a text: only where that is certain is it rewritten."""

from __future__ import annotations

from typing import Any

from odkit.afp.urls import AfpUrl, NoSmbFormError, Share, read_url, smb_url
from odkit.hostrefs import Handling, handling
from odkit.patterns import regex
from odkit.plist import PlistError, read
from odkit.text import unescape_html
from odkit.values.schema import HOME_ATTRIBUTES
from odkit.values.texts import is_plist

__all__ = ["alias_beside", "put_url", "url_at"]

_HOME = regex(r"\s*<home_dir>\s*<url>\s*([^<]*?)\s*</url>\s*(?:<path>[^<]*</path>|<path\s*/>)?\s*</home_dir>\s*")
_OPTION = regex(r"url==([^,]*)")
_WHOLE = regex(r"\s*(\S+)\s*")
_LABELED = regex(r"\s*(\S+)(?:\s.*)?", 16)  # DOTALL: a URI, and a label behind a blank (RFC 2079)
# [-options] location (auto_master(5)); what is quoted or escaped there is left to a person
_MAP = regex(r"\s*(?:-(?P<options>[^\s\"\\]+)\s+)?(?P<url>afp:[^\s\"\\,]+)\s*", 2)
_FSTYPE = "fstype="
_HOMES = HOME_ATTRIBUTES | {"apple-group-homeurl"}


def _pattern(name: str, inside: str, text: str) -> Any:
    if not inside and name in _HOMES and "<" in text:
        return _HOME
    if not inside and name == "mountoption":
        return _OPTION
    return _LABELED if not inside and name == "labeleduri" else _WHOLE


def url_at(kind: str, attribute: str, inside: str, text: str) -> tuple[int, int, AfpUrl]:
    """Find and read the URL of a text.

    Args:
        kind: of the record, as dscl spells it.
        attribute: description.
        inside: path inside a property list, "" for a plain value.
        text: the value, or the string of the property list, escaped or not.

    Returns:
        Start and end of the URL, and what it says.

    Raises:
        NoSmbFormError: it is not certain where the URL ends, or it has no form of SMB.
    """
    name = attribute.partition(";")[0].lower()
    if name == "mounttype":
        raise NoSmbFormError("a mount of type afp has no form of SMB that any source gives; make it again with the type url")
    usual = handling(kind, attribute)
    if usual is not Handling.REWRITE:
        raise NoSmbFormError(f"such a place is {'for ' if usual is Handling.REVIEW else ''}{usual.value}")
    if inside.endswith("(key)"):
        raise NoSmbFormError("it is the key of a setting")
    if name == "automountinformation":
        found = _MAP.fullmatch(text)
        span = found.span("url") if found is not None else None
    else:
        found = _pattern(name, inside, text).fullmatch(text)
        span = found.span(1) if found is not None else None
    if span is None:
        raise NoSmbFormError("it is in a longer text: only a person can tell where the URL ends")
    return *span, read_url(unescape_html(text[span[0] : span[1]]) if inside or name in _HOMES else text[span[0] : span[1]])


def put_url(attribute: str, text: str, start: int, end: int, share: Share, user: str) -> str:
    """Return a text with a URL of SMB in the place of that of AFP.

    Args:
        attribute: description.
        text: as it was given to `url_at`.
        start: of the URL.
        end: of the URL.
        share: that it names.
        user: whom it logs in; "" for none.
    """
    found = _MAP.fullmatch(text) if attribute.partition(";")[0].lower() == "automountinformation" else None
    options = found["options"].split(",") if found is not None and found["options"] else []
    if f"{_FSTYPE}afp" in [each.lower() for each in options]:
        # "-fstype=smb //guest@server/share" is the form of auto_master(5)
        others = [each for each in options if not each.lower().startswith(_FSTYPE)]
        return f"-{','.join([f'{_FSTYPE}smb', *others])} {smb_url(share, user).removeprefix('smb:')}"
    return text[:start] + smb_url(share, user) + text[end:]


def alias_beside(value: bytes, inside: str) -> bool:
    """Tell whether beside a string of a property list there is an alias or bookmark: data that names the volume, too."""
    if not inside or not is_plist(value):
        return False
    try:
        document = read(value)
    except PlistError:
        return False
    return any(_alias(root, inside, "") for root in (document.value, *document.more))


def _alias(value: Any, inside: str, path: str) -> bool:
    if isinstance(value, dict):
        if any(f"{path}/{key}" == inside for key in value):
            return any(isinstance(each, bytes) and ("alias" in key.lower() or "bookmark" in key.lower()) for key, each in value.items())
        return any(_alias(each, inside, f"{path}/{key}") for key, each in value.items() if inside.startswith(f"{path}/{key}"))
    if isinstance(value, list):
        return any(_alias(each, inside, f"{path}[{index}]") for index, each in enumerate(value))
    return False
