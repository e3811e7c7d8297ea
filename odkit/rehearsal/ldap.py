"""A client of the scratch LDAP servers, in this process: a program for every password of a rehearsal takes seconds to start."""

from __future__ import annotations

import contextlib

__all__ = ["NO_ANSWER", "simple_bind"]

NO_ANSWER = 255  # what OpenLDAP's clients end with where a server does not answer; no result code of RFC 4511 is as large


def simple_bind(url: str, dn: str, password: str) -> int:
    """Bind with a DN and a password.

    Args:
        url: of the server.
        dn: in string form.
        password: not empty, because a server takes an empty one for nobody's (RFC 4513 section 5.1.2).

    Returns:
        The result code (RFC 4511 appendix A): 0, 49 for a wrong password …; `NO_ANSWER` where there is none.
    """
    import ldap3  # not before a server is asked: it takes as long to load as all else
    from ldap3.core.exceptions import LDAPException

    server = ldap3.Server(url, get_info=ldap3.NONE, connect_timeout=30)
    secret = password.encode("utf-8", "surrogateescape")  # as bytes it is not prepared (RFC 4013), but sent as it is
    try:
        client = ldap3.Connection(server, dn, secret, check_names=False, auto_referrals=False, receive_timeout=120)  # type: ignore[arg-type]
        client.bind(read_server_info=False)
        status = int(client.result["result"])
        with contextlib.suppress(LDAPException):
            client.unbind()
    except (LDAPException, OSError, UnicodeError):
        return NO_ANSWER
    return status
