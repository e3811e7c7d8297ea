"""lkdc-teardown.sh by sh: a real realm named like a Local KDC, its keytab, recorder stubs for what only macOS has."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import needs
from live.conftest import SHELLS
from odkit.kerberos import read_principals
from odkit.lkdc.teardown import write_teardown
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.standins import Machine, install

pytestmark = pytest.mark.live

LKDC = "LKDC:SHA1.1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2"
NETWORK = b"host/od.example.com@OD.EXAMPLE.COM"
RECORD = """#!/bin/sh
printf '%s\\n' "$(basename "$0") $*" >> LOG
BODY
"""


KEYCHAIN = f"""case $1 in
    find-certificate) if [ ! -e GONE ]; then echo "SHA-1 hash: {LKDC[10:]}"; fi ;;
    delete-certificate) : > GONE ;;
esac"""


def stub(folder: Path, name: str, body: str = "") -> None:
    (folder / name).write_text(RECORD.replace("LOG", str(folder / "log")).replace("BODY", body))
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("shell", "target", "release"),
    [("dash", "10.5", "10.5.8"), ("zsh", "10.6", "10.6.8"), ("posh", "10.5", "10.5.2"), ("bash", "10.6", "10.6")],
)
def test_teardown(tmp_path: Path, shell: str, target: str, release: str) -> None:
    """Only what carries the realm goes; the network realm's files and keys stay, byte for byte; the second run does nothing."""
    needs(SHELLS[shell][0], "kadmin.local")
    tools = install(tmp_path / "standins", Machine(release, "replica"))
    top = tmp_path / "top"
    for folder in ("etc", "var/db/krb5kdc", "Library/Keychains"):
        (top / folder).mkdir(parents=True)
    kdc = top / "var/db/krb5kdc"
    own = [f"principal.{LKDC}", f"principal.{LKDC}.kadm5", f"principal.{LKDC}.kadm5.lock", f".k5.{LKDC}"]
    others = ["principal", "principal.ok", ".k5.OD.EXAMPLE.COM", "kadm5.acl", "kdc.conf", f"principal.{LKDC[:-1]}", f"principal.{LKDC}X"]
    for name in (*own, *others):
        (kdc / name).write_text(name)
    state = tmp_path / "named"
    state.write_text(LKDC)
    stub(tools, "security", KEYCHAIN.replace("GONE", str(tmp_path / "gone")))
    stub(tools, "launchctl")
    stub(
        tools,
        "dscl",
        f'case $2 in -read) if [ -s {state} ]; then echo "RealName: $(cat {state})"; else exit 56; fi ;; -delete) : > {state} ;; esac',
    )
    with ScratchRealm(LKDC) as realm:
        stub(tools, "sso_util", f"rm {realm.folder}/principal*")  # the real one takes the database with it
        keys = [f"{service}/{LKDC}@{LKDC}".encode() for service in ("afpserver", "cifs", "vnc")]
        realm.add(keys)
        keytab = top / "etc/krb5.keytab"
        realm.kadmin([b'ktadd -k %s -norandkey "%s"' % (bytes(keytab), key) for key in keys])
        with ScratchRealm("OD.EXAMPLE.COM") as network:
            network.add([NETWORK])
            network.kadmin([b'ktadd -k %s -norandkey "%s"' % (bytes(keytab), NETWORK)])
        env = realm.env | {"PATH": f"{tools}:{realm.env['PATH']}"}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            script = [*SHELLS[shell], str(tmp_path / "out/lkdc-teardown.sh"), "--rehearsal", "--top", str(top), *words]
            return subprocess.run(script, env=env, capture_output=True, text=True, check=False, timeout=60)

        write_teardown(LKDC, tmp_path / "out", target=target)
        before = {path.name: path.read_bytes() for path in kdc.iterdir()} | {"keytab": keytab.read_bytes()}
        dry = run()
        assert (dry.returncode, dry.stderr) == (0, ""), dry.stderr
        assert "4 files, 3 names in the keytab, a KerberosKDC record" in dry.stdout
        assert "this server holds the network realm, too" in dry.stdout
        unconfirmed = run("--apply", "--confirm", "OD.EXAMPLE.COM")
        assert unconfirmed.returncode == 3
        assert {path.name: path.read_bytes() for path in kdc.iterdir()} | {"keytab": keytab.read_bytes()} == before
        done = run("--apply", "--confirm", LKDC)
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert sorted(path.name for path in kdc.iterdir()) == sorted(others)
        assert [bytes(row.principal) for row in read_principals(keytab).listed] == [NETWORK]
        backup = tmp_path / "out/lkdc-backup-1"
        assert {path.name for path in backup.iterdir()} == {*own, "krb5.keytab"}
        assert (backup / "krb5.keytab").read_bytes() == before["keytab"]
        log = (tools / "log").read_text().splitlines()
        wanted = [
            f"sso_util remove -k -a admin -r {LKDC}",
            f"security delete-certificate -Z {LKDC[10:]} {top}/Library/Keychains/System.keychain",
            "dscl . -delete /Config/KerberosKDC",
            f"launchctl unload -w {top}/System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist",
        ]
        assert [line for line in log if not line.startswith(("dscl . -read", "security find-certificate"))] == wanted
        assert (top / "var/db/.configureLocalKDC").exists() is (target != "10.5")
        again = run("--apply", "--confirm", LKDC)
        assert (again.returncode, "0 removed, 0 failed" in again.stdout) == (0, True), (again.stdout, again.stderr)
        state.write_text("LKDC:SHA1." + "B" * 40)
        other = run("--apply", "--confirm", LKDC)
        assert other.returncode == 3
        assert "make a script with --realm" in other.stderr


def test_steps_that_failed_are_not_forgotten(tmp_path: Path) -> None:
    """The second run does not call it done; a record that cannot be read is no absent one."""
    needs("dash", "kadmin.local")
    tools = install(tmp_path / "standins", Machine("10.5.8", "standalone"))
    kdc = tmp_path / "top/var/db/krb5kdc"
    kdc.mkdir(parents=True)
    (kdc / f"principal.{LKDC}").write_text("x")
    state = tmp_path / "named"
    state.write_text(LKDC)
    stub(tools, "sso_util")
    stub(tools, "security", "exit 1")
    stub(tools, "launchctl")
    stub(
        tools,
        "dscl",
        f'case $2 in -read) if [ -s {state} ]; then echo "RealName: $(cat {state})"; else exit 56; fi ;; -delete) : > {state} ;; esac',
    )
    write_teardown(LKDC, tmp_path / "out", target="10.5")
    with ScratchRealm(LKDC) as realm:
        env = realm.env | {"PATH": f"{tools}:{realm.env['PATH']}"}

        def run() -> subprocess.CompletedProcess[str]:
            words = [
                "dash",
                str(tmp_path / "out/lkdc-teardown.sh"),
                "--rehearsal",
                "--top",
                str(tmp_path / "top"),
                "--apply",
                "--confirm",
                LKDC,
            ]
            return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60)

        first = run()
        assert first.returncode == 1
        assert "it ends with a status of 1" in first.stderr
        again = run()
        assert again.returncode == 1
        assert f"security delete-certificate -Z {LKDC[10:]}" in again.stderr
        stub(tools, "security", KEYCHAIN.replace("GONE", str(tmp_path / "gone")))
        mended = run()
        assert (mended.returncode, "0 of it left, 0 steps with trouble" in mended.stdout) == (0, True), (mended.stdout, mended.stderr)
        assert "0 removed, 0 failed" in run().stdout
        stub(tools, "dscl", "echo RealName:; echo ' LKDC:SHA1.B'; echo ' LKDC:SHA1.C'")
        unclear = run()
        assert unclear.returncode == 2
        assert "does not tell one RealName" in unclear.stderr
