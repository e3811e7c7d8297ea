"""A Mac with accounts and folders, for make-local.sh: behind the programs of `mac_standin` there are accounts as dscl keeps them and
folders with owners.  Strict: what the facts do not have ends with 64, a missing record with dscl's own status.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from live import mac_standin

__all__ = ["PROGRAMS", "become", "change"]

PROGRAMS = ("sw_vers", "id", "dscl", "ls", "du", "df", "find", "ps", "ditto", "chown", "mkdir", "cp", "killall")
_KEYS = {"GeneratedUID", "UniqueID", "PrimaryGroupID", "RealName", "UserShell", "NFSHomeDirectory"}
_RECORDS = "/var/db/dslocal/nodes/Default/users/"
_NO_RECORD, _NO_VALUE = 56, 63


def become(folder: Path, release: str, users: Mapping[str, Mapping[str, list[str]]], folders: Mapping[str, list[str]], **more: Any) -> None:
    """Let the Mac have these accounts (name, key, values) and folders (path, the files below it)."""
    files = {"/Users": [], "/var/root": [], **{f"{_RECORDS}{name}.plist": [] for name in users}, **folders}
    state: dict[str, Any] = {"release": release, "bound": [], "paths": {}, "mounted": "", "log": [], "owner": {}, "busy": [], "room": 10**6}
    mac_standin.become(folder, {**state, "users": {name: dict(keys) for name, keys in users.items()}, "folders": files, **more})


def change(mac: dict[str, Any], name: str, words: list[str]) -> tuple[int, str]:
    """Status and output of a program."""
    if name == "dscl":
        return _dscl(mac, words) if words[:1] == ["."] else (64, "")
    folders = mac["folders"]
    match [name, *words]:
        case ["ls", "-d", path] if path in folders:
            return 0, f"{path}\n"
        case ["ls", "-A", path] if path in folders:
            inside = {each.removeprefix(f"{path}/").partition("/")[0] for each in folders if each.startswith(f"{path}/")}
            return 0, "".join(f"{each}\n" for each in sorted({*folders[path], *inside}))
        case ["ls", "-d" | "-A", _]:
            return 1, ""
        case ["find", path] if path in folders:
            return 0, "".join(f"{each}\n" for each in [path, *(f"{path}/{file}" for file in folders[path])])
        case ["du", "-sk", path] if path in folders:
            return 0, f"{len(folders[path])}\t{path}\n"
        case ["df", "-Pk", "/Users"]:
            return 0, f"Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/disk0 9999999 1 {mac['room']} 1% /\n"
        case ["ps", "-u", uid, "-o", "pid="]:
            return (0, "  501\n") if uid in mac["busy"] else (1, "")
        case ["ditto", source, to] if source in folders and to not in folders:
            folders[to] = folders[source][: len(folders[source]) - mac.get("loses", 0)]
        case ["chown", "-R", owner, path] if path in folders and path.startswith("/Users/"):
            mac["owner"][path] = owner
        case ["mkdir", "-m", "700", path] if path not in folders and path.startswith("/var/root/"):
            folders[path] = []
        case ["cp", "-p", source, to] if source in folders and to not in folders and to.rpartition("/")[0] in folders:
            folders[to] = []
        case ["killall", daemon] if daemon == ("DirectoryService" if mac["release"][:4] in {"10.5", "10.6"} else "opendirectoryd"):
            pass
        case _:
            return 64, ""
    return 0, ""


def _dscl(mac: dict[str, Any], words: list[str]) -> tuple[int, str]:
    users: dict[str, dict[str, list[str]]] = mac["users"]
    match words[1:]:
        case ["-list", "/Users", key]:
            rows = [(user, keys[key]) for user, keys in users.items() if key in keys]
            return 0, "".join(f"{user:<22}{' '.join(values)}\n" for user, values in rows)
        case [verb, path, *rest] if path.startswith("/Users/") and "/" not in path.removeprefix("/Users/"):
            user = path.removeprefix("/Users/")
        case _:
            return 64, ""
    if verb == "-create" and not rest and user not in users:
        users[user] = {"GeneratedUID": ["00000000-0000-0000-0000-000000000000"]}
        return 0, ""
    if user not in users:
        return _NO_RECORD, ""
    keys = users[user]
    match [verb, *rest]:
        case ["-read", *wanted]:
            return 0, "".join(map(_shown, [(key, keys[key]) for key in wanted if key in keys]))
        case ["-create", key, value] if key in _KEYS and mac.get("deaf") != key:
            keys[key] = [value]
        case ["-create", key, _] if key in _KEYS:
            pass
        case ["-delete", key] if key in keys:
            del keys[key]
        case ["-delete", key, value] if value in keys.get(key, []):
            keys[key].remove(value)
        case ["-delete", *_]:
            return _NO_VALUE, ""
        case _:
            return 64, ""
    return 0, ""


def _shown(row: tuple[str, list[str]]) -> str:
    """One key as dscl prints it: in one line, or each value in one where a value holds a blank."""
    key, values = row
    shown = f"dsAttrTypeNative:{key}" if key.startswith("cached_") else key
    if any(" " in value for value in values):
        return f"{shown}:\n" + "".join(f" {value}\n" for value in values)
    return f"{shown}: {' '.join(values)}\n"
