"""collect.sh by every shell on a stand-in master, and the folder that it makes as input of the commands."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import commandline
import odkit
from conftest import MART, needs
from live.conftest import SHELLS, Kdc, scratch_kdc
from odkit.carrying import CarryOptions, with_collected_keys
from odkit.collect import carry_collect_script, collect_script
from odkit.errors import InputError
from odkit.kerberos import DatedBy
from odkit.ldif import Completeness
from odkit_cli import cli

pytestmark = pytest.mark.live


def gather(kdc: Kdc, folder: Path, shell: str = "dash") -> Path:
    (folder / "collect.sh").write_bytes(collect_script())
    stubs = folder / "standins"
    export = MART / "leftover" / "export.ldif"
    (stubs / "slapcat").write_text(f"#!/bin/sh\n[ $# = 0 ] || exit 1\ncat {export}\n")
    (stubs / "slapcat").chmod(0o755)
    words = [*SHELLS[shell], str(folder / "collect.sh"), "--rehearsal", str(folder / f"got-{shell}")]
    done = subprocess.run(words, env=kdc.env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in {0, 1}, done.stderr
    return folder / f"got-{shell}"


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory, tools_of_a_mac: Path) -> Path:
    """What is gathered where DirectoryService counts nobody."""
    folder = tmp_path_factory.mktemp("gathered")
    with scratch_kdc(folder) as kdc:
        kdc.env["PATH"] = f"{tools_of_a_mac}:{kdc.env['PATH']}"
        kdc.realm.add([b"host/xserve-hq2.medicalmart.example.com", b"host/odmaster.medicalmart.example.com"])
        return gather(kdc, folder)


@pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
def test_the_folder_is_an_export_and_says_what_the_server_itself_counts(kdc: Kdc, tmp_path: Path, shell: str) -> None:
    """Its manifest says that it is whole; the KDC's list comes with it.

    Users are counted by DirectoryService, principals by a dump: neither in the file that may be cut.
    """
    needs(SHELLS[shell][0])
    kdc.realm.add([b"host/odmaster.medicalmart.example.com", b"aabbott0"])
    users = [user.names[0] for user in odkit.open(MART / "leftover" / "export.ldif").users]
    (tmp_path / "standins" / "dscl").write_text(
        '#!/bin/sh\n[ "$*" = "-q /LDAPv3/127.0.0.1 -list /Users" ] || exit 1\n' + f"cat {tmp_path / 'users'}\n"
    )
    (tmp_path / "users").write_text("".join(f"{name}\n" for name in users))
    before = int(time.time())
    folder = gather(kdc, tmp_path, shell)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    od = odkit.open(folder)
    assert (od.completeness, len(od)) == (Completeness.COMPLETE, 222)
    assert not odkit.diff(folder, MART / "leftover" / "export.ldif")
    manifest = (folder / "MANIFEST").read_text().splitlines()
    listed = odkit.read_principals(folder / "listprincs.txt")
    assert manifest[0] == "odkit-collect 2"
    assert f"counted export.ldif users {len(users)}" in manifest
    assert f"counted listprincs.txt principals {len(listed)}" in manifest
    assert listed.dated_by is DatedBy.MANIFEST
    assert listed.date is not None
    assert before <= listed.date <= time.time()


def test_what_is_not_whole(gathered: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(gathered, tmp_path / "got")
    manifest = folder / "MANIFEST"
    text = manifest.read_text()
    assert "counted export.ldif" not in text
    assert odkit.open(folder).completeness is Completeness.COMPLETE
    manifest.write_text(text.replace("entries 222", "entries 223"))
    assert odkit.open(folder).completeness is Completeness.INCOMPLETE
    manifest.write_text(text.replace("export.ldif status 0", "export.ldif status 1"))
    assert odkit.open(folder).completeness is Completeness.INCOMPLETE
    manifest.write_text(text.removesuffix("end\n"))
    with pytest.raises(InputError, match="is cut"):
        odkit.open(folder)
    manifest.write_text(text)
    data = (folder / "export.ldif").read_bytes()
    (folder / "export.ldif").write_bytes(data[:-1])
    with pytest.raises(InputError, match="has another size than on the server"):
        odkit.open(folder)
    (folder / "export.ldif").write_bytes(data.replace(b"Ada", b"Eve", 1))
    with pytest.raises(InputError, match="is not as it was on the server"):
        odkit.open(folder)
    manifest.unlink()
    with pytest.raises(InputError, match="a folder without a MANIFEST"):
        odkit.open(folder)


def test_a_list_that_kadmin_cut_without_a_word_is_no_list(kdc: Kdc, tmp_path: Path) -> None:
    """`kadmin.local -q` ends with 0 whatever happens."""
    kdc.realm.add([b"host/odmaster.medicalmart.example.com", b"aabbott0"])
    real = shutil.which("kadmin.local", path=kdc.env["PATH"])
    stub = f'"{real}" "$@" 2> /dev/null | head -n 4\n'  # without "#!", which is how the script knows Lion's own
    (tmp_path / "standins" / "kadmin.local").write_text(stub)
    (tmp_path / "standins" / "kadmin.local").chmod(0o755)
    folder = gather(kdc, tmp_path)
    with pytest.raises(InputError, match="lists 3 principals, and the KDC's database held 6 on the server: it is cut; gather again"):
        odkit.read_principals(folder / "listprincs.txt")


def test_a_plan_from_it(gathered: Path) -> None:
    done = commandline.odkit("purge-principals", str(gathered), "--retire", "xserve-hq2.medicalmart.example.com", "--json", data=None)
    plan = json.loads(done.stdout)
    assert [each["principal"] for each in plan["delete"]] == ["host/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM"]
    assert not any(f["code"] == "OD012" for f in plan["findings"])


@pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
def test_what_carry_needs_is_gathered_with_the_kdcs_keys(kdc: Kdc, tmp_path: Path, shell: str) -> None:
    needs(SHELLS[shell][0])
    place = tmp_path / "krb5kdc"
    place.mkdir()
    (place / f".k5.{kdc.realm.realm}").write_bytes((kdc.realm.folder / "stash").read_bytes())
    script = carry_collect_script().replace(b"KDCDIR='/var/db/krb5kdc'", f"KDCDIR='{place}'".encode())
    (tmp_path / "collect-carry.sh").write_bytes(script)
    stubs = tmp_path / "standins"
    export = MART / "after" / "export.ldif"
    (stubs / "slapcat").write_text(f"#!/bin/sh\n[ $# = 0 ] || exit 1\ncat {export}\n")
    (stubs / "slapcat").chmod(0o755)
    kdc.realm.add([b"aabbott0"])
    done = kdc.sh(str(tmp_path / "collect-carry.sh"), "--rehearsal", str(tmp_path / "got"), shell=SHELLS[shell])
    assert (done.returncode, done.stderr) == (0, "")
    assert "secret, and to be destroyed after the move" in done.stdout
    assert all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "got", *(tmp_path / "got").iterdir()])
    plan = odkit.carry(odkit.open(tmp_path / "got"), to="mit", kdc_dump=tmp_path / "got/kdb5.dump", stash=tmp_path / "got/stash-1")
    assert next(user.verdict.value for user in plan.users if user.name == "aabbott0") == "carried"
    found = with_collected_keys(tmp_path / "got", CarryOptions())
    assert (found.kdc_dump, found.stash) == (tmp_path / "got/kdb5.dump", tmp_path / "got/stash-1")
    shown = CliRunner().invoke(cli, ["carry", str(tmp_path / "got"), "--to", "mit", "--json"])
    assert json.loads(shown.stdout)["counts"] == plan.counts
