"""The script that tears a Local KDC down, by release, and how to come back."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from odkit.errors import UsageError
from odkit.files import OutputFolder
from odkit.purge.scripts import files_of_plans
from odkit.releases import RELEASES, Release, release_of
from odkit.shell import assemble, fragment, status_lines
from odkit.text import escape
from odkit.values.principal import LKDC

__all__ = ["LKDC_TARGETS", "teardown_script", "write_teardown"]

LKDC_TARGETS = tuple(release.name for release in RELEASES.values() if release.local_kdc is not None)


def teardown_script(realm: str, target: str) -> bytes:
    """Return ``lkdc-teardown.sh``: run on the machine whose Local KDC it is.

    Args:
        realm: ``LKDC:SHA1.`` and 40 upper-case hex digits.
        target: one of `LKDC_TARGETS`.

    Raises:
        UsageError: not such a realm, or a release without a Local KDC.
    """
    if not LKDC.match(realm):
        raise UsageError(f"not the realm of a Local KDC (LKDC:SHA1. and 40 upper-case hex digits): {escape(realm)}")
    release = RELEASES.get(target)
    if release is None or release.local_kdc is None:
        raise UsageError(f"--target {escape(target)}: Local KDCs came with 10.5; there are {', '.join(LKDC_TARGETS)}")
    head = (
        f"odkit {realm}: lkdc-teardown.sh",
        f"Removes the Local KDC of one machine with Mac OS X {target}. Without --apply it changes nothing.",
        "no man page that could be read describes sso_util remove; its options and its prompt are those that one administrator published",
        "(low confidence). Everything else is by Apple's scripts configureLocalKDC and by published recipes (medium confidence).",
        "On a master or replica the network realm shares /var/db/krb5kdc: only files that carry the Local KDC's name are touched.",
        "Later releases make a new Local KDC by themselves; the last step keeps them from it.",
        *status_lines("removed"),
    )
    values = {"PLAN": realm, "REALM": realm, "HASH": realm.removeprefix("LKDC:SHA1."), "TARGET": target}
    own = (fragment("odkit.lkdc", release.local_kdc.fragment), fragment("odkit.lkdc", "lkdc-teardown.sh"))
    parts = ("common.sh", "records.sh", *release.keytab_tools)
    return assemble(head, values, parts, (), own=own, lists={"PLAN_FILES": files_of_plans()})


def _restore(realm: str, release: Release) -> bytes:
    load = "launchctl load -w /System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist"
    mark = f"rm {release.local_kdc.mark}\n" if release.local_kdc is not None and release.local_kdc.mark else ""
    text = f"""How to bring a Local KDC back
{realm}, {release.system}

A new one, with a new name (recommended; the old name is bound to the certificate that was deleted):
{mark}{load}
/usr/libexec/configureLocalKDC

The old one: lkdc-teardown.sh has kept the keytab and the realm's files in lkdc-backup-N beside it, but not the certificate and its private
key. With a copy of the System keychain from before (the boot disk's clone), put back in this order, as root:
1. the keychain item com.apple.kerberos.kdc (Keychain Access, or security import)
2. cp -p lkdc-backup-N/principal.* lkdc-backup-N/.k5.* /var/db/krb5kdc/
3. cp -p lkdc-backup-N/krb5.keytab /etc/krb5.keytab       only if nothing has changed the keytab since
4. dscl . -create /Config/KerberosKDC RealName {realm}
Then compare: odkit lkdc realm with the certificate must print {realm}.
"""
    return text.encode()


def write_teardown(realm: str, folder: str | PathLike[str], *, target: str, force: bool = False) -> list[Path]:
    """Write the script and the way back into a folder.

    Args:
        realm: see `teardown_script`.
        folder: new or empty.
        target: see `teardown_script`.
        force: clear odkit's own files from it first.

    Raises:
        UsageError: see `teardown_script`.
        RefusedError: the folder is not empty, or cannot be written.
    """
    script = teardown_script(realm, target)
    output = OutputFolder(Path(folder), force=force)
    return [output.write("lkdc-teardown.sh", script), output.write("restore/RESTORE-LKDC.txt", _restore(realm, release_of(target)))]
