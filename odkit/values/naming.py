"""The hosts that a value names."""

from __future__ import annotations

from odkit.values.hostspans import host_spans
from odkit.values.texts import texts_of_value

__all__ = ["NAMING", "hosts_of_value"]

# attributes in which a host may be named, beside those of homes, mail, mounts, printers and server lists
NAMING = (
    "apple-mcxsettings", "apple-mcxsettings2", "apple-group-homeurl", "apple-user-printattribute", "smbHome", "smbProfilePath",
    "smbScriptPath", "profilePath", "scriptPath", "sambaHomePath", "sambaProfilePath", "sambaLogonScript", "labeledURI",
    "apple-webloguri", "apple-serviceslocator", "apple-service-url", "apple-service-location", "apple-group-services",
    "apple-neighborhood-alias", "apple-dns-nameserver", "apple-resource-info",
)  # fmt: skip


def hosts_of_value(attribute: str, value: bytes) -> bytes:
    """Return the hosts that a value names, as written, each once, joined by line feeds, which no host has.

    Args:
        attribute: description.
        value: as it is in the directory; a property list is looked at string by string.
    """
    found = {
        text[start:end]: None
        for inside, text in texts_of_value(attribute, value)
        if not inside.endswith("(key)")
        for start, end in host_spans("", attribute, inside, text)
        if start < end
    }
    return "\n".join(found).encode("utf-8", "surrogatepass")
