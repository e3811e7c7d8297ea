"""The servers behind a simple bind: a KDC with the carried keys, and saslauthd, which slapd asks and which asks the KDC."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from odkit.carrying import write_carry
from odkit.carrying.plan import prepare
from odkit.errors import LiveError, UsageError
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.isolation import mount_over, unmount
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import program, run
from odkit.rehearsal.scratch import leashed
from odkit.text import decode, escape

__all__ = ["carried_kdc", "password_servers"]

_PACKAGE = "sasl2-bin"
_PATIENCE = 20  # seconds until saslauthd listens
_SASL = Path("/etc/ldap/sasl2")  # Debian's slapd reads nothing else, wherever it is told to look
_SOCKET = 100  # bytes that the path of a socket can have (unix(7): 108 with its end)


@contextmanager
def password_servers(stage: Stage) -> Iterator[ScratchRealm | str]:
    """Run the servers that a simple bind to slapd needs; gives the KDC, or the reason why none can be had here.

    Args:
        stage: its options name the target's dump and stash, which the KDC is put back from, and the keys that are carried.

    Raises:
        LiveError: a program is missing, or a server does not start.
    """
    with carried_kdc(stage, stage.folder / "config" / "saslauthd.conf") as kdc:
        if isinstance(kdc, str):
            yield kdc
            return
        with _listening(program("saslauthd", _PACKAGE), stage, kdc) as mux, _asked(stage, mux) as why:
            yield kdc if why is None else why


@contextmanager
def carried_kdc(stage: Stage, config: Path) -> Iterator[ScratchRealm | str]:
    """Run a KDC with the carried keys; gives the reason where none can be had here.

    Args:
        stage: its options name the target's dump and stash, which the KDC is put back from, and the keys that are carried.
        config: a file of the plan that is there when a user is checked by the KDC.

    Raises:
        LiveError: a program is missing, or the KDC does not start.
    """
    options, realm = stage.source.options, stage.source.realm_to
    if not config.is_file() or realm is None:
        yield "no user is checked by a KDC"
    elif stage.source.principals is None or options.target_dump is None or options.target_stash is None:
        yield "give the keys (--kdc-dump and --stash, or cn=authdata), --target-dump and --target-stash: a KDC is loaded with them"
    else:
        restored = options.target_dump, options.target_stash
        with ScratchRealm(decode(realm), listen=True, within=stage.scratch, restored=restored) as kdc:
            _carry_keys(stage, kdc)
            yield kdc


def _carry_keys(stage: Stage, kdc: ScratchRealm) -> None:
    """Load the keys into the KDC by the script that does it at the target."""
    folder = stage.scratch / "keys"
    try:
        write_carry(prepare(stage.source.od, to="mit", options=stage.source.options)[0], folder)
    except UsageError as error:
        raise LiveError(f"the keys cannot be carried to a scratch KDC: {error}") from error
    run("sh", str(folder / "load.sh"), "--rehearsal", "--apply", env=kdc.env, timeout=3600)


@contextmanager
def _listening(saslauthd: str, stage: Stage, kdc: ScratchRealm) -> Iterator[Path]:
    """Run saslauthd with the configuration of the plan; gives the path of its socket."""
    folder = stage.scratch / "saslauthd"
    folder.mkdir(mode=0o700)
    host = f"host/{socket.gethostname()}"
    keytab, config, mux = folder / "keytab", folder / "saslauthd.conf", folder / "mux"
    if len(str(mux)) > _SOCKET:
        raise LiveError(f"the path of the scratch folder is too long for a socket: {escape(str(mux))}; set TMPDIR to a shorter one")
    kdc.add([host.encode()])
    kdc.kadmin([f"ktadd -k {keytab} {host}".encode()])
    config.write_text((stage.folder / "config" / "saslauthd.conf").read_text().replace("/etc/saslauthd.keytab", str(keytab)))
    words = [saslauthd, "-d", "-a", "kerberos5", "-O", str(config), "-m", str(folder), "-n", "1"]
    leash, preexec = leashed(words)
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(
            leash,
            env=kdc.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # it ends its whole process group
            preexec_fn=preexec,  # noqa: PLW1509 - a server must not outlive a rehearsal that is killed
        )
    try:
        until = time.monotonic() + _PATIENCE
        while not mux.exists():
            if daemon.poll() is not None or time.monotonic() > until:
                raise LiveError(f"saslauthd does not start: {escape((folder / 'log').read_bytes()[-300:])}")
            time.sleep(0.05)
        yield mux
    finally:
        daemon.kill()
        daemon.wait()


@contextmanager
def _asked(stage: Stage, mux: Path) -> Iterator[str | None]:
    """Put the SASL file of the plan where slapd reads it, in this mount namespace alone; gives the reason where that fails."""
    place = _SASL if _SASL.is_dir() else _SASL.parent
    folder = stage.scratch / "etc"
    folder.mkdir()
    if place != _SASL and place.is_dir():
        shutil.copytree(place / "schema", folder / "schema", dirs_exist_ok=True)
    own = folder if place == _SASL else folder / "sasl2"
    own.mkdir(exist_ok=True)
    text = (stage.folder / "config" / "sasl2-slapd.conf").read_text().replace("/var/run/saslauthd/mux", str(mux))
    (own / "slapd.conf").write_text(text)
    if not stage.private:
        yield f"slapd reads {place}, which is another's without a mount namespace of its own"
        return
    try:
        mount_over(place, folder)
    except LiveError as error:
        yield f"slapd reads {place}, and nothing can be mounted there: {error}"
        return
    try:
        yield None
    finally:
        unmount(place)
