"""Settings of a connection to a directory, and of its bind."""

from __future__ import annotations

from typing import Any

from odkit.dataclass import dataclass
from odkit.errors import LiveError

__all__ = ["Anonymous", "BindRefused", "Gssapi", "Partial", "Settings", "Simple"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a connection.

    Attributes:
        ca_file: certificates to trust instead of the system's.
        insecure_plain: connect without TLS; then no password is ever sent.
        timeout: seconds that connecting, and each answer, may take.
        most: bytes that one server may send in all.
    """

    ca_file: str | None = None
    insecure_plain: bool = False
    timeout: float = 30
    most: int = 1 << 32


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Bind anonymously."""


@dataclass(frozen=True, slots=True)
class Simple:
    """Bind with a DN and its password, over TLS only."""

    dn: str
    password: str


@dataclass(frozen=True, slots=True)
class Gssapi:
    """Bind with Kerberos credentials (`odkit.live.kerberos.initial`)."""

    credentials: Any


class Partial(LiveError):  # noqa: N818 - it says what came: a part
    """The server gave only a part of what was asked for."""


class BindRefused(LiveError):  # noqa: N818 - it says what the server did
    """The server answered the bind, and refused it.

    Attributes:
        code: of the result (RFC 4511 appendix A).
    """

    def __init__(self, message: str, code: int) -> None:
        self.code = code
        super().__init__(message)
