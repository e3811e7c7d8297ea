"""The command line: streams, statuses, JSON, messages."""

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
from commandline import odkit
from conftest import MART, ROOT
from odkit.rehearsal.terminal import run_on_terminal

EXPORT = str(MART / "leftover" / "export.ldif")
LIST = str(MART / "leftover" / "listprincs.txt")
RETIRED = str(MART / "retired.txt")


def process(*words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, where the start is the point."""
    return subprocess.run([sys.executable, "-m", "odkit_cli", *words], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)


def terminal(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """On a terminal, where nothing is piped in; both streams as one."""
    done = run_on_terminal([sys.executable, "-m", "odkit_cli", *words], env=dict(os.environ), password="", cwd=cwd)
    return subprocess.CompletedProcess(words, done.status, done.output, "")


class TestInspect:
    def test_text(self) -> None:
        done = odkit("inspect", EXPORT)
        assert done.returncode == 0
        assert "realm         MEDICALMART.EXAMPLE.COM" in done.stdout
        assert "  Computers            44\n" in done.stdout
        assert "info: completeness unknown" in done.stderr

    def test_json(self) -> None:
        done = odkit("inspect", "--json", EXPORT)
        report = json.loads(done.stdout)
        assert (report["schema"], report["summary"]["completeness"], report["summary"]["generation"]) == ("odkit/report/1", "unknown", 1)
        assert report["summary"]["records"]["Users"] == 124
        assert set(report["findings"][0]) == {"code", "severity", "subject", "message", "path", "line"}

    def test_standard_input(self) -> None:
        data = Path(EXPORT).read_bytes()
        assert json.loads(odkit("inspect", "--json", data=data).stdout)["summary"]["entries"] == 222
        assert json.loads(odkit("inspect", "--json", "-", data=data).stdout)["summary"]["entries"] == 222

    @pytest.mark.parametrize(
        ("name", "status"),
        [("bad-line", 2), ("bad-base64", 2), ("incomplete-export", 2), ("damaged-database", 2), ("realm-differs", 1), ("duplicate-guid", 1),
         ("no-realm", 1), ("unfetched-url", 2), ("search-reference", 0)],
    )  # fmt: skip
    def test_damaged_exports_are_reported_with_their_place(self, name: str, status: int) -> None:
        path = str(MART / "damaged" / f"{name}.ldif")
        wanted = json.loads((MART / "damaged" / "expected.json").read_text())[name]
        done = odkit("inspect", path)
        assert done.returncode == status
        assert f"{path}:{wanted['line']}: " in done.stderr or (wanted["line"] is None and f"{path}: " in done.stderr)
        assert wanted["message"] in done.stderr
        assert "Records" in done.stdout  # what was readable is still reported

    def test_fail_on(self) -> None:
        assert odkit("inspect", EXPORT, "--fail-on", "info").returncode == 1
        assert odkit("inspect", str(MART / "damaged" / "realm-differs.ldif"), "--fail-on", "never").returncode == 0

    def test_quiet(self) -> None:
        done = odkit("-q", "inspect", str(MART / "damaged" / "realm-differs.ldif"))
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 1)


class TestPurge:
    WORDS = ("purge-principals", EXPORT, "--principals", LIST, "--retire-from", RETIRED)

    def test_json(self, tmp_path: Path) -> None:
        done = odkit(*self.WORDS, "--json", "--target", "10.5", "-o", str(tmp_path / "p"))
        assert done.returncode == 1  # names are left for a person
        plan = json.loads(done.stdout)
        assert plan == json.loads((tmp_path / "p" / "plan.json").read_text())
        assert (plan["schema"], plan["realm"], plan["target"], len(plan["delete"])) == (
            "odkit/purge-plan/1",
            "MEDICALMART.EXAMPLE.COM",
            "10.5",
            133,
        )
        assert set(plan) == {
            "schema",
            "id",
            "realm",
            "target",
            "hosts",
            "delete",
            "keep",
            "review",
            "refused",
            "candidates",
            "records",
            "findings",
            "slots",
        }
        assert set(plan["delete"][0]) == {"principal", "service", "host", "reason"}
        assert set(plan["records"][0]) == {"dn", "action", "attribute", "value", "dscl"}
        assert {h["verdict"] for h in plan["hosts"]} == {"live", "stale", "unknown"}

    def test_alone_it_shows_and_deletes_nothing(self) -> None:
        done = odkit("purge-principals", EXPORT)
        assert done.returncode == 1  # four decommissioned replicas stand in the export; one of them serves a mount
        assert "What it needs to decide on principals: --principals" in done.stdout
        assert "Principals to delete: none" in done.stdout or "Candidates" in done.stdout
        plan = json.loads(odkit("purge-principals", EXPORT, "--json").stdout)
        assert plan["delete"] == []
        assert plan["target"] is None
        after = odkit("purge-principals", str(MART / "before" / "export.ldif"))
        assert after.returncode == 0  # nothing says that a host of the old domain is retired
        assert "Principals to delete: none" in after.stdout
        assert "What it needs to retire a host: --retire HOST" in after.stdout

    def test_output_needs_a_target(self, tmp_path: Path) -> None:
        done = odkit(*self.WORDS, "-o", str(tmp_path / "p"))
        assert done.returncode == 2
        assert "-o needs --target" in done.stderr
        assert not (tmp_path / "p").exists()

    @pytest.mark.parametrize("target", ["10.7+", "heimdal"])
    def test_targets_that_do_not_fit_the_list(self, target: str, tmp_path: Path) -> None:
        done = odkit(*self.WORDS, "--target", target, "-o", str(tmp_path / "p"))
        assert done.returncode == 2
        assert "the list is of an MIT KDC (10.4 to 10.6)" in done.stderr
        assert not (tmp_path / "p").exists()

    def test_folder_in_use(self, tmp_path: Path) -> None:
        (tmp_path / "mine").write_text("x")
        done = odkit(*self.WORDS, "--target", "10.5", "-o", str(tmp_path))
        assert done.returncode == 2
        assert "is not empty" in done.stderr
        assert [p.name for p in tmp_path.iterdir()] == ["mine"]

    def test_damaged_inputs_write_nothing(self, tmp_path: Path) -> None:
        data, names = Path(EXPORT).read_bytes(), Path(LIST).read_bytes()
        cases: list[tuple[bytes, bytes, int, str]] = [
            (b"", names, 2, "holds no entry"), (data[:200_000], names, 2, "incomplete"), (data, b"", 2, "is empty"), (data, names[:-20], 2, "cut"),
            (data, b"host/a.example.com@R\n", 3, "no krbtgt"), (data, b"\x05\x02\x00", 2, "keytab"), (b"\x89PNG\r\n\x1a\n", names, 2, "holds no entry"),
            (data, data, 2, "LDIF"), (b"\x1f\x8b\x08", names, 2, "gzip"),
        ]  # fmt: skip
        for i, (export, listing, status, words) in enumerate(cases):
            (tmp_path / "e").write_bytes(export)
            (tmp_path / "l").write_bytes(listing)
            out = tmp_path / f"out{i}"
            done = odkit("purge-principals", str(tmp_path / "e"), "--principals", str(tmp_path / "l"), "--retire-from", RETIRED,
                         "--target", "10.5", "-o", str(out))  # fmt: skip
            assert (done.returncode, words in done.stderr) == (status, True), (i, done.stderr)
            assert done.stderr.count("\n") == 1
            assert str(tmp_path) in done.stderr
            assert not out.exists()

    def test_names_that_are_no_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "l").write_bytes(Path(LIST).read_bytes() + b"host/\xff.example.com@MEDICALMART.EXAMPLE.COM\n")
        done = odkit("purge-principals", EXPORT, "--principals", str(tmp_path / "l"), "--retire-from", RETIRED, "--json")
        names = [k["principal"] for k in json.loads(done.stdout)["keep"]]
        assert {"base64": "aG9zdC//LmV4YW1wbGUuY29tQE1FRElDQUxNQVJULkVYQU1QTEUuQ09N"} in names

    def test_standard_input_only_once(self) -> None:
        done = odkit("purge-principals", "-", "--principals", "-", data=b"x")
        assert done.returncode == 2
        assert "only once" in done.stderr

    def test_damaged_exports_plan_nothing(self) -> None:
        for name in ("damaged-database", "record-without-dn", "bad-line", "bad-replica-tree"):
            done = odkit("purge-principals", str(MART / "damaged" / f"{name}.ldif"))
            assert done.returncode == (0 if name == "bad-replica-tree" else 2)

    def test_standard_input_closed_or_read_twice(self) -> None:
        done = subprocess.run(
            f"{sys.executable} -m odkit_cli inspect - <&-", shell=True, capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert (done.returncode, "is closed" in done.stderr) == (2, True)
        done = odkit("purge-principals", "--retire-from", "-", data=b"dn: cn=x\n")
        assert (done.returncode, "only once" in done.stderr) == (2, True)

    def test_force_touches_nothing_when_a_backup_lies_there(self, tmp_path: Path) -> None:
        words = [*self.WORDS, "--target", "10.5", "-o", str(tmp_path / "p")]
        assert odkit(*words).returncode == 1
        (tmp_path / "p" / "backup-1").mkdir()
        (tmp_path / "p" / "backup-1" / "kdc.dump").write_text("x")
        before = sorted(tmp_path.rglob("*"))
        done = odkit(*words, "--force")
        assert (done.returncode, "nothing was touched" in done.stderr) == (2, True)
        assert sorted(tmp_path.rglob("*")) == before

    def test_usage(self) -> None:
        for words in (
            ["purge-principals", EXPORT, "--address", "x"],
            ["nonsense"],
            ["purge-principals", "--nonsense"],
            ["inspect", "/nonexistent"],
        ):
            done = odkit(*words)
            assert done.returncode == 2
            assert done.stderr


class TestTheWhole:
    def test_terminal_escapes_never_pass(self, tmp_path: Path) -> None:
        dn = "uid=\x1b[31mx\u202e,cn=users,dc=x"
        import base64

        (tmp_path / "e").write_text(f"dn:: {base64.b64encode(dn.encode()).decode()}\nuid:: !!\n\n")
        for words in (
            ["inspect", str(tmp_path / "e")],
            ["inspect", "--json", str(tmp_path / "e")],
            ["purge-principals", str(tmp_path / "e")],
        ):
            done = odkit(*words)
            assert "\x1b" not in done.stdout + done.stderr
            assert "\u202e" not in done.stdout + done.stderr

    def test_colour_only_when_asked(self) -> None:
        path = str(MART / "damaged" / "realm-differs.ldif")
        assert "\x1b" not in odkit("inspect", path).stderr
        assert "\x1b[31m" in odkit("--color", "always", "inspect", path).stderr
        assert "\x1b[31m" in odkit("inspect", path, env={"FORCE_COLOR": "1"}).stderr
        assert "\x1b" not in odkit("inspect", path, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stderr

    def test_a_broken_pipe_is_silent(self) -> None:
        words = f"{sys.executable} -m odkit_cli inspect {EXPORT} | head -n 1"
        done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.stdout.count("\n") == 1
        assert "Broken pipe" not in done.stderr

    def test_a_full_device_is_trouble(self) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "odkit_cli", "inspect", "--json", EXPORT], stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert (done.returncode, b"cannot write the output" in done.stderr) == (2, True)

    def test_version_and_help(self) -> None:
        assert process("--version").stdout == "odkit 0.1.0\n"
        assert "purge-principals" in process("-h").stdout
        assert process().returncode == odkit().returncode == 2

    def test_it_starts_no_program(self) -> None:
        """Trust: odkit reads files and writes text; strace sees no other program."""
        import shutil

        if shutil.which("strace") is None:
            done = odkit(*TestPurge.WORDS, "--json", env={"PATH": "/nonexistent"})
            assert done.returncode == 1  # it needs nothing from PATH
            return
        words = ["strace", "-f", "-e", "trace=execve", "-o", "/dev/stderr", sys.executable, "-m", "odkit_cli", *TestPurge.WORDS, "--json"]
        traced = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
        assert traced.stderr.count("execve(") <= 1 + traced.stderr.count("ENOENT")


def test_inspect_decodes_values_on_request(tmp_path: Path) -> None:
    path = tmp_path / "export.ldif"
    damaged = b"dn: uid=zoe,cn=users,dc=medicalmart,dc=example,dc=com\nuid: zoe\ndescription:: !\nentryCSN: x\n\n"
    path.write_bytes(Path(EXPORT).read_bytes() + damaged)
    quick = odkit("inspect", "--json", str(path))
    assert (quick.returncode, json.loads(quick.stdout)["summary"]["values"]) == (0, "decoded where counted")
    whole = odkit("inspect", "--json", "--check-values", str(path))
    assert (whole.returncode, json.loads(whole.stdout)["summary"]["values"]) == (2, "decoded")
    assert "OD002" in {f["code"] for f in json.loads(whole.stdout)["findings"]}


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


class TestMcx:
    EXPORT = str(MART / "after" / "export.ldif")

    def test_show(self) -> None:
        done = odkit("mcx", "show", self.EXPORT, "Users/aabbott0")
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Users aabbott0 (line 634)")
        assert "    tilesize  always  48" in done.stdout
        assert odkit("mcx", "show", self.EXPORT, "nobody").returncode == 2

    def test_effective(self) -> None:
        done = odkit("mcx", "effective", self.EXPORT, "--user", "aabbott0", "--workgroup", "office-store", "--json")
        keys = json.loads(done.stdout)["keys"]
        assert done.returncode == 0
        assert [(k["domain"], k["key"], k["winner"]["level"]) for k in keys][-1] == ("com.apple.SoftwareUpdate", "CatalogURL", "workgroup")
        done = odkit("mcx", "effective", str(MART / "before" / "export.ldif"), "--after", self.EXPORT)
        assert (done.returncode, done.stdout) == (0, "Nobody gets anything else.\n")
        assert odkit("mcx", "effective", self.EXPORT).returncode == 2

    def test_profiles(self, tmp_path: Path) -> None:
        done = odkit("mcx", "profiles", self.EXPORT, "-o", str(tmp_path / "out"))
        assert done.returncode == 1  # profiles overlap
        assert (tmp_path / "out" / "REPORT.txt").read_text() == done.stdout
        assert len(list((tmp_path / "out").glob("*.mobileconfig"))) == 22
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "out").iterdir())

    def test_passwords_in_values_are_hidden(self, tmp_path: Path) -> None:
        path = tmp_path / "e.ldif"
        text = "<plist><dict><key>mcx_application_data</key><dict><key>d</key><dict><key>Forced</key><array><dict><key>mcx_preference_settings</key><dict>"
        text += "<key>WPAKey</key><string>c4n4ry</string><key>url</key><string>afp://ann:c4n4ry@h/x</string></dict></dict></array></dict></dict></dict></plist>"
        path.write_text(
            f"dn: cn=users,dc=x\ncn: users\n\ndn: uid=ann,cn=users,dc=x\nuid: ann\napple-mcxflags: <plist><dict/></plist>\napple-mcxsettings: {text}\n\n"
        )
        for words in (
            ["mcx", "show", str(path), "ann"],
            ["mcx", "show", str(path), "ann", "--json"],
            ["mcx", "effective", str(path), "--user", "ann"],
        ):
            assert "c4n4ry" not in odkit(*words).stdout
            assert "c4n4ry" in odkit(*words, "--show-secrets").stdout

    def test_verify_reads_odkit_toml(self, tmp_path: Path) -> None:
        (tmp_path / "odkit.toml").write_text(f'[exports]\nbefore = "{MART}/before/export.ldif"\nafter = "{MART}/after/export.ldif"\n')
        (tmp_path / "sub").mkdir()
        code = "import sys, odkit_cli.inputs as o; sys.stdin = None\nfrom odkit_cli import main\nmain(sys.argv[1:])"
        done = subprocess.run([sys.executable, "-c", code, "verify-mcx"], capture_output=True, text=True, check=False, cwd=tmp_path / "sub")
        assert (done.returncode, done.stdout) == (
            0,
            "the MCX of 20 of 20 records preserved (45 settings); nothing lost, changed or made inert.\n",
        )
        assert f"odkit: reading {tmp_path}/odkit.toml" in done.stderr
        (tmp_path / "odkit.toml").unlink()
        done = subprocess.run([sys.executable, "-c", code, "verify-mcx"], capture_output=True, text=True, check=False, cwd=tmp_path / "sub")
        assert (done.returncode, "odkit.toml" in done.stderr) == (2, True)


class TestPrincipals:
    def test_one_normal_form(self) -> None:
        """The dump and the list of one KDC hold the same names."""
        paths = [str(MART / "leftover" / name) for name in ("kdb5.dump", "listprincs.txt")]
        done = odkit("principals", "--json", *paths)
        assert done.returncode == 0
        body = json.loads(done.stdout)
        assert body["schema"] == "odkit/principals/1"
        dumped, listed = body["inventories"]
        assert (dumped["format"], listed["format"]) == ("kdb5_util dump", "listprincs")
        assert {p["principal"] for p in dumped["principals"]} == {p["principal"] for p in listed["principals"]}
        assert dumped["principals"][0]["kvno"] is not None
        text = odkit("principals", *paths).stdout
        assert f"{paths[0]}: kdb5_util dump, {dumped['count']} principals" in text

    def test_a_plan_from_the_dump(self) -> None:
        words = [
            "purge-principals",
            str(MART / "leftover" / "export.ldif"),
            "--retire-from",
            str(MART / "retired.txt"),
            "--json",
            "--principals",
        ]
        plans = [json.loads(odkit(*words, str(MART / "leftover" / name)).stdout) for name in ("kdb5.dump", "listprincs.txt")]
        assert sorted(map(str, plans[0]["delete"])) == sorted(map(str, plans[1]["delete"]))

    def test_keys_are_never_shown(self, tmp_path: Path) -> None:
        lines = (MART / "leftover" / "kdb5.dump").read_text().splitlines()
        (tmp_path / "cut").write_text("\n".join([lines[0], lines[1][:-40], ""]))
        done = odkit("principals", str(tmp_path / "cut"))
        assert done.returncode == 2
        assert f"{tmp_path}/cut:2: " in done.stderr
        assert not any(word in done.stderr for word in lines[1].split("\t") if len(word) > 30)


class TestLkdc:
    REALM = "LKDC:SHA1.1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2"

    def test_realm(self, tmp_path: Path) -> None:
        done = odkit("lkdc", "realm", "--hash", self.REALM[10:].lower())
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{self.REALM}\n", "")
        (tmp_path / "no").write_bytes(b"hello")
        done = odkit("lkdc", "realm", str(tmp_path / "no"))
        assert done.returncode == 2
        assert "neither DER nor PEM" in done.stderr

    def test_check_and_teardown(self, tmp_path: Path) -> None:
        assert odkit("lkdc", "check", str(MART / "before" / "export.ldif")).returncode == 0
        done = odkit("lkdc", "teardown", "--realm", self.REALM, "--target", "10.4")
        assert done.returncode == 2
        assert "Local KDCs came with 10.5" in done.stderr
        assert odkit("lkdc", "teardown", "--realm", "OD.EXAMPLE.COM", "--target", "10.5").returncode == 2
        done = odkit("lkdc", "teardown", "--realm", self.REALM, "--target", "10.5", "-o", str(tmp_path / "out"))
        assert done.returncode == 0
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["ODKIT-FILES", "lkdc-teardown.sh", "restore"]


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


class TestDiff:
    PAIR = (str(MART / "before" / "export.ldif"), str(MART / "after" / "export.ldif"))

    def test_status_and_forms(self) -> None:
        done = odkit("diff", *self.PAIR)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (
            1,
            "201 records before, 210 after: 30 added, 21 removed, 134 changed, 0 renamed",
        )
        assert odkit("diff", self.PAIR[0], self.PAIR[0]).returncode == 0
        body = json.loads(odkit("diff", *self.PAIR, "--json", "--only", "Users").stdout)
        assert body["schema"] == "odkit/diff/1"
        assert {each["type"] for each in body["records"]} == {"Users"}
        ldif = odkit("diff", *self.PAIR, "--format", "ldif")
        assert ldif.returncode == 1
        assert "# NOT COMPLETE: " in ldif.stdout
        assert "are left out; --show-secrets writes them" in ldif.stderr
        assert ("delete" in ldif.stdout, "odkit: not written: removed " in ldif.stderr) == (False, True)  # slapcat proves no count
        assert "changetype: delete" in odkit("diff", *self.PAIR, "--format", "ldif", "--accept-incomplete").stdout

    def test_usage(self, tmp_path: Path) -> None:
        assert odkit("diff", self.PAIR[0]).returncode == 2
        assert odkit("diff", *self.PAIR, "--only", "Userz").returncode == 2
        assert odkit("diff", *self.PAIR, "--format", "ldif", "--only", "Users").returncode == 2
        (tmp_path / "cut.ldif").write_bytes(Path(self.PAIR[1]).read_bytes()[:50_000])
        done = odkit("diff", self.PAIR[0], str(tmp_path / "cut.ldif"))
        assert done.returncode == 2
        assert "incomplete" in done.stderr
        done = odkit("diff", self.PAIR[0], str(tmp_path / "cut.ldif"), "--format", "ldif")
        assert (done.returncode, done.stdout) == (2, "")
        assert "the export is incomplete" in done.stderr


class TestReferences:
    EXPORT = str(MART / "leftover" / "export.ldif")

    def test_status_and_forms(self) -> None:
        host = "xserve-hq2.medicalmart.example.com"
        done = odkit("references", self.EXPORT, host)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 places: 2 rewrite")
        assert json.loads(odkit("references", self.EXPORT, host, "--json").stdout)["summary"]["found"] == 2
        assert odkit("references", self.EXPORT, "nowhere.example.com").returncode == 0
        assert odkit("references", self.EXPORT, "--all", "--format", "dot").stdout.startswith("digraph references {")

    @pytest.mark.parametrize(
        "words",
        [[], ["a.example.com", "--all"], ["a.example.com", "--format", "dot"], ["a b"], ["a.example.com", "--rewrite-to", "b.example.com"]],
    )
    def test_usage(self, words: list[str]) -> None:
        assert odkit("references", self.EXPORT, *words).returncode == 2


class TestVerify:
    def test_one_verdict(self) -> None:
        pair = TestDiff.PAIR
        done = odkit("verify", *pair)
        assert done.returncode == 0
        assert done.stdout.splitlines()[-1] == "Verdict: everything came through."
        assert "5 other attribute changes (" in done.stdout.splitlines()[-2]
        body = json.loads(odkit("verify", pair[1], pair[0], "--json").stdout)
        assert body["summary"]["checks"][0]["check"] == "counts"

    @pytest.mark.parametrize("command", ["verify", "verify-passwords", "verify-mcx"])
    def test_a_second_file_of_passwords_alone_belongs_to_the_first(self, command: str) -> None:
        main, authdata = (str(MART / "lion" / name) for name in ("export.ldif", "authdata.ldif"))
        done = odkit(command, main, authdata, "--json")
        assert "taken as a part of" in done.stderr
        assert json.loads(done.stdout)["summary"].get("after") is None
        assert not [each for each in json.loads(done.stdout)["findings"] if each["code"] in {"OD351", "OD602"}]


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
        for words, status in ((["verify-mcx"], 0), (["verify-passwords"], 0), (["diff"], 1), (["topology"], 0)):
            assert terminal(*words, cwd=folder).returncode == status, words
        done = terminal("purge-principals", "--json", cwd=folder)
        assert done.returncode in {0, 1}
        plan = json.loads(done.stdout[done.stdout.index("{") :])
        assert (plan["realm"], plan["target"], plan["delete"]) == ("MEDICALMART.EXAMPLE.COM", "10.5", [])
        verdicts = {each["host"]: each["verdict"] for each in plan["hosts"]}
        assert verdicts["odmaster.medicalmart.example.com"] == "live"
        assert verdicts["xserve-hq2.medicalmart.example.com"] == "stale"

    def test_another_customers_plan(self, folder: Path) -> None:
        """Its list of retired hosts must never apply."""
        path = folder / "odkit.toml"
        path.write_text(path.read_text().replace("MEDICALMART.EXAMPLE.COM", "OTHER.EXAMPLE.COM"))
        for command in ("verify", "verify-mcx", "verify-passwords", "purge-principals"):
            done = terminal(command, cwd=folder)
            assert done.returncode == 2, command
            assert "its realm is MEDICALMART.EXAMPLE.COM" in done.stdout

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
        assert scripts == ["delete-records.sh", "delete-slots.sh", "purge-principals.sh"], done.stderr
        assert re.findall(r"(?m)^  sh (\S+) --apply$", done.stdout) == scripts
