"""``ipa`` as a program, for a rehearsal: ``migrate-ds`` by the model, and what load.sh asks beside it; every other word is refused.

It is run with the file of its state, then the words of ``ipa``.  A script calls it several times; so this module imports next to nothing,
and odkit when entries are to be brought.
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

__all__ = ["run"]

_FIND = ["--pkey-only", "--raw", "--sizelimit=0", "--timelimit=0"]
_OWN = {"user": ["admin"], "group": ["admins", "editors", "ipausers"]}
_USAGE = 64  # sysexits(3) EX_USAGE


def run(path: list[str]) -> None:
    """Run as a program.

    Args:
        path: where odkit and what it needs are imported from.
    """
    place, *words = sys.argv[1:]
    with open(place, "rb") as file:  # noqa: PTH123 - pathlib alone doubles the time
        state = marshal.load(file)  # noqa: S302 - written by who starts this; json takes longer to load than all the rest
    state["calls"].append(words)
    status = _do(place, state, words, path)
    _write(place, state)
    sys.exit(status)


def _write(place: str, state: dict[str, Any]) -> None:
    with open(place + ".new", "wb") as file:  # noqa: PTH123
        marshal.dump(state, file)
    os.replace(place + ".new", place)  # noqa: PTH105


def _do(place: str, state: dict[str, Any], words: list[str], path: list[str]) -> int:
    verb, *rest = words or [""]
    if words == ["--version"]:
        _print("VERSION: model of 4.14, API_VERSION: 2.257")
    elif words == ["config-show", "--raw"]:
        _print(f"  ipamaxusernamelength: 32\n  ipamigrationenabled: {str(state['migration']).upper()}")
    elif verb in {"user-find", "group-find"} and rest == _FIND:
        kind = verb.partition("-")[0]
        _find(kind, [*_OWN[kind], *state["entries"][kind]])
    elif verb == "migrate-ds":
        sys.path[:] = path
        return _migrate(place, state, rest)
    else:
        sys.stderr.write(f"ipa: not in a rehearsal: {words}\n")
        return _USAGE
    return 0


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _find(kind: str, names: list[str]) -> None:
    attribute = "uid" if kind == "user" else "cn"
    lines = [f"{len(names)} {kind}s matched", "---", *"\n\n".join(f"  {attribute}: {name}" for name in names).split("\n")]
    _print("\n".join(["---", *lines, "---", f"Number of entries returned {len(names)}", "---"]))


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
