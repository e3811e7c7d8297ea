"""Keys of 10.7 and later: the key sets of ``cn=authdata``, in clear or sealed with the KDC's m-key.

Which set counts is Apple's choice (Heimdal, HeimODAdmin.c od2hdb_keys): of those without a principal of their own the one with the highest
version above 0; a set for the very principal that is asked for beats them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from odkit.carrying.keys import KerberosInput, Key, KeySource, MitEntry, SourcePrincipal, never_carried
from odkit.carrying.verdicts import Reason, Why
from odkit.directory import Directory, Record
from odkit.errors import InputError, InputReason
from odkit.findings import Finding, finding
from odkit.kerberos import Principal
from odkit.kerberos.authdata import names_of
from odkit.kerberos.kdb.ciphers import WrongKeyError
from odkit.kerberos.kdb.master import KEY_LENGTHS, MasterKey, open_hdb, read_master_keys
from odkit.kerberos.rules import PRINCIPAL_TWICE
from odkit.ldif import Attributes
from odkit.passwords import Domain, KeySet, PasswordServer, StoredKey, parse_authority, parse_keyset, timestamp
from odkit.patterns import regex
from odkit.text import escape
from odkit.values.enctypes import enctype_name
from odkit.values.schema import AUTHDATA
from odkit.values.slot import slot_of

__all__ = ["nt_hash_of", "read_authdata_keys"]

_RC4 = 23
_DEFAULT_FLAGS = 326  # what Apple writes for users: forwardable, proxiable, client, requires preauthentication
_NT_HASH = regex(rb"[0-9A-Fa-f]{32}\Z")
# Heimdal's HDBFlags (hdb.asn1) that have to be set -> the bit of MIT that stands for its absence; and those that stand for themselves
_WITHOUT = {1 << 1: 2, 1 << 2: 16, 1 << 3: 8, 1 << 4: 1, 1 << 5: 4096, 1 << 6: 64}
_WITH = {1 << 7: 64, 1 << 8: 128, 1 << 10: 256, 1 << 17: 64}


def read_authdata_keys(od: Directory, realm: bytes | None, m_key: Path | None) -> KerberosInput:
    """Read the principals of ``cn=authdata`` with their keys.

    Args:
        od: with the export of ``cn=authdata``.
        realm: that is carried; None to take that of the first principal.
        m_key: the master key, in any form.

    Raises:
        InputError: a key set that cannot be read, an m-key that does not open it, or ``cn=authdata`` of another domain.
    """
    _check_domain(od)
    masters = {key.kvno or 0: key for key in read_master_keys(m_key)} if m_key is not None else {}
    findings: list[Finding] = []
    found: dict[Principal, SourcePrincipal] = {}
    foreign: list[Principal] = []
    for record in _records(od):
        sets = _sets(record)
        for _, principal, alias in names_of(record.entry, record.path, findings):
            realm = realm if realm is not None else principal.realm
            if principal.realm != realm:
                foreign.append(principal)
                continue
            made = _principal(record, principal, sets, masters, str(m_key) if m_key is not None else "", alias=alias)
            if principal in found:
                trouble = Reason(Why.TWIN, f"two records of cn=authdata answer to {escape(bytes(principal))}")
                made = SourcePrincipal(principal, (), made.entry, trouble, record.path, record.line)
                findings.append(finding(PRINCIPAL_TWICE, str(principal), trouble.text, path=record.path, line=record.line))
            found[principal] = made
    if not found and foreign and realm is not None:
        raise InputError(
            od.sources[0].path,
            None,
            f"cn=authdata is of another domain: it holds no principal of {escape(realm)}, but {foreign[0]} and others",
        )
    return KerberosInput(realm, found, tuple(foreign), tuple(findings))


def nt_hash_of(attributes: Attributes) -> bytes | None:
    """Return the NT hash of an entry in ``cn=authdata``, 16 bytes, which is the RC4 key, too; None where it has none.  Secret."""
    value = attributes.first("cmusaslsecretSMBNT")
    return bytes.fromhex(value.decode("ascii")) if isinstance(value, bytes) and _NT_HASH.match(value) else None


def _records(od: Directory) -> Iterator[Record]:
    for parent in (f"cn=users,{AUTHDATA}", f"cn=computers,{AUTHDATA}"):
        for rdn in od.rdns_below(parent):
            record = od.by_key(f"{rdn},{parent}")
            if record is not None:
                yield record


def _check_domain(od: Directory) -> None:
    """Check that the users' pointers name the Password Server's own key and lead into ``cn=authdata``: one that does proves it."""
    own = Domain.of(od).key
    pointers, same_key = 0, own is None
    for user in od.users.records():
        for value in user.authorities:
            slot = slot_of(value)
            if slot is None:
                continue
            pointers += 1
            if not same_key and own is not None:
                detail = parse_authority(value.encode("utf-8", "surrogateescape")).detail
                same_key = isinstance(detail, PasswordServer) and detail.key is not None and detail.key.identity == own.identity
            if same_key and od.by_key(f"authguid={slot.auth_guid},cn=users,{AUTHDATA}") is not None:
                return
    if not pointers:
        return
    top = od.by_key(AUTHDATA)
    path, line = (top.path, top.line) if top is not None else (od.sources[0].path, None)
    why = "no user's pointer leads into it" if same_key else "no user's pointer names the key of its Password Server"
    raise InputError(path, line, f"cn=authdata is of another domain: {why}; export both at one time, on one server")


def _sets(record: Record) -> list[KeySet]:
    out = []
    for value in record.attributes.get("draft-krbKeySet", ()):
        try:
            out.append(parse_keyset(bytes(value)))
        except InputError as error:
            message = f"{escape(record.text('uid') or record.name)}: {error.message}"
            raise InputError(record.path, record.line, message, InputReason.DAMAGED) from None
    return out


def _chosen(sets: Sequence[KeySet], principal: Principal) -> KeySet | None:
    own = [each for each in sets if each.principal == (principal.components, principal.realm) and each.kvno > 0]
    shared = [each for each in sets if each.principal is None and each.kvno > 0]
    return max(own or shared, key=lambda each: each.kvno, default=None)


def _principal(
    record: Record, principal: Principal, sets: Sequence[KeySet], masters: Mapping[int, MasterKey], m_key: str, *, alias: bool
) -> SourcePrincipal:
    mit = _entry(record)
    if never_carried(principal) is not None:
        return SourcePrincipal(principal, (), mit, path=record.path, line=record.line)
    chosen = _chosen(sets, principal)
    older = _older(sets, chosen)
    keys: list[Key] = []
    trouble = None
    for stored in chosen.keys if chosen is not None else ():
        if stored.mkvno is not None and not masters:
            trouble = Reason(Why.DAMAGED, "its keys are sealed with the KDC's master key: give it with --m-key")
            break
        value = _opened(stored, record, masters, m_key)
        keys.append(Key(stored.enctype, value, _salt(stored, principal), chosen.kvno if chosen is not None else 1, KeySource.AUTHDATA))
    if trouble is not None:
        return SourcePrincipal(principal, (), mit, trouble, record.path, record.line, _sealed(chosen, principal), older)
    nt_hash = nt_hash_of(record.attributes)
    if not keys and not alias and nt_hash is not None:
        keys.append(Key(_RC4, nt_hash, None, 1, KeySource.SMB_NT))
    return SourcePrincipal(principal, tuple(keys), mit, path=record.path, line=record.line, older=older)


def _older(sets: Sequence[KeySet], chosen: KeySet | None) -> tuple[int, ...]:
    """Return the versions of the sets of the same principal that were not chosen, the newest first."""
    if chosen is None:
        return ()
    return tuple(sorted({each.kvno for each in sets if each.principal == chosen.principal and 0 < each.kvno < chosen.kvno}, reverse=True))


def _sealed(chosen: KeySet | None, principal: Principal) -> tuple[Key, ...]:
    if chosen is None:
        return ()
    return tuple(Key(each.enctype, each.value, _salt(each, principal), chosen.kvno, KeySource.AUTHDATA, each.mkvno) for each in chosen.keys)


def _opened(stored: StoredKey, record: Record, masters: Mapping[int, MasterKey], m_key: str) -> bytes:
    who = escape(record.text("uid") or record.name)
    length = KEY_LENGTHS.get(stored.enctype)
    if length is None:
        message = f"{who}: encryption type {stored.enctype} is none that odkit knows: the key set is damaged"
        raise InputError(record.path, record.line, message, InputReason.DAMAGED)
    if stored.mkvno is None:
        if len(stored.value) != length:
            name = enctype_name(stored.enctype)
            message = f"{who}: a key of {len(stored.value)} bytes, where {name} has {length}: the key set is damaged"
            raise InputError(record.path, record.line, message, InputReason.DAMAGED)
        return stored.value
    for master in [masters[stored.mkvno]] if stored.mkvno in masters else list(masters.values()):
        try:
            return open_hdb(stored.value, stored.enctype, master)
        except WrongKeyError:
            continue
    raise InputError(m_key, None, f"does not open the keys of {who} ({escape(record.path)}:{record.line}): it is of another KDC, or older")


def _salt(stored: StoredKey, principal: Principal) -> bytes | None:
    if stored.enctype == _RC4:
        return None
    return stored.salt if stored.salt_type is not None else principal.realm + b"".join(principal.components)


def _entry(record: Record) -> MitEntry:
    flags = _number(record.text("draft-krbTicketPolicy"), _DEFAULT_FLAGS)
    attributes = 0
    for bit, mit in _WITHOUT.items():
        attributes |= 0 if flags & bit else mit
    for bit, mit in _WITH.items():
        attributes |= mit if flags & bit else 0
    changed = timestamp(record.text("passwordModDate"))
    return MitEntry(
        attributes,
        _number(record.text("draft-krbTicketMaxLife"), 0),
        _number(record.text("draft-krbTicketMaxRenewal"), 0),
        password_changed=int(changed.timestamp()) if changed is not None else None,
    )


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else default
