"""The scripts of a plan for a FreeIPA domain: ``stage.sh`` serves the staging directory, ``load.sh`` runs ``ipa migrate-ds``."""

from __future__ import annotations

from odkit.carrying.freeipa.command import MigrateCommand, administrator
from odkit.carrying.freeipa.staging import Staging
from odkit.shell import assemble, fragment, heredoc, status_lines
from odkit.text import plural

__all__ = ["load_script", "stage_script"]


def stage_script(plan_id: str, staging: Staging) -> bytes:
    """Return ``stage.sh``.

    Args:
        plan_id: of the plan.
        staging: the staging directory.

    Raises:
        RefusedError: a suffix that a script cannot carry.
    """
    head = (
        f"odkit plan {plan_id}: stage.sh",
        f"Serves staging.ldif, {plural(staging.count, 'record')} below {staging.suffix}, on loopback, from a slapd that ends with it.",
        "For any machine with slapd (Debian: apt-get install slapd ldap-utils). Without --apply it serves nothing.",
        *status_lines("served"),
    )
    values = {"PLAN": plan_id, "SUFFIX": staging.suffix, "ADMIN": administrator(staging.suffix), "ENTRIES": str(staging.count)}
    shared = [fragment("odkit.carrying.ldap", "database.sh"), fragment("odkit.carrying.openldap", "slapd.sh")]
    own = [*shared, fragment("odkit.carrying.freeipa", "stage.sh")]
    return assemble(head, values, ("common.sh",), (), own=own)


def load_script(plan_id: str, staging: Staging, command: MigrateCommand) -> bytes:
    """Return ``load.sh``.

    Args:
        plan_id: of the plan.
        staging: the staging directory.
        command: that it runs.

    Raises:
        RefusedError: a word that a script cannot carry.
    """
    people, teams = plural(len(staging.people), "user"), plural(len(staging.teams), "group")
    head = (
        f"odkit plan {plan_id}: load.sh",
        f"Has ipa migrate-ds bring {people} and {teams} from the staging server (stage.sh) into a FreeIPA domain.",
        "For the FreeIPA server, with the ticket of an administrator (kinit admin). Without --apply it changes nothing.",
        *status_lines("brought"),
    )
    data = [
        heredoc("planned", [*(f"user {name}" for name in staging.people), *(f"group {name}" for name in staging.teams)]),
        heredoc("words", command.words[1:]),
        heredoc("command_line", command.lines()),
    ]
    counts = {"PEOPLE": str(len(staging.people)), "TEAMS": str(len(staging.teams)), "WORDS": str(len(command.words) - 1)}
    own = [fragment("odkit.carrying.freeipa", "load.sh")]
    return assemble(head, {"PLAN": plan_id, **counts}, ("common.sh",), data, own=own)
