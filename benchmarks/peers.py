"""The other programs: how each is installed, into a place of its own, and how its documentation says to use it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

__all__ = ["Peers"]

_DEBIAN = Path("/etc/ldap/schema")
_PACKAGES = ("libldap2-dev", "libsasl2-dev", "libnet-ldap-perl", "slapd", "gcc", "libc6-dev")
_HERE = Path(__file__).resolve().parent / "peers"

LDIF = "import ldif, sys\nfor dn, entry in ldif.LDIFParser(open(sys.argv[1], 'rb'), encoding=None).parse(): pass"
LDIF_WRITE = """
import io, sys, time, ldif
entries = list(ldif.LDIFParser(open(sys.argv[1], 'rb'), encoding=None).parse())
start = time.process_time()
writer = ldif.LDIFWriter(io.BytesIO())
for dn, entry in entries: writer.unparse(dn, entry)
print(time.process_time() - start)
"""
PYTHON_LDAP = """
import sys, ldif
class Reader(ldif.LDIFParser):
    def handle(self, dn, entry): pass
Reader(open(sys.argv[1], 'rb')).parse()
"""
PYTHON_LDAP_WRITE = """
import io, sys, time, ldif
entries = ldif.LDIFRecordList(open(sys.argv[1], 'rb'))
entries.parse()
start = time.process_time()
writer = ldif.LDIFWriter(io.StringIO())
for dn, entry in entries.all_records: writer.unparse(dn, entry)
print(time.process_time() - start)
"""


def _has(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


class Peers:
    """Commands that read, or write, an export with another program.

    Args:
        folder: where what must be built or installed is kept.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._debian()
        self.python_ldap = self._environment("python-ldap", "python-ldap==3.4.*")
        self.ldif = self._environment("ldif", "ldif==4.3.*")
        self.ldifdiff = [self._environment("ldifdiff", "ldifdiff==1.0.0", "ldif==4.3.*"), "-m", "ldifdiff"]
        self.c = str(folder / "read")
        subprocess.run(["gcc", "-O2", "-o", self.c, str(_HERE / "read.c"), "-lldap", "-llber"], check=True)
        self.perl = ["perl", str(_HERE / "read.pl")]
        self.slapadd = self._slapadd()

    def _debian(self) -> None:
        there = Path("/usr/include/ldif.h").exists() and Path("/usr/include/sasl/sasl.h").exists()
        if there and _has("perl", "-MNet::LDAP::LDIF", "-e", "1") and shutil.which("slapadd", path="/usr/sbin:/usr/bin"):
            return
        self._install(*_PACKAGES)

    def _install(self, *packages: str) -> None:
        print("installing the peers:", *packages, flush=True)
        words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        if subprocess.run(words, stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"as root: apt-get install {' '.join(packages)}")

    def browser(self) -> list[str]:
        """A command that opens a page of odkit in Chromium."""
        if shutil.which("chromium") is None:
            self._install("chromium")
        return [self._environment("playwright", "playwright==1.*"), str(_HERE / "browse.py")]

    def _environment(self, name: str, *requirements: str) -> str:
        """An environment of its own: python-ldap and ldif overwrite each other's module."""
        home = self._folder / name
        python = home / "bin" / "python"
        if not (home / "installed").exists():
            venv.create(home, with_pip=True, clear=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements], check=True)
            (home / "installed").touch()
        return str(python)

    def _slapadd(self) -> list[str]:
        """A dry run of slapadd with Apple's schema; -q and -s leave out all checks that can be left out."""
        schema = self._folder / "apple.schema"
        # in a process of its own: what this one weighs would count as the peak memory of all that it starts
        program = "from odkit.carrying.ldap.schema import apple_schema; print(apple_schema())"
        with schema.open("wb") as file:
            subprocess.run([sys.executable, "-c", program], stdout=file, check=True)
        database = self._folder / "db"
        database.mkdir(exist_ok=True)
        names = ("core", "cosine", "nis", "inetorgperson")
        config = [f"include {_DEBIAN}/{name}.schema" for name in names]
        config += [f"include {schema}", "modulepath /usr/lib/ldap", "moduleload back_mdb", "database mdb"]
        config += ['suffix "dc=medicalmart,dc=example,dc=com"', f"directory {database}"]
        path = self._folder / "slapd.conf"
        path.write_text("".join(line + "\n" for line in config))
        return ["/usr/sbin/slapadd", "-u", "-q", "-s", "-c", "-f", str(path), "-l"]
