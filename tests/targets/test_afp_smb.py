"""A real Samba server gives the shares of a rewritten domain, and smbclient comes to every URL, and to every home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

import odkit
from build_afp import SHARE_MAP, moving, tops
from conftest import needs
from odkit.afp import afp
from odkit.afp.shares import read_share_map
from odkit.afp.smb import plan_smb
from odkit.ldif import Entry, dump
from odkit.patterns import regex
from odkit.values.home import home_of
from odkit.values.texts import texts_of_value
from targets.file_server import FileServer

pytestmark = pytest.mark.targets

_URL = regex(r"(?:smb:)?//(?:([^@/]*)@)?([A-Za-z0-9.]+)/([^\s<]+)")
FOLDERS = {
    "homedirs": ["ann", "bob", "claire dépôt", "staff/d'arc", "eve"],
    "data": ["R&D 2012/fay"],
    "Project A": ["Plans", "staff"],
    "Büro": ["Pläne"],
    "Archive": ["2009"],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileServer]:
    needs("smbd", "smbclient")
    base = tmp_path_factory.mktemp("shares")
    for share, folders in FOLDERS.items():
        for folder in folders:
            (base / share / folder).mkdir(parents=True)
            (base / share / folder / f"here is {folder.rpartition('/')[2]}").touch()
    shares = {name: base / name for name in FOLDERS} | {"homes": base / "homedirs"}
    with FileServer(shares) as server:
        yield server


def rewritten(folder: Path) -> odkit.Directory:
    (folder / "shares").write_text(SHARE_MAP)
    od = odkit.open(dump([*tops(), *moving()]))
    plan = plan_smb(od, read_share_map(folder / "shares"))
    changed = {each.record.dn: Entry(each.record.dn, each.attributes) for each in plan.records}
    return odkit.open(dump([changed.get(record.dn, record.entry) for record in od.records()]))


def places(od: odkit.Directory) -> list[tuple[str, str, str, str, str]]:
    """Every place of SMB: DN, user, host, share, and the folder, to which the path of a home belongs."""
    found = []
    for record in od.records():
        for attribute, values in record.attributes.items():
            for value in values:
                for _, text in texts_of_value(attribute, bytes(value)):
                    path = home_of(text, None).path
                    for url in _URL.finditer(text) if "afp" not in text and ("smb:" in text or "fstype=smb" in text) else ():
                        share, *folders = map(unquote, url[3].split("/"))
                        found.append((record.dn, unquote(url[1] or ""), url[2], share, "/".join([*folders, *([path] if path else [])])))
    return found


def test_smbclient_comes_to_every_place(served: FileServer, tmp_path: Path) -> None:
    od = rewritten(tmp_path)
    assert afp(od).places == ()
    found = places(od)
    assert len(found) == len(afp(odkit.open(dump([*tops(), *moving()]))).places)
    for dn, user, host, share, folder in found:
        listed = served.listed(host, share, folder, user)
        wanted = (
            {f"here is {folder.rpartition('/')[2]}"} if folder in FOLDERS[share] else {each.partition("/")[0] for each in FOLDERS[share]}
        )
        if share == "data" and folder == "R&D 2012":
            wanted = {"fay"}
        assert isinstance(listed, list), (dn, host, share, folder, listed)
        assert wanted <= set(listed), (dn, host, share, folder, listed)


def test_what_is_not_there_is_not_reached(served: FileServer) -> None:
    assert "NT_STATUS_BAD_NETWORK_NAME" in served.listed("files.example.com", "R&D:2012")
    assert "NT_STATUS_OBJECT_NAME_NOT_FOUND" in served.listed("files.example.com", "homedirs", "nobody")


def test_a_share_called_homes_is_none_that_all_come_to(served: FileServer) -> None:
    """The server has a section of that name with a folder of its own; REWRITE.txt warns of it."""
    for name in ("homes", "Homes"):
        assert "NT_STATUS_BAD_NETWORK_NAME" in served.listed("files.example.com", name)
    od = odkit.open(dump([*tops(), *moving()]))
    assert any("map such a share to another name (--share-map)" in line for line in plan_smb(od).notes)
