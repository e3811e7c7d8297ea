"""Keys of 10.4 to 10.6: the dump of the old KDC and its stash.

The master key's own record has to open with the stash to the stash's key: that proves, without any password, that both belong together.
"""

from __future__ import annotations

import contextlib
import struct
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from odkit.carrying.keys import KerberosInput, Key, KeySource, MitEntry, SourcePrincipal, never_carried
from odkit.errors import InputError, InputReason
from odkit.findings import Finding, Rule, Severity, finding
from odkit.kerberos import Principal, is_lkdc
from odkit.kerberos.kdb.ciphers import WrongKeyError
from odkit.kerberos.kdb.dump import Dump, DumpEntry, SealedKey, read_dump
from odkit.kerberos.kdb.master import KEY_LENGTHS, MasterKey, open_mit, read_master_keys
from odkit.text import escape, plural

__all__ = ["LAST_CHANGE", "MKVNO", "active_master", "master_keys", "read_mit_keys", "whole_realm"]

POLICY_NOT_READ = Rule("OD902", "carry-policy-not-read", Severity.WARNING, "Set the policy of the principal at the target.")

LAST_CHANGE, ADMIN_DATA, MKVNO, ACTIVE_MKVNO, MKEY_AUX = 1, 3, 8, 9, 10  # krb5/kdb.h, KRB5_TL_*
_KADM5_VERSION = 0x12345C01
_RC4 = 23
# RFC 4120's salt types as MIT keeps them (krb5/kdb.h)
_NORMAL, _V4, _NO_REALM, _ONLY_REALM, _SPECIAL = 0, 1, 2, 3, 4


def read_mit_keys(dump_path: Path, stash_path: Path, *, realm: bytes | None, asked: bool) -> KerberosInput:
    """Read a dump, and open its keys with the stash.

    Args:
        dump_path: of ``kdb5_util dump``.
        stash_path: the master key, in any form.
        realm: that was asked for, or that of the export; None where neither names one.
        asked: whether it was asked for by name.

    Raises:
        InputError: an input is damaged, of another realm, or the stash belongs to another KDC.
    """
    dump = read_dump(dump_path)
    chosen = whole_realm(dump, realm, asked=asked)
    masters = master_keys(dump, chosen, read_master_keys(stash_path), str(stash_path))
    findings: list[Finding] = []
    own = [entry for entry in dump.entries if entry.principal.realm == chosen]
    found = {entry.principal: _principal(entry, masters, dump.path, findings) for entry in own}
    foreign = tuple(entry.principal for entry in dump.entries if entry.principal.realm != chosen)
    return KerberosInput(chosen, found, foreign, tuple(findings), (dump.digest,))


def whole_realm(dump: Dump, realm: bytes | None, *, asked: bool) -> bytes:
    """Return the realm of a dump that is carried: its only one, or the one that was asked for.

    Raises:
        InputError: several realms and none was asked for; another realm than the export's; no master key or no krbtgt: the dump is cut.
    """
    realms = sorted({entry.principal.realm for entry in dump.entries})
    if not realms:
        raise InputError(dump.path, None, "holds no principal", InputReason.EMPTY)
    if len(realms) > 1 and not asked:
        shown = ", ".join(escape(each) for each in realms[:5])
        local = " (LKDC: the realm of one machine, which is never carried)" if any(map(is_lkdc, realms)) else ""
        raise InputError(dump.path, None, f"holds {len(realms)} realms: {shown}{local}; say which one to carry with --realm")
    chosen = realm if asked and realm is not None else realms[0]
    if chosen not in realms:
        raise InputError(dump.path, None, f"holds no principal of {escape(chosen)}, but of {', '.join(map(escape, realms[:5]))}")
    if is_lkdc(chosen):
        raise InputError(dump.path, None, f"is of {escape(chosen)}, the Local KDC of one machine; carry moves the realm of a domain")
    if realm is not None and chosen != realm:
        message = (
            f"is of the realm {escape(chosen)}, but the directory is of {escape(realm)}; if that is meant, say --realm {escape(chosen)}"
        )
        raise InputError(dump.path, None, message)
    names = {entry.principal for entry in dump.entries}
    for components in ((b"K", b"M"), (b"krbtgt", chosen)):
        if Principal(components, chosen) not in names:
            what = b"/".join(components)
            raise InputError(dump.path, None, f"holds no {escape(what)}@{escape(chosen)}: it is cut, or a part of a dump", InputReason.CUT)
    return chosen


def master_keys(dump: Dump, realm: bytes, stash: Iterable[MasterKey], path: str) -> dict[int, MasterKey]:
    """Return the master keys of a realm by version, proved by the master key's own record, which holds those before the newest, too.

    Raises:
        InputError: the stash does not open it.
    """
    record = next(entry for entry in dump.entries if entry.principal == Principal((b"K", b"M"), realm))
    found: dict[int, MasterKey] = {}
    for key in stash:
        for newest in (key, *_newest(record, key, realm)):
            opened = _opened(record, newest, realm)
            if any(each.key == newest.key and each.enctype == newest.enctype for each in opened.values()):
                found |= opened
    if not found:
        raise InputError(path, None, f"is not the master key of {escape(realm)} in {escape(dump.path)}: it does not open K/M there")
    return found


def _opened(record: DumpEntry, newest: MasterKey, realm: bytes) -> dict[int, MasterKey]:
    """Return the master keys in K/M's record: the newest one seals itself and those before it (krb5_dbe_fetch_mkey_list)."""
    found = {}
    for sealed in record.keys:
        with contextlib.suppress(WrongKeyError):
            plain = open_mit(sealed.sealed, newest)
            if len(plain) == KEY_LENGTHS.get(sealed.enctype):
                found[sealed.kvno] = MasterKey(sealed.enctype, plain, sealed.kvno, realm)
    return found


def _newest(record: DumpEntry, old: MasterKey, realm: bytes) -> Iterator[MasterKey]:
    """Yield the newest master key, which K/M's record holds sealed by each older one, for a stash from before it was made.

    The list (krb5_dbe_lookup_mkey_aux): u16 1, then for each older key its version, the newest one's version and encryption type, the
    length of what is sealed, and that; each number a u16, little-endian.
    """
    data = next((tagged.data for tagged in record.tagged if tagged.type == MKEY_AUX), b"")
    at = 2
    while at + 8 <= len(data):
        _, version, enctype, length = struct.unpack_from("<HHHH", data, at)
        with contextlib.suppress(WrongKeyError):
            plain = open_mit(data[at + 8 : at + 8 + length], old)
            if len(plain) == KEY_LENGTHS.get(enctype):
                yield MasterKey(enctype, plain, version, realm)
        at += 8 + length


def active_master(record: DumpEntry, masters: dict[int, MasterKey], path: Path) -> MasterKey:
    """Return the master key that a KDC seals new keys with: by its list of activations (krb5_dbe_lookup_actkvno), else its newest.

    Args:
        record: of K/M.
        masters: of `master_keys`.
        path: for messages.

    Raises:
        InputError: the stash does not hold that key.
    """
    version = max(key.kvno for key in record.keys)
    for tagged in record.tagged:
        if tagged.type == ACTIVE_MKVNO and len(tagged.data) >= 8:
            pairs = [struct.unpack_from("<HI", tagged.data, at) for at in range(2, len(tagged.data) - 5, 6)]
            begun = [pair for pair in pairs if pair[1] <= time.time()]
            version = max(begun or pairs, key=lambda pair: pair[1])[0]
    if version not in masters:
        raise InputError(str(path), record.line, f"new keys are sealed with master key {version}, which the target's stash does not hold")
    return masters[version]


def _principal(entry: DumpEntry, masters: dict[int, MasterKey], path: str, findings: list[Finding]) -> SourcePrincipal:
    tagged = {each.type: each.data for each in entry.tagged}
    changed = struct.unpack("<I", tagged[LAST_CHANGE])[0] if len(tagged.get(LAST_CHANGE, b"")) == 4 else None
    policy = None
    if ADMIN_DATA in tagged:
        policy, readable = _policy(tagged[ADMIN_DATA])
        if not readable:
            message = f"the policy of {escape(entry.text)} cannot be read; it is carried without one"
            findings.append(finding(POLICY_NOT_READ, str(entry.principal), message, path=path, line=entry.line))
    mit = MitEntry(entry.attributes, entry.max_life, entry.max_renewable, entry.expires, entry.password_expires, policy, changed)
    if never_carried(entry.principal) is not None:
        return SourcePrincipal(entry.principal, (), mit, path=path, line=entry.line)
    newest = max((key.kvno for key in entry.keys), default=None)
    version = int.from_bytes(tagged[MKVNO], "little") if MKVNO in tagged else None
    keys = tuple(_open(key, entry, masters, version, path) for key in entry.keys if key.kvno == newest)
    seen: set[int] = set()
    for key in keys:
        if key.enctype in seen:
            message = f"{escape(entry.text)} has two keys of {key.name} and one version"
            raise InputError(path, entry.line, f"{message}: the dump is damaged", InputReason.DAMAGED)
        seen.add(key.enctype)
    older = tuple(sorted({key.kvno for key in entry.keys if key.kvno != newest}, reverse=True))
    return SourcePrincipal(entry.principal, keys, mit, path=path, line=entry.line, older=older)


def _open(sealed: SealedKey, entry: DumpEntry, masters: dict[int, MasterKey], version: int | None, path: str) -> Key:
    who = escape(entry.text)
    length = KEY_LENGTHS.get(sealed.enctype)
    if length is None:
        message = f"{who}: encryption type {sealed.enctype} is none that odkit knows: the dump is damaged, or newer"
        raise InputError(path, entry.line, message, InputReason.DAMAGED)
    candidates = [masters[version]] if version in masters else sorted(masters.values(), key=lambda key: -(key.kvno or 0))
    for master in candidates:
        try:
            plain = open_mit(sealed.sealed, master)
        except WrongKeyError:
            continue
        if len(plain) != length:
            message = f"{who}: a key of {len(plain)} bytes, where its type has {length}: the dump is damaged"
            raise InputError(path, entry.line, message, InputReason.DAMAGED)
        return Key(sealed.enctype, plain, _salt(sealed, entry.principal), sealed.kvno, KeySource.MIT)
    message = f"{who}: no master key of the stash opens its key ({plural(len(masters), 'master key')} tried): damaged, or of another KDC"
    raise InputError(path, entry.line, message, InputReason.DAMAGED)


def _salt(sealed: SealedKey, principal: Principal) -> bytes | None:
    """Return the text of a salt; of those that hold no text of their own, by the principal's name at the source."""
    if sealed.enctype == _RC4:
        return None
    name = b"".join(principal.components)
    return {
        None: principal.realm + name,
        _NORMAL: principal.realm + name,
        _V4: b"",
        _NO_REALM: name,
        _ONLY_REALM: principal.realm,
        _SPECIAL: sealed.salt,
    }.get(sealed.salt_type)


def _policy(data: bytes) -> tuple[str | None, bool]:
    """Name of the policy in ``osa_princ_ent_rec`` (XDR, kadm5 admin_xdr.c): version, length with its NUL, text; and whether it was read."""
    if len(data) < 8 or int.from_bytes(data[:4], "big") != _KADM5_VERSION:
        return None, False
    length = int.from_bytes(data[4:8], "big")
    text = data[8 : 8 + length]
    if len(text) != length:
        return None, False
    return text.rstrip(b"\0").decode("utf-8", "backslashreplace") or None, True
