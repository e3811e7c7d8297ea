"""Numbers, dates and data of the XML form, as CoreFoundation reads their text.

The functions follow its ``parseIntegerTag``, ``parseRealTag``, ``parseDateTag`` and ``parseDataTag``.  Each takes the text of an element,
and a function that notes a deviation by its code.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from datetime import datetime

from odkit.patterns import regex
from odkit.plist._model import Date

__all__ = ["calendar", "data_of", "date_of", "integer_of", "paired", "real_of"]

Noting = Callable[[str], None]

_SURROGATE = regex(r"[\ud800-\udfff]")
_INTEGER = regex(r"[0-9]{1,18}")
_SPACE = r"[\x00-\x20\x7f-\xa0\u2000-\u200b\u3000]*+"
_ANY_SPACE = r"[\x00-\x20\x7f-\xa0\u2000-\u200b\u205f\u3000]*+"
_ANY_INTEGER = regex(rf"(?P<blank>{_ANY_SPACE})(?P<sign>[-+]?)(?P<gap>{_ANY_SPACE})(?:0[xX](?P<hex>[0-9A-Fa-f]++)|(?P<decimal>[0-9]++))")
# from 10.8 on blanks are looked for in UTF-8, byte by byte: U+0080 to U+00A0 are none, U+205F (E2 81 9F) is one.  U+202F (E2 80 AF) is none
# although the list names it: its last byte, looked at alone, is none
_LATE_BLANK = regex(r"[\x00-\x20\x7f\u2000-\u200b\u205f\u3000]*")
_REAL = regex(rf"{_SPACE}([-+]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][-+]?[0-9]++)?)")
_WORDS = regex(r"(?i:nan|[-+]?inf(?:inity)?)")
_DATE = regex(r"(-?)([0-9]*+)-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
_PARTS = regex(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:T[0-9]{2}(?::[0-9]{2})?)?)?)?Z")
_BASE64 = regex(rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BLANKS = b" \t\r\n\v\f"
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_CODES = {code: index for index, code in enumerate(_ALPHABET[:-1])} | {ord("="): 0}
_PASSED_OVER = bytes(code for code in range(128) if code not in _ALPHABET and code not in _BLANKS)
_MONTHS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def paired(text: str) -> str:
    """Return the text with halves of surrogate pairs as characters; a single half becomes U+FFFD."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def integer_of(text: str, note: Noting) -> int:
    """Return the number of an ``<integer>``: blanks, a sign, blanks, decimal digits or 0x and hexadecimal ones, and nothing behind them."""
    if _INTEGER.fullmatch(text):
        return int(text)
    match = _ANY_INTEGER.match(text)
    if match is None or match.end() != len(text):
        note(_why_no_integer(text, match))
        return 0  # not reached: no release reads it
    digits = (match["hex"] or match["decimal"]).lstrip("0") or "0"
    if (match["gap"] or match["hex"]) and match["sign"]:
        note("integer-sign")
    if any(_LATE_BLANK.fullmatch(match[part]) is None for part in ("blank", "gap")):
        note("integer-blank")
    if "\u205f" in match["blank"] + match["gap"]:
        note("integer-late-blank")
    if len(digits) > 20:  # int() of many digits takes long
        note("integer-too-large")
    value = int(digits, 16 if match["hex"] else 10)
    value = -value if match["sign"] == "-" else value
    if not -(1 << 63) <= value < 1 << 64:
        note("integer-too-large")
    elif value >= 1 << 63:
        note("integer-64-bit")
    return value


def _why_no_integer(text: str, match: re.Match[str] | None) -> str:
    if match is not None and not text[match.end() :].strip():
        return "integer-blank-behind"
    if "_" in text:
        return "integer-underscore"
    return "integer-digits" if any(char.isdigit() and not char.isascii() for char in text) else "integer-malformed"


def real_of(text: str, note: Noting) -> float:
    """Return the number of a ``<real>``: blanks and a number as strtod takes it in the C locale, or nan, inf, infinity without blanks."""
    if _WORDS.fullmatch(text):
        return float(text)
    match = _REAL.fullmatch(text)
    if match is None:
        note(_why_no_real(text))
        return 0.0  # not reached: no release reads it
    return float(match[1])


def _why_no_real(text: str) -> str:
    match = _REAL.match(text)
    if _WORDS.fullmatch(text.strip().lstrip("+-")):
        return "real-nan"
    if match is not None and not text[match.end() :].strip():
        return "real-blank-behind"
    if "_" in text:
        return "real-underscore"
    return "real-digits" if any(char.isdigit() and not char.isascii() for char in text) else "real-malformed"


def date_of(text: str, note: Noting) -> datetime | Date:
    """Return the date of a ``<date>``.  CoreFoundation looks at the form only: days and times beyond their range are added up."""
    match = _DATE.match(text)
    if match is None:
        note("date-parts" if _PARTS.match(text) else "date-malformed")
        return datetime.min  # not reached: no release reads it  # noqa: DTZ901
    if match.end() != len(text):
        note("date-text-behind")
    negative, digits = match[1], match[2]
    month, day, hour, minute, second = (int(part) for part in match.groups()[2:])
    if not digits:
        note("date-year-negative" if negative else "date-year-missing")
    elif negative:
        note("date-year-negative")
    digits = digits.lstrip("0") or "0"
    if len(digits) > 10 or int(digits) >= 1 << 31:
        note("date-year-large")
        return Date(-1 if negative else 1, month, day, hour, minute, second)
    year = -int(digits) if negative else int(digits)
    if not 1 <= month <= 12:
        note("date-month")
        return Date(year, month, day, hour, minute, second)
    if year < 1 or len(match[2]) != 4:
        note("date-year")
    found = calendar(_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second)
    shown = (found.year, found.month, found.day, found.hour, found.minute, found.second)
    if shown != (year, month, day, hour, minute, second):
        note("date-rolls")
    return found


def _days(year: int, month: int, day: int) -> int:
    """Return days from 2001-01-01 in the proleptic Gregorian calendar, which has a year 0."""
    before = year - 1
    leap = month > 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return before * 365 + before // 4 - before // 100 + before // 400 + _MONTHS[month - 1] + leap + day - 1 - 730485


def calendar(seconds: int) -> datetime | Date:
    """Return the date of a number of seconds from 2001-01-01 00:00:00 UTC."""
    days, rest = divmod(seconds, 86400)
    eras, day = divmod(days + 730485, 146097)  # 400 years are 146,097 days; day 0 is 1 January of the year 1
    found = datetime.fromordinal(day + 1)
    year = found.year + 400 * eras
    clock = (rest // 3600, rest // 60 % 60, rest % 60)
    if 1 <= year <= 9999:
        return datetime(year, found.month, found.day, *clock)  # noqa: DTZ001 - property lists hold naive UTC
    return Date(year, found.month, found.day, *clock)


def data_of(text: str, note: Noting) -> bytes:
    """Return the bytes of a ``<data>``: base64, in which CoreFoundation passes over every other ASCII character."""
    if not text.isascii():
        note("data-bytes")
    raw = text.encode("ascii", "ignore").translate(None, _BLANKS)
    if _BASE64.fullmatch(raw):
        return binascii.a2b_base64(raw)
    if "&" in text:
        note("data-reference")
    if len(raw.translate(None, _PASSED_OVER)) != len(raw):
        note("data-ignored")
    characters = raw.translate(None, _PASSED_OVER)
    if len(characters) % 4:
        note("data-incomplete")
    characters = characters[: len(characters) & ~3]
    if b"=" not in characters.rstrip(b"=") and len(characters) - len(characters.rstrip(b"=")) < 3:
        return binascii.a2b_base64(characters)
    note("data-joined")
    return _groups(raw)


def _groups(raw: bytes) -> bytes:
    """Return Base64 in groups of four: a run of = shortens the group that it ends in, and what follows is read, too."""
    out = bytearray()
    run = bits = count = 0
    for code in raw:
        run = run + 1 if code == 61 else 0  # a character that is passed over ends a run, too
        value = _CODES.get(code)
        if value is None:
            continue
        bits = (bits << 6 | value) & 0xFFFFFF
        count += 1
        if count % 4 == 0:
            out += bits.to_bytes(3, "big")[: 3 - min(run, 2)]
    return bytes(out)
