"""Reading what a carry needs: everything is read and checked before anything is decided.

What reads keys is loaded where keys are given: a carry of the directory alone has none.
"""

from __future__ import annotations

from odkit.carrying.accounts import TargetAccounts, read_target_accounts
from odkit.carrying.keys import KerberosInput
from odkit.carrying.options import CarryOptions
from odkit.carrying.services import seen_hosts
from odkit.carrying.source import CarrySource, TargetKdc, moment
from odkit.directory import Directory, Need
from odkit.directory.readable import require_domain
from odkit.directory.reliance import require_whole
from odkit.errors import InputError, InputReason, UsageError
from odkit.hosts import NEEDS as NEEDS_OF_HOSTS
from odkit.hosts import judge_hosts
from odkit.kerberos import SERVICES, Principal, PrincipalStore, is_lkdc
from odkit.text import decode, escape

__all__ = ["NEEDS", "check_undamaged", "gather_source"]

_HEIMDAL_DUMP = "heimdal dump"
NEEDS: tuple[Need, ...] = (*NEEDS_OF_HOSTS, "lines", "digest")


def gather_source(od: Directory, options: CarryOptions, *, judge: bool = True, kdc: PrincipalStore = PrincipalStore.MIT) -> CarrySource:
    """Read everything.

    Args:
        od: the directory.
        options: of the carry.
        judge: judge hosts, which takes a look at every user; without it `CarrySource.hosts` is empty.
        kdc: what the target's KDC is, whose dump may be given.

    Raises:
        UsageError: options that contradict each other, or an export that holds only ``cn=authdata``.
        InputError: an input that is unreadable, damaged, incomplete or of another domain.
    """
    require_domain(od)
    _check_complete(od, options)
    kerberos = _kerberos(od, options)
    realm_from = kerberos.realm
    realm_to = _encoded(options.target_realm) if options.target_realm is not None else realm_from
    for realm in (realm_from, realm_to):
        if realm is not None and is_lkdc(realm):
            raise UsageError(f"{escape(realm)} is a Local KDC's realm; carry moves the realm of a domain")
    accounts = read_target_accounts(options.target_accounts) if options.target_accounts is not None else TargetAccounts.usual()
    services = SERVICES | {_encoded(name) for name in options.services}
    hosts = (
        judge_hosts(
            od,
            retire=options.retire,
            keep=options.keep,
            before=options.before,
            addresses=options.addresses,
            seen=seen_hosts((kerberos.principals or {}).values(), services),
        )
        if judge
        else {}
    )
    od.prefetch(NEEDS)
    return CarrySource(
        od,
        options,
        realm_from,
        realm_to,
        kerberos.principals,
        kerberos.foreign,
        accounts,
        hosts,
        _heimdal_kdc(options, realm_to) if kdc is PrincipalStore.HEIMDAL else _target_kdc(options, realm_to),
        moment(options),
        (*od.findings, *kerberos.findings),
        (*(source.digest for source in od.sources), *kerberos.digests),
    )


def _kerberos(od: Directory, options: CarryOptions) -> KerberosInput:
    """Return the keys, which come from one place: the dump of a KDC (10.4 to 10.6), or ``cn=authdata`` (10.7 and later)."""
    named = options.realm if options.realm is not None else od.realm
    realm = _encoded(named) if named is not None else None
    if (options.kdc_dump is None) != (options.stash is None):
        raise UsageError("--kdc-dump and --stash belong together: the stash opens the keys of the dump")
    if options.kdc_dump is not None and options.stash is not None:
        if options.m_key is not None:
            raise UsageError("--m-key is for key sets of cn=authdata (10.7 and later); a dump of 10.4 to 10.6 needs --stash alone")
        from odkit.carrying.mitkeys import read_mit_keys

        return read_mit_keys(options.kdc_dump, options.stash, realm=realm, asked=options.realm is not None)
    if od.authdata:
        from odkit.carrying.authdatakeys import read_authdata_keys

        return read_authdata_keys(od, realm, options.m_key)
    if options.m_key is not None:
        raise UsageError("--m-key opens key sets of cn=authdata, but its export is missing: give its LDIF, too")
    return KerberosInput(realm)


def _target_kdc(options: CarryOptions, realm: bytes | None) -> TargetKdc | None:
    if options.target_dump is None:
        if options.target_stash is not None:
            raise UsageError("--target-stash needs --target-dump: the dump shows which names the target has, and proves the stash")
        return None
    if realm is None:
        raise UsageError("the inputs name no Kerberos realm; give it with --target-realm")
    from odkit.carrying.mitkeys import active_master, master_keys, whole_realm
    from odkit.kerberos.kdb.dump import read_dump
    from odkit.kerberos.kdb.master import read_master_keys

    dump = read_dump(options.target_dump)
    whole_realm(dump, realm, asked=True)
    names = frozenset(entry.principal for entry in dump.entries)
    policies = frozenset(decode(name) for name in dump.policies)
    if options.target_stash is None:
        return TargetKdc(names, realm, dump.digest, policies=policies)
    masters = master_keys(dump, realm, read_master_keys(options.target_stash), str(options.target_stash))
    record = next(entry for entry in dump.entries if entry.principal == Principal((b"K", b"M"), realm))
    return TargetKdc(names, realm, dump.digest, active_master(record, masters, options.target_dump), record, policies)


def _heimdal_kdc(options: CarryOptions, realm: bytes | None) -> TargetKdc | None:
    """Return the names that a Heimdal KDC has, its aliases among them; its master key is not asked for, because it seals keys itself."""
    if options.target_stash is not None:
        raise UsageError("--target-stash is for an MIT KDC; a Heimdal KDC seals the keys itself when they are merged")
    if options.target_dump is None:
        return None
    if realm is None:
        raise UsageError("the inputs name no Kerberos realm; give it with --target-realm")
    from odkit.kerberos import read_principals

    found = read_principals(options.target_dump)
    if found.format != _HEIMDAL_DUMP:
        advice = "make it on the KDC with: kadmin -l dump FILE"
        raise InputError(found.path, None, f"is no dump of a Heimdal KDC, but {found.format}; {advice}")
    names = frozenset(each.principal for each in found.listed)
    if Principal((b"krbtgt", realm), realm) not in names:
        raise InputError(found.path, None, f"holds no krbtgt/{escape(realm)}@{escape(realm)}: it is cut, or of another realm")
    return TargetKdc(names, realm, found.digest)


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UsageError(f"cannot be written as UTF-8: {escape(text)!r}") from error


def _check_complete(od: Directory, options: CarryOptions) -> None:
    relied = [source.reliance for source in od.sources]
    require_whole(relied, "users that it lacks would be lost without a word", accept_incomplete=options.accept_incomplete)
    check_undamaged(od, options)


def check_undamaged(od: Directory, options: CarryOptions) -> None:
    """Refuse a damaged export, as far as it was read: values are decoded, and found damaged, when they are asked for.

    Args:
        od: the directory.
        options: of the carry.

    Raises:
        InputError: a value or a record of it cannot be read, and that was not accepted.
    """
    if options.accept_incomplete:
        return
    damage = next((found for found in od.findings if found.rule.is_damage), None)
    if damage is not None:
        message = f"the export is damaged: {damage.message} Or give --accept-incomplete"
        raise InputError(damage.path, damage.line, message, InputReason.DAMAGED)
