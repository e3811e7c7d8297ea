"""An example of each rule, as docs/findings.md shows it: the finding that a real input gives.

The inputs are the cases of `fixtures/`, small domains of `build.py`, and for what asks a server what `tests/live` holds to be said.
"""

from __future__ import annotations

import contextlib
import json
import plistlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import odkit
from build import computer, config, home_url, inventory, mounted, od, planned_tree, plist, tree, user
from build_afp import moving
from build_carry import carry, domain, group, kerberos_user
from build_carry import user as person
from build_certificates import DER
from build_inventories import R, keytab_entry
from build_mcx import forced, managed_domain, record
from conftest import MART, ROOT
from forged import Database
from odkit.afp import afp
from odkit.findings import Finding
from odkit.kerberos.kdb.dump import TaggedData
from odkit.ldif import Entry
from odkit.lkdc.check import check_lkdc
from odkit.lkdc.realm import Certificate
from odkit.mcx import profiles
from odkit.servers import check_tree, tree_of_export
from odkit.servers.mounts import check_mounts

__all__ = ["ASKED_OF_SERVERS", "Example", "examples", "said_alike"]

Example = tuple[str, str, str]  # the command, the place, what is said

# what a server is needed for; `said_alike` lets tests/live compare
ASKED_OF_SERVERS = {
    "OD801": ("ldaps://od.example.com", "ldaps://od.example.com: only a part: the server's size limit cut the answer; 50 entries came"),
    "OD802": ("ldaps://od.example.com", "a reference to ldap://od.example.com/cn=x,dc=example,dc=com"),
    "OD803": ("ldaps://od.example.com", "6 entries, and -1 against ldaps://od.example.com"),
    "OD804": ("ldaps://od.example.com", "added since the export: cn=new,dc=example,dc=com"),
    "OD805": ("ldaps://od.example.com", "not shown by the server, and not compared: userpassword of 3 records"),
    "OD806": ("", "no ticket for host/never.example.com@OD.EXAMPLE.COM: the KDC does not know the service"),
    "OD807": ("", "the KDC still issues a ticket for host/old.example.com@OD.EXAMPLE.COM"),
    "OD808": ("ldaps://od.example.com", "u0 cannot log in by ldap: wrong password, or the account is disabled"),
}


def said_alike(found: Iterable[tuple[str, str]]) -> bool:
    """Whether each code's first message begins as the example of its rule does, but for the server, the suffix and the realm."""

    def bare(what: str) -> str:
        what = re.sub(r"ldaps?://[^/ ;:]+(:\d+)?", "URL", what)
        return re.sub(r"dc=[a-z=,]*[a-z]|@[A-Z.]+", "DOMAIN", what)

    first = dict(reversed(list(found)))
    return bool(first) and all(bare(what).startswith(bare(ASKED_OF_SERVERS[code][1])) for code, what in first.items())


@cache
def examples() -> dict[str, Example]:
    """One of each rule, by code."""
    found: dict[str, Example] = {code: ("check-live", *shown) for code, shown in ASKED_OF_SERVERS.items()}
    with contextlib.chdir(ROOT):
        for command, each in _of_fixtures():
            found.setdefault(each.code, (command, each.where, each.what))
    with tempfile.TemporaryDirectory(prefix="odkit-rules-") as folder, contextlib.chdir(folder):
        for command, each in _of_small_domains():
            found.setdefault(each.code, (command, each.where.removeprefix(f"{ROOT}/").replace("<bytes>", "export.ldif"), each.what))
    return dict(sorted(found.items()))


def _of_fixtures() -> Iterator[tuple[str, Finding]]:
    folder = MART.relative_to(ROOT) / "damaged"
    runs: list[tuple[Path, str, Callable[[str, dict[str, Any]], Iterable[Finding]]]] = [
        (folder, "inspect", lambda name, wanted: odkit.inspect(f"{folder}/{name}.ldif", check_values=wanted["code"] > "OD110")),
        (folder / "passwords", "verify-passwords", _passwords),
        (folder / "mcx", "verify-mcx", lambda name, wanted: odkit.verify_mcx(*_pair(folder / "mcx", name), retire=wanted["retired"])),
        (folder / "pairs", "verify", lambda name, _: odkit.verify(*_pair(folder / "pairs", name))),
    ]
    for place, command, run in runs:
        for name, wanted in json.loads((place / "expected.json").read_text()).items():
            yield from ((command, each) for each in run(name, wanted) if each.code == wanted["code"])
    exports = {stage: MART.relative_to(ROOT) / stage / "export.ldif" for stage in ("before", "leftover")}
    yield from (("inspect", each) for each in odkit.open(*exports.values()).findings if each.code == "OD117")
    yield from (("purge-principals", each) for each in odkit.plan_purge(exports["before"]).findings)
    yield from (("afp", each) for each in odkit.verify(exports["before"]) if each.code == "OD742")
    moved = odkit.verify(exports["before"], exports["leftover"], retire="xserve-hq1.medicalmart.example.com")
    yield from (("verify --retire", each) for each in moved if each.code == "OD613")
    for to in ("openldap", "freeipa"):
        yield from ((f"carry --to {to}", each) for each in odkit.carry(exports["leftover"], to=to).findings if each.code >= "OD9")


def _pair(folder: Path, name: str) -> list[Path]:
    return [path for end in ("", "-after") if (path := folder / f"{name}{end}.ldif").exists()]


def _passwords(name: str, wanted: dict[str, Any]) -> Iterable[Finding]:
    folder = MART.relative_to(ROOT) / "damaged" / "passwords"
    slots, principals = (path if path.exists() else None for path in (folder / f"{name}-{kind}.txt" for kind in ("slots", "principals")))
    at = datetime.fromisoformat(wanted["at"])
    return odkit.verify_passwords(*_pair(folder, name), slots=slots, principals=principals, at=at)


def _of_small_domains() -> Iterator[tuple[str, Finding]]:
    for command, findings in (
        ("purge-principals", _plans()), ("principals", _lists()), ("lkdc check", _local_kdcs()), ("topology", _trees()),
        ("mounts", _mounts()), ("mcx profiles --native", _profiles()), ("afp", afp(od(*moving(), user("ann", "elsewhere.example.com"), _homeless())).findings), ("carry", _carried()),
    ):  # fmt: skip
        yield from ((command, each) for each in findings)


def _homeless() -> Entry:
    return Entry("uid=bea,cn=users,dc=example,dc=com", {"objectClass": [b"apple-user"], "uid": [b"bea"],
                 "homeDirectory": [b"/Network/Servers/files.example.com/Other/bea"]})  # fmt: skip


def _plans() -> Iterator[Finding]:
    listed = config(
        "ldapreplicas", apple_xmlplist=plist({"PrimaryMaster": "od.example.com", "Replicas": [{"ReplicaName": "old.example.com"}]})
    )
    names = inventory("host/old.example.com", "host/od.example.com")
    yield from odkit.plan_purge(od(tree(), listed), names, retire="old.example.com").findings  # OD202, OD215
    yield from odkit.plan_purge(od(tree()), names, retire="olld.example.com").findings  # OD204, OD207
    (one := Path("listprincs.txt")).write_text(
        "".join(f"{name}@EXAMPLE.COM\n" for name in ("K/M", "krbtgt/EXAMPLE.COM", "host/od.example.com", "host/old.example.com"))
    )
    (other := Path("kdc2.txt")).write_text(one.read_text() + "host/new.example.com@EXAMPLE.COM\n")
    (keytab := Path("klist.txt")).write_text("Keytab name: FILE:k\nKVNO Principal\n----\n   1 host/web.example.com@EXAMPLE.COM\n")
    inventories = [odkit.read_principals(each) for each in (one, other, keytab)]
    yield from odkit.plan_purge(od(tree()), inventories, retire="old.example.com").findings  # OD208, OD209
    head = Entry("cn=authdata", {"objectClass": [b"container"], "cn": [b"authdata"]})
    twice = [Entry(f"authGUID={n},cn=users,cn=authdata", {"authGUID": [b"%d" % n], "draft-krbPrincipalName": [b"host/od.example.com@EXAMPLE.COM"]})
             for n in range(2)]  # fmt: skip
    yield from odkit.plan_purge(od(tree(), head, *twice), retire="old.example.com", options=odkit.PurgeOptions(allow_large=True)).findings


def _lists() -> Iterator[Finding]:
    Path("listprincs.txt").write_text("K/M@R\nhost/a@R\nkrbtgt/R@R\nhost/a@R\n")
    Path("empty.keytab").write_bytes(b"\5\2" + bytes(80))
    Path("zeros.keytab").write_bytes(b"\5\2" + keytab_entry("host/a", 23) + (27).to_bytes(4, "big") + b"\0\1" + bytes(25))
    aliases = " ".join(f"host/server{n:03}.example.com@{R}" for n in range(40))[:1023]
    Path("get.txt").write_text(f"  Principal: host/a@{R}\n    Aliases: {aliases}\n\n")
    Path("alias.txt").write_text(f"  Principal: host/a@{R}\n    Aliases: a@b@c host/b@{R}\n\n")
    for name in ("listprincs.txt", "empty.keytab", "zeros.keytab", "get.txt", "alias.txt"):
        yield from odkit.read_principals(Path(name)).findings


def _local_kdcs() -> Iterator[Finding]:
    a, b = (f"LKDC:SHA1.{letter * 40}" for letter in "AB")
    ann = Entry("uid=ann,cn=users,dc=example,dc=com", {"uid": [b"ann"], "authAuthority": [f";Kerberosv5;;ann@{a};{b};".encode()]})
    clones = od(computer("mail.example.com$", f"{a}$"), computer("web.example.com$", f"{a}$"), computer("x$", "LKDC:SHA1.12$"), ann)
    keytab = f"Keytab name: FILE:k\nKVNO Principal\n----\n   1 afpserver/{a}@{a}\n   1 cifs/{b}@{b}\n"
    Path("klist.txt").write_text(keytab)
    yield from check_lkdc(
        clones, [odkit.read_principals(Path("klist.txt"))], [Certificate(b"0\0", None, "com.apple.kerberos.kdc")]
    ).findings


def _trees() -> Iterator[Finding]:
    fine = ["m master -", "a relay m", "b relay m", "a1 replica a", "b1 replica b", "x member m"]
    sites = planned_tree(*fine)
    master, second, *others = sites.nodes
    moved = [replace(master, dns="primary", ntp=False), replace(second, dns="primary"), *others[:3], replace(others[3], site="Far")]
    many = [f"r{index} relay m" for index in range(32)]
    for found in (
        planned_tree("a replica -"), planned_tree(*fine, *(f"r{n} replica m" for n in range(31))), planned_tree(*fine, "c replica a1"),
        planned_tree("m master - 10.4", "a relay m 10.4", "a1 replica a 10.4"), planned_tree("m master - 10.5", "a replica m 10.4"),
        planned_tree(*fine, "a1 member m"), planned_tree(*fine, "short member m"), planned_tree(*fine, realm=""),
        planned_tree(*fine, "c relay m", "y member b1"), planned_tree("m master -", "a relay m", "a1 replica a"),
        replace(sites, nodes=tuple(moved)), replace(tree_of_export(odkit.open(MART / "after" / "export.ldif")), listed=frozenset({"gone.example.com"})),
        planned_tree("m master -", *many, *(f"{row.split()[0]}x{n} replica {row.split()[0]}" for row in many for n in range(32)), "extra replica m"),
    ):  # fmt: skip
        yield from check_tree(found)


def _mounts() -> Iterator[Finding]:
    url, net = b"url==afp://;AUTH=NO%20USER%20AUTHENT@s.example.com/H", b"net"
    good = {"mountDirectory": [b"/Network/Servers/"], "mountType": [b"url"], "mountOption": [net, url]}
    static = {"mountDirectory": [b"/Volumes/S"], "mountType": [b"nfs"]}
    name, nfs = "s.example.com:/V/H", b"/Network/Servers/s.example.com/V/H/ann"
    for found in (
        mounted(("nothing", good)), mounted((name, good | {"mountType": [b"nfs"]})), mounted((name, good | {"mountOption": [net, url, b"x" * 200]})),
        mounted((name, good | {"mountOption": [b"net,ro", url]})), mounted((name, {"mountType": [b"url"], "mountOption": [url]})),
        mounted(("a.example.com:/x", static), ("b.example.com:/x", static)), mounted(("other.example.com:/V/H", good)),
        mounted((name, good), users=((home_url("t.example.com", "ann"), nfs),)), mounted((name, good), users=((home_url("s.example.com", "bob"), nfs),)),
        mounted(users=((home_url("s.example.com", "ann"), nfs),)),
    ):  # fmt: skip
        yield from check_mounts(found)


def _profiles() -> Iterator[Finding]:
    new = {"familyControlsEnabled": True, "pathBlackList": ["/Games"], "pathDenyList": []}
    settings: dict[str, dict[str, Any]] = {"com.apple.systempreferences": {"DisabledPreferencePanes": []}, "com.apple.dashboard": {"whiteListEnabled": True},
                "com.apple.dock": {"odd": 1}, "com.apple.applicationaccess.new": new}  # fmt: skip
    values = [forced(keys, domain=domain) for domain, keys in settings.items()]
    cy = record("uid=cy", "users", 100, {"apple-mcxflags": [b"<plist><dict/></plist>"], "apple-mcxsettings": values})
    yield from profiles(managed_domain(None, None, None, None, cy), native=True).findings


def _carried() -> Iterator[Finding]:
    odd = person("ann", description=[b"One  Two", b"one two"], c=[b"Canada"], x_made_up=[b"1"], userCertificate=[DER], gidNumber=[b"-2"])
    lost = person("bea", 1026, uidNumber=[b"abc"])
    sign = person("cy", 1027, dn="uid=#cy,cn=users,dc=x", uid=[b"#cy"])
    deep = Entry("cn=deep,cn=made,dc=x", {"objectClass": [b"device"], "cn": [b"deep"]})
    share = Entry("cn=s:/H,cn=mounts,dc=x", {"objectClass": [b"mount"], "cn": [b"s.example.com:/H"], "mountType": [b"url"],
                  "mountDirectory": [b"/Network/Servers/"], "mountOption": [b"net", b"url==afp://s.example.com/H"]})  # fmt: skip
    twins = [group("office", 1031), Entry("gidNumber=1032,cn=groups,dc=x", group("office", 1032).attributes)]
    Path("export.ldif").write_bytes(domain(odd, lost, sign, deep, share, *twins))
    for to in ("openldap", "openldap-2307bis"):
        yield from odkit.carry(Path("export.ldif"), to=to).findings
    client = config("KerberosClient", apple_xmlplist=plistlib.dumps("EXAMPLE.COM", fmt=plistlib.FMT_BINARY))
    yield from odkit.carry(od(client), to="openldap", target_realm="NEW.EXAMPLE.COM").findings  # OD933
    database = Database()
    for number in range(20):
        tagged = [TaggedData(3, b"\0" * 8)] if number == 0 else []
        database.add(f"user{number}", 16, tagged=tagged)
    yield from carry(Path(), database, *(kerberos_user(f"user{n}", 1100 + n) for n in range(12))).findings
