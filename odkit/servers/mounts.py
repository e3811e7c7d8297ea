"""Checks mounts and homes: whether 10.5's autofs reads the records, and whether every home lies on a mount.

Rules: autofs-109.8 ns_fstab.c and DirectoryService-514 CCachePlugin.cpp (docs/sources.md, mounts and homes).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from odkit.directory import Directory, Mount, Need, User, host_of_url
from odkit.directory.absence import Absences
from odkit.directory.dwellings import Dwelling
from odkit.directory.reliance import require_whole
from odkit.findings import About, Finding, Rule, Severity, record_finding
from odkit.names import host_key
from odkit.patterns import regex
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.text import escape, plural

__all__ = ["KEYS", "MAX_OPTIONS", "NEEDS", "REFUSED", "check_mounts", "has_password", "mounts_ldif"]

MOUNT_WITHOUT_NAME = Rule(
    "OD721",
    "mount-without-name",
    Severity.ERROR,
    "Name the record host:path.",
    about=About(("cn", "mountOption", "mountDirectory", "mountType")),
)
MOUNT_TYPE = Rule(
    "OD722",
    "mount-type",
    Severity.ERROR,
    "Give the mount both the type url and the option url==, or neither.",
    about=About(("cn", "mountOption", "mountDirectory", "mountType")),
)
MOUNT_OPTIONS_LONG = Rule("OD723", "mount-options-long", Severity.WARNING, "Shorten the options, or split the mount.")
MOUNT_OPTION_COMMA = Rule("OD724", "mount-option-comma", Severity.WARNING, "Write the parts as separate values.")
MOUNT_WITHOUT_DIRECTORY = Rule(
    "OD725",
    "mount-without-directory",
    Severity.ERROR,
    "Give the mount the option net, or a mountDirectory.",
    about=About(("cn", "mountOption", "mountDirectory", "mountType")),
)
MOUNT_DIRECTORY_TWICE = Rule("OD726", "mount-directory-twice", Severity.WARNING, "Delete one of the mounts, or give it another directory.")
MOUNT_URL_ELSEWHERE = Rule("OD727", "mount-url-elsewhere", Severity.WARNING, "Correct the name or the URL, so that both give one server.")
HOME_ON_TWO_HOSTS = Rule(
    "OD728",
    "home-on-two-hosts",
    Severity.WARNING,
    "Correct apple-user-homeurl or homeDirectory, so that both give one server.",
    about=About(("homeDirectory", "apple-user-homeurl")),
)
HOME_NAMES_DIFFER = Rule(
    "OD729",
    "home-names-differ",
    Severity.WARNING,
    "Correct the path of the URL, so that it is the last part of homeDirectory.",
    about=About(("homeDirectory", "apple-user-homeurl")),
)
HOME_ON_NO_MOUNT = Rule(
    "OD730", "home-on-no-mount", Severity.WARNING, "Add a mount of that path, or correct the homes.", about=About(whole=True)
)
HOME_URL_UNREAD = Rule(
    "OD731",
    "home-url-unread",
    Severity.WARNING,
    "Write the home as <home_dir><url>…</url><path>…</path></home_dir>. No Mac reads another form.",
    about=About(own=True),
)


NEEDS: tuple[Need, ...] = ("dwellings", "readable")

REFUSED = "an option holds a password; --show-secrets writes it"

_HOME = regex(r"\s*<home_dir>.*<url>.*</url>.*</home_dir>\s*\Z", re.DOTALL)
MAX_OPTIONS = 255  # bytes of all options, joined by commas, that fit autofs's buffer
KEYS = (("mountDirectory", "VFSLinkDir"), ("mountType", "VFSType"), ("mountOption", "VFSOpts"), ("mountDumpFrequency", "VFSDumpFreq"),
         ("mountPassNo", "VFSPassNo"))  # fmt: skip


def check_mounts(od: Directory) -> list[Finding]:
    """Check the mounts of an export, and the homes of its users against them.

    Returns:
        Findings OD721 to OD731, and OD013 for what the export does not show.
    """
    out: list[Finding] = []
    places: dict[str, Mount] = {}
    given: set[tuple[str, str]] = set()
    for mount in od.mounts.records():
        out += _mount(mount, places)
        given |= {(host_key(host), path) for host, path in _names(mount)}
    out += _homes(od, given)
    absences = Absences(od)
    kept = list(absences.kept(out))
    return [*absences.findings(), *kept]


def _names(mount: Mount) -> Iterator[tuple[str, str]]:
    for name in mount.names:
        host, colon, path = name.partition(":")
        if colon and host:
            yield host, path.rstrip("/") or "/"


def _say(rule: Rule, mount: Mount, message: str) -> Finding:
    return record_finding(rule, mount.dn, f"mount {escape(mount.name)}: {message}", path=mount.path, line=mount.line)


def _mount(mount: Mount, places: dict[str, Mount]) -> Iterator[Finding]:
    names = list(_names(mount))
    if not names:
        yield _say(MOUNT_WITHOUT_NAME, mount, "no name of the form host:path; autofs passes it over")
        return
    options = mount.texts("mountOption")
    kind = (mount.text("mountType") or "nfs").lower()
    urls = [each for each in options if each.startswith("url==")]
    if kind == "url" and not urls:
        yield _say(MOUNT_TYPE, mount, "its type is url, and it has no url== option")
    if kind != "url" and urls:
        yield _say(MOUNT_TYPE, mount, f"its type is {escape(kind)}, and it has a url== option")
    size = len(",".join(options).encode("utf-8", "surrogateescape"))
    if size >= MAX_OPTIONS:
        yield _say(MOUNT_OPTIONS_LONG, mount, f"its options have {size} bytes; autofs cuts them at {MAX_OPTIONS} without a word")
    if any("," in each for each in options):
        yield _say(MOUNT_OPTION_COMMA, mount, "a comma inside an option is read as the end of it")
    dynamic = "net" in {part for each in options for part in each.split(",")}
    directory = mount.text("mountDirectory") or ""
    if not dynamic and not directory.startswith("/"):
        yield _say(MOUNT_WITHOUT_DIRECTORY, mount, "without the option net it needs a mountDirectory")
    if not dynamic and directory:
        other = places.setdefault(directory.rstrip("/"), mount)
        if other is not mount:
            yield _say(MOUNT_DIRECTORY_TWICE, mount, f"{escape(directory)} is that of {escape(other.name)}, too; the first one counts")
    for url in urls:
        host = host_of_url(url[5:])
        if host is not None and host_key(host) not in {host_key(each) for each, _ in names}:
            yield _say(MOUNT_URL_ELSEWHERE, mount, f"its url names {escape(host)}, another host than its name")


def _homes(od: Directory, given: set[tuple[str, str]]) -> Iterator[Finding]:
    hosts = {host for host, _ in given}
    missing: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], User] = {}
    dwellings: list[Dwelling | None] = od.column("dwellings")
    readable: bytearray = od.column("readable")
    served: dict[Dwelling | None, bool] = {None: False}
    for record_id in od.record_ids("Users"):
        dwelling = dwellings[record_id]
        if dwelling not in served:
            served[dwelling] = _is_served(dwelling, given)
        if served[dwelling] and readable[record_id]:
            continue
        user = od.view(record_id, "Users")
        assert isinstance(user, User)
        home = user.home
        written = user.text("apple-user-homeurl")
        if written and not _HOME.match(written):
            message = f"user {escape(user.name)}: the home URL is no <home_dir> with a <url>"
            line = user.entry.line_of("apple-user-homeurl")
            yield record_finding(HOME_URL_UNREAD, user.dn, message, attribute="apple-user-homeurl", path=user.path, line=line)
        url_host = host_of_url(home.url)
        net = home.nfs.removeprefix("/Network/Servers/") if home.nfs.startswith("/Network/Servers/") else None
        if net is None:
            continue
        nfs_host, _, rest = net.partition("/")
        if url_host is not None and host_key(url_host) != host_key(nfs_host):
            message = f"user {escape(user.name)}: the home's URL is on {escape(url_host)}, its path on {escape(nfs_host)}"
            yield record_finding(HOME_ON_TWO_HOSTS, user.dn, message, path=user.path, line=user.line)
            continue
        path = f"/{rest}"
        if not any(host == host_key(nfs_host) and (path == share or path.startswith(f"{share.rstrip('/')}/")) for host, share in given):
            key = (host_key(nfs_host), path.rpartition("/")[0] or "/")
            missing[key] += 1
            first.setdefault(key, user)
        elif home.path and rest.rpartition("/")[2] != home.path.strip("/").rpartition("/")[2]:
            message = (
                f"user {escape(user.name)}: the home is {escape(home.path)} by the URL and {escape(rest.rpartition('/')[2])} by the path"
            )
            yield record_finding(HOME_NAMES_DIFFER, user.dn, message, path=user.path, line=user.line)
    for (host, path), count in sorted(missing.items()):
        user = first[host, path]
        why = "no mount of that path" if host in hosts else "no mount of that host"
        message = f"{plural(count, 'home')} below {escape(path)} on {escape(host)}, such as that of {escape(user.name)}: {why}"
        yield record_finding(HOME_ON_NO_MOUNT, user.dn, message, path=user.path, line=user.line)


def _is_served(dwelling: Dwelling | None, given: set[tuple[str, str]]) -> bool:
    """Tell whether there is nothing to be said of such a home: it is no path on a server, or one below what a mount gives."""
    if dwelling is None or not dwelling.parent:
        return dwelling is not None
    host, _, rest = dwelling.parent.removeprefix("/Network/Servers/").partition("/")
    url_host, path = host_of_url(dwelling.url), f"/{rest}"
    if not dwelling.agrees or (url_host is not None and host_key(url_host) != host_key(host)):
        return False
    return any(each == host_key(host) and (path == share or path.startswith(f"{share.rstrip('/')}/")) for each, share in given)


def has_password(mount: Mount) -> bool:
    """Tell whether an option of the mount may hold a password, such as ``url==afp://user:password@host/Share``."""
    return any(
        sensitivity_of(attribute, value) is not Sensitivity.OPEN for attribute, _ in KEYS for value in mount.attributes.get(attribute, ())
    )


def writable_mounts(od: Directory, mounts: Iterable[Mount], *, accept_incomplete: bool = False) -> tuple[list[Mount], list[str]]:
    """Return the mounts that can be made again from an export.

    Args:
        od: the export.
        mounts: of it.
        accept_incomplete: return the mounts that the export shows although it is incomplete.

    Returns:
        Those of which all is shown, and a line for each of the others.

    Raises:
        InputError: the export is incomplete, and that was not accepted.
    """
    relied = [source.reliance for source in od.sources]
    require_whole(relied, "mounts that it lacks would not be made again", accept_incomplete=accept_incomplete)
    names = ("objectClass", "cn", *(attribute for attribute, _ in KEYS))
    known, left = [], []
    for mount in mounts:
        if unknown := od.answers.unknown(mount, *names):
            left.append(f"{escape(mount.name)}: {unknown}")
        else:
            known.append(mount)
    return known, left


def mounts_ldif(mounts: Iterable[Mount], *, show_secrets: bool = False) -> tuple[bytes, list[str]]:
    """Return LDIF that adds the mounts again: into the new domain, or after they were lost.

    Args:
        mounts: in any order.
        show_secrets: write those with a password, too.

    Returns:
        The LDIF, and a line for each mount that was left out.
    """
    from odkit.ldif import Attributes, ChangeRecord, comment, format_record  # to write, as few do who look at mounts

    records = []
    left = []
    for mount in mounts:
        if not show_secrets and has_password(mount):
            left.append(f"{escape(mount.name)}: {REFUSED}")
            continue
        wanted = {"objectclass", "cn", *(attribute.lower() for attribute, _ in KEYS)}
        attributes = Attributes({name: values for name, values in mount.attributes.items() if name.lower() in wanted})
        records.append(format_record(ChangeRecord(mount.dn, "add", attributes=attributes)))
    said = f"{plural(len(records), 'mount')}; on each client afterwards: automount -vc\n"
    return comment(f"{said}ldapmodify -c -x -W -D 'uid=diradmin,cn=users,...' -H ldap://127.0.0.1 -f FILE") + b"\n" + b"".join(
        records
    ), left
