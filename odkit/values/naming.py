"""The hosts that a value names."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.values.hostspans import hosts_in
from odkit.values.texts import texts_of_value

__all__ = ["NAMING", "hosts_named", "hosts_of_value"]

# attributes in which a host may be named, beside those of homes (Windows homes, too), mail, mounts, printers and server lists
NAMING = (
    "apple-mcxsettings", "apple-mcxsettings2", "apple-group-homeurl", "apple-user-printattribute", "labeledURI",
    "apple-webloguri", "apple-serviceslocator", "apple-service-url", "apple-service-location", "apple-group-services",
    "apple-neighborhood-alias", "apple-dns-nameserver", "apple-resource-info",
)  # fmt: skip


def hosts_named(attribute: str, value: bytes) -> Iterator[str]:
    """Yield the hosts that a value names, as written.

    Args:
        attribute: description.
        value: as it is in the directory; a property list is looked at string by string.
    """
    for inside, text in texts_of_value(attribute, value):
        if not inside.endswith("(key)"):
            yield from hosts_in(attribute, text, inside=inside)


def hosts_of_value(attribute: str, value: bytes) -> bytes:
    """Return the hosts that a value names, see `hosts_named`, each once, joined by line feeds, which no host has."""
    return "\n".join(dict.fromkeys(hosts_named(attribute, value))).encode("utf-8", "surrogatepass")
