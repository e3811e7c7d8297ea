"""What the target ``freeipa`` answers with: decisions, files, and what a person does with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from odkit.carrying.freeipa.command import MigrateCommand
from odkit.carrying.freeipa.entries import STAGING_SCHEMA
from odkit.carrying.freeipa.names import READ
from odkit.carrying.freeipa.script import load_script, stage_script
from odkit.carrying.freeipa.staging import Staging, plan_staging
from odkit.carrying.ldap.schema import apple_schema
from odkit.carrying.ldap.writing import ldif_pieces
from odkit.carrying.model import Change, Destroy, PlannedFile
from odkit.carrying.openldap.schema import bis_schema
from odkit.carrying.source import CarrySource
from odkit.carrying.target import Decisions
from odkit.carrying.verdicts import Verdict
from odkit.errors import UsageError
from odkit.ldif import comment
from odkit.patterns import regex
from odkit.text import decode, escape, plural
from odkit.values.verifier import DS389_SCHEMES

__all__ = ["decide_freeipa"]

_SUFFIX = "dc=staging"
_SUFFIXES = regex(r"(?:dc|o|ou)=[A-Za-z0-9 ._-]+(?:,[A-Za-z]+=[A-Za-z0-9 ._-]+)*\Z")
_UNPROVED = (
    f"FreeIPA itself was not run: what ipa migrate-ds does was read in the source of {READ}; a rehearsal plays a model of that.",
    "That a user with a carried value gets his Kerberos keys at the migration page or by SSSD, and that nsAccountLock arrives.",
)


def decide_freeipa(source: CarrySource) -> Decisions:
    """Decide for a FreeIPA domain.

    Raises:
        UsageError: a base DN that the staging server cannot have, or a name of ``--map-group`` that FreeIPA does not take.
    """
    suffix = source.options.base_dn or _SUFFIX
    if _SUFFIXES.match(suffix) is None:
        raise UsageError(f"--base-dn {escape(suffix)}: the suffix of the staging server; begin it with dc=, o= or ou=, of plain letters")
    staging = plan_staging(source, suffix)
    command = _command(staging)
    crypt = sum(user.verdict is Verdict.WARNED for user in staging.users)
    changed = [Change(suffix, "the value that the directory has, with its scheme", "userPassword", crypt)] if crypt else []
    return Decisions(
        staging.users,
        groups=staging.groups,
        changed=(*changed, *staging.remarks.changes()),
        left_out=staging.left_out,
        destroy=(Destroy("staging.ldif", "it holds crypt and PBKDF2 values, which can be guessed at"),) if crypt else (),
        unproved=_UNPROVED,
        findings=tuple(staging.remarks.findings),
        steps=tuple(_steps(staging, command, crypt)),
        files=_files(staging, command),
    )


def _command(staging: Staging) -> MigrateCommand:
    user_classes: dict[str, None] = {}
    group_classes: dict[str, None] = {}
    for entry in staging.entries():
        classes = user_classes if "uid" in entry.attributes else group_classes if "cn" in entry.attributes else {}
        classes.update(dict.fromkeys(map(decode, entry.attributes["objectClass"])))
    gone_users, gone_groups = staging.gone
    return MigrateCommand.of(
        staging.suffix,
        user_classes=user_classes,
        group_classes=group_classes,
        users=staging.people,
        groups=staging.teams,
        gone_users=gone_users,
        gone_groups=gone_groups,
    )


def _steps(staging: Staging, command: MigrateCommand, crypt: int) -> Iterator[str]:
    yield "1. On a machine with slapd (Debian: apt-get install slapd ldap-utils): sh stage.sh, and sh stage.sh --apply, which serves the"
    yield "   staging directory on loopback until Ctrl-C. From there to the FreeIPA server: copy load.sh, carry.json and password, and"
    yield "   ssh -R 3890:127.0.0.1:3890 root@FREEIPA-SERVER"
    if staging.numbers is not None:
        low, high = staging.numbers
        yield f"2. On the FreeIPA server: kinit admin. ipa idrange-find has to show local ranges that hold the numbers {low} to {high}: its"
        yield "   sidgen plug-in gives no SID to a user outside of them."
    else:
        yield "2. On the FreeIPA server: kinit admin."
    yield "3. ipa config-mod --enable-migration=TRUE; sh load.sh, which shows the exact ipa migrate-ds command; then sh load.sh --apply."
    yield "   It runs when the domain has none of the names, and says afterwards which of them arrived, what ipa's status does not."
    if command.unsaid:
        yield f"   {plural(command.unsaid, 'name')} left out cannot be in its --exclude options; the staging directory has none of them."
    if crypt:
        yield f"4. {plural(crypt, 'user')} with a carried password: each logs in once at https://SERVER/ipa/migration, or where SSSD runs."
    yield f"{5 if crypt else 4}. All others: ipa passwd NAME. When nobody is left: ipa config-mod --enable-migration=FALSE."
    yield "   The way back: ipa user-del and ipa group-del of the names in loaded.txt."
    yield "GUIDs stay as apple-generateduid, which FreeIPA's schema does not know, by the class extensibleObject."


def _files(staging: Staging, command: MigrateCommand) -> Callable[[str], Sequence[PlannedFile]]:
    def files(plan_id: str) -> Sequence[PlannedFile]:
        head = comment(
            f"odkit plan {plan_id}: staging.ldif\n"
            f"{plural(staging.count, 'entry', 'entries')} below {staging.suffix}, parents first; SECRET: keep the mode 0600\n"
            "stage.sh serves it to ipa migrate-ds; FreeIPA itself loads no such file"
        )
        schemas = {"rfc2307bis": bis_schema(), "apple": apple_schema(), "staging": STAGING_SCHEMA}
        return (
            PlannedFile(
                "staging.ldif", lambda: ldif_pieces(head, staging.entries(), DS389_SCHEMES), "what the staging server serves", secret=True
            ),
            PlannedFile("stage.sh", lambda: (stage_script(plan_id, staging),), "serves it on loopback; a dry run without --apply"),
            PlannedFile("load.sh", lambda: (load_script(plan_id, staging, command),), "runs ipa migrate-ds; a dry run without --apply"),
            *(_schema(name, text) for name, text in schemas.items()),
        )

    return files


def _schema(name: str, text: str) -> PlannedFile:
    def content() -> Iterable[bytes]:
        return (text.encode(),)

    return PlannedFile(f"schema/{name}.schema", content, "schema of the staging server")
