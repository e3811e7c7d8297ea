"""The library of shell fragments: what their heads declare, and the functions that decide, each called alone in six shells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import ROOT
from odkit.errors import RefusedError
from odkit.shell import assemble
from odkit.shell.assembly import head_of
from shell.conftest import LIB, Call
from shellread import calls, functions, written
from stories import keytab_story, lion_story, story, teardown

FRAGMENTS = sorted(LIB.glob("*.sh"))


def constants(text: str) -> set[str]:
    return set(re.findall(r"(?m)^([A-Z]+)='", text))


class TestHeads:
    def test_no_script_empties_a_file_by_a_command_after_whose_failure_some_shells_end_by_themselves(self) -> None:
        """`set -C` in a subshell is the one place that wants the failure."""
        by_colon = re.compile(r"(?<!set -C && ):\s*>")
        found = [
            f"{path.relative_to(ROOT)}:{number}"
            for path in sorted((ROOT / "odkit").rglob("*.sh"))
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if by_colon.search(line)
        ]
        assert not found, "empty a file with 'fresh FILE' of common.sh, whose failure stops the script"

    def test_what_was_sent_is_not_said_before_the_lists_are_there_that_sending_needs(self) -> None:
        too_early = re.compile(r'SENT="[^"]+"\n *fresh ')
        assert [path.name for path in sorted((ROOT / "odkit").rglob("*.sh")) if too_early.search(path.read_text())] == []

    @pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
    def test_a_head_says_what_its_fragment_provides_overrides_and_writes(self, path: Path) -> None:
        text = path.read_text()
        head = head_of(text)
        provided, overridden = head.get("provides", frozenset()), head.get("overrides", frozenset())
        assert not provided & overridden
        assert provided | overridden == {*functions(text), *constants(text)}
        assert head.get("writes", frozenset()) == written(text)

    @pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
    def test_a_head_says_what_its_fragment_needs_of_others(self, path: Path) -> None:
        text = path.read_text()
        own = {*functions(text), *constants(text), *written(text), "PATH", "TMPDIR", "ENVIRON"}
        known = {name for other in FRAGMENTS for name in functions(other.read_text())} | {"usage", "look"}
        bare = re.sub(r"(?m)^\s*#.*", "", text)
        used = (calls(text) & known) | set(re.findall(r"\$\{?([A-Z]+)\b", bare))
        assert head_of(text).get("needs", frozenset()) == used - own

    def test_heads_are_not_in_scripts(self) -> None:
        text = assemble((), {}, ("common.sh",), (), own=("usage() {\n    :\n}\n\nmain() {\n    options\n}\n",)).decode()
        assert "provides:" not in text
        assert "options() {" in text

    def test_what_is_provided_twice_is_refused_unless_it_is_declared(self) -> None:
        own = "usage() {\n    :\n}\n\ntake() {\n    return 0\n}\n\nmain() {\n    options\n}\n"
        with pytest.raises(
            RefusedError, match=r"^odkit: x\.sh: it cannot be put together: take is provided twice, and is not declared as an override"
        ):
            assemble(("odkit: x.sh",), {}, ("common.sh",), (), own=(own,))
        assert b"return 0" in assemble((), {}, ("common.sh",), (), own=("# overrides: take\n\n" + own,))

    def test_what_nothing_provides_is_refused(self) -> None:
        with pytest.raises(RefusedError, match="options uses usage, which nothing provides"):
            assemble((), {}, ("common.sh",), (), own=("main() {\n    options\n}\n",))
        with pytest.raises(RefusedError, match="steps_there uses N, counted, die, which nothing provides"):
            assemble(
                (),
                {"STEPS": "3"},
                ("records.sh",),
                (),
                own=("main() {\n    steps_there\n}\n\nleave() {\n    :\n}\n\ninterrupted() {\n    :\n}\n",),
            )

    def test_a_script_has_the_functions_that_it_needs_and_no_others(self, scripts_of_all_kinds: list[Path]) -> None:
        """By a reading of sh of its own: what main and the traps call, and what that calls."""
        for path in scripts_of_all_kinds:
            text = path.read_text()
            have = functions(text)
            needed = ["main", "leave", "interrupted"]
            for name in needed:
                needed += sorted((calls(have[name]) & set(have)) - set(needed))
            assert set(needed) == set(have), path.name


@pytest.fixture(scope="module")
def scripts_of_all_kinds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    base = tmp_path_factory.mktemp("kinds")
    folders = [
        story("10.5", base / "mit"),
        keytab_story("heimdal", base / "heimdal"),
        lion_story(base / "lion"),
        teardown(base / "lkdc", "10.6"),
    ]
    return sorted(path for folder in folders for path in folder.rglob("*.sh"))


class TestNames:
    def test_a_name_comes_back_as_it_went(self, call: Call) -> None:
        names = "plain\na%b\n a b \n~[*]?\\\"'$x\n"
        done = call("encode < names > coded; decode < coded", "principals.sh", "records.sh", names=names)
        assert done.stdout == names

    def test_bytes_are_encoded_one_by_one(self, call: Call) -> None:
        assert call("encode < names", "principals.sh", names="M\u00fcller %\t\n").stdout == "M%C3%BCller %25%09\n"

    def test_an_empty_name_reaches_no_command(self, call: Call) -> None:
        done = call("decoded ''; echo reached", "records.sh")
        assert (done.returncode, done.stdout) == (2, "")

    def test_quotes_of_a_batch_stand_at_the_start_of_a_word(self, call: Call) -> None:
        assert call("quoted 'a b'; quoted \"it's\"", "dscl.sh").stdout == " 'a b' \"it's\""

    def test_a_name_goes_to_kadmin_as_the_kdc_has_printed_it(self, call: Call) -> None:
        done = call("commands want now to; cat to", "mit.sh", want='host/a"b@EX.COM\n', now='host/a"b@EX.COM\nhost/ab@EX.COM\n')
        assert done.stdout == 'delprinc -force "host/a""b@EX.COM"\n'

    def test_a_glob_of_heimdal_is_taken_literally(self, call: Call) -> None:
        done = call("commands want now to; cat to", "heimdal.sh", want="host/*@EX.COM\n", now="host/*@EX.COM\nhost/b@EX.COM\n")
        assert done.stdout == "host/\\*@EX.COM\n"


class TestCounting:
    def test_lines_are_counted(self, call: Call) -> None:
        assert (
            call("counted f; echo $N; as_many f g && echo same; as_many f h || echo other", f="a\nb\n", g="c\nd\n", h="").stdout
            == "2\nsame\nother\n"
        )

    def test_of_few_lines_no_program_is_asked_and_of_many_awk_counts_the_same(self, call: Call) -> None:
        """Whatever stands in a line, and also where the last one has no end."""
        lines = ["", " ", "-n", "a\\", "\\n", "%s", "*", "x" * 5000, "\u00fc", "a\tb"]
        few, many = "\n".join([*lines, "end"]), "\n".join([*(lines * 4), "end"])
        code = "count f; counted f; echo $N; counted f f f; echo $N; as_many f g && echo same; as_many f g g || echo $N\n"
        assert call("awk() { return 1; }\n" + code, f=few, g=few).stdout == "11\n11\n33\nsame\n22\n"
        assert call(code, f=many, g=many).stdout == "41\n41\n123\nsame\n82\n"
        mixed = call("as_many few many || echo $first_count $N; as_many many few few || echo $first_count $N", few=few, many=many)
        assert mixed.stdout == "11 41\n41 22\n"
        edge = call("for n in 31 32 33; do counted $n; echo $N; done", **{str(n): "a\n" * n for n in (31, 32, 33)})
        assert edge.stdout == "31\n32\n33\n"

    @pytest.mark.parametrize("broken", ["return 1", ":", "echo x", "echo 1 2 x"])
    def test_a_count_that_fails_is_no_number(self, call: Call, broken: str) -> None:
        for counting in ("counted f", "counted g f", "as_many f g", "as_many g f", "counted missing", "as_many g missing"):
            done = call(f"awk() {{ {broken}; }}\n{counting}; echo reached", f="a\n" * 40, g="b\n")
            assert (done.returncode, done.stdout, done.stderr) == (2, "", "stopped: awk fails\n"), counting

    def test_sorting_loses_nothing(self, call: Call) -> None:
        assert call("arrange f g; cat g", f="b\na\nb\n").stdout == "a\nb\nb\n"
        lossy = call("sort() { echo a; }\narrange f g; echo reached", f="b\na\n")
        assert (lossy.returncode, lossy.stdout, lossy.stderr) == (2, "", "stopped: sort loses lines\n")

    @pytest.mark.parametrize("step", ["compare -12 f g", "arrange f", "fresh h"])
    def test_an_empty_list_that_cannot_be_written_is_said_with_what_was_sent_before(self, call: Call, step: str) -> None:
        done = call(f"SENT='deletions were sent'\n{step} missing/out; echo reached", f="", g="b\n")
        assert (done.returncode, "reached" in done.stdout) == (1, False)
        assert "an empty list cannot be written" in done.stderr
        assert "deletions were sent" in done.stderr

    def test_lists_are_compared(self, call: Call) -> None:
        done = call("compare -12 f g both; compare -23 f g first; cat both first", f="a\nb\n", g="b\nc\n")
        assert done.stdout == "b\na\n"
        failing = call("comm() { return 1; }\ncompare -12 f g both; echo reached", f="a\n", g="a\n")
        assert (failing.returncode, failing.stderr) == (2, "stopped: comm fails\n")

    def test_an_empty_list_has_nothing_that_another_has_or_lacks(self, call: Call) -> None:
        code = "".join(f"compare {which} f g out; cat out; compare {which} g f out; cat out; echo .\n" for which in ("-12", "-13", "-23"))
        assert call(code, f="", g="a\n").stdout == ".\na\n.\na\n.\n"
        unasked = "compare -12 f g out; compare -23 f g out; compare -13 g f out; echo reached"
        assert call(f"comm() {{ return 1; }}\n{unasked}", f="", g="a\n").stdout == "reached\n"
        for lists in ("-12 f missing", "-13 missing f", "-23 f missing", "-23 missing f"):
            done = call(f"compare {lists} out 2> err; echo reached", f="")
            assert (done.returncode, done.stdout) == (2, ""), lists

    def test_results_are_what_was_planned_less_what_failed(self, call: Call) -> None:
        done = call('SENT=x\nresults deleted p absent a f; echo "[$SENT]"', p="1\n2\n3\n", a="4\n", f="2\n")
        assert done.stdout == "2 deleted, 1 absent, 1 failed\n[]\n"


class TestSurroundings:
    def test_a_script_runs_on_its_own_release_alone(self, call: Call) -> None:
        versions = "10.4 10.4.11 10.40 10.5 10.5.8 10.50 10.6.8 10.7 10.7.5 10.9.5 10.10 10.15.7 11.0 12.1 9.2 1 2.10.5"
        code = "sw_vers() { echo $version; }\nsay() { :; }\nwarn() { :; }\nfor TARGET in 10.4 10.5 10.6 10.7+; do\nits=$TARGET\n"
        code += f'for version in {versions}; do (check_release) && its="$its $version"; done\necho $its\ndone\n'
        assert call(code).stdout.splitlines() == [
            "10.4 10.4 10.4.11",
            "10.5 10.5 10.5.8",
            "10.6 10.6.8",
            "10.7+ 10.7 10.7.5 10.9.5 10.10 10.15.7 11.0 12.1",
        ]

    def test_a_release_that_is_not_told_is_none(self, call: Call) -> None:
        assert call("sw_vers() { return 1; }\ncheck_release; echo reached").returncode == 2

    @pytest.mark.parametrize(
        ("style", "status"),
        [("master", 0), ("Open Directory Master", 0), ("replica", 3), ("replica of master", 3), ("standalone", 3), ("", 3)],
    )
    def test_only_a_master_is_one(self, call: Call, style: str, status: int) -> None:
        code = f"check_release() {{ :; }}\ncheck_root() {{ :; }}\nslapconfig() {{ echo '{style}'; }}\nsurroundings"
        assert call(code).returncode == status

    def test_a_program_outside_the_systems_folders_is_for_a_rehearsal(self, call: Call, tmp_path: Path) -> None:
        tool = tmp_path / "ours"
        tool.write_text("#!/bin/sh\n")
        tool.chmod(0o755)
        real = call("PATH=$PWD:$PATH\nneed ours; echo reached")
        assert (real.returncode, real.stdout) == (2, "")
        assert call("PATH=$PWD:$PATH REHEARSAL=yes\nneed ours").stdout.endswith("/ours\n")
        assert call("need sed").returncode == 0
        assert call("need no-such-program").returncode == 2
        assert call("ours() { :; }\nneed ours").returncode == 2

    def test_the_files_beside_a_script_are_of_its_plan(self, call: Call) -> None:
        text = (
            (LIB / "common.sh").read_text().partition("one_plan() {")[2].partition("\n}")[0].replace("PLAN_FILES", "a.sh b.sh missing.sh")
        )
        code = f"one_plan() {{{text}\n}}\nHERE=.\none_plan"
        fine = call(code, **{"a.sh": "# plan 1234\n", "b.sh": "# 1234\n"})
        assert (fine.returncode, fine.stdout) == (0, "plan 1234\n")
        other = call(code, **{"b.sh": "# plan 9999\n"})
        assert (other.returncode, other.stderr) == (3, "stopped: ./b.sh belongs to another plan than 1234\n")


class TestOptions:
    def test_options_of_every_script(self, call: Call) -> None:
        code = "options --apply --rehearsal; echo $APPLY $REHEARSAL; options; echo $APPLY $REHEARSAL"
        assert call(code).stdout == "yes yes\nno no\n"
        assert call("options --help; echo reached").stdout == "usage\n"

    @pytest.mark.parametrize("words", ["--no-such", "-x", "word", "--apply --uri"])
    def test_what_a_script_does_not_know_stops_it(self, call: Call, words: str) -> None:
        done = call(f"options {words}; echo reached")
        assert (done.returncode, done.stdout) == (2, "")

    def test_an_option_takes_its_value_and_never_the_end(self, call: Call) -> None:
        assert (
            call(
                "options --uri ldap://x --bind ''; echo $URI[$BIND]".replace("$URI[", "$URI'['").replace("$BIND]", "$BIND']'"), "ldif.sh"
            ).stdout
            == "ldap://x[]\n"
        )
        done = call("options --uri; echo reached", "ldif.sh")
        assert (done.returncode, done.stderr) == (2, "stopped: --uri needs a value\n")


class TestStopping:
    def test_a_trouble_after_something_was_sent_is_no_brake(self, call: Call) -> None:
        assert call("die 3 stopped").returncode == 3
        done = call("SENT='it was sent'\ndie 3 stopped")
        assert (done.returncode, done.stderr) == (1, "stopped\nit was sent\n")

    def test_every_line_of_a_rehearsal_is_marked(self, call: Call) -> None:
        assert call("MARK='REHEARSAL: '\nsay a; show f", f="b\nc\n").stdout == "REHEARSAL: a\nREHEARSAL:   b\nREHEARSAL:   c\n"
