"""JSON declarations beside profiles: the profile as a whole, and native ones where keys of a domain have a counterpart.

An envelope has four members, all required (declarative/declarations/declarationbase.yaml): Type, Identifier and ServerToken of at most 64
octets, and Payload.  The token has to change with any change, so it is the SHA-256 of what the declaration says and, for a profile, of
the profile.  A declaration that no activation names does nothing, so there is one for each profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid5

from odkit.arguments import a_text
from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.mcx._applications import application_rules
from odkit.mcx._counterparts import counterparts
from odkit.mcx._payloads import SPACE
from odkit.mcx._profiles import Profile, Profiles
from odkit.plist import freeze, read
from odkit.text import escape

__all__ = ["Declaration", "declarations"]

LEGACY = "com.apple.configuration.legacy"
ACTIVATION = "com.apple.activation.simple"
_OCTETS = 64  # of an identifier


@dataclass(frozen=True, slots=True)
class Declaration:
    """A file of JSON.

    Attributes:
        name: of its file.
        type: of the declaration.
        payload: what stands in it.
        data: the file: JSON, UTF-8; the same input gives the same bytes.
        lines: how it was made, and what is missing before it can be used, for the report.
        complete: whether it can be used as it is.
    """

    name: str
    type: str
    payload: Mapping[str, Any]
    data: bytes
    lines: tuple[str, ...] = ()
    complete: bool = True


def declarations(found: Profiles, url: str) -> Iterator[Declaration]:
    """Yield the declarations of each profile: the profile itself, native ones, and the activation that names them.

    Native ones need supervised Macs; the activation names the profile alone, because both at once would manage the same thing.

    Args:
        found: the profiles.
        url: https URL of the folder at which the management server offers the profiles.

    Raises:
        UsageError: the URL is no https URL of a folder, or the prefix of the profiles is too long for identifiers of declarations.
    """
    import json
    from hashlib import sha256
    from urllib.parse import quote

    base = _base(url)
    for profile in found.profiles:
        content = read(profile.data).value
        stem = profile.name.removesuffix(".mobileconfig")
        prefix, _, own = content["PayloadIdentifier"].rpartition(".")

        def made(kind: str, payload: Mapping[str, Any], seed: bytes = b"", *, own: str = own, prefix: str = prefix) -> dict[str, Any]:
            identifier = f"{prefix}.{uuid5(SPACE, f'{own} {kind}')}"
            if len(identifier) > _OCTETS:
                raise UsageError(f"the prefix {escape(prefix)} is too long for declarations: give one of at most {_OCTETS - 37} characters")
            token = sha256(json.dumps([kind, identifier, payload], sort_keys=True).encode() + seed).hexdigest()
            return {"Type": kind, "Identifier": identifier, "ServerToken": token, "Payload": payload}

        legacy = made(LEGACY, {"ProfileURL": f"{base}/{quote(profile.name)}"}, profile.data)
        yield _file(f"{stem}.legacy.json", legacy)
        yield _file(f"{stem}.activation.json", made(ACTIVATION, {"StandardConfigurations": [legacy["Identifier"]]}))
        yield from _native(profile, content, stem, made)


def _native(profile: Profile, content: Mapping[str, Any], stem: str, made: Any) -> Iterator[Declaration]:
    user = content["PayloadScope"] == "User"
    for each in counterparts(profile.records[0].mcx, user=user):
        kind = each.type.removeprefix("com.apple.configuration.")
        yield _file(f"{stem}.{kind}.json", made(each.type, each.payload), each.lines)
    rules = application_rules(profile.records[0].mcx, user=user)
    if rules is not None:
        envelope = made(rules.type, rules.payload) | {"ServerToken": None, "Missing": list(rules.lines)}
        yield _file(f"{stem}.app.settings.skeleton.json", envelope, rules.lines, complete=False)


def _file(name: str, envelope: Mapping[str, Any], lines: tuple[str, ...] = (), *, complete: bool = True) -> Declaration:
    import json

    data = json.dumps(envelope, indent=2, ensure_ascii=True).encode() + b"\n"
    return Declaration(name, envelope["Type"], freeze(envelope["Payload"]), data, lines, complete)


def _base(url: object) -> str:
    from urllib.parse import urlsplit

    text = a_text(url, "url")
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_fits = urlsplit(""), False
    plain = text.isascii() and text.isprintable() and " " not in text and not (parts.query or parts.fragment or parts.username)
    if parts.scheme != "https" or not parts.hostname or not plain or not port_fits:
        raise UsageError(f"{escape(text)!r} is no https URL of a folder: give one such as https://mdm.example.com/profiles")
    return text.rstrip("/")
