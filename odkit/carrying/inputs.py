"""Reading what a carry needs: everything is read and checked before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from odkit.carrying.accounts import TargetAccounts, read_target_accounts
from odkit.carrying.keys import SourcePrincipal
from odkit.carrying.options import CarryOptions
from odkit.carrying.source import CarrySource, TargetKdc, moment
from odkit.directory import Directory
from odkit.errors import InputError, UsageError
from odkit.findings import DAMAGE, Finding
from odkit.hosts import judge_hosts
from odkit.kerberos import Principal, is_lkdc
from odkit.ldif import Completeness
from odkit.text import escape

__all__ = ["gather_source"]


class KerberosInput(NamedTuple):
    """What the Kerberos inputs hold."""

    realm: bytes | None = None
    principals: Mapping[Principal, SourcePrincipal] | None = None
    findings: tuple[Finding, ...] = ()
    digests: tuple[str, ...] = ()


def gather_source(od: Directory, options: CarryOptions) -> CarrySource:
    """Read everything.

    Raises:
        UsageError: options that contradict each other.
        InputError: an input that is unreadable, damaged, incomplete or of another domain.
    """
    _check_complete(od, options)
    kerberos = _kerberos(od, options)
    realm_from = kerberos.realm
    realm_to = _encoded(options.target_realm) if options.target_realm is not None else realm_from
    for realm in (realm_from, realm_to):
        if realm is not None and is_lkdc(realm):
            raise UsageError(f"{escape(realm)} is a Local KDC's realm; carry moves the realm of a domain")
    accounts = read_target_accounts(options.target_accounts) if options.target_accounts is not None else TargetAccounts.usual()
    hosts = judge_hosts(od, retire=options.retire, keep=options.keep, before=options.before, addresses=options.addresses)
    for source in od.sources:
        source.start_digest()
    return CarrySource(
        od,
        options,
        realm_from,
        realm_to,
        kerberos.principals,
        accounts,
        hosts,
        _target_kdc(options, realm_to),
        moment(options),
        (*od.findings, *kerberos.findings),
        (*(source.digest for source in od.sources), *kerberos.digests),
    )


def _kerberos(od: Directory, options: CarryOptions) -> KerberosInput:
    realm = options.realm or od.realm
    return KerberosInput(_encoded(realm) if realm is not None else None)


def _target_kdc(options: CarryOptions, realm: bytes | None) -> TargetKdc | None:
    return None


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UsageError(f"cannot be written as UTF-8: {escape(text)!r}") from error


def _check_complete(od: Directory, options: CarryOptions) -> None:
    if options.accept_incomplete:
        return
    for source in od.sources:
        if source.completeness is Completeness.INCOMPLETE:
            raise InputError(
                source.path,
                None,
                f"the export is incomplete ({source.reason}): users that it does not show would be lost without a word. Export again, or "
                "give --accept-incomplete",
            )
    damage = next((found for found in od.findings if found.code in DAMAGE), None)
    if damage is not None:
        raise InputError(damage.path, damage.line, f"the export is damaged: {damage.message} Or give --accept-incomplete")
