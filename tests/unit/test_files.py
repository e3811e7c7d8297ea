"""Files and folders of output: whole, private, and nothing of others cleared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import odkit
from conftest import ROOT, in_turn
from odkit import files
from odkit.afp.shares import read_share_map
from odkit.carrying.accounts import read_target_accounts
from odkit.carrying.samba.domain import base_of, read_domain
from odkit.errors import InputError, OdkitError, RefusedError, UsageError
from odkit.files import OutputFolder, write_file
from odkit.kerberos.kdb.master import read_master_keys
from odkit.project import load


class TestFiles:
    def test_whole_and_private(self, tmp_path: Path) -> None:
        target = tmp_path / "x"
        files.write_file(target, b"one")
        files.write_file(target, b"two")
        assert target.read_bytes() == b"two"
        assert target.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [target]

    def test_odd_targets_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_text("keep")
        (tmp_path / "link").symlink_to(tmp_path / "real")
        os.link(tmp_path / "real", tmp_path / "hard")
        os.mkfifo(tmp_path / "fifo")
        for name in ("link", "hard", "fifo", "missing/x"):
            with pytest.raises(RefusedError):
                files.write_file(tmp_path / name, b"x")
        with pytest.raises(RefusedError, match="not an ordinary file"):
            files.write_file(Path("/dev/null"), b"x")
        assert Path("/dev/null").is_char_device()
        assert (tmp_path / "real").read_text() == "keep"

    def test_a_full_disk_leaves_the_old_file(self, tmp_path: Path) -> None:
        import resource

        target = tmp_path / "x"
        files.write_file(target, b"old")
        import signal

        old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(RefusedError, match="File too large"):
                files.write_file(target, b"x" * 5000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, old)
        assert target.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [target]

    def test_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        output = files.OutputFolder(folder)
        output.write("a", b"1")
        output.write("sub/b", b"2")
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "sub" / "b").stat().st_mode & 0o777 == 0o600
        for name in ("../x", "/x"):
            with pytest.raises(UsageError):
                output.write(name, b"")
        with pytest.raises(RefusedError, match="not empty"):
            files.OutputFolder(folder)
        files.OutputFolder(folder, force=True)
        assert list(folder.iterdir()) == []

    def test_force_clears_nothing_of_others(self, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        files.OutputFolder(folder).write("a", b"1")
        (folder / "mine").write_text("keep")
        with pytest.raises(RefusedError, match="not odkit's"):
            files.OutputFolder(folder, force=True)
        assert (folder / "mine").read_text() == "keep"
        assert (folder / "a").exists()
        (folder / "mine").unlink()
        (folder / files.FOLDER_MARK).write_text("a\n../other\n")
        with pytest.raises(RefusedError, match="outside the folder"):
            files.OutputFolder(folder, force=True)
        (tmp_path / "link").symlink_to(folder)
        with pytest.raises(RefusedError, match="not a folder"):
            files.OutputFolder(tmp_path / "link")

    def test_two_runs_do_not_mix_their_files_in_one_folder(self, tmp_path: Path) -> None:
        """The second one began when the folder was still empty, or is told to clear what the first one writes."""
        code = "import sys; from pathlib import Path; from odkit.files import OutputFolder; OutputFolder(Path(sys.argv[1]), force=True)"
        words = [sys.executable, "-c", code, str(tmp_path / "out")]
        output = files.OutputFolder(tmp_path / "out")
        for name in in_turn(("a", "b")):
            done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
            assert "out: another run of odkit writes into it; give the path of a new one" in done.stderr
            output.write(name, b"1")
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [files.FOLDER_MARK, "a", "b"]
        del output
        assert subprocess.run(words, check=True, cwd=ROOT).returncode == 0
        assert list((tmp_path / "out").iterdir()) == []


class TestNoOtherException:
    def test_paths(self, tmp_path: Path) -> None:
        for name in ["x" * 300, str(tmp_path / "no" / "such"), f"{__file__}/x", "a\0b"]:
            with pytest.raises(InputError):
                odkit.open(name)
            with pytest.raises(OdkitError, match=r"x: cannot be written: .*; give another path"):
                write_file(Path(name) / "x", b"")
            for read in (
                read_share_map,
                load,
                read_target_accounts,
                read_master_keys,
                lambda path: read_domain(path, base_of("DC=ad,DC=example,DC=com")),
            ):
                with pytest.raises(InputError, match="cannot be read"):
                    read(Path(name))
        folder = OutputFolder(tmp_path / "out")
        assert folder.write("a/b/c", b"x").read_bytes() == b"x"

    def test_force_clears_what_is_odkits(self, tmp_path: Path) -> None:
        folder = OutputFolder(tmp_path / "out")
        folder.write("a\u2028b", b"x")
        (tmp_path / "out" / ".a.0123abcd.odkit-tmp").write_bytes(b"left over by a run that was killed")
        OutputFolder(tmp_path / "out", force=True)
        assert list((tmp_path / "out").iterdir()) == []
