"""``odkit purge-principals`` on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.started import EXPORT, LIST, RETIRED
from commandline import odkit
from conftest import MART, ROOT, in_turn


def process(*words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, where the start is the point."""
    return subprocess.run([sys.executable, "-m", "odkit_cli", *words], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)


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
        for words in in_turn((["inspect", EXPORT], ["inspect", "--json", EXPORT], ["--help"], ["inspect", "--help"])):
            reading, writing = os.pipe()
            os.close(reading)
            done = subprocess.run(
                [sys.executable, "-m", "odkit_cli", *words], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
            )
            os.close(writing)
            assert done.returncode == -signal.SIGPIPE
            assert "Broken pipe" not in done.stderr
            assert "Traceback" not in done.stderr

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
