"""A domain with every kind of place that needs a client for AFP, what no tool may take for one, and the shares of SMB that take their place."""

from __future__ import annotations

import plistlib
from typing import Any

from odkit.ldif import Entry

SUFFIX = "dc=example,dc=com"
ADMIN = f"uid=diradmin,cn=users,{SUFFIX}"
OLD, NEW = "files.example.com", "nas.example.com"
NO_USER = ";AUTH=NO%20USER%20AUTHENT@"

SHARE_MAP = f"""# AFP = SMB
{OLD}/Homes = {OLD}/homedirs
{OLD}/R%26D%3A2012 = {OLD}/data/R%26D%202012
old.example.com = {NEW}
"""


def _record(dn: str, kinds: tuple[str, ...], **values: bytes | list[bytes]) -> Entry:
    named = {key.replace("_", "-"): each if isinstance(each, list) else [each] for key, each in values.items()}
    return Entry(f"{dn},{SUFFIX}", {"objectClass": [kind.encode() for kind in kinds], **named})


def _user(name: str, number: int, **values: bytes | list[bytes]) -> Entry:
    kinds = ("inetOrgPerson", "posixAccount", "shadowAccount", "apple-user", "extensibleObject")
    given = {"cn": name.encode(), "sn": name.encode(), "uidNumber": b"%d" % number, "gidNumber": b"20", "homeDirectory": b"99"}
    return _record(f"uid={name},cn=users", kinds, uid=name.encode(), **(given | values))


def _home(url: str, path: str) -> bytes:
    return f"<home_dir><url>{url}</url><path>{path}</path></home_dir>".encode()


def _housed(name: str, number: int, url: str, path: str, nfs: str = "") -> Entry:
    directory = nfs or f"/Network/Servers/{OLD}/Volumes/Homes/{path}"
    return _user(name, number, apple_user_homeurl=_home(url, path), homeDirectory=directory.encode())


def _mount(name: str, directory: bytes, kind: bytes, *options: bytes) -> Entry:
    values: dict[str, bytes | list[bytes]] = {"mountOption": list(options)} if options else {}
    return _record(f"cn={name},cn=mounts", ("mount",), cn=name.encode(), mountDirectory=directory, mountType=kind, **values)


def _url(rest: str, *, login: str = NO_USER) -> bytes:
    return f"url==afp://{login}{rest}".encode()


def _settings(**domains: Any) -> bytes:
    data = {name.replace("_", "."): {"Forced": [{"mcx_preference_settings": each}]} for name, each in domains.items()}
    return plistlib.dumps({"mcx_application_data": data})


def tops() -> list[Entry]:
    """The suffix, the containers, and an administrator."""
    names = ("users", "groups", "mounts", "computers", "config", "automountMap")
    return [
        Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}),
        *(Entry(f"cn={name},{SUFFIX}", {"objectClass": [b"container"], "cn": [name.encode()]}) for name in names),
        _user("diradmin", 1000),
    ]


def moving() -> list[Entry]:
    """Records whose every place of AFP has a form of SMB."""
    dock = {"persistent-others": [{"tile-data": {"file-data": {"_CFURLString": f"afp://{OLD}/Project%20A/Plans", "_CFURLStringType": 15}}}]}
    login = {"AutoLaunchedApplicationDictionary-managed": [{"URL": f"afp://{NO_USER}{OLD}/R&D%3A2012", "Hide": True}]}
    return [
        _housed("ann", 1001, f"afp://{OLD}/Homes", "ann"),
        _housed("bob", 1002, f"AFP://{NO_USER}FILES.example.com:548/Homes/", "bob"),
        _housed("claire", 1003, f"afp://{OLD}/Homes", "claire d&#233;p&#244;t", "/home/claire"),
        _housed("dan", 1004, f"afp://{OLD}/Homes", "staff/d&apos;arc", f"/Network/Servers/{OLD}/Volumes/Homes/staff/d'arc"),
        _housed("eve", 1005, f"afp://{OLD}/Homes/eve", "", "/home/eve"),
        _housed("fay", 1006, f"afp://{OLD}/R&amp;D%3A2012", "fay", f"/Network/Servers/{OLD}/Volumes/R&D/fay"),
        _user("gil", 1007, labeledURI=[b"afp://old.example.com/Archive/2009 the archive", b"afp://gil@old.example.com/Archive"]),
        _user("hal", 1008, labeledURI="afp://files.example.com/Büro/Pläne".encode()),
        _mount(f"{OLD}:/Volumes/Homes", b"/Network/Servers/", b"url", b"net", _url(f"{OLD}/Homes")),
        _mount(f"{OLD}:/Volumes/R&D", b"/Network/Servers/", b"url", b"net", _url(f"{OLD}/R%26D%3A2012")),
        _mount(f"{OLD}:/Volumes/Project A", b"/Network/Servers/", b"url", _url(f"{OLD}/Project%20A/"), b"net"),
        _mount(f"{OLD}:/B", "/Volumes/Büro".encode(), b"url", _url(f"{OLD}/B%C3%BCro", login="")),
        _record("cn=staff,cn=groups", ("posixGroup", "apple-group", "extensibleObject"), cn=b"staff", gidNumber=b"1020",
                apple_group_homeurl=_home(f"afp://{OLD}/Project A", "staff"), apple_mcxsettings=_settings(com_apple_dock=dock)),
        _record("cn=mac1,cn=computers", ("apple-computer", "extensibleObject"), cn=b"mac1",
                apple_mcxsettings=_settings(loginwindow=login, com_apple_mcxloginscripts={"mounts": [f"afp://{OLD}/B%C3%BCro"]})),
        _record("cn=projects,cn=automountMap", ("automount", "extensibleObject"), cn=b"projects",
                automountInformation=f"-fstype=afp,rw afp://{NO_USER}{OLD}/Project%20A".encode()),
        _record("cn=buero,cn=automountMap", ("automount", "extensibleObject"), cn=b"buero",
                automountInformation=f"afp://{OLD}/B%C3%BCro".encode()),
    ]  # fmt: skip


def staying() -> list[tuple[Entry, str]]:
    """Records whose place stays, each with a part of the reason."""
    key = {"afp://files.example.com/Keys": True}
    beside = {"persistent-others": [{"_CFURLString": f"afp://{OLD}/Project%20A", "_CFURLAliasData": b"alias"}]}
    return [
        (_housed("kit", 1101, f"afp://kit:s3cret@{OLD}/Homes", "kit"), "it holds a password"),
        (_housed("lea", 1102, f"afp://{OLD}:5480/Homes", "lea"), "port 5480"),
        (_housed("moe", 1103, f"afp://{OLD}/Homes", "Moe"), "another home differs in case alone"),
        (_housed("moe2", 1104, f"afp://{OLD}/Homes", "moe"), "another home differs in case alone"),
        (_housed("ned", 1105, f"afp://{OLD}/Homes", "a:b"), "a folder with one of"),
        (_housed("oda", 1106, f"afp://{OLD}/Locked", "oda"), "the mount of its share stays: it holds a password"),
        (_user("pia", 1107, labeledURI=b"afp:/at/Zone/Server/Share"), "AppleTalk"),
        (_user("quo", 1108, labeledURI=b"afp://Files._afpovertcp._tcp.local/Share"), "Bonjour"),
        (_user("rex", 1109, labeledURI=b"afp://files.example.com/100%/x"), "percent sign that encodes nothing"),
        (_user("sam", 1110, labeledURI=b"afp://files.example.com/A%3AB"), "a share of SMB has none of"),
        (_user("tim", 1111, labeledURI=b"afp://files.example.com/"), "it names no share"),
        (_user("una", 1112, description=b"see afp://files.example.com/Docs"), "such a place is for review"),
        (
            _user("vic", 1113, apple_mcxsettings=_settings(com_example={"note": "now afp://files.example.com/Docs, later SMB"})),
            "longer text",
        ),
        (_user("wes", 1114, apple_mcxsettings=_settings(com_example=key)), "the key of a setting"),
        (_user("xia", 1115, apple_mcxsettings=plistlib.dumps({"a": f"afp://{OLD}/Docs"}, fmt=plistlib.FMT_BINARY)), "cannot be rewritten"),
        (_user("yan", 1116, labeledURI=[b"afp://files.example.com/Twice", b"afp://files.example.com/TWICE"]), "differs in case alone"),
        (_user("zoe", 1117, apple_mcxsettings=_settings(com_apple_dock=beside)), "the alias beside it"),
        (_mount(f"{OLD}:/Locked", b"/Network/Servers/", b"url", b"net", _url(f"{OLD}/Locked", login="mac:s3cret@")), "it holds a password"),
        (_mount(f"{OLD}:/Bad", b"/Network/Servers/", b"url", b"net", "url==afp://files.example.com/Büro 2".encode()), "it is not in ASCII"),
        (_mount("plain.example.com:/x", b"/x", b"afp"), "a mount of type afp"),
        (_mount(f"{OLD}:/Long", b"/Network/Servers/", b"url", b"x" * 240, _url(f"{OLD}/Long")), "which autofs cuts"),
    ]


def near_misses() -> list[Entry]:
    """Records that look like places of AFP, and are none."""
    uris = [b"http://afp548.com/", b"afpserver/files.example.com@EXAMPLE.COM", b"_afpovertcp._tcp", b"myafp://files.example.com/x",
            b"x-afp:/y", b"afp", b"smb://afp/Homes", b"http://www.example.com/?u=cafp:80"]  # fmt: skip
    return [
        _user("near", 1201, labeledURI=uris),
        _housed("smith", 1202, f"smb://{OLD}/homedirs", "smith"),
        _user("local", 1203, homeDirectory=b"/Users/local"),
        _mount("nfs.example.com:/Homes", b"/Network/Servers/", b"nfs", b"net"),
        _mount("afp.example.com:/afp", b"/Network/Servers/", b"url", b"net", b"url==smb://afp.example.com/afp"),
        _record("cn=afp,cn=groups", ("posixGroup", "apple-group", "extensibleObject"), cn=b"afp", gidNumber=b"1021",
                apple_mcxsettings=_settings(com_apple_AppleFileServer={"afp": "afp", "protocol": "afp, smb"})),
    ]  # fmt: skip
