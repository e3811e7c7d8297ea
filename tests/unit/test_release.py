"""``script/release`` stops before it builds anything that says what is not so."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

_PLACEHOLDER, _REAL = '[project.urls]\nSource = "https://example.com/odkit"\n', '[project.urls]\nSource = "https://odkit.test/odkit"\n'
_CHANGES = "## 1.2.0 (2026-01-01)\n"


@pytest.mark.parametrize(
    ("version", "changes", "urls", "said"),
    [
        ("1.3.0", _CHANGES, _REAL, "odkit/__init__.py says 1.2.0"),
        ("1.2.0", "## 1.1.0 (2025-01-01)\n", _REAL, "CHANGELOG.md has no heading"),
        ("1.2.0", _CHANGES, _PLACEHOLDER, "[project.urls] in pyproject.toml holds example.com"),
        ("1.2.0", _CHANGES, _REAL, "there are changes that are not committed"),
    ],
    ids=["another version", "no heading in the changelog", "placeholders for addresses", "changes that are not committed"],
)
def test_no_release_is_made_from(tmp_path: Path, version: str, changes: str, urls: str, said: str) -> None:
    for folder in ("script", "odkit"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "script" / "release", tmp_path / "script")
    (tmp_path / "odkit" / "__init__.py").write_text('__version__ = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(changes)
    (tmp_path / "pyproject.toml").write_text(urls)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    done = subprocess.run(["sh", "script/release", version], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_the_addresses_are_all_placeholders_that_the_script_finds_or_none_is() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    urls = text.partition("[project.urls]")[2].partition("\n[")[0]
    assert urls.count('= "https://example.com/') in {0, urls.count('= "')}
