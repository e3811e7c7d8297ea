"""A carry to 389-DS, played on a scratch instance that asks a scratch KDC through PAM, with the plan's own files."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from odkit.carrying import Verdict, Why
from odkit.carrying.ds389.config import KEYTAB, SERVICE
from odkit.carrying.ds389.server import LOCK
from odkit.ldif import Attributes, Entry, read
from odkit.rehearsal.carry.binds import CheckedBy, last_line, let_in, logins, people, refusals, seen
from odkit.rehearsal.carry.model import Row, row_of
from odkit.rehearsal.carry.passwords import carried_kdc
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.ds389 import PACKAGES, ScratchInstance
from odkit.rehearsal.isolation import mount_over, unmount
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import program, run
from odkit.text import escape
from odkit.values.schema import OPERATIONAL

__all__ = ["PLAYS", "pam_asks"]

_PAM = Path("/etc/pam.d")
_SECURITY = ("/lib", "/usr/lib")
_OWN = frozenset({"nsuniqueid", "dsentrydn"})
_NO_ACCESS = 50
_PROBES = 5


def _play(stage: Stage) -> Iterator[Row]:
    for name in ("ns-slapd", "ldapsearch", "ldapwhoami", "ldapmodify"):
        program(name, PACKAGES)
    planned = {e.dn: e.attributes for e in read(stage.folder / "directory.ldif") if isinstance(e, Entry)}
    suffix = next(iter(planned))
    by_kdc = _asked_of_kdc(stage)
    with carried_kdc(stage, stage.folder / "config" / f"pam.d-{SERVICE}") as kdc:
        env = kdc.env if isinstance(kdc, ScratchRealm) else None
        with ScratchInstance(suffix, within=stage.scratch, env=env) as server:
            yield from _load(stage, server, planned)
            with _passed_through(stage, server, kdc) as asked:
                server.start()
                yield from seen(_everything(server), planned)
                yield from refusals(server, planned)
                yield from logins(stage, server, planned, asked, lambda name, entry: _checked_by(entry, name in by_kdc))
                yield from _locks(stage, server, planned, asked, by_kdc)
                yield from _second_passwords(stage, server, planned)
                server.stop()
            yield from _again(stage, server)


def _asked_of_kdc(stage: Stage) -> set[str]:
    """Names of the users whom PAM is asked for: of those with a principal, who are no exception."""
    users = (user for user in stage.plan.users if user.principal is not None and user.verdict not in {Verdict.RESET, Verdict.LEFT_OUT})
    return {user.name for user in users if not any(reason.why is Why.NOT_EXPRESSIBLE for reason in user.reasons)}


def _checked_by(entry: Attributes, by_kdc: bool) -> CheckedBy | None:
    return CheckedBy.SERVER if "userPassword" in entry else CheckedBy.KDC if by_kdc else None


def _script(stage: Stage, server: ScratchInstance, name: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    line = ["sh", str(stage.folder / name), "--rehearsal", "--instance", str(server.config), *words]
    if name == "load.sh":
        listing = stage.scratch / "listprincs"
        listing.write_bytes(b"".join(user.principal + b"\n" for user in stage.plan.users if user.principal is not None))
        line += ["--principals", str(listing)]
    return run(*line, env=server.env | {"TMPDIR": str(stage.scratch)}, check=False, timeout=3600)


def _stored(server: ScratchInstance) -> dict[str, Attributes]:
    """What the instance holds, but for what it writes itself."""
    own = OPERATIONAL | _OWN
    found = server.entries()
    return {dn: Attributes({n: v for n, v in entry.attributes.items() if n.lower() not in own}) for dn, entry in found.items()}


def _load(stage: Stage, server: ScratchInstance, planned: Mapping[str, Attributes]) -> Iterator[Row]:
    server.export()  # the first run of ns-slapd makes the configuration whole
    start = _files(server)
    dry = _script(stage, server, "load.sh")
    why = [] if dry.returncode == 0 and not server.entries() and _files(server) == start else [last_line(dry)]
    yield row_of("load.sh without --apply changes nothing", 1, why, "run")
    done = _script(stage, server, "load.sh", "--apply")
    yield row_of("load.sh --apply ends well", 1, [last_line(done)] if done.returncode else [], "run")
    there = _stored(server)
    bad = [escape(dn) for dn, attributes in planned.items() if there.get(dn) != attributes]
    yield row_of("every planned record is there with its values, by db2ldif", len(planned), bad, "record")
    yield row_of("no other record is there", len(there), [escape(dn) for dn in there.keys() - planned.keys()], "record")


def _files(server: ScratchInstance) -> dict[str, bytes]:
    """The configuration and the schema of the instance."""
    return {str(path): path.read_bytes() for path in [server.config / "dse.ldif", *(server.config / "schema").iterdir()]}


def _everything(server: ScratchInstance) -> bytes:
    words = ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", server.url, "-E", "pr=1000/noprompt", "-b", server.suffix]
    return run(*words, "(objectClass=*)", "*", env=server.env, check=False, timeout=600).stdout


@contextmanager
def _passed_through(stage: Stage, server: ScratchInstance, kdc: ScratchRealm | str) -> Iterator[ScratchRealm | str]:
    """Have the instance ask PAM, and PAM the KDC; gives the KDC, or the reason why that cannot be had here."""
    module = _module()
    if isinstance(kdc, str):
        yield kdc
    elif module is None:
        yield "pam_krb5 is not installed: apt-get install libpam-krb5, or unpack it and set PAM_KRB5"
    elif not stage.private:
        yield f"PAM reads {_PAM}, which is another's without a mount namespace of its own"
    else:
        with pam_asks(stage.folder, stage.scratch, server, kdc, module):
            yield kdc


def _module() -> Path | None:
    """Return the PAM module: the one that ``PAM_KRB5`` names, or the system's."""
    named = os.environ.get("PAM_KRB5")
    places = (path for root in _SECURITY for path in sorted(Path(root).glob("*/security/pam_krb5.so")))
    return Path(named) if named else next(places, None)


@contextmanager
def pam_asks(written: Path, scratch: Path, server: ScratchInstance, kdc: ScratchRealm, module: Path) -> Iterator[None]:
    """Put the PAM service of a plan where PAM reads it, in this mount namespace alone, and the plugin's settings into the instance.

    Args:
        written: the folder of the plan.
        scratch: a folder for a keytab and a copy of PAM's.
        server: stopped.
        kdc: that has to be asked.
        module: pam_krb5.

    Raises:
        LiveError: the instance does not take the settings.
    """
    host, keytab, folder = f"host/{socket.gethostname()}", scratch / "pam.keytab", scratch / "pam.d"
    kdc.add([host.encode()])
    kdc.kadmin([f"ktadd -k {keytab} {host}".encode()])
    shutil.copytree(_PAM, folder)
    text = (written / "config" / f"pam.d-{SERVICE}").read_text()
    (folder / SERVICE).write_text(text.replace(KEYTAB, str(keytab)).replace("pam_krb5.so", str(module)))
    # on loopback there is no TLS
    settings = (written / "config" / "pam-passthrough.ldif").read_bytes().replace(b"pamSecure: TRUE", b"pamSecure: FALSE")
    mount_over(_PAM, folder)
    try:
        server.start()
        server.change(settings)
        server.stop()
        yield
    finally:
        unmount(_PAM)


def _locks(
    stage: Stage, server: ScratchInstance, planned: Mapping[str, Attributes], kdc: ScratchRealm | str, by_kdc: set[str]
) -> Iterator[Row]:
    """The instance refuses a disabled user itself, also when the KDC would let him in."""
    if isinstance(kdc, str):
        return
    dns = {entry["uid"][0].decode("utf-8", "replace"): dn for dn, entry in people(planned)}
    locked = (user for user in stage.plan.users if user.verdict is Verdict.DISABLED)
    tried = [user for user in locked if user.name in by_kdc and user.name in dns][:_PROBES]
    bad = [escape(user.name) for user in tried if let_in(server, kdc, user, dns[user.name], freed=True)]
    if tried:
        yield row_of(f"disabled users are refused by {LOCK} even where the KDC lets them in", len(tried), bad)


def _second_passwords(stage: Stage, server: ScratchInstance, planned: Mapping[str, Attributes]) -> Iterator[Row]:
    """Nobody writes himself a password beside the one of the KDC."""
    dns = {name.decode("utf-8", "replace"): dn for dn, entry in people(planned) for name in entry["uid"]}
    tried, bad = 0, []
    for name, secret in list(stage.logins.items())[:_PROBES]:
        if name in dns and server.bind(dns[name], secret) == 0:
            change = f"dn: {dns[name]}\nchangetype: modify\nreplace: userPassword\nuserPassword: another\n\n".encode()
            tried += 1
            if server.client("ldapmodify", dns[name], secret, data=change).returncode != _NO_ACCESS:
                bad.append(escape(name))
    if tried:
        yield row_of("nobody writes a password into the directory", tried, bad)


def _again(stage: Stage, server: ScratchInstance) -> Iterator[Row]:
    before = server.export()
    done = _script(stage, server, "load.sh", "--apply")
    yield row_of("a second run changes nothing", 1, [] if done.returncode == 0 and server.export() == before else [last_line(done)], "run")
    done = _script(stage, server, "unload.sh", "--apply")
    why = [] if done.returncode == 0 and not server.entries() else [last_line(done)]
    yield row_of("the way back leads back (unload.sh)", 1, why, "run")


PLAYS = {"389": _play}
