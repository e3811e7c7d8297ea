"""``ipa`` as a program, for a rehearsal: ``migrate-ds`` by the model; every other word is refused.

It is run with the folder of its state, then the words of ``ipa``.  What load.sh asks beside that, and far more often, a shell answers from
files: an interpreter takes longer to start.
"""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False  # without `typing`, which takes as long to load as the rest
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from odkit.ldif import Entry

__all__ = ["answers", "program", "run"]

_OWN = {"user": ["admin"], "group": ["admins", "editors", "ipausers"]}
_USAGE = 64  # sysexits(3) EX_USAGE


def program(folder: str, start: str) -> str:
    """Return the program: it writes down each call, a number of words and the words, each with a NUL behind it.

    Args:
        folder: of the state, as a word of the shell.
        start: what runs this module, in words of the shell.
    """
    return f"""#!/bin/sh
folder={folder}
printf '%s\\0' "$#" "$@" >> "$folder/calls"
case $#:$* in
    '1:--version') echo 'VERSION: model of 4.14, API_VERSION: 2.257' ;;
    '2:config-show --raw') exec cat "$folder/config" ;;
    '5:user-find --pkey-only --raw --sizelimit=0 --timelimit=0') exec cat "$folder/user" ;;
    '5:group-find --pkey-only --raw --sizelimit=0 --timelimit=0') exec cat "$folder/group" ;;
    *) exec {start} "$folder" "$@" ;;
esac
"""


def run(path: list[str]) -> None:
    """Run as a program.

    Args:
        path: where odkit and what it needs are imported from.
    """
    folder, *words = sys.argv[1:]
    if words[:1] != ["migrate-ds"]:
        sys.stderr.write(f"ipa: not in a rehearsal: {words}\n")
        sys.exit(_USAGE)
    place = os.path.join(folder, "domain")  # noqa: PTH118
    with open(place, "rb") as file:  # noqa: PTH123
        state = marshal.load(file)  # noqa: S302 - written by who starts this
    sys.path[:] = path
    status = _migrate(place, state, words[1:])
    for name, data in {**answers(state), "domain": marshal.dumps(state)}.items():
        target = os.path.join(folder, name)  # noqa: PTH118
        with open(target + ".new", "wb") as new:  # noqa: PTH123
            new.write(data)
        os.replace(target + ".new", target)  # noqa: PTH105
    sys.exit(status)


def answers(state: dict[str, Any]) -> dict[str, bytes]:
    """Return what the shell answers by itself, by the name of the file that it prints."""
    config = f"  ipamaxusernamelength: 32\n  ipamigrationenabled: {str(state['migration']).upper()}\n"
    found = {kind: _found(kind, [*own, *state["entries"][kind]]) for kind, own in _OWN.items()}
    return {name: text.encode("utf-8", "surrogateescape") for name, text in {"config": config, **found}.items()}


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _found(kind: str, names: list[str]) -> str:
    attribute = "uid" if kind == "user" else "cn"
    lines = [f"{len(names)} {kind}s matched", "---", *"\n\n".join(f"  {attribute}: {name}" for name in names).split("\n")]
    return "".join(f"{line}\n" for line in ["---", *lines, "---", f"Number of entries returned {len(names)}", "---"])


def _migrate(place: str, state: dict[str, Any], words: list[str]) -> int:
    from odkit.rehearsal.migrateds import Domain, IpaError, MigrateOptions, migrate

    if not state["migration"]:
        _print("Migration mode is disabled.")
        return 1
    domain = Domain.of_json(state)
    secret = place + ".password"
    handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(sys.stdin.readline().strip())
    try:
        options = MigrateOptions.parse(words)
        migrated = migrate(options, lambda base, wanted: _search(options.uri, options.one["bind-dn"], secret, base, wanted), domain)
    except IpaError as error:
        sys.stderr.write(f"ipa: ERROR: {error}\n")
        return error.status
    finally:
        os.unlink(secret)  # noqa: PTH108
        state.update(domain.as_json())
    lines = ["Migrated:", *(f"  {kind}: {', '.join(names)}" for kind, names in migrated.items() if names)]
    for kind, failed in domain.failed.items():
        lines += [f"Failed {kind}:", *(f"  {name}: {why}" for name, why in failed.items())]
    _print("\n".join(lines))
    return 0 if any(migrated.values()) else 1


def _search(uri: str, bind: str, secret: str, base: str, wanted: str) -> Iterator[Entry]:
    import subprocess

    from odkit.ldif import Entry, read
    from odkit.rehearsal.migrateds import IpaError

    words = ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", uri, "-D", bind, "-y", secret, "-b", base, "-s", "one", wanted, "*"]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode not in {0, 4, 32}:  # a limit of the server is told in FreeIPA's log alone
        raise IpaError(f"the staging server answers {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
    return (entry for entry in read(done.stdout) if isinstance(entry, Entry))
