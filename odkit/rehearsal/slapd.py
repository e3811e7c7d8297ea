"""A scratch slapd with an export's records: its own folder, its own port on loopback, gone when it is closed."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from odkit.carrying.ldap.schema import apple_schema
from odkit.dn import dn_key, key_or_text
from odkit.errors import LiveError
from odkit.ldif import Attributes, Entry, Reader, format_record
from odkit.rehearsal.programs import copy_sparse, program, run, wait_for_port
from odkit.rehearsal.schema import Repair, Schema
from odkit.rehearsal.server import ScratchServer, start_server
from odkit.rehearsal.states import Snapshot, Values, values_of

__all__ = ["ScratchDirectory", "state"]

_PACKAGES = "slapd ldap-utils"
_DEBIAN = Path("/etc/ldap/schema")
_SCHEMAS = ("core", "cosine", "nis", "inetorgperson")
_MODULES = Path("/usr/lib/ldap")
_DATA = "data.mdb"  # of LMDB; its first two pages say in turn which write was the last
_SMALL = 1 << 20  # bytes that are kept in memory
_COMPUTED = frozenset({"entrydn", "hassubordinates", "numsubordinates", "subschemasubentry"})  # shown by slapd, and never stored


class ScratchDirectory(ScratchServer):
    """A slapd on loopback.

    Args:
        entries: records of an export, in any order.
        suffix: the domain's suffix, in string form.
        admin: DN that may write.
        within: make its folder in this one.
        settings: further lines for its slapd.conf; with a TLSCertificateFile among them it listens for ldaps, too.
        env: its environment; this process' own by default.

    Attributes:
        url: of the server.
        password: the administrator's, made for this server.
        tls_port: where it listens for ldaps, if it does.
        log: file to which slapd writes every operation, when it has settings.
        repairs: what was done to records so that slapd takes them.
        refused: DNs that slapd did not take anyway.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        suffix: str,
        admin: str,
        *,
        within: Path | None = None,
        settings: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._slapd = program("slapd", _PACKAGES)
        self._settings = list(settings)
        self._env = env
        self.suffix = suffix
        self.admin = admin
        self.password = secrets.token_urlsafe(18)
        self.repairs: list[Repair] = []
        self._read: dict[int, tuple[bytes, bytes]] = {}  # what small databases held when they were read last, behind their first pages
        self._given: dict[str, tuple[str, bytes]] = {}  # DN and LDIF of what slapd was given, by the normal form of the DN
        super().__init__("odkit-slapd-", within)
        self.port, self.tls_port = self.take_port(), self.take_port()
        try:
            schema = self._prepare(entries)
            self.refused = self._load(schema)
            self._start()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """URL of the server."""
        return f"ldap://127.0.0.1:{self.port}"

    def loaded(self, dn: str) -> Entry | None:
        """Return a record as it was given to slapd; None for one that was not."""
        _, text = self._given.get(dn_key(dn) or "", ("", b""))
        return next((record for record in Reader(text, name="slapadd") if isinstance(record, Entry)), None)

    def _prepare(self, entries: Iterable[Entry]) -> Schema:
        """Repair the records, put parents before children, and make parents that the export lacks."""
        if not _DEBIAN.is_dir():
            raise LiveError(f"{_DEBIAN} is not there: the schema of slapd; install {_PACKAGES}")
        files = [(_DEBIAN / f"{name}.schema").read_text("utf-8", "replace") for name in _SCHEMAS]
        schema = Schema(*files, apple_schema())
        found = self._given
        for entry in entries:
            key = dn_key(entry.dn)
            if key is None or key in found:
                self.repairs.append(Repair(entry.dn, "left out: its DN cannot be read, or is there twice"))
                continue
            copy = Attributes({name: values for name, values in entry.attributes.items() if name.lower() not in _COMPUTED})
            self.repairs += schema.repair(entry.dn, copy)
            found[key] = (entry.dn, format_record(Entry(entry.dn, copy)))
        top = dn_key(self.suffix) or ""
        for key in list(found):
            self._parents(key, (top, "cn=authdata"))
        self._given = {key: found[key] for key in sorted(found, key=lambda k: (k.count(","), k))}
        return schema

    def _parents(self, key: str, tops: tuple[str, ...]) -> None:
        found = self._given
        parent = key.partition(",")[2]
        if key in tops or not any(parent == t or parent.endswith("," + t) for t in tops) or parent in found:
            return
        kind, _, value = parent.partition(",")[0].partition("=")
        classes = {"dc": [b"domain", b"top"], "ou": [b"organizationalUnit", b"top"]}.get(kind, [b"container", b"top"])
        found[parent] = (parent, format_record(Entry(parent, {"objectClass": classes, kind: [value.encode()]})))
        self.repairs.append(Repair(parent, "added: the export has records below it, but not itself"))
        self._parents(parent, tops)

    def _load(self, schema: Schema) -> list[str]:
        d = self.folder
        (d / "generated.schema").write_text("".join(line + "\n" for line in schema.made), "utf-8")
        (d / "apple.schema").write_text(apple_schema())
        config = [f"include {_DEBIAN}/{name}.schema" for name in _SCHEMAS]
        config += [f'include "{d}/apple.schema"', f'include "{d}/generated.schema"']
        config += [
            f"modulepath {_MODULES}",
            "moduleload back_mdb",
            f'pidfile "{d}/pid"',
            f'argsfile "{d}/args"',
            "sizelimit unlimited",
            *self._settings,
        ]
        groups = [(base, self._below(base)) for base in (self.suffix, "cn=authdata")]
        groups = [(base, below) for base, below in groups if below or base == self.suffix]
        self._databases = len(groups)
        for number, (base, _) in enumerate(groups):
            (d / f"db{number}").mkdir(mode=0o700)
            config += ["database mdb", f'suffix "{_conf(base)}"', f'rootdn "{_conf(self.admin)}"', f'directory "{d}/db{number}"']
            config += ["maxsize 4294967296", "dbnosync", "index objectClass eq"]
            if number == 0:
                config.append(f"rootpw {self.password}")
        self.config = d / "slapd.conf"
        self.config.write_text("".join(line + "\n" for line in config), "utf-8")
        self.config.chmod(0o600)
        said = b""
        for number, (_, below) in enumerate(groups, 1):
            words = (self._slapd, "-Tadd", "-q", "-c", "-n", str(number), "-f", str(self.config))
            said += run(*words, data=b"".join(below), check=False, timeout=600).stderr
        # it says what it leaves out, to a person; which records are there, it is asked only when it has said anything
        loaded = {dn_key(e.dn) for e in self._records()} if said else {key for key in self._given if _within(key, groups)}
        return [dn for key, (dn, _) in self._given.items() if key not in loaded]

    def _below(self, base: str) -> list[bytes]:
        top = dn_key(base) or ""
        return [text for key, (_, text) in self._given.items() if key == top or key.endswith("," + top)]

    def _start(self) -> None:
        urls = [self.url]
        if any(line.startswith("TLSCertificateFile ") for line in self._settings):
            urls.append(f"ldaps://127.0.0.1:{self.tls_port}")
        log = self.log = self.folder / "slapd.log"
        words = [self._slapd, "-d", "stats" if self._settings else "0", "-f", str(self.config), "-h", " ".join(urls)]
        self._process = start_server(words, self._env, log)
        wait_for_port(self.port, self._process, log)

    def stop(self) -> None:
        """Stop slapd, at once: what it has answered is in its database, and what it would free takes it a tenth of its time."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def written(self) -> bytes:
        """Return what differs after every change that slapd has written: the first two pages of its databases, one of which it rewrites."""
        return b"".join(map(self._first_pages, range(self._databases)))

    def _first_pages(self, number: int) -> bytes:
        with (self.folder / f"db{number}" / _DATA).open("rb") as file:
            return file.read(2 * os.sysconf("SC_PAGESIZE"))

    def keep(self) -> None:
        """Keep the databases as they are, for `reset`; nobody may write at this moment."""
        for number in range(self._databases):
            copy_sparse(self.folder / f"db{number}" / _DATA, self.folder / f"kept{number}.mdb")

    def reset(self) -> None:
        """Start again with the databases as they were kept: sooner done than a new server."""
        self.stop()
        self._read.clear()  # LMDB counts writes from there again, so that other records may have the same first pages
        for number in range(self._databases):
            copy_sparse(self.folder / f"kept{number}.mdb", self.folder / f"db{number}" / _DATA)
        self._start()

    def cat(self) -> bytes:
        """Return everything in it, as slapcat writes it."""
        return b"".join(map(self._cat, range(self._databases)))

    def _cat(self, number: int) -> bytes:
        """Return everything in a database; a small one to which slapd has written nothing since is not read again."""
        pages = self._first_pages(number)
        known, text = self._read.get(number, (b"", b""))
        if known != pages:
            text = run(self._slapd, "-Tcat", "-n", str(number + 1), "-f", str(self.config), timeout=600).stdout
            if len(text) < _SMALL:
                self._read[number] = pages, text
        return text

    def entries(self) -> list[Entry]:
        """Return everything in it."""
        return list(self._records())

    def _records(self) -> Iterator[Entry]:
        """Yield everything in it; a record is parsed when its attributes are asked for."""
        return (record for record in Reader(self.cat(), lazy=True, name="slapcat") if isinstance(record, Entry))

    def snapshot(self, known: Snapshot | None = None) -> Snapshot:
        """Return its state.

        Args:
            known: an earlier one, whose records are kept where they are the same.
        """
        before = known.records if known is not None else {}
        records: dict[str, bytes | Values] = {}
        for entry in self._records():
            key, raw = key_or_text(entry.dn), entry.raw or b""
            old = before.get(key)
            records[key] = old if old is not None and old == raw else raw
        return Snapshot(records)

    def modify(self, ldif: bytes, *, go_on: bool = False) -> subprocess.CompletedProcess[bytes]:
        """Apply change records with ldapmodify as the administrator; the status is ldapmodify's."""
        client = program("ldapmodify", _PACKAGES)
        secret = self.folder / "password"
        handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(self.password)
        words = [client, "-x", "-H", self.url, "-D", self.admin, "-y", str(secret), *(["-c"] if go_on else [])]
        return run(*words, data=ldif, check=False)


def _within(key: str, groups: list[tuple[str, list[bytes]]]) -> bool:
    tops = [dn_key(base) or "" for base, _ in groups]
    return any(key == top or key.endswith("," + top) for top in tops)


def _conf(text: str) -> str:
    if any(c in text for c in '"\\\n\r'):
        raise LiveError(f"a scratch slapd cannot carry the suffix {text!r}")
    return text


def state(entries: Iterable[Entry]) -> dict[str, dict[str, list[bytes]]]:
    """Return a directory's state for comparison: user attributes by DN, values as sorted sets, what slapd rewrites left out."""
    return {key_or_text(entry.dn): values_of(entry) for entry in entries}
