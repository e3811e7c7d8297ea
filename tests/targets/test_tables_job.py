"""What a job of ``odkit tables`` weighs, and what it loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from build_tables import EXPORTS
from conftest import ROOT, needs_proc

LOADED = """
import atexit, sys
atexit.register(lambda: print(sorted({name.partition(".")[0] for name, each in sys.modules.items() if each} & {"numpy", "pandas", "pyarrow"})))
from odkit_cli import main
main(sys.argv[1:])
"""
# told by the process itself: what its parent weighs counts in ru_maxrss
PEAK = """
import atexit, sys
atexit.register(lambda: print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))))
from odkit_cli import main
main(sys.argv[1:])
"""


def job(code: str, folder: Path, *paths: Path) -> str:
    """Run a job, and return what is printed at its end."""
    words = [sys.executable, "-c", code, "-q", "tables", "--no-findings", *map(str, paths), "-o", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()[-1]


def test_it_loads_no_pandas_and_no_numpy_which_pyarrow_would_and_nothing_uses(tmp_path: Path) -> None:
    assert job(LOADED, tmp_path / "t", *EXPORTS["after"]) == "['pyarrow']"


@pytest.mark.whole
def test_one_of_ten_thousand_users_weighs_less_than_256_mib(tmp_path: Path) -> None:
    needs_proc()
    export = tmp_path / "export.ldif"
    subprocess.run([sys.executable, str(ROOT / "fixtures/generate.py"), "export", "10000", str(export)], check=True)
    assert int(job(PEAK, tmp_path / "t", export)) < 256 * 1024
