"""The assertion control (RFC 4528): a change happens only while the entry still matches a filter.

The control's value is the BER encoding of the filter (RFC 4511 section 4.5.1): ``and [0] SET OF``,
``equalityMatch [3] SEQUENCE { attribute, value }``.  Only attributes whose equality rule is known go in: for others slapd answers
"undefined", and the change would never happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odkit.ldif import Control
from odkit.redaction import Sensitivity, sensitivity_of

__all__ = ["OID", "asserted", "assertion"]

OID = "1.3.6.1.1.12"

# equality rules: apple.schema of Apple's OpenLDAP, nis.schema, RFC 4519; the same from 10.3 to 10.15
_WITH_EQUALITY = frozenset(
    {
        "cn",
        "description",
        "apple-generateduid",
        "apple-realname",
        "macaddress",
        "iphostnumber",
        "apple-hwuuid",
        "apple-computer-list-groups",
        "apple-computers",
        "apple-mcxflags",
        "apple-mcxsettings",
        "apple-xmlplist",
        "apple-serviceinfo",
        "authauthority",
        "uidnumber",
        "gidnumber",
        "memberuid",
        "apple-group-memberguid",
        "mountdirectory",
        "mounttype",
        "mountoption",
        "mountdumpfrequency",
        "mountpassno",
    }
)
_MAX_VALUE = 4096  # bytes: a control is no place for a large plist


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def asserted(attributes: Mapping[str, Iterable[bytes]]) -> list[tuple[str, bytes]]:
    """Return the attribute values that an assertion of these attributes names."""
    return [
        (name, value)
        for name, values in attributes.items()
        if name.lower() in _WITH_EQUALITY
        for value in values
        if 0 < len(value) <= _MAX_VALUE and sensitivity_of(name, value) < Sensitivity.PRIVATE
    ]


def assertion(values: Iterable[tuple[str, bytes]]) -> Control:
    """Return the control, critical: a server that does not know it refuses the change."""
    matches = [_tlv(0xA3, _tlv(0x04, name.encode("ascii")) + _tlv(0x04, value)) for name, value in values]
    return Control(OID, True, matches[0] if len(matches) == 1 else _tlv(0xA0, b"".join(matches)))
