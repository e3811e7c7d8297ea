"""What the OpenLDAP targets answer with: decisions, files, and what a person does with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from odkit.carrying.ldap.carried import Carried
from odkit.carrying.ldap.passwords import CRAM_MD5
from odkit.carrying.ldap.tree import plan_tree
from odkit.carrying.ldap.whole import collisions_of, constant, kept_suffix, old_servers
from odkit.carrying.ldap.writing import ldif_pieces
from odkit.carrying.model import Change, Destroy, PlannedFile
from odkit.carrying.openldap.bis import plan_bis
from odkit.carrying.openldap.config import Settings, config_files, schema_files
from odkit.carrying.openldap.script import load_script, unload_script
from odkit.carrying.openldap.server import slapd
from odkit.carrying.source import CarrySource
from odkit.carrying.target import Decisions
from odkit.errors import InputError
from odkit.ldif import ChangeRecord, comment, format_record
from odkit.text import decode, plural

__all__ = ["decide_bis", "decide_tree"]

_BYTES_PER_ENTRY = 16 * 1024  # of the memory map, well above what 100,000 users take (843 MB with ten indexes)


def decide_tree(source: CarrySource) -> Decisions:
    """Decide for shape ``openldap``.

    Raises:
        InputError: the export has no suffix.
        UsageError: another base is asked for than the directory's.
    """
    suffix = kept_suffix(source, "shape openldap keeps the tree below {}; give that, or --to openldap-2307bis")
    found = decisions(source, plan_tree(source, slapd("openldap")), "openldap", "cn=users", suffix)
    return replace(found, findings=(*found.findings, *old_servers(source)))


def decide_bis(source: CarrySource) -> Decisions:
    """Decide for shape ``openldap-2307bis``.

    Raises:
        InputError: the export has no suffix, and no ``--base-dn`` gives one.
        UsageError: a base that no entry can be made for.
    """
    suffix = source.options.base_dn or source.od.suffix
    if suffix is None:
        raise InputError(
            source.od.sources[0].path, None, "no container of Open Directory in the export; give the new suffix with --base-dn"
        )
    return decisions(source, plan_bis(source, suffix), "openldap-2307bis", "ou=people", suffix)


def decisions(source: CarrySource, carried: Carried, shape: str, people: str, suffix: str) -> Decisions:
    """Return the answer of a shape.

    Args:
        source: of the carry.
        carried: what arrives.
        shape: its name.
        people: RDN of the container of users.
        suffix: of the target.
    """
    users = tuple(carried.logins.users.values())
    logins = carried.logins.logins.values()
    sasl = sum(1 for login in logins if login.value is not None and login.value.startswith(b"{SASL}"))
    crypt = sum(1 for login in logins if login.value is not None) - sasl
    crams = sum(1 for login in logins if login.cram is not None)
    realm = decode(source.realm_to) if source.realm_to is not None else None
    megabytes = max(1024, (carried.count * _BYTES_PER_ENTRY) >> 20)
    settings = Settings(shape, suffix, people, realm, sasl > 0, crams > 0, megabytes)
    return Decisions(
        users,
        groups=tuple(carried.groups),
        collisions=collisions_of(users),
        changed=(*_password_changes(suffix, sasl, crypt, crams), *carried.remarks.changes()),
        left_out=tuple(carried.left_out),
        destroy=tuple(_destroy(sasl + crypt, crams)),
        unproved=tuple(_unproved(shape)),
        findings=carried.findings,
        steps=tuple(_steps(settings, source)),
        files=_files(source, carried, settings),
    )


def _password_changes(suffix: str, sasl: int, crypt: int, crams: int) -> Iterator[Change]:
    if sasl:
        yield Change(suffix, "{SASL}name@REALM: the KDC checks the password, through saslauthd", "userPassword", sasl)
    if crypt:
        yield Change(suffix, "{CRYPT} and the value that the directory has", "userPassword", crypt)
    if crams:
        yield Change(suffix, "from cn=authdata to the user's record, for SASL CRAM-MD5", CRAM_MD5, crams)


def _destroy(values: int, crams: int) -> Iterator[Destroy]:
    if crams:
        yield Destroy("directory.ldif", "it holds CRAM-MD5 secrets, each as good as the password for that mechanism")
    elif values:
        yield Destroy("directory.ldif", "it holds the whole directory, with crypt values where users have them")


def _unproved(shape: str) -> Iterator[str]:
    yield (
        "that a Mac logs in at the new server: nothing here ran on one" if shape == "openldap" else "that an automounter mounts by the maps"
    )
    yield "TLS: the configuration has no certificate"


def _steps(settings: Settings, source: CarrySource) -> Iterator[str]:
    if settings.sasl:
        yield "1. Carry the realm first: odkit carry --to mit with the same exports. A user logs in here when the KDC knows him."
        if source.target_kdc is None:
            yield "   Without --target-dump nothing was seen of the target's KDC: load.sh compares the names with it before it loads."
        yield "2. On the server: apt-get install slapd ldap-utils sasl2-bin; host/NAME-OF-THE-SERVER into /etc/saslauthd.keytab;"
        yield "   config/saslauthd.conf as /etc/saslauthd.conf, config/saslauthd.default as /etc/default/saslauthd; adduser openldap sasl."
    else:
        yield "1. On the server: apt-get install slapd ldap-utils."
    yield "   config/sasl2-slapd.conf as /etc/ldap/sasl2/slapd.conf."
    yield "   config/slapd.d.ldif into an empty slapd.d, or config/slapd.conf (with schema/): see their first lines. Add the certificate."
    yield "3. Stop slapd, and as root: sh load.sh, which changes nothing and says what it would do; then sh load.sh --apply."
    yield "   The way back: sh unload.sh takes out what nobody has changed since, and lists the rest."
    if settings.cram_md5:
        yield "   A password that is changed at the KDC stays valid for CRAM-MD5: after the change, or when no Mac needs CRAM-MD5 any more,"
        yield "   remove-cram-md5.ldif takes the secrets away (ldapmodify -Y EXTERNAL -H ldapi:/// -f remove-cram-md5.ldif)."
    if settings.sasl:
        yield "4. Passwords are changed at the KDC (kpasswd, kadmin), never in the directory: its access list denies that."


def _files(source: CarrySource, carried: Carried, settings: Settings) -> Callable[[str], Sequence[PlannedFile]]:
    def files(plan_id: str) -> Sequence[PlannedFile]:
        return tuple(_planned(source, carried, settings, plan_id))

    return files


def _planned(source: CarrySource, carried: Carried, settings: Settings, plan_id: str) -> Iterator[PlannedFile]:
    head = comment(
        f"odkit plan {plan_id}: directory.ldif\n"
        f"{plural(carried.count, 'entry', 'entries')} below {settings.suffix}, parents first; SECRET: keep the mode 0600\n"
        "load.sh loads it (slapadd); nothing else compares what arrived"
    )
    yield PlannedFile("directory.ldif", lambda: ldif_pieces(head, carried.records()), "the directory, for slapadd", secret=True)
    script = constant(load_script(source, carried, settings, plan_id))
    yield PlannedFile("load.sh", script, "loads it, and compares; a dry run without --apply")
    yield PlannedFile("unload.sh", constant(unload_script(carried, settings, plan_id)), "the way back; a dry run without --apply")
    if settings.cram_md5:
        yield PlannedFile("remove-cram-md5.ldif", lambda: _removal(carried, plan_id), "takes the CRAM-MD5 secrets away again")
    for name, data in (config_files(settings, plan_id) | schema_files(settings.shape)).items():
        yield PlannedFile(name, constant(data), "configuration of the server" if name.startswith("config/") else "schema of the server")


def _removal(carried: Carried, plan_id: str) -> Iterator[bytes]:
    yield comment(f"odkit plan {plan_id}: remove-cram-md5.ldif") + b"\n"
    for entry in carried.entries():
        if CRAM_MD5 in entry.attributes:
            yield b"\n".join([*_dn_lines(entry.dn), b"changetype: modify", b"delete: " + CRAM_MD5.encode(), b"-", b"", b""])


def _dn_lines(dn: str) -> list[bytes]:
    return format_record(ChangeRecord(dn, "delete")).split(b"\n")[:-3]
