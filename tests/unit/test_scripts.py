"""Generated scripts as text: quoting, tools, shells' own checks, golden files."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import lint
from conftest import ROOT, each_in_turn, effort, needs
from odkit.errors import RefusedError
from odkit.kerberos.kadmin import delprinc_line
from odkit.ldif import ChangeRecord, Reader
from odkit.lkdc.teardown import LKDC_TARGETS
from odkit.purge.assertion import assertion
from odkit.rehearsal.standins.dscl import tokens
from odkit.rehearsal.standins.dscl_node import raw_path, split_path
from odkit.shell import encode_name, heredoc, quote
from odkit.values.dscl import record_path, record_path_raw, value_word
from shellread import commands
from stories import carried, collected, keytab_story, lion_story, rewritten, story, teardown

GOLDEN = ROOT / "tests" / "golden"
SHELLS = (["dash"], ["bash"], ["zsh"], ["posh"], ["busybox", "sh"], ["mksh"])
TARGETS = ("10.4", "10.5", "10.6")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("scripts")
    made = {target: story(target, base / target) for target in TARGETS}
    return made | {
        "candidates": story("10.5", base / "candidates", inventory=False),
        "keytab": keytab_story("10.5", base / "keytab"),
        "heimdal": keytab_story("heimdal", base / "heimdal"),
        "10.7+": lion_story(base / "lion"),
        "collect": collected(base / "collect"),
        "rewrite": rewritten(base / "rewrite"),
        "carry": carried(base / "carry"),
        **{f"lkdc {target}": teardown(base / f"lkdc-{target}", target) for target in LKDC_TARGETS},
    }


def scripts(folders: dict[str, Path]) -> list[Path]:
    return sorted(p for folder in folders.values() for p in folder.rglob("*.sh"))


class TestGolden:
    """The scripts of the story, byte for byte; rewrite them with UPDATE_GOLDEN=1 and read the difference."""

    @pytest.mark.parametrize("name", ["rewrite/rewrite.sh", "purge-principals.sh", "delete-records.sh", "delete-records.ldif", "delete-records-ldif.sh", "PLAN.txt",
                                      "restore/restore-principals.sh", "restore/restore-records.ldif"])  # fmt: skip
    def test_story(self, folders: dict[str, Path], name: str) -> None:
        folder = "rewrite" if name.startswith("rewrite/") else "10.5"
        text = (folders[folder] / name.removeprefix("rewrite/")).read_bytes().replace(str(ROOT).encode(), b"")
        copy = folders["10.5"].with_name("10.5-listprincs")
        text = text.replace(str(copy).encode(), b"/fixtures/medical-mart/leftover")
        golden = GOLDEN / Path(name).name
        if os.environ.get("UPDATE_GOLDEN"):
            GOLDEN.mkdir(exist_ok=True)
            golden.write_bytes(text)
        # the identity of a plan is a digest of its inputs' bytes and decisions: the same everywhere
        changed = f"{golden.relative_to(ROOT)} is another: if that is meant, UPDATE_GOLDEN=1 .venv/bin/pytest tests/unit/test_scripts.py, and read git diff"
        assert text == golden.read_bytes(), changed


def _asked_for(text: str) -> set[str]:
    """Programs that a script uses only where they are."""
    return set(re.findall(r"\bhas ([a-z0-9_.]+)", text)) | set(re.findall(r"\bgather(?:_if_there)? \S+ ([a-z._]+)", text))


class TestChecks:
    @pytest.mark.whole
    @pytest.mark.parametrize("shell", SHELLS, ids=lambda s: s[0])
    def test_syntax(self, folders: dict[str, Path], shell: list[str]) -> None:
        needs(shell[0])
        each = f'for script; do {" ".join(shell)} -n "$script" || exit; done'
        subprocess.run(["/bin/sh", "-c", each, "sh", *map(str, scripts(folders))], check=True)

    @pytest.mark.whole
    def test_shellcheck(self, folders: dict[str, Path], tmp_path: Path) -> None:
        assert lint.shellcheck(scripts(folders), "-s", "sh") == ""
        (tmp_path / "planted.sh").write_text("#!/bin/sh\necho $1\n")
        assert "SC2086" in lint.shellcheck([tmp_path / "planted.sh"], "-s", "sh")

    @pytest.mark.whole
    def test_checkbashisms(self, folders: dict[str, Path]) -> None:
        found = lint.functions(scripts(folders))
        assert len(found) > 100
        assert lint.bashisms(found) == ""
        assert "possible bashism" in lint.bashisms(["if [[ a == b ]]; then :; fi\n"])
        assert "possible bashism" in lint.bashisms(["a='b\nc'\n", "d='b\nc'\n[[ a == b ]]\n"])

    def test_the_linter_of_lines_finds_what_it_finds_as_it_is_installed(self, tmp_path: Path) -> None:
        lines = [
            "echo -e x\n",
            "if [[ a == b ]]; then :; fi\n",
            "a=$'b'\n",
            "echo \"${a/b/c}\" '${a/b/c}'\n",
            "f &> x\n",
            "source ./y\n",
            "a b\n",
        ]
        (tmp_path / "all.sh").write_text("#!/bin/sh\n" + "".join(lines))
        done = subprocess.run(["checkbashisms", "-p", str(tmp_path / "all.sh")], capture_output=True, text=True, check=False)
        wanted = re.findall(r"line \d+ .*", done.stderr)
        assert len(wanted) > 5
        assert re.findall(r"line \d+ .*", lint.bashisms(lines)) == wanted
        assert lint.bashisms(lines[-1:]) == ""

    @each_in_turn(
        "pieces",
        [
            ["a b\n", "c d\n"],
            ["a 'it\n  is \"one\n' b\n", "c\n"],
            ['a "it\n  isn\'t two\n" b\n', "c\n"],
            ["a \\\n  b\n", "c\n"],
            ["a 'b\\' c\n", "d\n"],
            ["cat <<'END'\nisn't\nEND\n", "c\n"],
            ["cat <<-END\n\tisn't\n\tEND\n", "c\n"],
            ["a # isn't quoted\n", "  # nor's this\n", "b\n"],
            ["a \\' b\n", 'c \\" d\n', 'e "\\""\n'],
            ["a ${b#'}'} ${c##*/} $#\n", "d\n"],
            ["f() {\n", "    awk '\n{ a }\n'\n", "}\n"],
            ["a 'to the end\n"],
        ],
    )
    def test_what_the_linter_of_lines_sees_once_stands_alone(self, pieces: list[str]) -> None:
        assert list(lint.pieces("".join(pieces))) == pieces

    def test_printable_ascii_only(self, folders: dict[str, Path]) -> None:
        for script in scripts(folders):
            assert re.fullmatch(rb"[\n\x20-\x7e]*", script.read_bytes())

    def test_only_listed_tools_and_options(self, folders: dict[str, Path]) -> None:
        rows = re.findall(r"^\| ([a-z0-9_.]+) \| ([^|]*)\|", (ROOT / "docs" / "script-tools.md").read_text(), re.MULTILINE)
        allowed = {tool: set(options.split()) for tool, options in rows if tool != "tool"}
        used: dict[str, set[str]] = {}
        for script in scripts(folders):
            for tool, options in commands(script.read_text()):
                assert tool in allowed, (script.name, tool)
                used.setdefault(tool, set()).update(options)
        assert used == allowed

    def test_every_program_is_announced(self, folders: dict[str, Path]) -> None:
        for script in scripts(folders):
            text = script.read_text()
            needed = set(" ".join(re.findall(r"^    need (.*)$", text, re.MULTILINE)).split())
            called = {tool for tool, _ in commands(text)}
            called -= _asked_for(text)
            missing = " ".join(sorted(called - needed))
            assert not missing, f"{script.name}: need lacks {missing}"


class TestQuoting:
    @given(st.text(max_size=60))
    def test_sh(self, text: str) -> None:
        try:
            word = quote(text)
        except RefusedError:
            assert not text.isprintable()
            return
        assert text.isprintable()
        done = subprocess.run(["sh", "-c", f"printf '%s' {word}"], capture_output=True, check=True)
        assert done.stdout == text.encode()

    def test_sh_in_every_shell(self) -> None:
        nasty = [
            "",
            "'",
            "''",
            "a'b",
            "$(x)",
            "`x`",
            "!x",
            "=ls",
            "-n",
            "\\",
            "\\n",
            "*",
            "~",
            "#x",
            "é",
            "%s",
            "a b",
            '"',
            "{a,b}",
            "x;y",
            "&",
        ]
        for shell in SHELLS:
            needs(shell[0])
            done = subprocess.run([*shell, "-c", f"printf '%s|' {' '.join(map(quote, nasty))}"], capture_output=True, check=True)
            assert done.stdout.split(b"|") == [*(text.encode() for text in nasty), b""]

    @given(st.binary(max_size=40))
    def test_encoded_names(self, name: bytes) -> None:
        encoded = encode_name(name)
        assert encoded.isascii()
        assert encoded.isprintable()
        assert re.sub(rb"%(..)", lambda m: bytes([int(m[1], 16)]), encoded.encode()) == name

    @effort(30)
    @example([bytes([each]) for each in range(1, 256) if each != 10])
    @given(st.lists(st.binary(max_size=20).filter(lambda b: b"\n" not in b and b"\0" not in b), min_size=5, max_size=20))
    def test_awk_encodes_as_python_does(self, names: list[bytes]) -> None:
        common = (ROOT / "odkit" / "shell" / "lib" / "common.sh").read_text()
        program = common[common.index("ENC='") :]
        script = f"{program}\nawk \"$ENC\"' {{ print enc($0) }}'"
        done = subprocess.run(
            ["sh", "-c", script],
            input=b"".join(n + b"\n" for n in names),
            capture_output=True,
            check=True,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
        assert done.stdout.decode().splitlines() == [encode_name(n) for n in names]

    def test_here_documents(self) -> None:
        assert "ODKIT_END" in heredoc("f", ["a"])
        for line in ("ODKIT_END", "a\nb", "a\x1bb"):
            with pytest.raises(RefusedError):
                heredoc("f", [line])

    @given(st.text(max_size=30))
    def test_dscl_paths(self, name: str) -> None:
        try:
            path = record_path("Computers", name)
        except RefusedError:
            return
        assert split_path(path) == ["Computers", name]
        assert tokens(f"delete {path}") == ["delete", path]
        assert re.fullmatch(r"[!-~]+", path)
        try:
            raw = record_path_raw("Computers", name)
        except RefusedError:
            return
        assert raw_path(raw) == ["Computers", name]

    @each_in_turn("name", ["", ".", "..", "a\nb", "a\0b", " a", "a ", "\u202e", "x" * 1001])
    def test_dscl_never_gets_a_path_of_a_whole_type(self, name: str) -> None:
        for function in (record_path, record_path_raw):
            with pytest.raises(RefusedError):
                function("Computers", name)
        with pytest.raises(RefusedError):
            record_path("Servers", "x")

    def test_mount_paths(self) -> None:
        assert record_path("Mounts", "h.example.com:/A B") == "/Mounts/h.example.com:%2FA%20B"
        assert raw_path(record_path_raw("Mounts", "h.example.com:/A B")) == ["Mounts", "h.example.com:/A B"]

    @given(st.text(max_size=20))
    def test_dscl_values(self, value: str) -> None:
        try:
            word = value_word(value)
        except RefusedError:
            return
        quoted = f'"{word}"' if "'" in word else f"'{word}'"
        assert tokens(f"delete /Groups/x GroupMembership {quoted}")[3:] == [value]

    def test_ss(self) -> None:
        assert delprinc_line(b'a "b"@R') == b'delprinc -force "a ""b""@R"'


def test_the_assertion_is_the_filter() -> None:
    """Against the bytes that RFC 4511 gives for (&(cn=a)(uid=b))."""
    both = assertion([("cn", b"a"), ("uid", b"b")])
    assert both.value == bytes.fromhex("a013 a307 0402636e 040161 a308 0403756964 040162".replace(" ", ""))
    assert (both.oid, both.critical) == ("1.3.6.1.1.12", True)


def test_the_ldif_is_change_records_child_first(folders: dict[str, Path]) -> None:
    records = list(Reader(folders["10.5"] / "delete-records.ldif"))
    assert all(isinstance(r, ChangeRecord) and r.controls for r in records)
    kinds = [r.changetype for r in records if isinstance(r, ChangeRecord)]
    assert kinds == sorted(kinds, key=lambda k: k == "delete")
