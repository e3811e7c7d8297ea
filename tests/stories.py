"""Folders of scripts, as the commands write them: plans of the made-up company for every release, and what else is generated."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import build_authdata as lion
import forged
import odkit
from conftest import MART
from odkit.collect import carry_collect_script, collect_script
from odkit.hostrefs import plan_rewrite
from odkit.hostrefs.rewrite_scripts import rewrite_files
from odkit.lkdc.teardown import write_teardown

__all__ = ["carried", "collected", "in_order", "keytab_story", "lion_story", "rewritten", "story", "teardown"]


def in_order(names: Iterable[str], *expected: str) -> bool:
    """Whether the expected ones are among the names, in this order; what else is there is not the caller's subject."""
    return [name for name in names if name in expected] == list(expected)


def story(target: str, folder: Path, *, inventory: bool = True) -> Path:
    """The company's plan, written."""
    od = odkit.open(MART / "leftover" / "export.ldif")
    listing = folder.with_name(f"{folder.name}-listprincs") / "listprincs.txt"
    listing.parent.mkdir()
    listing.write_bytes((MART / "leftover" / "listprincs.txt").read_bytes())
    os.utime(listing, (1_200_000_000, 1_200_000_000))  # the date of a list stands in what is made from it
    names = odkit.read_principals(listing) if inventory else None
    retired = (MART / "retired.txt").read_text().split()
    odkit.write_plan(odkit.plan_purge(od, names, retire=retired), folder, target=target)
    return folder


def keytab_story(target: str, folder: Path) -> Path:
    """The company's plan with a member's keytab, for MIT or for Heimdal."""
    od = odkit.open(MART / "leftover" / "export.ldif")
    lines = (MART / "leftover" / "listprincs.txt").read_bytes().split(b"\n")[1:]
    if target == "heimdal":
        lines = [line.removesuffix(b"@MEDICALMART.EXAMPLE.COM").replace(b" ", b"\\ ") for line in lines if not line.startswith(b"K/M")]
    retired = (MART / "retired.txt").read_text().split()
    keytab = b"Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ----\n"
    keytab += b"".join(b"   3 %s/%s@MEDICALMART.EXAMPLE.COM\n" % (s, h.encode()) for s in (b"host", b"cifs") for h in retired)
    inventories = [
        odkit.read_principals(b"\n".join(lines), realm="MEDICALMART.EXAMPLE.COM" if target == "heimdal" else None),
        odkit.read_principals(keytab),
    ]
    odkit.write_plan(odkit.plan_purge(od, inventories, retire=retired), folder, target=target)
    return folder


def lion_story(folder: Path) -> Path:
    """A plan of 10.7 and later."""
    plan = odkit.plan_purge(odkit.open(lion.main(), lion.auth()), retire=["old.example.com", "gone.example.com"])
    odkit.write_plan(plan, folder, target="10.7+")
    return folder


def teardown(folder: Path, target: str) -> Path:
    """The story's Local KDC."""
    write_teardown("LKDC:SHA1.1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2", folder, target=target)
    return folder


def rewritten(folder: Path) -> Path:
    """The files of one server moved to another."""
    folder.mkdir()
    od = odkit.open(MART / "before" / "export.ldif")
    plan = plan_rewrite(od, "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com")
    for name, data in rewrite_files(od, plan, "10.5").files:
        (folder / name).write_bytes(data)
    return folder


def collected(folder: Path) -> Path:
    """collect.sh."""
    folder.mkdir()
    (folder / "collect.sh").write_bytes(collect_script())
    (folder / "collect-carry.sh").write_bytes(carry_collect_script())
    return folder


def carried(folder: Path) -> Path:
    """A plan for an MIT KDC."""
    folder.mkdir()
    dump, stash = forged.company(["aabbott0"]).write(folder)
    new, new_stash = forged.Database(master=forged.TARGET).write(folder, "new")
    plan = odkit.carry(
        odkit.open(MART / "after" / "export.ldif"), to="mit", kdc_dump=dump, stash=stash, target_dump=new, target_stash=new_stash
    )
    odkit.write_carry(plan, folder / "carry")
    return folder
