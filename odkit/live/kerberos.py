"""Gets credentials from a password, in memory: the user's own cache is neither read nor written."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from odkit.dataclass import dataclass
from odkit.errors import LiveError
from odkit.kerberos.probe import BAD_INTEGRITY, WRONG_PASSWORD, describe_code

__all__ = ["Login", "initial", "need_gssapi"]

_HINT = "apt-get install libkrb5-dev gcc, then pip install '.[kerberos]' in odkit's source"


@dataclass(frozen=True, slots=True)
class Login:
    """The answer to a request for initial credentials: those of gssapi, or None and Kerberos' code."""

    credentials: Any
    code: int

    @property
    def why(self) -> str:
        """The code in words."""
        return describe_code(WRONG_PASSWORD) if self.code == BAD_INTEGRITY else describe_code(self.code)


def need_gssapi() -> None:
    """Check that gssapi is installed.

    Raises:
        LiveError: it is not; the message says how to install it.
    """
    if find_spec("gssapi") is None:
        raise LiveError(f"this needs gssapi: {_HINT}")


def initial(principal: str, password: str) -> Login:
    """Ask the KDC for initial credentials.

    Raises:
        LiveError: gssapi is missing.
    """
    need_gssapi()
    import gssapi
    from gssapi.raw import GSSError, acquire_cred_with_password

    try:
        name = gssapi.Name(principal.encode("utf-8", "surrogateescape"), gssapi.NameType.kerberos_principal)
        found = acquire_cred_with_password(
            name, password.encode("utf-8", "surrogateescape"), usage="initiate", mechs=[gssapi.MechType.kerberos]
        )
        credentials = gssapi.Credentials(base=found.creds)
        _ = credentials.lifetime  # only now the KDC is asked
    except GSSError as error:
        return Login(None, error.min_code & 0xFFFFFFFF)
    return Login(credentials, 0)
