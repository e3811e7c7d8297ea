"""The written folder of a carry, played on scratch servers in namespaces of their own.

A target's rehearsal is one module of this folder, found by listing; its ``PLAYS`` gives for the name of each target a function that tries
everything and yields a `Row` for each thing tried:

    def _play(stage: Stage) -> Iterator[Row]: ...
    PLAYS = {"mit": _play}
"""

from odkit.rehearsal.carry.model import Proof, Rehearsal, Row
from odkit.rehearsal.carry.stage import Stage, read_logins, rehearse_carry, rehearse_plan

__all__ = ["Proof", "Rehearsal", "Row", "Stage", "read_logins", "rehearse_carry", "rehearse_plan"]
