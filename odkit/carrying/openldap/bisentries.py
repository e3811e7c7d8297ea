"""People and groups of shape ``openldap-2307bis``: what Linux clients ask for, and the GUIDs, so that ownership can be followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from odkit.carrying.ldap.checks import Checks
from odkit.carrying.ldap.entries import Login
from odkit.carrying.ldap.names import ServerNames
from odkit.carrying.ldap.passwords import CRAM_MD5
from odkit.carrying.openldap.server import slapd
from odkit.carrying.remarks import Remark, Remarks
from odkit.directory import Record
from odkit.ldif import Attributes, Entry
from odkit.text import decode

__all__ = ["BisEntries"]

_PERSON = (b"inetOrgPerson", b"posixAccount", b"apple-user", b"top")
_GROUP = (b"groupOfMembers", b"posixGroup", b"apple-group", b"top")
# what the classes would allow, and means nothing, or harm, at a server without Macs
_NOT_HERE = frozenset({
    "authauthority", "altsecurityidentities", "apple-user-passwordpolicy", "apple-accountpolicy", "apple-user-adminlimits", "userpkcs12",
    "member", "apple-user-printattribute", "apple-user-mailattribute", "acctflags", "pwdlastset", "logontime", "logofftime",
    "kickofftime", "homedrive", "scriptpath", "profilepath", "userworkstations", "smbhome", "rid", "primarygroupid", "sambasid",
    "sambaprimarygroupsid",
})  # fmt: skip
_MEMBERS = frozenset({"memberuid", "apple-group-memberguid", "apple-group-nestedgroup"})
_HOMELESS = frozenset({None, b"", b"99"})
_NO_HOME = b"/nonexistent"


class BisEntries:
    """Makes entries.

    Args:
        keep_shadow: whether shadowExpire and its like are carried.
        remarks: collects what is left out and changed; None to collect nothing.
    """

    def __init__(self, remarks: Remarks | None, *, keep_shadow: bool) -> None:
        server = slapd("openldap-2307bis")
        self.model = server.model
        self.names = ServerNames(self.model)
        self._remarks = remarks
        self._record: Record | None = None
        self._person = (*_PERSON[:2], b"shadowAccount", *_PERSON[2:]) if keep_shadow else _PERSON
        self._people = Checks(server, self._filter(self._person), self._say)
        self._groups = Checks(server, self._filter(_GROUP), self._say)

    def _filter(self, classes: tuple[bytes, ...]) -> Callable[[str], str | None]:
        allowed = self.model.allowed(tuple(name.decode().lower() for name in classes))

        def why_left_out(name: str) -> str | None:
            if name in {"userpassword", "objectclass"}:
                return ""
            if name in _MEMBERS:
                return "written as member, by DN"
            if name in _NOT_HERE or (name in self.model.attributes and name not in allowed):
                return "left out: no attribute of this shape"
            return None

        return why_left_out

    def _say(self, name: str, what: str) -> None:
        if self._remarks is not None and self._record is not None:
            self._remarks.count(self._record.dn, name, what)

    def person(self, record: Record, dn: str, login: Login, gid: Callable[[Record], bytes | None]) -> Entry:
        """Return a user's entry.

        Args:
            record: of the directory.
            dn: at the target, as slapd writes it.
            login: what the record gets.
            gid: tells the primary group at the target; None to leave it as it is.

        Raises:
            Damaged: the target cannot take it.
        """
        found: list[Remark] = []
        attributes = self._converted(self._people, record, self._person, found)
        number = gid(record)
        if number is not None and attributes.first("gidNumber") not in {None, number}:
            self._say("gidNumber", f"{decode(attributes['gidNumber'][0])} is written {decode(number)}: the old number has rights on Linux")
            attributes["gidNumber"] = [number]
        if attributes.first("homeDirectory") in _HOMELESS:
            attributes["homeDirectory"] = [_NO_HOME]
            self._say("homeDirectory", f"written {decode(_NO_HOME)} where there is none")
        self._people.classes(attributes, self.names.rdn_values(dn), found)
        self._tell(record, found)
        if login.cram is not None:
            attributes[CRAM_MD5] = [login.cram]
            attributes["objectClass"].append(b"extensibleObject")
        if login.value is not None:
            attributes["userPassword"] = [login.value]
        return Entry(dn, attributes)

    def group(self, record: Record, dn: str, number: int | None, members: Callable[[Record, list[Remark]], list[bytes]]) -> Entry:
        """Return a group's entry.

        Args:
            record: of the directory.
            dn: at the target, as slapd writes it.
            number: at the target; without one it is no POSIX group.
            members: tells DNs of its members.

        Raises:
            Damaged: the target cannot take it.
        """
        found: list[Remark] = []
        classes = _GROUP if number is not None else tuple(name for name in _GROUP if name != b"posixGroup")
        attributes = self._converted(self._groups, record, classes, found)
        rdn = self.names.rdn_values(dn)
        attributes["cn"] = [value for kind, value in rdn if kind == "cn"]
        if number is not None:
            attributes["gidNumber"] = [str(number).encode()]
        members_found = members(record, found)
        if members_found:
            attributes["member"] = members_found
        self._groups.classes(attributes, rdn, found)
        self._tell(record, found)
        return Entry(dn, attributes)

    def _converted(self, checks: Checks, record: Record, classes: tuple[bytes, ...], found: list[Remark]) -> Attributes:
        self._record = record
        values: Mapping[str, list[bytes]] = checks.values(record.attributes, {}, found)
        return Attributes({"objectClass": list(classes), **values})

    def _tell(self, record: Record, found: list[Remark]) -> None:
        if self._remarks is not None and found:
            self._remarks.add(record, found)
