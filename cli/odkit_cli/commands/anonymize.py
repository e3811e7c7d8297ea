"""``odkit anonymize``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from odkit_cli.inputs import reading
from odkit_cli.options import PATH, format_options
from odkit_cli.output import Answer, finish

if TYPE_CHECKING:
    from odkit.anonymizing import Anonymized

_HEADER = "odkit-anonymize-key 1\n"


@click.command("anonymize")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=str))
@click.option("-o", "--output", type=PATH, metavar="DIR", required=True, help="A new folder for the copy.")
@click.option(
    "--key", type=PATH, metavar="FILE", help="Keep the key in this file, or use the one that is in it: the same key gives the same copy."
)
@click.option(
    "--map",
    "map_",
    type=PATH,
    metavar="FILE",
    help="Write what stands for what, as JSON. Whoever has it, or the key, can turn the copy back.",
)
@format_options
def anonymize(files: tuple[str, ...], output: str, key: str | None, map_: str | None, form: str) -> None:
    """Write a copy of a domain's files that can be sent to somebody: every name in it is another one.

    Exports, lists of principals, dumps of the KDC, keytabs, its log, lists of slots and of hosts, certificates.  Names, hosts, realms,
    addresses, numbers, GUIDs, keys and hashes are replaced, in the same way in all files; structure, lengths and damage stay, so that
    every command finds in the copy what it finds in the source.  Give all files of the domain at once, and look at the copy before you
    send it.

    \b
    Example:
      odkit anonymize export.ldif listprincs.txt -o copy
      odkit anonymize export.ldif kdc.dump -o copy --key domain.key --map domain.map
    """
    from odkit.anonymizing import anonymize as write_copy
    from odkit.errors import UsageError
    from odkit.files import write_file

    folder = Path(output)
    for name, option in ((key, "--key"), (map_, "--map")):
        if name is not None:
            _outside(Path(name), folder, option)
    if map_ is not None:
        if key is not None and Path(map_).resolve() == Path(key).resolve():
            raise UsageError(f"{map_}: is given to --key and to --map; give each a file of its own")
        if Path(map_).exists():
            raise UsageError(f"{map_}: is there already; give --map a new file")
        if not Path(map_).resolve().parent.is_dir():  # before the copy is made: its key is forgotten, and no map of it can be written later
            raise UsageError(f"{map_}: lies in no folder that is there; give --map another file")
    secret = _key(Path(key)) if key is not None else None
    with reading() as progress:
        made = write_copy(files, folder, key=secret, progress=progress)
    if map_ is not None:
        write_file(Path(map_), _map(made))
    finish(Answer(lambda: _json(made), lambda: _text(made)), form)


def _outside(path: Path, folder: Path, option: str) -> None:
    """Refuse a secret file inside the folder that is sent away.

    Raises:
        UsageError: it is inside.
    """
    from odkit.errors import UsageError

    if folder.resolve() in (path.resolve(), *path.resolve().parents):
        raise UsageError(f"{path}: lies in the copy, and {option} turns the copy back; give a file outside of {folder}")


def _key(path: Path) -> bytes:
    """Return the key in a file; a new one is written into a file that is not there.

    Raises:
        InputError: the file holds something else.
    """
    from odkit.anonymizing import new_key
    from odkit.errors import InputError
    from odkit.files import write_file
    from odkit_cli.inputs import read_bytes

    if not path.exists():
        key = new_key()
        write_file(path, f"{_HEADER}{key.hex()}\n".encode())
        return key
    text = read_bytes(str(path), "key").decode("ascii", "replace")
    digits = text.removeprefix(_HEADER).strip()
    try:
        found = bytes.fromhex(digits) if text.startswith(_HEADER) else b""
    except ValueError:
        found = b""
    if len(found) < 16:
        raise InputError(str(path), None, "holds no key of odkit anonymize; give --key a new file")
    return found


def _map(made: Anonymized) -> bytes:
    import json

    body = {"schema": "odkit/anonymize-map/1", "hosts": dict(made.hosts), "words": dict(made.words)}
    return (json.dumps(body, indent=1, ensure_ascii=True) + "\n").encode()


def _json(made: Anonymized) -> dict[str, object]:
    from odkit.text import escape

    files = [{"source": escape(each.source), "name": each.name, "what": each.what} for each in made.files]
    return {"schema": "odkit/anonymized/1", "folder": escape(str(made.folder)), "files": files}


def _text(made: Anonymized) -> str:
    from odkit.text import escape, plural, table

    rows = [(each.name, each.what, f"of {escape(each.source)}") for each in made.files]
    said = f"{plural(len(rows), 'file')} written to {escape(str(made.folder))}. Look at them before you send them.\n"
    return "\n".join(table(rows)) + "\n" + said
