"""``odkit anonymize``."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

import commandline

EXPORT = b"dn: dc=example,dc=com\ndc: example\n\ndn: uid=jdoe,cn=users,dc=example,dc=com\nuid: jdoe\ncn: John Doe\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "xserve1.ldif"
    path.write_bytes(EXPORT)
    return path


def test_a_copy_is_written_and_what_is_of_what_is_told(export: Path, tmp_path: Path) -> None:
    packed = tmp_path / "list.gz"
    packed.write_bytes(gzip.compress(b"jdoe@EXAMPLE.COM\n"))
    done = commandline.odkit("anonymize", str(export), str(packed), "-o", str(tmp_path / "copy"), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [(each["name"], each["what"]) for each in found["files"]] == [
        ("export-1.ldif", "LDIF"),
        ("principals-1.txt", "principals (names)"),
    ]
    name = (tmp_path / "copy" / "principals-1.txt").read_text().partition("@")[0]
    assert f"uid: {name}\n" in (tmp_path / "copy" / "export-1.ldif").read_text()


def test_the_key_is_kept_only_when_it_is_asked_for_and_gives_the_same_copy_again(export: Path, tmp_path: Path) -> None:
    key = tmp_path / "domain.key"
    for name in ("one", "two"):
        assert commandline.odkit("anonymize", str(export), "-o", str(tmp_path / name), "--key", str(key)).returncode == 0
    assert commandline.odkit("anonymize", str(export), "-o", str(tmp_path / "three")).returncode == 0
    one, two, three = ((tmp_path / name / "export-1.ldif").read_bytes() for name in ("one", "two", "three"))
    assert one == two != three
    assert key.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two", "three", "domain.key", "xserve1.ldif"}
    secret = key.read_text().splitlines()[1]
    assert secret.encode() not in one


def test_the_map_names_what_stands_for_a_host_and_is_never_replaced(export: Path, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("xserve1.example.com\n")
    words = ("anonymize", str(export), str(tmp_path / "hosts"), "--map", str(tmp_path / "map"))
    done = commandline.odkit(*words, "-o", str(tmp_path / "copy"))
    found = json.loads((tmp_path / "map").read_text())
    assert found["hosts"]["xserve1.example.com"] == (tmp_path / "copy" / "hosts-1.txt").read_text().strip()
    assert found["words"]["jdoe"] not in done.stdout
    assert (tmp_path / "map").stat().st_mode & 0o777 == 0o600
    again = commandline.odkit(*words, "-o", str(tmp_path / "again"))
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("option", ["--key", "--map"])
@pytest.mark.parametrize("place", ["copy", "copy/secret", "copy/../copy/a/b", "link/secret"])
def test_a_secret_file_inside_the_copy_is_refused(export: Path, tmp_path: Path, option: str, place: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "copy")
    done = commandline.odkit("anonymize", str(export), "-o", str(tmp_path / "copy"), option, str(tmp_path / place))
    assert done.returncode == 2
    assert "lies in the copy" in done.stderr
    assert not (tmp_path / "copy").exists()


def test_a_file_that_holds_no_key_is_refused_as_one(export: Path, tmp_path: Path) -> None:
    for text in (b"", b"odkit-anonymize-key 1\nzz\n", b"odkit-anonymize-key 1\n00\n", b"\xff"):
        (tmp_path / "key").write_bytes(text)
        done = commandline.odkit("anonymize", str(export), "-o", str(tmp_path / "copy"), "--key", str(tmp_path / "key"))
        assert done.returncode == 2
        assert "holds no key" in done.stderr
    assert not (tmp_path / "copy").exists()


def test_what_is_no_input_is_refused_with_its_kind(export: Path, tmp_path: Path) -> None:
    (tmp_path / "odkit.toml").write_text('[domain]\nrealm = "EXAMPLE.COM"\n')
    done = commandline.odkit("anonymize", str(export), str(tmp_path / "odkit.toml"), "-o", str(tmp_path / "copy"))
    assert done.returncode == 2
    assert "no copy is made of it, because names could stay in it" in done.stderr
    assert not (tmp_path / "copy").exists()


def test_a_folder_that_is_not_empty_is_refused_and_no_option_is_named_that_is_none(export: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter").write_text("x")
    done = commandline.odkit("anonymize", str(export), "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "the folder is not empty (letter …); give the path of a new one" in done.stderr
    assert "--force" not in done.stderr


def test_a_pipe_is_refused_as_it_would_be_read_twice_and_copied_empty(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = commandline.odkit("anonymize", str(tmp_path / "pipe"), "-o", str(tmp_path / "copy"))
    assert done.returncode == 2
    assert "save it as a file first" in done.stderr
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(("key", "secret"), [("one", "one"), ("one", "sub/../one"), ("key", "nowhere/map")])
def test_a_map_that_cannot_be_written_beside_the_key_is_refused_before_the_copy_is_made(
    export: Path, tmp_path: Path, key: str, secret: str
) -> None:
    (tmp_path / "sub").mkdir()
    words = ("anonymize", str(export), "-o", str(tmp_path / "copy"), "--key", str(tmp_path / key), "--map", str(tmp_path / secret))
    assert commandline.odkit(*words).returncode == 2
    assert {path.name for path in tmp_path.iterdir()} == {"sub", export.name}
