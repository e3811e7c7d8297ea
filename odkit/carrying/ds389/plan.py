"""What the target ``389`` answers with: decisions, files, and what a person does with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from odkit.carrying.ds389.config import KEYTAB, SERVICE, Settings, config_files
from odkit.carrying.ds389.schema import schema_ldif
from odkit.carrying.ds389.script import load_script, unload_script
from odkit.carrying.ds389.server import LOCK, ds389
from odkit.carrying.ldap.carried import Carried
from odkit.carrying.ldap.tree import plan_tree
from odkit.carrying.ldap.whole import collisions_of, constant, kept_suffix, old_servers
from odkit.carrying.ldap.writing import ldif_pieces
from odkit.carrying.model import Change, Destroy, PlannedFile
from odkit.carrying.source import CarrySource
from odkit.carrying.target import Decisions
from odkit.errors import UsageError
from odkit.ldif import comment
from odkit.text import decode, plural
from odkit.values.verifier import DS389_SCHEMES

__all__ = ["decide_389"]

_UNPROVED = (
    "that a Mac logs in at the new server: nothing here ran on one",
    "another release of 389-DS than 2.3, or one with LMDB in place of the Berkeley database",
    "TLS: the instance needs a certificate, and without TLS no user of the KDC can bind",
)


def decide_389(source: CarrySource) -> Decisions:
    """Decide for the target ``389``.

    Raises:
        InputError: the export has no suffix.
        UsageError: another base is asked for than the directory's, or secrets that 389-DS cannot check.
    """
    if source.options.cram_md5:
        raise UsageError("--cram-md5: 389-DS cannot check these secrets; only OpenLDAP can (--to openldap)")
    suffix = kept_suffix(source, "target 389 keeps the tree below {}; give that")
    carried = plan_tree(source, ds389())
    logins = carried.logins.logins.values()
    by_kdc = sum(login.by_kdc for login in logins)
    settings = Settings(suffix, decode(source.realm_to) if source.realm_to is not None and by_kdc else None)
    users = tuple(carried.logins.users.values())
    return Decisions(
        users,
        groups=tuple(carried.groups),
        collisions=collisions_of(users),
        changed=(*_changes(suffix, carried, by_kdc), *carried.remarks.changes()),
        left_out=tuple(carried.left_out),
        destroy=(Destroy("directory.ldif", "it holds the whole directory, with verifiers where users have them"),),
        unproved=_UNPROVED,
        findings=(*carried.findings, *old_servers(source)),
        steps=tuple(_steps(settings, source)),
        files=_files(source, carried, settings),
    )


def _changes(suffix: str, carried: Carried, by_kdc: int) -> Iterator[Change]:
    logins = carried.logins.logins.values()
    if by_kdc:
        yield Change(suffix, "no value: the KDC checks the password, through PAM", "userPassword", by_kdc)
    kinds = Counter((login.value or b"").partition(b"}")[0] for login in logins if login.value is not None)
    for start, what in (
        (b"{CRYPT", "{CRYPT} and the value that the directory has"),
        (b"{PBKDF2-SHA512", "the verifier of a local node, as it is"),
    ):
        if kinds[start]:
            yield Change(suffix, what, "userPassword", kinds[start])
    locked = sum(login.locked for login in logins)
    if locked:
        yield Change(
            suffix, "true: users who could not log in, and cannot, and those who have no password until they are given one", LOCK, locked
        )
    yield Change(suffix, "a rule by which everybody reads everything but passwords, as in Open Directory; nobody writes a password", "aci")


def _steps(settings: Settings, source: CarrySource) -> Iterator[str]:
    number = 1
    if settings.realm is not None:
        yield "1. Carry the realm first: odkit carry --to mit with the same exports. A user logs in here when the KDC knows him."
        if source.target_kdc is None:
            yield "   Without --target-dump nothing was seen of the target's KDC: load.sh compares the names with it before it loads."
        number = 2
    packages = "389-ds-base libpam-krb5" if settings.realm is not None else "389-ds-base"
    yield f"{number}. On the server: apt-get install {packages}; make an instance, without sample entries, and stop it:"
    yield f"   dscreate interactive; dsconf INSTANCE backend create --suffix '{settings.suffix}' --be-name odkit; dsctl INSTANCE stop"
    yield f"{number + 1}. As root: sh load.sh, which changes nothing and says what it would do; then sh load.sh --apply, with the schema."
    yield "   The way back: sh unload.sh takes out what nobody has changed since, and lists the rest."
    yield f"   Who is to be reset is locked until he has a password: then take {LOCK} away (dsidm INSTANCE -b SUFFIX account unlock DN)."
    if settings.realm is not None:
        yield f"{number + 2}. config/pam.d-{SERVICE} as /etc/pam.d/{SERVICE}; host/NAME-OF-THE-SERVER into {KEYTAB}, for dirsrv alone;"
        yield "   /etc/krb5.conf names the KDC. Give the instance a certificate, start it, and as its manager, over TLS:"
        yield "   ldapmodify -D 'cn=Directory Manager' -W -f config/pam-passthrough.ldif; then dsctl INSTANCE restart."
        yield "   Passwords are changed at the KDC (kpasswd, kadmin). Who has a userPassword here is not asked for there any more."


def _files(source: CarrySource, carried: Carried, settings: Settings) -> Callable[[str], Sequence[PlannedFile]]:
    return lambda plan_id: tuple(_planned(source, carried, settings, plan_id))


def _planned(source: CarrySource, carried: Carried, settings: Settings, plan_id: str) -> Iterator[PlannedFile]:
    configuration = config_files(settings, plan_id)
    head = comment(
        f"odkit plan {plan_id}: directory.ldif\n"
        f"{plural(carried.count, 'entry', 'entries')} below {settings.suffix}, parents first; SECRET: keep the mode 0600\n"
        "load.sh loads it (ldif2db); nothing else compares what arrived"
    )
    yield PlannedFile(
        "directory.ldif", lambda: ldif_pieces(head, carried.records(), DS389_SCHEMES), "the directory, for ldif2db", secret=True
    )
    yield PlannedFile("schema.ldif", constant(schema_ldif(plan_id)), "Apple's schema, for the instance; load.sh puts it there")
    script = constant(load_script(source, carried, settings, plan_id))
    yield PlannedFile("load.sh", script, "loads it, and compares; a dry run without --apply")
    yield PlannedFile("unload.sh", constant(unload_script(carried, settings, plan_id)), "the way back; a dry run without --apply")
    for name, data in configuration.items():
        yield PlannedFile(name, constant(data), "has the KDC asked for passwords")
