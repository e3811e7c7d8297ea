"""`odkit.carry`: an Open Directory domain arrives at a living server, with the old passwords.

The package is not called ``carry`` because `odkit.carry`, the function, would be hidden by it.

How it is put together
    options.py      `CarryOptions`: inputs and choices
    inputs.py       reads all of them: -> `CarrySource`; wrong input stops here, before anything is decided
    source.py       `CarrySource`: directory, keys, what the target has; `CarrySource.users()` gives every `SourceUser` with his principal,
                    keys, state and verifiers, lazily and anew each time
    accounts.py     rights do not travel: reserved users and groups, ``--map-group``, ``--target-accounts``
    groups.py, members.py   which groups arrive, under which name and number, and who is in them
    remarks.py      what is said of a record on its way: findings and counted changes
    state.py        disabled, expired, must change: nobody may be able to do more than before
    guard.py        markers, bare crypt and the like never reach a target; the rule itself is `odkit.values.verifier`
    keys.py         `Key`, `SourcePrincipal`: keys as values, secret in every repr
    principals.py   `rule_on(source, user) -> PrincipalRuling`: what becomes of a user's principal, the same for every target
    target.py       `Target` and `Decisions`: what a target is and answers with
    targets/        one module each, found by listing; ``TARGETS`` names what it offers
    plan.py         `carry`
    model.py        `CarryPlan` and its parts
    report.py       the plan as text
    write.py        `write_carry`

How a target is added: one module here (``targets/NAME.py``), one in `odkit.rehearsal`, one test, one row in docs/carry.md.

    def _decide(source: CarrySource) -> Decisions: ...
    TARGETS = (Target("name", "what it is", _decide),)

``_decide`` gives every user of ``source.users()`` exactly one `CarriedUser`, so that the counts add up.  It starts from ``user.barred``
(left out by rules that hold everywhere) and ``user.state`` (locked users never get anything that verifies), or takes both from `rule_on`.
`Decisions.files` is a function of the plan's id that is called when the plan is made and must be cheap: it returns `PlannedFile` values
whose ``content`` makes the bytes, in pieces, when they are written.  Decisions that other code has to understand are members of `Why` and
`Verdict`; texts are for people.
"""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.carrying.collected import with_collected_keys
    from odkit.carrying.inputs import NEEDS
    from odkit.carrying.model import CarriedGroup, CarriedService, CarriedUser, CarryPlan, Change, Collision, Destroy, LeftOut, PlannedFile
    from odkit.carrying.options import CarryOptions
    from odkit.carrying.plan import carry
    from odkit.carrying.verdicts import Form, Reason, Verdict, Why
    from odkit.carrying.write import write_carry

__all__ = [
    "NEEDS",
    "CarriedGroup",
    "CarriedService",
    "CarriedUser",
    "CarryOptions",
    "CarryPlan",
    "Change",
    "Collision",
    "Destroy",
    "Form",
    "LeftOut",
    "PlannedFile",
    "Reason",
    "Verdict",
    "Why",
    "carry",
    "with_collected_keys",
    "write_carry",
]

# where each name lives
_HOMES = {
    "odkit.carrying.collected": ("with_collected_keys",),
    "odkit.carrying.inputs": ("NEEDS",),
    "odkit.carrying.model": (
        "CarriedGroup",
        "CarriedService",
        "CarriedUser",
        "CarryPlan",
        "Change",
        "Collision",
        "Destroy",
        "LeftOut",
        "PlannedFile",
    ),
    "odkit.carrying.options": ("CarryOptions",),
    "odkit.carrying.plan": ("carry",),
    "odkit.carrying.verdicts": (
        "Form",
        "Reason",
        "Verdict",
        "Why",
    ),
    "odkit.carrying.write": ("write_carry",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
