"""The directory behind the stand-in dscl, asked and changed over LDAP, in the process of the service: it is started once for many calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException

from odkit.ldif import Attributes, ChangeRecord, Entry

__all__ = ["Refused", "change", "search"]

_NO_SUCH_OBJECT = 32  # RFC 4511 appendix A.2
_OPERATIONS = {"add": ldap3.MODIFY_ADD, "delete": ldap3.MODIFY_DELETE, "replace": ldap3.MODIFY_REPLACE}


class Refused(Exception):  # noqa: N818
    """The server does not answer, or answers with an error."""


@contextmanager
def _connected(url: str, bind: str | None = None, password: str | None = None) -> Iterator[Any]:
    server = ldap3.Server(url, get_info=ldap3.NONE, connect_timeout=30)
    connection = ldap3.Connection(server, bind, password, check_names=False, auto_referrals=False)
    try:
        if bind is None:
            connection.open(read_server_info=False)  # anonymous without a bind (RFC 4513 section 4)
        elif not connection.bind(read_server_info=False):
            raise Refused
        yield connection
        connection.unbind()
    except (LDAPException, OSError) as error:
        raise Refused from error


def search(url: str, base: str, wanted: str, attributes: list[str]) -> list[Entry]:
    """Entries one level below a base, nobody's rights asked for; none where the base is not there.

    Args:
        url: of the server.
        base: DN.
        wanted: filter (RFC 4515).
        attributes: their names, or ``*``.
    """
    with _connected(url) as connection:
        connection.search(base, wanted, ldap3.LEVEL, ldap3.DEREF_NEVER, attributes=attributes)
        if connection.result["result"] not in {0, _NO_SUCH_OBJECT}:
            raise Refused
        found = [each for each in connection.response or () if each["type"] == "searchResEntry"]
    return [
        Entry(each["raw_dn"].decode("utf-8", "surrogateescape"), Attributes({name: list(v) for name, v in each["raw_attributes"].items()}))
        for each in found
    ]


def change(url: str, bind: str, password: str, record: ChangeRecord) -> None:
    """Apply one change, of the kinds add, delete and modify.

    Args:
        url: of the server.
        bind: DN of the administrator.
        password: of his.
        record: the change.
    """
    with _connected(url, bind, password) as connection:
        if record.changetype == "add":
            connection.add(record.dn, attributes={name: list(values) for name, values in (record.attributes or {}).items()})
        elif record.changetype == "delete":
            connection.delete(record.dn)
        else:
            wanted: dict[str, list[tuple[str, list[bytes]]]] = {}
            for each in record.changes:
                wanted.setdefault(each.attribute, []).append((_OPERATIONS[each.op], list(each.values)))
            connection.modify(record.dn, wanted)
        if connection.result["result"]:
            raise Refused
