"""Records of an export as records of an LDAP server that keeps the tree and all classes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field

from odkit.carrying.groups import KINDS, GroupRuling
from odkit.carrying.ldap.authorities import KERBEROS_RECORDS, authority_at_target, identity_at_target, realm_in_config, unique
from odkit.carrying.ldap.checks import Checks, Damaged
from odkit.carrying.ldap.names import ServerNames
from odkit.carrying.ldap.passwords import CRAM_MD5
from odkit.carrying.ldap.server import Server
from odkit.carrying.remarks import Remark, Remarks
from odkit.carrying.source import CarrySource
from odkit.dataclass import dataclass
from odkit.directory import Record
from odkit.dn import DN, parse_dn
from odkit.findings import Rule, Severity
from odkit.ldif import Attributes, Entry
from odkit.text import decode

__all__ = ["NO_LOGIN", "Converter", "Decided", "Login"]

REALM_NOT_REPLACED = Rule("OD933", "realm-not-replaced", Severity.WARNING, "Replace the realm in the record at the target by hand.")


# secrets of the old servers, which mean nothing elsewhere: the KDC's master key sealed for each of them
_OLD_SECRETS = frozenset({"apple-kdc-authkey", "pwsprivatekey"})


@dataclass(frozen=True, slots=True)
class Login:
    """What a user's record gets.

    Attributes:
        value: of ``userPassword``; secret.
        cram: the CRAM-MD5 secret; secret.
        by_kdc: the KDC checks the password.
        locked: he may not log in, or has nothing to log in with.
    """

    value: bytes | None = field(default=None, repr=False)
    cram: bytes | None = field(default=None, repr=False)
    by_kdc: bool = False
    locked: bool = False


NO_LOGIN = Login()


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided before records are converted.

    Attributes:
        logins: by id of the user's record.
        groups: by id of the group's record.
        gone: names, lower case, of users that are left out, so that no group may name them.
    """

    logins: Mapping[int, Login]
    groups: Mapping[int, GroupRuling]
    gone: AbstractSet[str]


class Converter:
    """Converts records.

    Args:
        source: of the carry.
        server: the target.
        decided: see `Decided`.
        remarks: collects what is left out and changed; None to convert again and collect nothing.
        told: ids of records with a remark, when they are converted again: all others need no check.

    Attributes:
        told: ids of records with a remark, or with object classes that were added.
    """

    def __init__(
        self,
        source: CarrySource,
        server: Server,
        decided: Decided,
        remarks: Remarks | None = None,
        told: AbstractSet[int] = frozenset(),
    ) -> None:
        self._server = server
        self.checks = Checks(server, self._why_left_out, self._say)
        self._names = ServerNames(server.model, blanks=server.rewrites)
        self._from, self._to = source.realm_from, source.realm_to
        self._taken = source.accounts.why_name
        self._shadow = source.options.keep_shadow
        self._decided = decided
        self._remarks = remarks
        self._record: Record | None = None
        self.told = set(told)
        self._others: set[str] = set()  # attributes that hold neither authorities nor identities

    def entry(self, record: Record) -> Entry:
        """Return a record as the target gets it; see `convert`."""
        return Entry(*self.convert(record))

    def convert(self, record: Record) -> tuple[str, Attributes]:
        """Return DN and attributes of a record as the target gets it; the attributes are not to be changed.

        Raises:
            Damaged: the target cannot take it.
        """
        dn, rdn = self._names.parts(record.dn)
        if dn is None:
            raise Damaged("its DN cannot be read, or names an attribute type that no schema of the target defines")
        self._record = record
        found: list[Remark] = []
        checked = self._remarks is None and record.record_id not in self.told
        attributes = self.checks.values(record.attributes, self._authorities(record), found, checked=checked)
        if record.kind == "Config":
            self._config(record, attributes, found)
        elif record.kind in KINDS:
            dn, rdn = self._group(record, attributes, dn, rdn)
        login = self._decided.logins.get(record.record_id, NO_LOGIN)
        if login.cram is not None:
            attributes[CRAM_MD5] = [login.cram]
        silent = self.checks.classes(attributes, rdn, found)
        if login.locked and self._server.lock:
            attributes[self._server.lock] = [b"true"]
        if login.value is not None and self._remarks is None:  # nothing is checked on it
            attributes["userPassword"] = [login.value]
        if self._remarks is not None and (found or silent):
            self.told.add(record.record_id)
            self._remarks.add(record, found)
        return dn, attributes

    def _say(self, name: str, why: str) -> None:
        if self._remarks is not None and self._record is not None:
            self._remarks.count(self._record.dn, name, why)

    def _why_left_out(self, name: str) -> str | None:
        if name == "userpassword":
            return ""  # written anew, which the plan tells for all users
        if name in _OLD_SECRETS or name.startswith("cmusaslsecret"):
            return "left out: a secret of the old servers"
        if name.startswith("shadow") and not self._shadow:
            return "left out: an old date or flag lets accounts in or locks them out as the client pleases; --keep-shadow carries it"
        return self._server.own.get(name)

    def _group(self, record: Record, attributes: Attributes, dn: str, rdn: list[tuple[str, bytes]]) -> tuple[str, list[tuple[str, bytes]]]:
        members = attributes.get("memberUid")
        if members:
            kept = [name for name in members if not self._foreign(decode(name))]
            if len(kept) < len(members):
                attributes["memberUid"] = kept
                self._say("memberUid", "names of users that are left out, or that the target has itself, are left out")
        ruling = self._decided.groups.get(record.record_id)
        if ruling is None or ruling.group.new_name is None:
            return dn, rdn
        attributes["gidNumber"] = [str(ruling.gid).encode()]
        if ruling.name == record.name:
            return dn, rdn
        attributes["cn"] = [ruling.name.encode("utf-8", "surrogateescape")]
        new = str(DN(((("cn", ruling.name),), *parse_dn(record.dn).rdns[1:])))
        return self._names.pretty(new) or dn, [("cn", attributes["cn"][0])]

    def _foreign(self, name: str) -> bool:
        return name.lower() in self._decided.gone or self._taken(name) is not None

    def _authorities(self, record: Record) -> dict[str, list[bytes]]:
        """Return what takes the place of the authorities and identities of a record, by their names there."""
        out: dict[str, list[bytes]] = {}
        for name, values in record.attributes.items():
            if name in self._others:
                continue
            bare = name.lower()
            if bare == "authauthority":
                made = [authority_at_target(value, self._from, self._to) for value in values]
                kept = unique(value for value in made if value is not None)
                if kept != values:
                    self._say_authorities(values, kept)
                out[name] = kept
            elif bare == "altsecurityidentities" and self._from != self._to:
                out[name] = unique(identity_at_target(value, self._from, self._to) for value in values)
                if out[name] != values:
                    self._say(name, "names the realm at the target")
            else:
                self._others.add(name)
        return out

    def _say_authorities(self, values: list[bytes], kept: list[bytes]) -> None:
        if self._remarks is None:
            return
        if len(kept) < len(values) or any(b"applepasswordserver" in value.lower() for value in values):
            self._say("authAuthority", "the old Password Server's value is left out")
        if self._from != self._to and any(value not in values for value in kept):
            self._say("authAuthority", "names the realm at the target")

    def _config(self, record: Record, attributes: Attributes, found: list[Remark]) -> None:
        if self._from is None or self._to is None or self._from == self._to:
            return
        if not KERBEROS_RECORDS & {name.lower() for name in record.names}:
            return
        for name in ("apple-config-realname", "apple-xmlplist", "apple-kdc-configdata"):
            values = attributes.get(name)
            if not values:
                continue
            if any(value.startswith(b"bplist") for value in values):
                found.append(Remark(REALM_NOT_REPLACED, "a binary property list, in which the realm was not replaced", name))
                continue
            changed = [realm_in_config(value, self._from, self._to) for value in values]
            if changed != values:
                attributes[name] = changed
                self._say(name, "names the realm at the target")
