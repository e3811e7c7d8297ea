"""The configuration of the server that a directory arrives at: slapd.conf, the same as cn=config, SASL, saslauthd.

One list of statements makes both forms of slapd's configuration; a test has slapd convert one into the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.carrying.ldap.passwords import CRAM_MD5
from odkit.carrying.ldap.schema import apple_schema
from odkit.carrying.openldap.schema import bis_schema, olc_form
from odkit.dataclass import dataclass
from odkit.errors import RefusedError
from odkit.patterns import regex
from odkit.text import escape

__all__ = ["Settings", "acl_ldif", "config_files", "schema_files"]

_SUFFIX = regex(r"[A-Za-z]+=[A-Za-z0-9 ._-]+(?:,[A-Za-z]+=[A-Za-z0-9 ._-]+)*\Z")
_REALM = regex(r"[A-Za-z0-9._:-]+\Z")
_PEER = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"
_INDEX = {
    "openldap": (
        "objectClass", "uid,cn,sn,mail", "uidNumber,gidNumber,memberUid", "apple-generateduid,apple-group-memberguid",
        "apple-group-nestedgroup,macAddress", "entryUUID,entryCSN",
    ),
    "openldap-2307bis": (
        "objectClass", "uid,cn,sn,mail", "uidNumber,gidNumber,member", "apple-generateduid", "automountKey,automountMapName",
        "entryUUID,entryCSN",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration depends on.

    Attributes:
        shape: "openldap" or "openldap-2307bis".
        suffix: DN of the directory.
        people: RDN of the container of users.
        realm: at the target; None without Kerberos.
        sasl: users have ``{SASL}`` values, which saslauthd checks at the KDC.
        cram_md5: users have CRAM-MD5 secrets.
        megabytes: of memory map that the database needs.
    """

    shape: str
    suffix: str
    people: str
    realm: str | None
    sasl: bool
    cram_md5: bool
    megabytes: int = 1024

    def check(self) -> None:
        """Stop what a configuration file cannot carry.

        Raises:
            RefusedError: a suffix or realm with signs that would need quoting inside patterns.
        """
        if not _SUFFIX.match(self.suffix):
            raise RefusedError(f"the suffix {escape(self.suffix)} has signs that slapd's configuration cannot carry in its patterns")
        if self.realm is not None and not _REALM.match(self.realm):
            raise RefusedError(f"the realm {escape(self.realm)} has signs that slapd's configuration cannot carry in its patterns")


def _access(settings: Settings) -> list[tuple[str, list[str]]]:
    """Return what is allowed, rule by rule: what it is about, and to whom what."""
    own = [] if settings.sasl or settings.cram_md5 else ["by self =xw"]  # a second password beside the one that stays valid
    return [
        (f"to attrs=userPassword,{CRAM_MD5}", [*own, "by anonymous auth", "by * none"]),
        ("to attrs=userPKCS12", ["by self read", "by * none"]),
        ("to *", ["by * read"]),
    ]


def _regexps(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the patterns that map SASL names to entries; a name of a foreign realm matches none."""
    place = f"uid=$1,{settings.people},{settings.suffix}"
    yield _PEER, f"cn=admin,{settings.suffix}"
    if settings.realm is not None:
        yield rf"uid=([^,/]+),(cn={re.escape(settings.realm)},)?cn=gssapi,cn=auth", place
    if settings.cram_md5:
        yield r"uid=([^,/]+),(cn=[^,]+,)?cn=cram-md5,cn=auth", place


def _schemas(settings: Settings) -> list[str]:
    nis = "nis" if settings.shape == "openldap" else "rfc2307bis"
    return ["core", "cosine", nis, "inetorgperson", "apple"]


def schema_files(shape: str) -> dict[str, bytes]:
    """Return the schema files that a target needs, by name, in both forms."""
    texts = {"apple": apple_schema()} | ({"rfc2307bis": bis_schema()} if shape == "openldap-2307bis" else {})
    out: dict[str, bytes] = {}
    for name, text in texts.items():
        out[f"schema/{name}.schema"] = text.encode()
        out[f"schema/{name}.ldif"] = olc_form(name, text).encode()
    return out


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def config_files(settings: Settings, plan_id: str) -> dict[str, bytes]:
    """Return configuration files by name.

    Args:
        settings: see `Settings`.
        plan_id: of the plan, which every file names.

    Raises:
        RefusedError: see `Settings.check`.
    """
    settings.check()
    files = {
        "config/slapd.conf": _slapd_conf(settings, plan_id),
        "config/slapd.d.ldif": _slapd_d(settings, plan_id),
        "config/sasl2-slapd.conf": _sasl(settings, plan_id),
    }
    if settings.sasl:
        files["config/saslauthd.conf"] = (
            f"# odkit plan {plan_id}: /etc/saslauthd.conf. saslauthd proves with this keytab that the answer is the KDC's; make it with\n"
            "# kadmin.local ktadd -k /etc/saslauthd.keytab host/FULL-NAME-OF-THIS-SERVER\n"
            "krb5_keytab: /etc/saslauthd.keytab\n"
        )
        files["config/saslauthd.default"] = (
            f"# odkit plan {plan_id}: /etc/default/saslauthd of Debian. No -c: its cache would take an old password after a change.\n"
            'START=yes\nDESC="SASL Authentication Daemon"\nNAME="saslauthd"\nMECHANISMS="kerberos5"\n'
            'MECH_OPTIONS="/etc/saslauthd.conf"\nTHREADS=5\nOPTIONS="-m /var/run/saslauthd"\n'
        )
    return {name: text.encode() for name, text in files.items()}


_WORD = (
    "userPassword is written by nobody but the administrator: the values say {SASL}, so that the KDC checks passwords. A password is\n"
    "changed there (kpasswd, kadmin); written here it would be a second one, and the old one would stay valid for Kerberos."
)


def _head(settings: Settings, plan_id: str, what: str) -> Iterator[str]:
    yield f"odkit plan {plan_id}: {what}"
    yield "For a server whose only clients are those of the old directory. Give it a certificate (TLS) before anybody binds over a network."
    if settings.sasl:
        yield from _WORD.splitlines()
        yield "SASL: config/sasl2-slapd.conf is /etc/ldap/sasl2/slapd.conf; the user of slapd has to be in saslauthd's group (sasl)."


def _slapd_conf(settings: Settings, plan_id: str) -> str:
    out = [f"# {line}" for line in _head(settings, plan_id, "slapd.conf")]
    out += [f"include /etc/ldap/schema/{name}.schema" for name in _schemas(settings)]
    out += ["pidfile /var/run/slapd/slapd.pid", "argsfile /var/run/slapd/slapd.args", "modulepath /usr/lib/ldap"]
    out += ["moduleload back_mdb", "moduleload syncprov", "sizelimit 11000"]
    out += [f"authz-regexp {_quoted(pattern)} {_quoted(place)}" for pattern, place in _regexps(settings)]
    out += ["", "database mdb", f"suffix {_quoted(settings.suffix)}", f"rootdn {_quoted('cn=admin,' + settings.suffix)}"]
    out += ["directory /var/lib/ldap", f"maxsize {settings.megabytes << 20}"]
    out += [f"index {names} eq" for names in _INDEX[settings.shape]]
    for about, whom in _access(settings):
        out += [f"access {about}", *(f"    {each}" for each in whom)]
    out += ["overlay syncprov", ""]
    return "\n".join(out)


def _slapd_d(settings: Settings, plan_id: str) -> str:
    out = [f"# {line}" for line in _head(settings, plan_id, "slapd.d.ldif, the same as slapd.conf, for an empty slapd.d:")]
    out += ["# slapadd -n 0 -F /etc/ldap/slapd.d -l slapd.d.ldif; then chown -R openldap:openldap /etc/ldap/slapd.d"]
    out += ["dn: cn=config", "objectClass: olcGlobal", "cn: config", "olcPidFile: /var/run/slapd/slapd.pid"]
    out += ["olcArgsFile: /var/run/slapd/slapd.args"]
    out += [f'olcAuthzRegexp: {{{n}}}"{a}" "{b}"' for n, (a, b) in enumerate(_regexps(settings))]
    out += ["", "dn: cn=module{0},cn=config", "objectClass: olcModuleList", "cn: module{0}", "olcModulePath: /usr/lib/ldap"]
    out += ["olcModuleLoad: {0}back_mdb", "olcModuleLoad: {1}syncprov", ""]
    out += ["dn: cn=schema,cn=config", "objectClass: olcSchemaConfig", "cn: schema", ""]
    out += [f"include: file:///etc/ldap/schema/{name}.ldif\n" for name in _schemas(settings)]
    out += ["dn: olcDatabase={-1}frontend,cn=config", "objectClass: olcDatabaseConfig", "objectClass: olcFrontendConfig"]
    out += ["olcDatabase: {-1}frontend", "olcSizeLimit: 11000", 'olcAccess: {0}to dn.exact="" by * read']
    out += ['olcAccess: {1}to dn.base="cn=Subschema" by * read', ""]
    out += ["dn: olcDatabase={0}config,cn=config", "objectClass: olcDatabaseConfig", "olcDatabase: {0}config"]
    out += [f'olcAccess: {{0}}to * by dn.exact="cn=admin,{settings.suffix}" manage by * none', f"olcRootDN: cn=admin,{settings.suffix}", ""]
    out += ["dn: olcDatabase={1}mdb,cn=config", "objectClass: olcDatabaseConfig", "objectClass: olcMdbConfig", "olcDatabase: {1}mdb"]
    out += [f"olcSuffix: {settings.suffix}", f"olcRootDN: cn=admin,{settings.suffix}", "olcDbDirectory: /var/lib/ldap"]
    out += [f"olcDbMaxSize: {settings.megabytes << 20}", *(f"olcDbIndex: {names} eq" for names in _INDEX[settings.shape])]
    out += [f"olcAccess: {{{n}}}{about} {' '.join(whom)}" for n, (about, whom) in enumerate(_access(settings))]
    out += [
        "",
        "dn: olcOverlay={0}syncprov,olcDatabase={1}mdb,cn=config",
        "objectClass: olcOverlayConfig",
        "objectClass: olcSyncProvConfig",
    ]
    return "\n".join([*out, "olcOverlay: {0}syncprov", "", ""])


def acl_ldif(settings: Settings) -> str:
    """Return the first rule of the access list as a value of ``olcAccess``, which load.sh puts in front of a server's own rules."""
    about, whom = _access(settings)[0]
    return f"{{0}}{about} {' '.join(whom)}"


def _sasl(settings: Settings, plan_id: str) -> str:
    out = [f"# odkit plan {plan_id}: /etc/ldap/sasl2/slapd.conf"]
    if settings.sasl:
        out += ["pwcheck_method: saslauthd", "saslauthd_path: /var/run/saslauthd/mux"]
    if settings.cram_md5:
        out += ["# users whose CRAM-MD5 secret was not carried cannot use it: a Mac tries it before a simple bind while it is offered"]
    else:
        out += ["# no CRAM-MD5: no secret for it was carried, and a Mac that is offered it would try it and fail"]
    names = [*(["GSSAPI"] if settings.realm is not None else []), "EXTERNAL", *(["CRAM-MD5"] if settings.cram_md5 else [])]
    return "\n".join([*out, f"mech_list: {' '.join(names)}", ""])
