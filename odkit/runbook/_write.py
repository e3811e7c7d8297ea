"""The runbook as one page and one script a server and phase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from os import PathLike
from pathlib import Path

from odkit.directory import Directory
from odkit.directory.reliance import require_whole
from odkit.errors import UsageError
from odkit.files import OutputFolder
from odkit.names import short_name
from odkit.patterns import regex
from odkit.project import Project, Server
from odkit.runbook._clients import bound_as, checklist, client_scripts, leave_script, part
from odkit.runbook._local import local_accounts, local_list, local_script
from odkit.runbook._model import ARCHIVE, Command, How, Phase, Purpose, Step
from odkit.runbook._phases import phases
from odkit.shell import assemble, encode_name, heredoc, quote, shown_word
from odkit.text import escape

__all__ = ["page", "script", "write_runbook"]

_BINDING = ("dscl", "dsconfigldap", "grep", "killall", "sed", "sw_vers", "tr")  # what binding.sh calls
_TITLES = {
    Purpose.MIGRATION: "Migration of {}",
    Purpose.LEAVE: "Leaving Open Directory: {}",
    Purpose.REMOVAL: "Retired servers out of {}",
}
_MARK = regex(r"([\\`*_{}\[\]<>#|!~&$])")


def _md(text: str) -> str:
    return _MARK.sub(r"\\\1", escape(text))


def _code(text: str) -> str:
    text = escape(text)
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _name(server: Server, phase: Phase) -> str:
    return f"{phase.name}/{server.name}.sh"


def page(project: Project, purpose: Purpose = Purpose.MIGRATION) -> str:
    """Return RUNBOOK.md: the whole move.

    Args:
        project: odkit.toml.
        purpose: what the runbook is for.

    Raises:
        UsageError, InputError: see `phases`.
    """
    found = phases(project, purpose)
    out = [f"# {_TITLES[purpose].format(_md(project.realm or project.suffix or 'the domain'))}", ""]
    out += [
        "Every script looks only, unless it is given `--apply`; what erases or promotes asks for a word that names the disk or server.",
        "",
    ]
    for number, phase in enumerate(found):
        out += [f"## {number}. {_md(phase.title)}", "", "Estimate: ________   Begun: ________   Done: ________", "", "Go only if:", ""]
        out += [f"- [ ] {_md(each)}" for each in phase.go]
        out += ["", f"Roll back to: {_md(phase.back)}", ""]
        for step in phase.steps:
            out += _step(step, phase)
    return "\n".join(out).rstrip() + "\n"


def _step(step: Step, phase: Phase) -> Iterator[str]:
    where = f"{_md(step.server.name)}: " if step.server is not None else ""
    yield f"### {where}{_md(step.title)}"
    yield ""
    if step.server is not None:
        changes = any(command.how in {How.CHANGE, How.CONFIRM, How.CALL} for command in step.commands)
        then = ", then with `--apply`" if changes else "; this step only looks"
        yield f"Script: {_code('sh ' + _name(step.server, phase))}{then}.  "
    story = f" Story: {', '.join(step.story)}." if step.story else ""
    yield f"Confidence: {step.confidence}.{story}"
    yield ""
    for command in step.commands:
        if command.how is How.PERSON:
            yield f"- [ ] {_md(command.words[0])}"
        elif command.how is How.CALL:
            yield f"- {_md(command.shown)}"
        elif command.how is How.ODKIT:
            yield f"- [ ] {_code(' '.join(map(shown_word, command.words)))}"
        else:
            asked = f" (asks for {_code(command.confirm)})" if command.how is How.CONFIRM else ""
            yield f"- {_code(' '.join(map(shown_word, command.words)))}{asked}"
    yield ""
    if step.expect:
        yield f"Good: {_md(step.expect)}."
    if step.back:
        yield f"Back: {_md(step.back)}."
    yield ""


def _lines(command: Command) -> Iterator[str]:
    words = " ".join(map(_shell_word, command.words))
    if command.how is How.PERSON:
        yield f"    by_hand {quote(_ascii(command.words[0]))}"
        return
    if command.how is How.ODKIT:
        yield f"    by_hand {quote(_ascii(' '.join(map(shown_word, command.words))))}"
        return
    if command.how is How.CONFIRM:
        yield f"    confirmed {quote(command.confirm)} {words}"
    elif command.how is How.CALL:
        yield f"    {words}"
    else:
        yield f"    {'reading' if command.how is How.READ else 'changing'} {words}"


def _shell_word(word: str) -> str:
    if word.startswith(ARCHIVE):
        return '"$ARCHIVE"' + (quote(word.removeprefix(ARCHIVE)) if word != ARCHIVE else "")
    return word if re.fullmatch(r"[a-z][a-z0-9_.]*|-{1,2}[A-Za-z]+", word) else quote(word)


def _ascii(text: str) -> str:
    return escape(text).replace("…", "...")


def script(server: Server, phase: Phase, steps: list[Step], project: Project) -> bytes:
    """Return the script of one server for one phase.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    head = (
        f"odkit runbook: {phase.name}, {server.name}",
        f"{phase.title}. Without --apply it changes nothing.",
        "Status: 0 fine; 1 a command had trouble, or a step was not confirmed after others were done; 2 the surroundings are not right;",
        "3 a step was not confirmed, or this is another machine, and nothing was changed; 130 a signal stopped it.",
    )
    commands = [command for step in steps for command in step.commands if command.how not in {How.PERSON, How.ODKIT}]
    calls = any(command.how is How.CALL for command in commands)
    programs = {command.words[0] for command in commands if command.how is not How.CALL} | (set(_BINDING) if calls else set())
    body = ["steps() {"]
    if programs:
        body.append(f"    need {' '.join(sorted(programs))}")
    # all of them before anything is changed: a script that stops half-way because of its last command is no help
    probes = dict.fromkeys((command.words[0], command.probe) for command in commands if command.probe)
    body += [f'    if [ "$APPLY" = yes ]; then must_know {name} {quote(verb)}; fi' for name, verb in probes]
    if any(word.startswith(ARCHIVE) for command in commands for word in command.words):
        body.append("    archive")
    for step in steps:
        body.append(f"    heading {quote(_ascii(f'{step.title} (confidence: {step.confidence})'))}")
        for command in step.commands:
            body += _lines(command)
    text = "\n".join([*body, "}", ""])
    short = short_name(server.name.lower())
    names = {name.lower() for other in project.servers if other != server for name in (other.name, *other.aliases)} | {
        n.lower() for n in project.retired
    }
    unique = short not in {short_name(name) for name in names}
    values = {"ADMIN": project.administrator, "MACHINE": server.name.lower()}
    values |= {"SHORT": short if unique else "", "ADDRESS": _own_address(server.address)}
    others = heredoc("others", [encode_name(name.encode()) for name in sorted(names | {short_name(name) for name in names})])
    data = [others]
    if any(command.words == ("leave_retired",) for command in commands):
        data.append(heredoc("retired", [encode_name(name.encode()) for name in bound_as(project)]))
    parts = ("runbook.sh", "binding.sh") if calls else ("runbook.sh",)
    return assemble(head, values, ("common.sh", "records.sh"), data, own=(text, *map(part, parts)))


def _own_address(address: str) -> str:
    """Return an address that only this machine has; "" where every machine has it."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return "" if found.is_loopback or found.is_unspecified or found.is_multicast else address


def write_runbook(
    project: Project,
    folder: str | PathLike[str],
    *,
    od: Directory | None = None,
    force: bool = False,
    accept_incomplete: bool = False,
    purpose: Purpose = Purpose.MIGRATION,
) -> list[Path]:
    """Write RUNBOOK.md, the scripts, and what is done on the Macs of the offices.

    Args:
        project: with a master among its servers.
        folder: new or empty.
        od: the newest export, for the list of computers; without it there is none.
        force: clear odkit's own files from it first.
        accept_incomplete: write although the export is incomplete.
        purpose: what the runbook is for.

    Raises:
        InputError: the export is incomplete, and that was not accepted; or odkit.toml does not say what the purpose needs.
        UsageError: the plan has no master.
        RefusedError: the folder is not empty, or a name cannot be carried by a script.
    """
    relied = [source.reliance for source in od.sources] if od is not None else []
    require_whole(relied, "computers that it lacks would not stand in the list", accept_incomplete=accept_incomplete)
    found = phases(project, purpose)
    if not found:
        raise UsageError(f"{project.path} names no server with the role master; odkit topology shows the tree")
    files: list[tuple[str, bytes]] = [("RUNBOOK.md", page(project, purpose).encode("utf-8", "backslashreplace"))]
    for phase in found:
        servers = {step.server.name: step.server for step in phase.steps if step.server is not None}
        for name, server in servers.items():
            steps = [step for step in phase.steps if step.server is not None and step.server.name == name]
            files.append((_name(server, phase), script(server, phase, steps, project)))
    if project.retired:
        files.append(("retired.txt", "".join(f"{name}\n" for name in project.retired).encode()))
    leaving = purpose is Purpose.LEAVE
    files += [("clients/leave.sh", leave_script(project))] if leaving else client_scripts(project)
    if od is not None:
        files.append(("clients/CHECKLIST.md", checklist(project, od, leaving=leaving)))
    if od is not None and leaving:
        accounts = local_accounts(od)
        files += [("clients/make-local.sh", local_script(accounts)), ("clients/LOCAL.md", local_list(accounts))]
    output = OutputFolder(Path(folder), force=force)
    return output.write_all(files)
