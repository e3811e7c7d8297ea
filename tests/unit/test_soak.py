"""`script/soak`: a seed means one input, every reader stands a few of them, and what it found stays mended."""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path
from random import Random

import pytest

import odkit
from odkit.errors import InputError
from odkit.kerberos.kdb.dump import read_dump
from odkit.kerberos.keytab import read_keytab
from odkit.plist import load
from soak import report
from soak.faults import FAULTS, Fault, run_with
from soak.mutation import mutated
from soak.readers import READERS, Reader
from soak.state import State
from soak.trying import Failure, case, minimal, tried


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
class TestReaders:
    def test_each_takes_its_valid_inputs_and_broken_ones(self, reader: Reader) -> None:
        assert [tried(reader, 0, data) for data in reader.corpus()[:3]] == [None] * len(reader.corpus()[:3])
        assert [tried(reader, seed, case(reader, seed)) for seed in range(6)] == [None] * 6

    def test_a_seed_is_one_input(self, reader: Reader) -> None:
        assert [case(reader, seed) for seed in range(20)] == [case(reader, seed) for seed in range(20)]
        assert len({case(reader, seed) for seed in range(20)}) > 10


def test_a_mutation_changes_something() -> None:
    data = Path(odkit.__file__).read_bytes()
    assert sum(mutated(data, Random(seed)) != data for seed in range(50)) > 45


def fussy(data: bytes, random: Random) -> None:
    if b"bad" in data:
        raise KeyError
    if b"ours" in data:
        raise InputError("x", None, "said")


def endless(data: bytes, random: Random) -> None:
    try:
        time.sleep(5)
    except Exception:  # noqa: BLE001 - what a library may do
        time.sleep(5)


class TestWhatIsWrong:
    READER = Reader("fussy", lambda: (b"good",), fussy)

    def test_another_exception_than_ours_is_a_failure(self) -> None:
        found = tried(self.READER, 7, b"a bad one")
        assert found is not None
        assert found.what.startswith("KeyError at test_soak.py:")
        assert tried(self.READER, 7, b"ours") is None

    def test_the_smallest_input_that_fails_so_is_kept(self) -> None:
        found = tried(self.READER, 7, b"x" * 1000 + b"bad" + b"y" * 500)
        assert isinstance(found, Failure)
        assert minimal(self.READER, found).data == b"bad"

    @pytest.mark.whole
    def test_what_takes_too_long_is_a_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("soak.trying.SECONDS", 1)
        found = tried(Reader("endless", lambda: (b"",), endless), 1, b"")
        assert found is not None
        assert found.what == "takes more than 1 seconds"


class TestFaults:
    @pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind != "full disk"])
    def test_a_script_meets_its_fault(self, kind: str, tmp_path: Path) -> None:
        script = tmp_path / "script.sh"
        rest = 20 if kind == "killed" else 0.2  # a busy machine kills late
        script.write_text(f"cat > /dev/null < /dev/null || echo failed\necho said | cat\nsleep {rest}\necho end\n")
        fault = Fault(kind, "cat", 1 if kind == "a tool fails" else 2, 1, 50 if kind == "killed" else 40, "+1d")
        env = {"PATH": os.environ["PATH"]}
        done = run_with(fault, ("sh", str(script)), env, tmp_path / "plan", "", tmp_path)
        said = {
            "a tool fails": "failed\nsaid\nend\n", "a tool fails behind its work": "said\nend\n", "a tool's output is cut": "saend\n",
            "killed": "said\n", "clock jumps": "said\nend\n",
        }  # fmt: skip
        assert len(done.statuses) == (2 if kind == "two at once" else 1)
        expected = said.get(kind, "said\nend\n" * 2)
        assert done.text == expected or (kind == "killed" and expected.startswith(done.text))
        assert done.statuses[0] == (-9 if kind == "killed" else 0)

    def test_a_seed_is_one_fault(self) -> None:
        assert [Fault.drawn(Random(3), kind) for kind in FAULTS] == [Fault.drawn(Random(3), kind) for kind in FAULTS]


def test_the_sums_go_on_and_into_the_documentation(tmp_path: Path) -> None:
    state = State(tmp_path / "readers.json")
    state["keytabs"].tries += 1200
    state["keytabs"].failures["7"] = "KeyError at x.py:1"
    state.save()
    again = State(tmp_path / "readers.json")
    assert again["keytabs"].tries == 1200
    docs = tmp_path / "soak.md"
    docs.write_text("before\n<!-- script/soak docs writes from here -->\nold\n<!-- to here -->\nafter\n")
    report.write(tmp_path, docs)
    text = docs.read_text()
    assert "| keytabs | 1,200 | 0 | 1 |  |" in text
    assert "old" not in text
    assert text.endswith("<!-- to here -->\nafter\n")


class TestWhatItFound:
    def test_a_dump_cut_within_a_key_is_damaged(self) -> None:
        name = b"HTTP/files.example.com@OD.EXAMPLE.COM"
        line = b"princ\t38\t%d\t0\t1\t0\t%s\t%s\t1\t2;" % (len(name), name, b"\t".join([b"0"] * 8))
        with pytest.raises(InputError, match="do not fit together"):
            read_dump(b"kdb5_util load_dump version 5\n" + line + b"\n")

    @pytest.mark.parametrize("data", [b"", b"\x05", b"\x05\x03", b"\n"])
    def test_what_does_not_begin_as_a_keytab_is_none(self, data: bytes) -> None:
        with pytest.raises(InputError, match="is no keytab"):
            list(read_keytab(data, "x"))

    def test_a_date_a_moment_before_a_second_is_a_date(self) -> None:
        for seconds in (-1e-30, -5e-324, 1e15 - 1e-9):
            data = b"bplist00" + b"\x33" + struct.pack(">d", seconds) + b"\x08" + bytes(6) + b"\x01\x01" + struct.pack(">QQQ", 1, 0, 17)
            assert load(data) is not None
