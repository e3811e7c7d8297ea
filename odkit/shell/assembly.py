"""Shell scripts: quoting, the encoding of names, and how a script is put together.

A script consists of assignments, functions, and ``main "$@"`` as its last line, so that a copy that was cut on its way does nothing.
Names are never in shell text: they are in here-documents with a quoted end mark, in an encoding of printable ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from odkit.errors import RefusedError
from odkit.patterns import regex
from odkit.resources import resource_names, resource_text
from odkit.text import escape

__all__ = ["END", "assemble", "encode_name", "field_of", "fragment", "head_of", "heredoc", "quote", "shown_word", "status_lines"]

END = "ODKIT_END"
_ENCODED = {byte: f"%{byte:02X}" for byte in range(256) if not 0x20 <= byte < 0x7F or byte == 0x25}


def quote(word: str | bytes) -> str:
    r"""Return one word for sh: always in single quotes, a single quote as ``'\''``.

    Raises:
        RefusedError: a control, invisible or undecodable character: no script of odkit carries one.
    """
    text = word.decode("utf-8", "surrogateescape") if isinstance(word, bytes) else word
    if not text.isprintable():
        raise RefusedError(f"a script cannot carry {escape(text)!r}")
    return "'" + text.replace("'", "'\\''") + "'"


def shown_word(word: str) -> str:
    """Return a word of a command line that a person reads or pastes: quoted where sh would not take it as it is.

    Raises:
        RefusedError: see `quote`.
    """
    return word if re.fullmatch(r"[A-Za-z0-9@%+=:,./_-]+", word) else quote(word)


def encode_name(name: bytes) -> str:
    """Return a name as the scripts hold it: ``%XX`` for ``%`` and all but printable ASCII.  The only decoder is `decode` in records.sh."""
    return name.decode("latin-1").translate(_ENCODED)


def field_of(text: str) -> str:
    """Return a field of a table whose separator is ``|``: that is encoded, too."""
    return encode_name(text.encode()).replace("|", "%7C")


def heredoc(function: str, lines: Iterable[str]) -> str:
    """Return a function that prints lines; the quoted end mark keeps the shell from looking into them.

    Raises:
        RefusedError: a line with a control character, or one that is the end mark.
    """
    body = list(lines)
    for line in body:
        if not line.isprintable() or line == END:
            raise RefusedError(f"a script cannot carry the line {escape(line)!r}")
    return f"{function}() {{\n    cat <<'{END}'\n" + "".join(f"{line}\n" for line in body) + f"{END}\n}}\n"


def status_lines(done: str) -> tuple[str, str]:
    """Return what a script's exit status says, for its head.

    Args:
        done: what it does: "deleted", "changed" …
    """
    return (
        f"Status: 0 done, or nothing to do; 1 something could not be {done}, or what came of it is not known; 2 the surroundings are",
        f"not right; 3 a brake stopped it; 130 a signal did, and it says whether anything was sent. After 2 and 3 nothing was {done}.",
    )


# a function of a part, or one assignment on top level, each with the comment before it
_PIECE = regex(
    r"(?P<comment>(?:^#[^\n]*\n)*)(?:^(?P<function>\w+)\(\) \{\n.*?^\}\n|^(?P<variable>[A-Z]+)='(?:[^']*)'\n)", re.MULTILINE | re.DOTALL
)


# where a command can stand: at the start of a line, behind an operator, an opening, or a word of the shell's own
_COMMAND = regex(r"(?m)(?:^|[;|&({!]|\b(?:if|then|elif|else|while|until|do)\b)(?=[ \t]*([A-Za-z_]\w*))")


# a line of a fragment's head, with those that continue it
_DECLARED = regex(r"(?m)^# (needs|provides|overrides|writes): (.*(?:\n#     .*)*)")
_LIBRARY = "odkit.shell.lib"


def head_of(text: str) -> dict[str, frozenset[str]]:
    """Return what the head of a ``.sh`` declares: the comment at its start, up to the first empty line.

    ``needs``, ``provides`` and ``overrides`` name functions and variables, ``writes`` files of the workplace and variables.
    """
    return {match[1]: frozenset(match[2].replace("#", " ").split()) for match in _DECLARED.finditer(text.partition("\n\n")[0])}


@cache
def _known() -> frozenset[str]:
    """Return names that some fragment of the library provides, or needs of others."""
    heads = [head_of(resource_text(_LIBRARY, name)) for name in resource_names(_LIBRARY, ".sh")]
    return frozenset().union(*(head.get(what, frozenset()) for head in heads for what in ("needs", "provides")))


@cache
def _overridden(part: str) -> frozenset[str]:
    return head_of(part).get("overrides", frozenset())


@cache
def _pieces_of(part: str) -> tuple[tuple[str, str], ...]:
    return tuple((match["function"] or match["variable"], match[0]) for match in _PIECE.finditer(part))


def _pieces(parts: Iterable[str]) -> dict[str, str]:
    """Return the functions and variables of the parts by name; a later one wins, as in the shell, and its part's head must say so.

    Raises:
        RefusedError: a name that is provided twice without being declared as an override.
    """
    pieces: dict[str, str] = {}
    for part in parts:
        for name, text in _pieces_of(part):
            if pieces.pop(name, None) is not None and name not in _overridden(part):
                raise RefusedError(f"{name} is provided twice, and is not declared as an override")
            pieces[name] = text
    return pieces


@cache
def _words(piece: str) -> frozenset[str]:
    """Return words of a piece that can be functions or variables."""
    text = re.sub(r"(?m)^#.*", "", piece)
    return frozenset(re.findall(r"\$\{?(\w+)", text)).union(_COMMAND.findall(text))


_QUOTED = regex(r"""'[^']*'|"((?:\\.|[^"\\])*)\"""")


@cache
def _assigned(piece: str) -> frozenset[str]:
    """Return the variables that a piece gives a value."""
    groups = re.findall(r"(?<![-\w])(\w+)=|\bfor (\w+) in|\bread -r ([\w ]+)", piece)
    return frozenset(name for names in groups for name in " ".join(names).split())


@cache
def _names(piece: str) -> frozenset[str]:
    """Return words of a piece that can be functions or variables, outside what it says."""
    return _words(_outside_quotes(piece))


def _needed(piece: str) -> frozenset[str]:
    """Return words of a piece that the library provides."""
    return _names(piece) & _known()


def _outside_quotes(text: str) -> str:
    """Return a piece without what it says and without its awk programs; a command inside double quotes stays."""

    def kept(match: re.Match[str]) -> str:
        before, opening, command = (match[1] or "").partition("$(")
        return " ".join(["Q", *re.findall(r"\$\{?\w+", before), opening + command])

    return _QUOTED.sub(kept, re.sub(r"(?m)^\s*#.*|\s# .*$", "", text))


def _used(parts: Iterable[str], given: Iterable[str]) -> list[str]:
    """Return the functions and variables of the parts that a script needs: a reader of it should not have to ask what the others are for.

    Raises:
        RefusedError: what a piece uses of the library is not there, nor given.
    """
    pieces = _pieces(parts)
    wanted = ["main", "leave", "interrupted"]
    for name in wanted:
        wanted += (_names(pieces[name]) & pieces.keys()).difference(wanted)
    found = {name: text for name, text in pieces.items() if name in wanted}
    there = {*found, *given}.union(*map(_assigned, found.values()))
    for name, text in found.items():
        if missing := sorted(_needed(text) - there):
            raise RefusedError(f"{name} uses {', '.join(missing)}, which nothing provides: add the fragment that does, or give the value")
    return [text + "\n" for text in found.values()]


def fragment(package: str, name: str) -> str:
    """Return the text of a ``.sh`` file that lies in a package.

    Args:
        package: dotted name of the package.
        name: of the file.
    """
    return resource_text(package, name)


_WIDTH = 140


def _listed(text: str, lists: Mapping[str, Iterable[str]]) -> str:
    """Return text with lists of words in the loops ``for name in LIST; do``, as many to a line as have room."""
    if not lists:
        return text
    from textwrap import wrap

    for name, words in lists.items():
        for indent, start in re.findall(rf"(?m)^( *)(for \w+ in ){name}; do$", text):
            lines = wrap(
                " ".join([*map(shown_word, words)]) + "; do",
                _WIDTH - len(" \\"),
                initial_indent=indent + start,
                subsequent_indent=indent + "    ",
                break_on_hyphens=False,
                break_long_words=False,
            )
            text = text.replace(f"{indent}{start}{name}; do", " \\\n".join(lines))
    return text


def assemble(
    head: Iterable[str],
    values: Mapping[str, str],
    parts: Iterable[str],
    data: Iterable[str],
    *,
    own: Iterable[str] = (),
    lists: Mapping[str, Iterable[str]] | None = None,
) -> bytes:
    """Put a script together.

    Args:
        head: comment lines; the first names the script.
        values: assignments, quoted here; those that no function uses are left out.
        parts: names of the fragments in ``odkit/shell/lib``, in order.
        data: functions made by `heredoc` and the like.
        own: the script's own parts, as text (see `fragment`), behind those of the library.
        lists: words for the loops of the parts, by the name that is in the loop instead of them.

    Raises:
        RefusedError: see `quote`; or parts that do not fit together.
    """
    head = [*head]
    out = ["#!/bin/sh\n"]
    out += [f"# {escape(line)}".rstrip() + "\n" for line in head]
    out.append("\n")
    data = list(data)
    given = {"SELF", *values, *(name for text in data for name in re.findall(r"(?m)^(\w+)\(\) \{$", text))}
    try:
        body = _used([*(fragment(_LIBRARY, part) for part in parts), *own], given)
    except RefusedError as error:
        raise RefusedError(f"{escape(next(iter(head), 'a script'))}: it cannot be put together: {error}") from None
    for name, value in values.items():
        if not re.fullmatch(r"[A-Z]+", name):
            raise RefusedError(f"not a variable of a script: {name!r}")
        if any(f"${name}" in piece for piece in body):
            out.append(f"{name}={quote(value)}\n")
    # what could lead cd and grep of somebody's login environment elsewhere
    out.append("CDPATH=''\nGREP_OPTIONS=''\nexport GREP_OPTIONS\n")
    out.append("SELF=$0\n\n")  # taken here, because inside a function zsh's $0 is the function's name
    out += [function + "\n" for function in data]
    out += [_listed(piece, lists or {}) for piece in body]
    # set here and not in a function: zsh would run an EXIT trap at the end of that function
    out.append('trap leave EXIT\ntrap interrupted HUP INT TERM\nmain "$@"\n')
    return "".join(out).encode()
