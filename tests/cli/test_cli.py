"""The command line: streams, statuses, JSON, messages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.started import EXPORT
from commandline import odkit
from conftest import MART, each_in_turn


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

    @each_in_turn(
        "name, status",
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


def test_inspect_decodes_values_on_request(tmp_path: Path) -> None:
    path = tmp_path / "export.ldif"
    damaged = b"dn: uid=zoe,cn=users,dc=medicalmart,dc=example,dc=com\nuid: zoe\ndescription:: !\nentryCSN: x\n\n"
    path.write_bytes(Path(EXPORT).read_bytes() + damaged)
    quick = odkit("inspect", "--json", str(path))
    assert (quick.returncode, json.loads(quick.stdout)["summary"]["values"]) == (0, "decoded where counted")
    whole = odkit("inspect", "--json", "--check-values", str(path))
    assert (whole.returncode, json.loads(whole.stdout)["summary"]["values"]) == (2, "decoded")
    assert "OD002" in {f["code"] for f in json.loads(whole.stdout)["findings"]}


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


class TestDiff:
    PAIR = (str(MART / "before" / "export.ldif"), str(MART / "after" / "export.ldif"))

    def test_a_value_in_another_file_makes_a_side_incomplete(self, tmp_path: Path) -> None:
        """No difference in it is seen, so that "no differences" would be a guess: ldapsearch -t."""
        plain = (MART / "after" / "export.ldif").read_bytes()
        at = plain.index(b"\nuidNumber: ")
        end = plain.index(b"\n", at + 1)
        (tmp_path / "t.ldif").write_bytes(plain[:at] + b"\njpegPhoto:< file:///tmp/ldapsearch-jpegPhoto-x" + plain[end:])
        done = odkit("diff", str(MART / "after" / "export.ldif"), str(tmp_path / "t.ldif"))
        assert done.returncode == 2
        assert "OD006" in done.stderr

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
        assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 places: 2 delete or rewrite")
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


@each_in_turn(
    "name, like",
    [
        ("verfy", "did you mean verify or verify-mcx?"),
        ("VERIFY-MCX", "did you mean verify-mcx or verify?"),
        ("purge", "did you mean purge-principals?"),
        ("passwords", "did you mean verify-passwords?"),
        ("frobnicate", "'odkit --help' names all"),
        ("\x1b[1m", "'odkit --help' names all"),
    ],
)
def test_a_command_that_does_not_exist_brings_those_that_are_like_it(name: str, like: str) -> None:
    done = odkit(name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"; {like}\n")
    assert "there is no command" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_command_below_another_is_suggested_too() -> None:
    assert odkit("lkdc", "teardwn").stderr.endswith("there is no command 'teardwn'; did you mean teardown?\n")
    assert odkit("lkdc", "x").stderr.endswith("'odkit lkdc --help' names all\n")
