"""What commands take and write: folders of collect.sh, odkit.toml, progress."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from build_certificates import PEM, REALM
from cli.started import EXPORT, LIST, RETIRED
from commandline import odkit
from conftest import MART
from odkit.purge.bundle import run_order
from odkit.rehearsal.terminal import run_on_terminal
from odkit.releases import RELEASES
from stories import in_order


def terminal(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """On a terminal, where nothing is piped in; both streams as one."""
    done = run_on_terminal([sys.executable, "-m", "odkit_cli", *words], env=dict(os.environ), password="", cwd=cwd)
    return subprocess.CompletedProcess(words, done.status, done.output, "")


class TestProgress:
    """On a terminal only, after a second, by bytes, and gone at the end."""

    CODE = (
        "import odkit_cli.inputs as o, sys, time\n"
        "clock = iter([0.0, 0.5, 2.0, 2.1, 9.0, 9.0, 9.1])\n"
        "o.time.monotonic = lambda: next(clock, 10.0)\n"
        "with o.reading() as progress:\n"
        "    if progress:\n"
        "        for done in (1 << 20, 40 << 20, 80 << 20): progress('big.ldif', done, 100 << 20)\n"
        "print('end')\n"
    )

    def test_on_a_terminal(self) -> None:
        session = run_on_terminal([sys.executable, "-c", self.CODE], env=dict(os.environ), password="")
        assert "reading big.ldif: 40 MiB of 100, 40 %" in session.output
        assert "1 MiB" not in session.output.replace("80 MiB", "")
        assert session.output.replace("\r", "\n").split("\n")[-2].strip() == "end"

    def test_not_in_a_pipe(self) -> None:
        done = subprocess.run([sys.executable, "-c", self.CODE], capture_output=True, check=True)
        assert (done.stdout, done.stderr) == (b"end\n", b"")


def collected(folder: Path, **files: bytes) -> str:
    """A folder as collect.sh leaves it; the names have _ for what is no letter."""
    lines = ["odkit-collect 1"]
    folder.mkdir()
    for key, data in files.items():
        name = key.replace("__", "-").replace("_ldif", ".ldif").replace("_txt", ".txt")
        (folder / name).write_bytes(data)
        lines.append(
            f"file {name} status 0 entries {len(re.findall(rb'(?m)^dn:', data))} bytes {len(data)} sha1 {hashlib.sha1(data).hexdigest()}"
        )
    (folder / "MANIFEST").write_text("\n".join([*lines, "end", ""]))
    return str(folder)


class TestFoldersOfCollect:
    """What a command reads of it; opening it as an export is tested in live/test_collect.py."""

    def test_lists_and_certificate(self, tmp_path: Path) -> None:
        export = (MART / "after" / "export.ldif").read_bytes()
        names = (MART / "after" / "listprincs.txt").read_bytes()
        slots = b"\n".join(sorted(set(re.findall(rb"0x[0-9a-f]{32}", export)))) + b"\n"
        master = collected(tmp_path / "master", export_ldif=export, listprincs_txt=names, kdc__certificate_txt=PEM, slots_txt=slots)
        member = collected(
            tmp_path / "member",
            klist_txt=b"Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ---------\n   3 host/a.example.com@R\n",
        )
        assert f"{len(names.splitlines()) - 1} principals" in odkit("principals", master).stdout
        assert "1 principal" in odkit("principals", member).stdout
        assert odkit("lkdc", "realm", master).stdout.strip() == REALM
        assert "slots not checked" in odkit("verify-passwords", str(MART / "after" / "export.ldif")).stdout
        assert "slots not checked" not in odkit("verify-passwords", master).stdout
        done = odkit("purge-principals", master, "--retire", "xserve-hq2.medicalmart.example.com", "--principals", master)
        assert done.returncode in {0, 1}, done.stderr
        done = odkit("lkdc", "realm", member)
        assert (done.returncode, done.stderr) == (
            2,
            f"odkit: {member}: holds no kdc-certificate.txt: that program was not there, or had trouble (see MANIFEST)\n",
        )
        assert "holds no export.ldif" in odkit("inspect", member).stderr
        manifest = Path(master) / "MANIFEST"
        text = manifest.read_text()
        manifest.write_text(text.replace("listprincs.txt status 0", "listprincs.txt status 1"))
        assert "not read, because the program had trouble on the server: listprincs.txt: status 1" in odkit("principals", master).stderr
        assert "listprincs.txt: status 1" in odkit("verify-passwords", master).stderr
        manifest.write_text(text.replace("status 0 entries", f"status {'9' * 5000} entries", 1))
        assert "not a line of a manifest" in odkit("inspect", master).stderr
        manifest.write_text(text.replace("end\n", text.split("\n")[1] + "\nend\n"))
        assert "a second line for export.ldif" in odkit("inspect", master).stderr


class TestCountsOfAManifest:
    """A file may end at a record's end and have the size and digest that the server wrote down: slapcat itself was cut short."""

    EXPORT = (MART / "after" / "export.ldif").read_bytes()
    NAMES = (MART / "after" / "listprincs.txt").read_bytes()

    def folder(self, tmp_path: Path, *lines: str, export: bytes = EXPORT, names: bytes = NAMES) -> str:
        made = collected(tmp_path / "master", export_ldif=export, listprincs_txt=names)
        path = Path(made) / "MANIFEST"
        first, rest = path.read_text().split("\n", 1)
        path.write_text("\n".join([first.replace("1", "2"), *lines, rest]))
        return made

    def test_fewer_users_than_the_directory_listed_stop_a_plan_with_the_numbers(self, tmp_path: Path) -> None:
        records = self.EXPORT.split(b"\n\n")
        users = [n for n, record in enumerate(records) if b",cn=users," in record.split(b"\n")[0]]
        cut = b"\n\n".join(records[: users[-10]]) + b"\n\n"
        folder = self.folder(tmp_path, f"counted export.ldif users {len(users)}", export=cut)
        words = ("purge-principals", folder, "--retire", "xserve-hq2.medicalmart.example.com")
        done = odkit(*words)
        assert done.returncode == 2
        assert f"incomplete (the directory listed {len(users)} users on the server, the export holds {len(users) - 10})" in done.stderr
        assert odkit(*words, "--accept-incomplete").returncode in {0, 1}
        done = odkit("diff", folder, str(MART / "after" / "export.ldif"), "--format", "ldif")
        assert done.returncode == 2
        assert f"the directory listed {len(users)} users on the server" in done.stderr

    def test_as_many_or_more_users_are_whole(self, tmp_path: Path) -> None:
        folder = self.folder(tmp_path, "counted export.ldif users 3")
        assert json.loads(odkit("inspect", folder, "--json").stdout)["summary"]["completeness"] == "complete"

    def test_fewer_principals_than_the_database_held_are_no_inventory(self, tmp_path: Path) -> None:
        count = len(self.NAMES.splitlines()) - 1
        folder = self.folder(tmp_path, f"counted listprincs.txt principals {count + 7}")
        for words in (("purge-principals", folder, "--retire", "xserve-hq2.medicalmart.example.com"), ("principals", folder)):
            done = odkit(*words)
            assert done.returncode == 2, words
            assert f"lists {count} principals, and the KDC's database held {count + 7} on the server: it is cut" in done.stderr

    def test_its_date_is_that_of_the_list_in_it(self, tmp_path: Path) -> None:
        folder = self.folder(tmp_path, "date 20080312093000Z")
        done = odkit("purge-principals", folder, "--retire", "xserve-hq2.medicalmart.example.com")
        told = "as of 2008-03-12 09:30:00Z: the manifest of collect.sh"
        assert f"Made from listprincs.txt ({len(self.NAMES.splitlines()) - 1} principals; {told})" in done.stdout
        (Path(folder) / "MANIFEST").write_text((Path(folder) / "MANIFEST").read_text().replace("date 2008", "date 9999999999Z 2008"))
        assert "not a line of a manifest" in odkit("inspect", folder).stderr


class TestPlan:
    """odkit.toml: what every command takes from it."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        text = (MART / "odkit.toml").read_text().replace('"before/', f'"{MART}/before/').replace('"after/', f'"{MART}/after/')
        (tmp_path / "odkit.toml").write_text(text)
        (tmp_path / "below").mkdir()
        return tmp_path

    def test_verify_and_purge_without_a_word(self, folder: Path) -> None:
        done = terminal("verify", cwd=folder / "below")
        assert done.returncode == 0, done.stdout
        assert "Verdict: everything came through." in done.stdout
        assert f"odkit: reading {folder}/odkit.toml, for MEDICALMART.EXAMPLE.COM" in done.stdout
        # the others in this process: /dev/null on standard input says as little as a terminal
        for words, status in ((["verify-mcx"], 0), (["verify-passwords"], 0), (["diff"], 1), (["topology"], 0)):
            assert odkit(*words, data=None, cwd=folder).returncode == status, words
        done = odkit("purge-principals", "--json", data=None, cwd=folder)
        assert done.returncode in {0, 1}
        plan = json.loads(done.stdout)
        assert (plan["realm"], plan["target"], plan["delete"]) == ("MEDICALMART.EXAMPLE.COM", "10.5", [])
        verdicts = {each["host"]: each["verdict"] for each in plan["hosts"]}
        assert verdicts["odmaster.medicalmart.example.com"] == "live"
        assert verdicts["xserve-hq2.medicalmart.example.com"] == "stale"

    def test_another_customers_plan(self, folder: Path) -> None:
        """Its list of retired hosts must never apply."""
        path = folder / "odkit.toml"
        path.write_text(path.read_text().replace("MEDICALMART.EXAMPLE.COM", "OTHER.EXAMPLE.COM"))
        for words in (["verify"], ["verify-mcx"], ["verify-passwords"], ["diff"], ["purge-principals"], ["runbook", "-o", "runbook"]):
            done = odkit(*words, data=None, cwd=folder)
            assert done.returncode == 2, words
            assert "its realm is MEDICALMART.EXAMPLE.COM" in done.stderr

    def test_a_runbook_for_a_tree_with_errors_in_it_is_something_to_look_at(self, folder: Path) -> None:
        path = folder / "odkit.toml"
        path.write_text(path.read_text().replace('role = "relay"', 'role = "master"'))
        done = odkit("runbook", "-o", "runbook", data=None, cwd=folder)
        assert (done.returncode, "is a second master beside" in done.stderr) == (1, True)

    def test_init(self, tmp_path: Path) -> None:
        target = str(tmp_path / "odkit.toml")
        done = odkit("init", str(MART / "before" / "export.ldif"), "-o", target)
        assert done.returncode == 0
        assert "places are marked DECIDE" in done.stdout
        assert odkit("init", str(MART / "before" / "export.ldif"), "-o", target).returncode == 2
        assert odkit("topology", target, "--fail-on", "error").returncode == 0
        assert odkit("topology", str(MART / "odkit.toml"), "--format", "svg").stdout.startswith("<svg ")

    def test_mounts(self) -> None:
        done = odkit("mounts", str(MART / "after" / "export.ldif"), "--host", "print.medicalmart.example.com", "--format", "ldif")
        assert (done.returncode, done.stdout.count("changetype: add")) == (0, 1)


class TestWhatANewcomerMissed:
    def test_init_does_not_keep_what_is_decommissioned(self, tmp_path: Path) -> None:
        done = odkit("init", EXPORT, "-o", str(tmp_path / "odkit.toml"))
        assert done.returncode == 0, done.stderr
        plan = tomllib.loads((tmp_path / "odkit.toml").read_text())
        retired = plan["retired"]["hosts"]
        assert "xserve-wind1.medicalmart.example.com" in retired
        # a mount still names this one: a person decides
        assert "# DECIDE: xserve-dart1.medicalmart.example.com: decommissioned replica" in (tmp_path / "odkit.toml").read_text()
        assert not {each["name"] for each in plan["server"]} & set(retired)

    def test_a_plan_that_is_not_read_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "odkit.toml").write_text('[domain]\nrealm = "X"\n')
        words = [sys.executable, "-m", "odkit_cli", "purge-principals", EXPORT]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, stdin=subprocess.DEVNULL)
        assert "odkit.toml is not read, because an export was given" in done.stderr

    def test_a_retired_name_that_is_misspelt(self) -> None:
        pair = [str(MART / stage / "export.ldif") for stage in ("before", "after")]
        done = odkit("verify", *pair, "--retire", "xserve-hqq2.medicalmart.example.com")
        assert done.returncode == 1
        assert "xserve-hqq2.medicalmart.example.com is named nowhere" in done.stderr

    def test_an_empty_list_of_retired_names(self, tmp_path: Path) -> None:
        (tmp_path / "retired.txt").write_text("# none yet\n")
        done = odkit("purge-principals", EXPORT, "--retire-from", str(tmp_path / "retired.txt"))
        assert (done.returncode, "holds no host name" in done.stderr) == (2, True)

    def test_a_closed_standard_output(self) -> None:
        words = ["sh", "-c", f"'{sys.executable}' -m odkit_cli inspect '{EXPORT}' >&-"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (done.returncode, "standard output is closed" in done.stderr) == (2, True)

    def test_the_plan_says_what_to_do(self, tmp_path: Path) -> None:
        done = odkit("purge-principals", EXPORT, "--retire-from", RETIRED, "--principals", LIST,
                     "--target", "10.5", "-o", str(tmp_path / "purge"))  # fmt: skip
        text = (tmp_path / "purge" / "PLAN.txt").read_text()
        scripts = re.findall(r"(?m)^  sh (\S+) --apply$", text)
        written = [path.name for path in (tmp_path / "purge").iterdir()]
        assert scripts == [script.name for script in run_order(RELEASES["10.5"], written)], done.stderr
        assert in_order(scripts, "delete-records.sh", "delete-slots.sh", "purge-principals.sh")
        assert re.findall(r"(?m)^  sh (\S+) --apply$", done.stdout) == scripts
