"""People and groups as the staging server holds them: nothing that FreeIPA would refuse, and their GUIDs, to follow ownership by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from odkit.carrying.ds389.passwords import SHADOW_HASH
from odkit.carrying.freeipa.passwords import UserLogin
from odkit.carrying.freeipa.server import staging_server
from odkit.carrying.ldap.checks import Checks
from odkit.carrying.ldap.names import ServerNames
from odkit.carrying.openldap.schema import GROUP_OF_MEMBERS
from odkit.carrying.remarks import Remark, Remarks
from odkit.directory import Record
from odkit.ldif import Attributes, Entry
from odkit.text import decode

__all__ = ["GROUP_CLASS", "STAGING_SCHEMA", "USER_CLASS", "IpaEntries"]

USER_CLASS = "posixAccount"  # what migrate-ds is told to search for
GROUP_CLASS = GROUP_OF_MEMBERS
_DN_SYNTAX = "1.3.6.1.4.1.1466.115.121.1.12"
# an operational attribute of 389-DS (core schema), by which FreeIPA disables an account
STAGING_SCHEMA = (
    "# what a FreeIPA domain disables an account by, and slapd does not know\n"
    "attributetype ( 2.16.840.1.113730.3.1.610 NAME 'nsAccountLock' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )\n"
)
_PERSON = (b"inetOrgPerson", b"posixAccount", b"top")
_GROUP = (GROUP_CLASS.encode(), b"posixGroup", b"top")
_ANYTHING = b"extensibleObject"  # by it 389-DS takes attributes that no schema of FreeIPA knows
_GUID = "apple-generateduid"
_MEMBERS = frozenset({"memberuid", "apple-group-memberguid", "apple-group-nestedgroup"})
_NOT_HERE = frozenset({"userpkcs12", "member"})
_NO_UPG = b"__no_upg__"  # migrate-ds puts it into description for a moment (user.py NO_UPG_MAGIC)
_HOMELESS = frozenset({None, b"", b"99"})
_NO_HOME = b"/nonexistent"


class IpaEntries:
    """Makes entries.

    Args:
        remarks: collects what is left out and changed; None to collect nothing.
        keep_shadow: whether shadowExpire and its like are carried.
    """

    def __init__(self, remarks: Remarks | None, *, keep_shadow: bool) -> None:
        server = staging_server()
        self.model = server.model
        self.names = ServerNames(self.model)
        self._remarks = remarks
        self._record: Record | None = None
        self._person = (*_PERSON[:2], b"shadowAccount", *_PERSON[2:]) if keep_shadow else _PERSON
        self._people = Checks(server, self._filter(self._person), self._say)
        self._groups = Checks(server, self._filter(_GROUP), self._say)

    def _filter(self, classes: tuple[bytes, ...]) -> Callable[[str], str | None]:
        allowed = self._allowed(classes) | {_GUID}
        is_person = _PERSON[0] in classes

        def why_left_out(name: str) -> str | None:
            if name in {"userpassword", "objectclass", SHADOW_HASH.lower()}:
                return ""  # written anew, which the plan tells
            if name in _MEMBERS and not is_person:
                return "written as member, by DN"
            known = name in self.model.attributes
            if name in _NOT_HERE or (known and name not in allowed):
                return "left out: no attribute that a FreeIPA domain has a use for"
            if self.holds_dns(name):
                return "" if is_person else "left out: it names entries of the old tree, which migrate-ds does not rewrite in groups"
            return None

        return why_left_out

    def _allowed(self, classes: tuple[bytes, ...]) -> frozenset[str]:
        return self.model.allowed(tuple(name.decode().lower() for name in classes))

    def holds_dns(self, name: str) -> bool:
        """Tell whether the values of an attribute are DNs."""
        kind = self.model.type_of(name)
        return kind is not None and kind.syntax == _DN_SYNTAX

    def named_attributes(self, record: Record) -> list[str]:
        """Return the attributes of a user's record, as written there, that may stay and hold DNs."""
        allowed = self._allowed(self._person)
        found = ((name, self.model.type_of(name)) for name in record.attributes if self.holds_dns(name))
        return [name for name, kind in found if kind is not None and kind.names[0] in allowed and kind.names[0] not in _NOT_HERE]

    def _say(self, name: str, what: str) -> None:
        if self._remarks is not None and self._record is not None:
            self._remarks.count(self._record.dn, name, what)

    def person(self, record: Record, dn: str, login: UserLogin, gid: bytes | None, named: Mapping[str, Sequence[bytes]]) -> Entry:
        """Return a user's entry.

        Args:
            record: of the directory.
            dn: at the staging server.
            login: what the record gets.
            gid: the primary group at the target; None to leave it as it is.
            named: attributes that hold DNs, with those of the staging server.

        Raises:
            Damaged: the target cannot take it.
        """
        found: list[Remark] = []
        attributes = self._converted(self._people, record, self._person, found)
        attributes["uid"] = [login.name.encode()]
        if gid is not None and attributes.first("gidNumber") not in {None, gid}:
            self._say("gidNumber", f"{decode(attributes['gidNumber'][0])} is written {decode(gid)}: the old number has rights on Linux")
            attributes["gidNumber"] = [gid]
        if attributes.first("homeDirectory") in _HOMELESS:
            attributes["homeDirectory"] = [_NO_HOME]
            self._say("homeDirectory", f"written {decode(_NO_HOME)} where there is none")
        self._described(attributes)
        self._people.classes(attributes, [("uid", login.name.encode())], found)
        self._tell(record, found)
        for name, values in named.items():
            attributes[name] = list(values)
        if login.locked:
            attributes["nsAccountLock"] = [b"TRUE"]
        if login.locked and _ANYTHING not in attributes["objectClass"]:
            attributes["objectClass"] = [*attributes["objectClass"], _ANYTHING]
        if login.value is not None:
            attributes["userPassword"] = [login.value]
        return Entry(dn, attributes)

    def group(self, record: Record, dn: str, number: int | None, name: str, members: Sequence[bytes]) -> Entry:
        """Return a group's entry.

        Args:
            record: of the directory.
            dn: at the staging server.
            number: at the target; without one it is no POSIX group.
            name: at the target.
            members: DNs of its members.

        Raises:
            Damaged: the target cannot take it.
        """
        found: list[Remark] = []
        classes = _GROUP if number is not None else tuple(each for each in _GROUP if each != b"posixGroup")
        attributes = self._converted(self._groups, record, classes, found)
        attributes["cn"] = [name.encode()]
        attributes.pop("gidNumber", None)
        if number is not None:
            attributes["gidNumber"] = [str(number).encode()]
        if members:
            attributes["member"] = list(members)
        self._groups.classes(attributes, [("cn", name.encode())], found)
        self._tell(record, found)
        return Entry(dn, attributes)

    def made_group(self, name: str, number: int, dn: str) -> Entry:
        """Return a group that the directory has not."""
        return Entry(dn, {"objectClass": list(_GROUP), "cn": [name.encode()], "gidNumber": [str(number).encode()]})

    def _described(self, attributes: Attributes) -> None:
        """Leave out a description that migrate-ds would take for its own mark, or refuse as the second one of its kind."""
        values = attributes.get("description", [])
        kept = [value for value in values if value.strip().lower() != _NO_UPG]
        if len(kept) < len(values):
            self._say("description", "left out: migrate-ds uses that word itself")
            attributes.pop("description")
            if kept:
                attributes["description"] = kept

    def _converted(self, checks: Checks, record: Record, classes: tuple[bytes, ...], found: list[Remark]) -> Attributes:
        self._record = record
        values: Mapping[str, list[bytes]] = checks.values(record.attributes, {}, found)
        more = (_ANYTHING,) if _GUID in {name.lower() for name in values} else ()
        return Attributes({"objectClass": [*classes, *more], **values})

    def _tell(self, record: Record, found: list[Remark]) -> None:
        if self._remarks is not None and found:
            self._remarks.add(record, found)
