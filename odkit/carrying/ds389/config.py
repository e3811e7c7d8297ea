"""What makes 389-DS ask the KDC: a PAM service, and the settings of its plugin "PAM Pass Through Auth"."""

from __future__ import annotations

from odkit.carrying.ds389.server import LOCK
from odkit.dataclass import dataclass
from odkit.errors import RefusedError
from odkit.ldif import comment
from odkit.patterns import regex
from odkit.text import escape

__all__ = ["FILTER", "KEYTAB", "PLUGIN", "SERVICE", "Settings", "config_files"]

SERVICE = "odkit-389"  # of PAM: /etc/pam.d/odkit-389
KEYTAB = "/etc/dirsrv/odkit-389.keytab"
PLUGIN = "cn=PAM Pass Through Auth,cn=plugins,cn=config"
# users without a value of their own; a record with the name of one, such as a contact, is never asked for with his password
FILTER = "(&(|(objectClass=posixAccount)(objectClass=apple-user))(!(userPassword=*)))"
_SUFFIX = regex(r"[A-Za-z]+=[A-Za-z0-9 ._-]+(?:,[A-Za-z]+=[A-Za-z0-9 ._-]+)*\Z")
_REALM = regex(r"[A-Za-z0-9._:-]+\Z")
# minimum_uid: pam_krb5 leaves out low numbers of accounts of this machine by default; fail_pwchange: who has to change his password first
# is refused; ignore_k5login: a file of an account of this machine that has the same name lets nobody in
_WORDS = "realm={realm} minimum_uid=0 no_ccache ignore_k5login"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration depends on.

    Attributes:
        suffix: DN of the directory.
        realm: at the target; None where no user is checked by a KDC.
    """

    suffix: str
    realm: str | None

    def check(self) -> None:
        """Stop what a configuration file, or the script, cannot carry.

        Raises:
            RefusedError: a suffix or realm with signs that would need quoting there.
        """
        if not _SUFFIX.match(self.suffix):
            raise RefusedError(f"the suffix {escape(self.suffix)} has signs that the configuration of 389-DS cannot carry")
        if self.realm is not None and not _REALM.match(self.realm):
            raise RefusedError(f"the realm {escape(self.realm)} has signs that the configuration of PAM cannot carry")


def config_files(settings: Settings, plan_id: str) -> dict[str, bytes]:
    """Return configuration files by name; none where no user is checked by a KDC.

    Raises:
        RefusedError: see `Settings.check`.
    """
    settings.check()
    if settings.realm is None:
        return {}
    return {f"config/pam.d-{SERVICE}": _pam(settings.realm, plan_id), "config/pam-passthrough.ldif": _plugin(settings.suffix, plan_id)}


def _pam(realm: str, plan_id: str) -> bytes:
    words = _WORDS.format(realm=realm)
    return (
        f"# odkit plan {plan_id}: /etc/pam.d/{SERVICE}. pam_krb5 proves with the keytab that the answer is the KDC's; make it with\n"
        f"# kadmin.local ktadd -k {KEYTAB} host/FULL-NAME-OF-THIS-SERVER\n"
        f"# and give it to the user of 389-DS: chown dirsrv {KEYTAB}; chmod 400 {KEYTAB}\n"
        f"auth required pam_krb5.so {words} fail_pwchange keytab={KEYTAB}\n"
        f"account required pam_krb5.so {words}\n"
    ).encode()


def _plugin(suffix: str, plan_id: str) -> bytes:
    head = comment(
        f"odkit plan {plan_id}: pam-passthrough.ldif, for ldapmodify as cn=Directory Manager; then start the instance anew.\n"
        "A user without userPassword is asked for at PAM, by its uid and never by the name in a DN, with which the plugin would not\n"
        f"look at {LOCK}. pamSecure: a password goes over TLS, or not at all."
    )
    values = {
        "nsslapd-pluginEnabled": "on", "pamMissingSuffix": "ERROR", "pamIncludeSuffix": suffix, "pamIDMapMethod": "ENTRY",
        "pamIDAttr": "uid", "pamFilter": FILTER, "pamFallback": "FALSE", "pamSecure": "TRUE", "pamService": SERVICE,
    }  # fmt: skip
    lines = [f"dn: {PLUGIN}", "changetype: modify"]
    for name, value in values.items():
        lines += [f"replace: {name}", f"{name}: {value}", "-"]
    return head + "\n".join([*lines, "", ""]).encode()
