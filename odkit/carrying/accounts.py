"""Rights do not travel: which users and groups of the directory the target must not get.

A user ``backup`` or a group ``docker`` of an old directory is harmless on a Mac and something else on a Linux server: the name, or the
number, has rights there.  By default names and numbers of ordinary Linux systems count as taken; with ``getent passwd; getent group`` of
the target exactly what is there does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path

from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.directory import Group, Record, User
from odkit.errors import InputError, UsageError
from odkit.files import read_whole
from odkit.ldif import unknowns
from odkit.patterns import regex
from odkit.text import decode, escape

__all__ = ["FIRST_FREE", "TargetAccounts", "map_groups", "number_of", "read_target_accounts"]

FIRST_FREE = 1000  # UID_MIN and GID_MIN of Debian, Red Hat and SUSE (login.defs(5))
_NOBODY = frozenset({65534, 65535, 4294967294, 4294967295})
_UNKNOWN = -(1 << 40)  # what is there is no number, or not shown

# Debian base-passwd, Red Hat setup, and servers that own files under their own name
_USER_NAMES = """
    root toor daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody _apt
    systemd-network systemd-resolve systemd-timesync messagebus sshd adm shutdown halt operator ftp dbus polkitd sssd ntp chrony
    openldap ldap dirsrv kdcproxy postfix dovecot dovenull postgres mysql redis apache nginx http named bind cyrus sasl rpc
    rpcuser statd nfsnobody tss uuidd tcpdump landscape lxd pollinate syslog git admin administrator saslauth
"""
_GROUP_NAMES = """
    sudo wheel disk docker lxc incus incus-admin libvirt libvirt-qemu kvm shadow staff video audio plugdev netdev dialout
    fax voice cdrom floppy tape src utmp users nogroup systemd-journal input render crontab ssh _ssh ssl-cert tty kmem
    lpadmin sambashare scanner wireshark vboxusers podman nixbld sgx pcap adbusers storage power network
"""
_USERS = frozenset(_USER_NAMES.split())
_GROUPS = _USERS | frozenset(_GROUP_NAMES.split()) | {"domain admins", "enterprise admins", "schema admins"}
_NUMBER = regex(r"-?[0-9]{1,10}\Z", re.ASCII)


def number_of(record: Record, attribute: str) -> int | None:
    """Return a POSIX number of a record: None when it has none; below every real one when what is there is no number, or not shown."""
    values = record.texts(attribute)
    if any(each.attribute.partition(";")[0].lower() == attribute.lower() for each in unknowns(record.entry)):
        return _UNKNOWN
    if not values:
        return None
    numbers = [int(value) if _NUMBER.match(value) else _UNKNOWN for value in values]
    return min(numbers)  # several: the one with most rights counts


@dataclass(frozen=True, slots=True)
class TargetAccounts:
    """What counts as taken at the target.

    Attributes:
        users: names in lower case -> number; None where only the name is known.
        groups: likewise.
        path: file that it was read from; "" for the built-in table, with which every number below 1000 counts as taken.
        user_numbers: numbers in use.
        group_numbers: numbers in use.
    """

    users: Mapping[str, int | None]
    groups: Mapping[str, int | None]
    path: str = ""
    user_numbers: frozenset[int] = field(default=frozenset())
    group_numbers: frozenset[int] = field(default=frozenset())

    @classmethod
    def usual(cls) -> TargetAccounts:
        """Return those of ordinary Linux systems."""
        return cls(dict.fromkeys(_USERS), dict.fromkeys(_GROUPS))

    def why_user(self, user: User) -> Reason | None:
        """Return why the target must not get a user; None when it may."""
        why = self._names(user.texts("uid") or [user.name], self.users, "user")
        return why or self._number(number_of(user, "uidNumber"), self.user_numbers, "uid")

    def why_group(self, group: Group) -> Reason | None:
        """Return why the target must not get a group; None when it may.  ``--map-group`` overrules it."""
        why = self._names(group.texts("cn") or [group.name], self.groups, "group")
        return why or self._number(number_of(group, "gidNumber"), self.group_numbers, "gid")

    def why_group_name(self, name: str) -> Reason | None:
        """Return why no group may have this name; None when it may."""
        return self._name(name, self.groups, "group")

    def why_gid(self, number: int) -> Reason | None:
        """Return why no group may have this number; None when it may."""
        return self._number(number, self.group_numbers, "gid")

    def why_name(self, name: str) -> Reason | None:
        """Return why no principal may have this name; None when it may."""
        return self._name(name, self.users, "user")

    def _names(self, names: Iterable[str], taken: Mapping[str, int | None], what: str) -> Reason | None:
        return next((reason for name in names if (reason := self._name(name, taken, what)) is not None), None)

    def _name(self, name: str, taken: Mapping[str, int | None], what: str) -> Reason | None:
        if name.strip().lower() not in taken:
            return None
        where = (
            f"the target has a {what} of that name ({escape(self.path)})" if self.path else f"{escape(name)} is a {what} of Linux itself"
        )
        return Reason(Why.RESERVED, f"{where}, with rights of its own")

    def _number(self, number: int | None, taken: frozenset[int], what: str) -> Reason | None:
        if number is None:
            return None
        if number == _UNKNOWN:
            return Reason(Why.DAMAGED, f"its {what} is no number, or not shown")
        if self.path:
            return Reason(Why.RESERVED, f"{what} {number} is taken at the target ({escape(self.path)})") if number in taken else None
        if number < FIRST_FREE or number in _NOBODY:
            return Reason(Why.RESERVED, f"{what} {number} belongs to the system's own accounts on Linux (below {FIRST_FREE}, or nobody)")
        return None


def read_target_accounts(path: Path) -> TargetAccounts:
    """Read ``getent passwd; getent group`` of the target.

    Raises:
        InputError: unreadable, a line of neither form, or no root in it.
    """
    data = read_whole(path)
    users: dict[str, int | None] = {}
    groups: dict[str, int | None] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        fields = decode(line.removesuffix(b"\r")).split(":")
        if fields == [""]:
            continue
        table = {7: users, 4: groups}.get(len(fields))
        if table is None or not fields[0] or not _NUMBER.match(fields[2]):
            raise InputError(str(path), number, "not a line of passwd or group; make it on the target with: getent passwd; getent group")
        table[fields[0].lower()] = int(fields[2])
    if 0 not in users.values() or 0 not in groups.values():
        raise InputError(str(path), None, "holds no root: give both lists of the target, made there with: getent passwd; getent group")
    return TargetAccounts(users, groups, str(path), _numbers(users.values()), _numbers(groups.values()))


def _numbers(values: Iterable[int | None]) -> frozenset[int]:
    return frozenset(value for value in values if value is not None)


def map_groups(pairs: Iterable[str]) -> dict[str, str]:
    """Return ``--map-group OLD=NEW`` as a table.

    Raises:
        UsageError: a pair of another form, or one group twice.
    """
    out: dict[str, str] = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise UsageError(f"--map-group {escape(pair)!r} is not OLD=NEW")
        if old in out:
            raise UsageError(f"--map-group gives {escape(old)} twice: give it once")
        out[old] = new
    return out
