"""lkdc-teardown.sh by sh: a real realm named like a Local KDC, its keytab, recorder stubs for what only macOS has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import SYSTEM_PATH, needs
from live.conftest import SHELLS
from odkit.kerberos import read_principals
from odkit.lkdc.teardown import write_teardown
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.standins import Machine, install

pytestmark = pytest.mark.live

LKDC = "LKDC:SHA1.1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2"
NETWORK = b"host/od.example.com@OD.EXAMPLE.COM"
RECORD = """#!/bin/sh
printf '%s\\n' "${0##*/} $*" >> LOG
BODY
"""


KEYCHAIN = f"""case $1 in
    find-certificate) if [ ! -e GONE ]; then echo "SHA-1 hash: {LKDC[10:]}"; fi ;;
    delete-certificate) : > GONE ;;
esac"""


def stub(folder: Path, name: str, body: str = "") -> None:
    (folder / name).write_text(RECORD.replace("LOG", str(folder / "log")).replace("BODY", body))
    (folder / name).chmod(0o755)


_OWN = [f"principal.{LKDC}", f"principal.{LKDC}.kadm5", f"principal.{LKDC}.kadm5.lock", f".k5.{LKDC}"]
_OTHERS = ["principal", "principal.ok", ".k5.OD.EXAMPLE.COM", "kadm5.acl", "kdc.conf", f"principal.{LKDC[:-1]}", f"principal.{LKDC}X"]


class Replica:
    """A replica with a Local KDC: files of its realm and of the network realm beside each other, and keys of both in the keytab."""

    def __init__(self, folder: Path, realm: ScratchRealm, keys: bytes, shell: str, release: str) -> None:
        self.folder, self.realm, self._shell = folder, realm, shell
        self.tools = install(folder / "standins", Machine(release, "replica"))
        self.top = folder / "top"
        for name in ("etc", "var/db/krb5kdc", "Library/Keychains"):
            (self.top / name).mkdir(parents=True)
        self.kdc, self.keytab = self.top / "var/db/krb5kdc", self.top / "etc/krb5.keytab"
        for name in (*_OWN, *_OTHERS):
            (self.kdc / name).write_text(name)
        self.named = folder / "named"  # what the KerberosKDC record of the local node says
        self.named.write_text(LKDC)
        stub(self.tools, "security", KEYCHAIN.replace("GONE", str(folder / "gone")))
        stub(self.tools, "launchctl")
        read = f'-read) if [ -s {self.named} ]; then echo "RealName: $(cat {self.named})"; else exit 56; fi'
        stub(self.tools, "dscl", f"case $2 in {read} ;; -delete) : > {self.named} ;; esac")
        stub(self.tools, "sso_util", f"rm {realm.folder}/principal*")  # the real one takes the database with it
        self.keytab.write_bytes(keys)

    def state(self) -> dict[str, bytes]:
        """The files of both realms, and the keytab."""
        return {path.name: path.read_bytes() for path in self.kdc.iterdir()} | {"keytab": self.keytab.read_bytes()}

    def teardown(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        script = [*SHELLS[self._shell], str(self.folder / "out/lkdc-teardown.sh"), "--rehearsal", "--top", str(self.top), *words]
        env = self.realm.env | {"PATH": f"{self.tools}:{self.realm.env['PATH']}"}
        return subprocess.run(script, env=env, capture_output=True, text=True, check=False, timeout=60)

    def called(self) -> list[str]:
        """What was called of the system's programs, but for reading."""
        log = (self.tools / "log").read_text().splitlines()
        return [line for line in log if not line.startswith(("dscl . -read", "security find-certificate"))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, bytes]:
    """Dump and stash of the Local KDC, and the keytab with its keys and those of the network realm."""
    needs("kadmin.local", "kdb5_util")
    folder = tmp_path_factory.mktemp("local")
    dump, stash, keytab = folder / "dump", folder / "stash", folder / "keytab"
    own = [f"{service}/{LKDC}@{LKDC}".encode() for service in ("afpserver", "cifs", "vnc")]
    for realm, names in ((LKDC, own), ("OD.EXAMPLE.COM", [NETWORK])):
        with ScratchRealm(realm) as scratch:
            scratch.add(names)
            scratch.kadmin([b'ktadd -k %s -norandkey "%s"' % (bytes(keytab), name) for name in names])
            if realm == LKDC:
                dump.write_bytes(scratch.dump())
                shutil.copy(scratch.folder / "stash", stash)
    return dump, stash, keytab.read_bytes()


@pytest.mark.parametrize(
    ("shell", "target", "release"),
    [("dash", "10.5", "10.5.8"), ("zsh", "10.6", "10.6.8"), ("posh", "10.5", "10.5.2"), ("bash", "10.6", "10.6")],
)
def test_teardown(tmp_path: Path, made: tuple[Path, Path, bytes], shell: str, target: str, release: str) -> None:
    """Only what carries the realm goes; the network realm's files and keys stay, byte for byte; the second run does nothing."""
    needs(SHELLS[shell][0], "kadmin.local")
    with ScratchRealm(LKDC, restored=made[:2]) as realm:
        mac = Replica(tmp_path, realm, made[2], shell, release)
        write_teardown(LKDC, tmp_path / "out", target=target)
        before = mac.state()
        dry = mac.teardown()
        assert (dry.returncode, dry.stderr) == (0, ""), dry.stderr
        assert "4 files, 3 names in the keytab, a KerberosKDC record" in dry.stdout
        assert "this server holds the network realm, too" in dry.stdout
        unconfirmed = mac.teardown("--apply", "--confirm", "OD.EXAMPLE.COM")
        assert unconfirmed.returncode == 3
        assert mac.state() == before
        # keys that stay need the realm's database; no first line for the kernel, because a kadmin.local that is a script is not touched
        keeping = mac.tools / "kadmin.local"
        keeping.write_text(f'case $* in *-q*) exec {shutil.which("kadmin.local", path=SYSTEM_PATH)} "$@" ;; *) cat > /dev/null ;; esac\n')
        keeping.chmod(0o755)
        stopped = mac.teardown("--apply", "--confirm", LKDC)
        assert stopped.returncode == 1, (stopped.stdout, stopped.stderr)
        assert f"keys of the realm are still in {mac.keytab}" in stopped.stderr
        assert mac.state() == before
        assert not (mac.tools / "log").exists() or mac.called() == []
        keeping.unlink()
        done = mac.teardown("--apply", "--confirm", LKDC)
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert sorted(path.name for path in mac.kdc.iterdir()) == sorted(_OTHERS)
        assert [bytes(row.principal) for row in read_principals(mac.keytab).listed] == [NETWORK]
        backup = tmp_path / "out/lkdc-backup-2"
        assert {path.name for path in backup.iterdir()} == {*_OWN, "krb5.keytab"}
        assert (backup / "krb5.keytab").read_bytes() == before["keytab"]
        assert mac.called() == [
            f"sso_util remove -k -a admin -r {LKDC}",
            f"security delete-certificate -Z {LKDC[10:]} {mac.top}/Library/Keychains/System.keychain",
            "dscl . -delete /Config/KerberosKDC",
            f"launchctl unload -w {mac.top}/System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist",
        ]
        assert (mac.top / "var/db/.configureLocalKDC").exists() is (target != "10.5")
        again = mac.teardown("--apply", "--confirm", LKDC)
        assert (again.returncode, "0 removed, 0 failed" in again.stdout) == (0, True), (again.stdout, again.stderr)
        mac.named.write_text("LKDC:SHA1." + "B" * 40)
        other = mac.teardown("--apply", "--confirm", LKDC)
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
