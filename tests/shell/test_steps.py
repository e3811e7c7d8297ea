"""Steps of a plan of records: what the functions of the fragments decide, each called alone in six shells."""

from __future__ import annotations

import sys

import pytest

from shell.conftest import Call

# comm up to 10.6: it reads pieces of at most 2,048 bytes and compares these
CUTTING_COMM = """
import sys

def pieces(name):
    for line in open(name):
        yield from (line[at : at + 2048] for at in range(0, len(line), 2048))

one, other = map(pieces, sys.argv[2:])
a, b = next(one, None), next(other, None)
while a is not None or b is not None:
    both, first = a == b, b is None or (a is not None and a < b)
    column = "3" if both else "1" if first else "2"
    if column not in sys.argv[1]:
        print(b if column == "2" else a, end="")
    a, b = next(one, None) if both or first else a, next(other, None) if both or not first else b
"""


class TestSteps:
    def test_every_step_is_there_and_seen_once(self, call: Call) -> None:
        done = call("steps_there; all_seen; echo fine", "records.sh", table="1\n2\n3\n", todo="1\n", absent="2\n", changed="3\n")
        assert done.stdout == "fine\n"

    def test_what_is_expected_lies_in_a_file_for_each_step_sorted(self, call: Call) -> None:
        done = call("by_step all want; cat want.1; echo; cat want.10", "records.sh", all="10 c x\n1 b \n10 a\n1 a  b\n")
        assert (done.returncode, done.stdout) == (0, "a  b\nb \n\na\nc x\n")
        odd = call("by_step all want; echo reached", "records.sh", all="../x a\n")
        assert (odd.returncode, odd.stdout) == (2, "")

    def test_rows_are_those_of_the_steps_and_every_step_has_one(self, call: Call) -> None:
        table = "1|record|a\n2|value|b\n12|record|c\n"
        done = call("rows_of todo; cat picked", "records.sh", table=table, todo="12\n1\n")
        assert done.stdout == "1|record|a\n12|record|c\n"
        lost = call("rows_of todo; echo reached", "records.sh", table=table, todo="2\n3\n")
        assert (lost.returncode, lost.stdout) == (2, "")

    def test_the_way_back_has_every_step_before_anything_is_deleted(self, call: Call) -> None:
        code = "HERE=. && mkdir restore && cp whole restore/restore-records.ldif && check_way_back; echo reached"
        done = call(code, "records.sh", whole="# step 1\ndn: a\n\n# step 2\ndn: b\n\n# step 3\ndn: c\n")
        assert (done.returncode, done.stdout, done.stderr) == (0, "reached\n", "")
        for whole in ("", "# step 1\ndn: a\n\n# step 2\ndn: b\n", "# step 1\n# step 2\n# step 3\n# step 4\n"):
            done = call(code.replace("mkdir restore", "true"), "records.sh", whole=whole)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr == "stopped: ./restore/restore-records.ldif does not hold the 3 steps of this plan. Nothing was changed.\n"
        done = call("HERE=./restore; check_way_back; echo reached", "records.sh")
        assert (done.returncode, done.stdout) == (2, "")
        assert "is missing; copy the whole folder of the plan here. Nothing was changed." in done.stderr

    def test_a_step_of_one_value_has_one(self, call: Call) -> None:
        done = call('one_value 1 olds; echo "[$DECODED]"', "records.sh", "dscl.sh", **{"olds.1": "Key a%25 b\n"})
        assert done.stdout == "[a% b]\n"
        for text in ("Key a\nKey b\n", ""):
            done = call("one_value 1 olds; echo reached", "records.sh", "dscl.sh", **{"olds.1": text})
            assert (done.returncode, done.stdout) == (2, "")

    def test_a_record_is_as_planned_when_it_shows_all_that_the_plan_has_seen_and_nothing_else(self, call: Call) -> None:
        code = "judge table && cat todo; cat absent changed >&2"
        table, planned = "1 record a\n2 record b c\n3 cn d\n", "1 x: 1\n1 x: 1\n1 y: |\n2 x: 1\n3 x: 1\n"
        as_it_was = "3 y: 2\n3 x: 1\n3\n1 y: |\n1 x: 1\n1 x: 1\n1\n"
        files = {"table": table, "expected.all": planned, "seen.stamps": "", "now.stamps": "", "gone": "2\n"}
        done = call(code, "records.sh", shown=as_it_was, **files)
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\n3\n", "2\n")
        for shown in ("1 x: 1\n1 y: |\n", "1 x: 1\n1 y: |\n1 z: 1\n", as_it_was + "1 z: 1\n", "1 x: 1\n1 x: 1\n1 z: 1\n", ""):
            done = call(code, "records.sh", shown=shown + "1\n3\n", **files)
            assert done.returncode == 0
            assert "1\n" not in done.stdout
            assert done.stderr.startswith("no longer as planned: a\n  ")
            assert done.stderr.endswith("2\n1\n" if "3 x" in shown else "2\n3\n1\n")
        done = call(
            code.replace("table", "table decoded"), "records.sh", shown="1 z: 1\n1\n3\n", **files | {"table": table.replace(" a", " a%7Cb")}
        )
        assert "no longer as planned: a|b\n" in done.stderr

    @pytest.mark.parametrize("shown", ["1 x: 1\n1\n", "1 x: 1\n1\n2 y: 1\n", "1 x: 1\n2\n"])
    def test_a_step_that_was_not_answered_wholly_is_neither_changed_nor_gone(self, call: Call, shown: str) -> None:
        files = {"table": "1 record a\n2 cn b\n3 cn c\n", "expected.all": "1 x: 1\n2 x: 1\n3 x: 1\n", "seen.stamps": "", "now.stamps": ""}
        done = call("judge table; echo reached", "records.sh", **files, shown=shown, gone="3\n")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "stopped: the directory could not be compared with the plan\n"

    def test_a_long_value_is_compared_as_a_whole_where_comm_cuts_lines(self, call: Call) -> None:
        long = "a" * 3000
        files = {
            "table": "1 record a\n2 record b\n3 cn c\n",
            "expected.all": f"1 cn: x\n1 x: {long}\n2 x: {long}\n3 x: {long}b\n",
            "shown": f"2 x: {long}\n2\n3 x: {long}b\n3\n",
            "gone": "1\n",
            "seen.stamps": "",
            "now.stamps": "",
        }
        comm = f"comm() {{ '{sys.executable}' cutting \"$@\"; }}\n"
        done = call(f"{comm}judge table && cat todo; cat absent changed >&2", "records.sh", **files, cutting=CUTTING_COMM)
        assert (done.returncode, done.stdout, done.stderr) == (0, "2\n3\n", "1\n")

    def test_a_step_that_expects_nothing_or_a_tool_that_fails_stops_it(self, call: Call) -> None:
        files = {"table": "1 record a\n2 cn b\n3 cn c\n", "shown": "1 x\n1\n2\n3\n", "seen.stamps": "", "now.stamps": "", "gone": ""}
        done = call("judge table; echo reached", "records.sh", **files, **{"expected.all": "1 x\n3 x\n"})
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "stopped: this script is damaged: step 2 expects nothing\n"
        for tool in ("awk", "sort"):
            done = call(
                f"{tool}() {{ return 1; }}\njudge table; echo reached", "records.sh", **files, **{"expected.all": "1 x\n2 x\n3 x\n"}
            )
            assert (done.returncode, done.stdout) == (2, "")

    def test_the_time_of_a_change_is_the_plans_or_the_step_is_not_done(self, call: Call) -> None:
        code = "judge table; cat todo end undated end compared end touched changed"
        files = {
            "table": "1 record a\n2 cn b\n3 cn c\n",
            "shown": "1 x\n1\n2\n3\n",
            "expected.all": "1 x\n2 x\n3 x\n",
            "gone": "",
            "end": "\n",
        }
        seen = {"seen.stamps": "1 20080101\n"}
        assert call(code, "records.sh", **files, **seen, **{"now.stamps": "1 20080101\n"}).stdout == "1\n\n\n1\n\n"
        for now, said in (("1 20080102\n", "20080102"), ("1 20080101\n1 20080102\n", "20080101 20080102")):
            done = call(code, "records.sh", **files, **seen, **{"now.stamps": now})
            assert done.stdout == "\n\n1\n\n1\n1\n"
            assert f"although it reads the same: a ({said}, and the plan saw 20080101)\n" in done.stderr
        for now, was in (("", "1 20080101\n"), ("1 20080101\n", ""), ("2 20080101\n", "1 20080101\n")):
            assert call(code, "records.sh", **files, **{"now.stamps": now, "seen.stamps": was}).stdout == "1\n\n1\n\n\n"

    @pytest.mark.parametrize("table", ["1\n2\n", "", "1\n2\n3\n4\n"])
    def test_a_script_that_lost_steps_says_so(self, call: Call, table: str) -> None:
        done = call("steps_there; echo reached", "records.sh", table=table)
        assert (done.returncode, done.stderr) == (2, "stopped: this script is damaged: it does not hold its 3 steps\n")

    def test_a_step_in_no_list_is_not_nothing_to_do(self, call: Call) -> None:
        done = call("all_seen; echo reached", "records.sh", todo="1\n", absent="2\n", changed="")
        assert (done.returncode, done.stderr) == (2, "stopped: the directory could not be compared with the plan\n")

    def test_what_is_left_of_the_planned_steps_has_failed(self, call: Call) -> None:
        done = call("outcome; cat failed", "records.sh", planned="2\n1\n", todo="1\n", changed="3\n")
        assert done.stdout == "1\n"
        done = call("outcome; cat failed", "records.sh", planned="2\n1\n", todo="", changed="")
        assert (done.returncode, done.stdout) == (0, "")
        done = call("awk() { return 1; }\noutcome; echo reached", "records.sh", planned="1\n", todo="", changed="")
        assert (done.returncode, done.stdout) == (2, "")

    def test_a_record_that_is_not_there_is_told_by_the_status_of_its_release(self, call: Call) -> None:
        code = "for t in 10.3 10.4 10.5 10.6 10.7+; do for s in 0 1 56 71 185 200; do TARGET=$t; not_there $s && echo $t:$s; done; done"
        found = call(code, "records.sh").stdout.split()
        assert found == ["10.4:56", "10.4:71", "10.4:200", "10.5:56", "10.5:185", "10.6:56", "10.6:185", "10.7+:56", "10.7+:185"]
