"""Numbers, addresses and identifiers: what stands for them is of the same class, and as long."""

from __future__ import annotations

from collections.abc import Callable

from odkit.anonymizing._letters import Drawn
from odkit.values.slot import parse_slot

__all__ = ["address4", "hardware", "number_candidates", "slot_digits"]

_HEX = "0123456789abcdef"
_GUID = 32
# bounds of classes: what Mac OS X keeps for itself is below 500 (UID_LOCAL of Accounts), and numbers of 16, 31 and 32 bits end somewhere
_BOUNDS = (
    0,
    1,
    10,
    100,
    500,
    1000,
    10_000,
    65_534,
    65_536,
    100_000,
    1_000_000,
    10**7,
    10**8,
    10**9,
    1 << 31,
    (1 << 32) - 2,
    1 << 32,
    *(10**n for n in range(10, 19)),
    1 << 63,
    10**19,
    1 << 64,
    10**20,
)
_TOP = 255


def number_candidates(digits: str, draw: Drawn) -> str:
    """Return digits of the same length; without a zero in front where there was none, and in the same class."""
    if len(digits) > 20 or digits[0] == "0":
        first = "0" if digits[0] == "0" else str(1 + draw.below(9))
        return first + "".join(str(draw.below(10)) for _ in digits[1:])
    value = int(digits)
    low = max(each for each in _BOUNDS if each <= value)
    high = min(each for each in _BOUNDS if each > value)
    return str(low + draw.below(high - low))


def address4(text: str, of: Callable[[str], Drawn], last: Drawn) -> str:
    """Return an IPv4 address of the same kind (private, loopback, public); numbers behind equal ones are permuted.

    Args:
        text: the address, four numbers.
        of: gives what decides on a number by what stands in front of it.
        last: decides on the last one, which makes it an address of its own.
    """
    parts = text.split(".")
    first, second = int(parts[0]), int(parts[1])
    if first in {0, 127} or first >= 224:
        return text
    kept = 2 if (first, second) in {(192, 168), (169, 254)} or (first == 172 and 16 <= second < 32) else int(first in {10, 172})
    out = parts[:kept]
    for index in range(kept, 4):
        out.append(_octet(parts[index], last if index == 3 else of(".".join(parts[:index])), 223 if index == 0 else _TOP - 1))
    return ".".join(out)


def _octet(part: str, draw: Drawn, top: int) -> str:
    value = int(part)
    low = 10 ** (len(part) - 1)
    numbers = list(range(low, min(10 * low, top + 1)))
    if value not in numbers:  # 0 and 255 are networks and broadcasts
        return part
    for index in range(len(numbers) - 1, 0, -1):  # Fisher and Yates
        other = draw.below(index + 1)
        numbers[index], numbers[other] = numbers[other], numbers[index]
    return str(numbers[value - low])


def hardware(digits: str, draw: Drawn) -> str:
    """Return 12 hex digits; group and local bits are kept, and a zero in front of a byte is."""
    if not digits.strip("0") or not digits.strip("f"):
        return digits
    out = []
    for index in range(0, 12, 2):
        byte = int(digits[index : index + 2], 16)
        new = draw.below(16) if byte < 16 else 16 + draw.below(240)
        out.append(f"{(new & ~3 | byte & 3) if index == 0 else new:02x}")
    return "".join(out)


def slot_digits(digits: str, draw: Drawn) -> str:
    """Return hex digits; of 32 the form of a GUID or slot is kept, and of a slot the numbers that count passwords."""
    new = [_HEX[draw.below(16)] for _ in digits]
    if len(digits) == _GUID:
        slot = parse_slot("0x" + digits)
        if slot is not None and not slot.is_uuid and max(slot.sequence or 0, slot.index or 0) < 1 << 24:
            if digits.startswith("00000000"):
                new[:8] = "00000000"
            new[16:] = digits[16:]
        new[12] = digits[12]
        new[16] = digits[16] if digits[16] in "01234567" else _HEX[8 + int(digits[16], 16) % 4] if digits[16] in "89ab" else digits[16]
    return "".join(new)
