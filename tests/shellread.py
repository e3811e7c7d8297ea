"""A small reading of sh, enough for the scripts of this project, and independent of how they are put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_WORDS = "if then else elif fi for do done while case esac in ! { } ( ) time until"
_BUILTINS = [
    ":",
    ".",
    "[",
    "break",
    "cd",
    "command",
    "continue",
    "echo",
    "eval",
    "exec",
    "exit",
    "export",
    "printf",
    "pwd",
    "read",
    "return",
    "set",
    "shift",
    "test",
    "trap",
    "umask",
]


_PLAIN = re.compile(r"""[^\\'"]+""")


def _unquoted(text: str, pieces: list[str]) -> str:
    """Replace quoted strings by Q; commands inside double quotes are put into ``pieces``."""
    out, at = "", 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            out += "Q"
            at += 2
        elif char == "'":
            at = text.index("'", at + 1) + 1
            out += "Q"
        elif char == '"':
            end = at + 1
            while text[end] != '"':
                if text.startswith("$((", end):
                    end = text.index("))", end) + 2
                elif text.startswith("$(", end):
                    depth, start = 1, end + 2
                    end = start
                    while depth:
                        if text[end] in "'\"":
                            end = text.index(text[end], end + 1)
                        depth += {"(": 1, ")": -1}.get(text[end], 0)
                        end += 1
                    pieces.append(_unquoted(text[start : end - 1], pieces))
                else:
                    end += 2 if text[end] == "\\" else 1
            out += "Q"
            at = end + 1
        else:
            plain = _PLAIN.match(text, at)
            assert plain is not None
            out += plain[0]
            at = plain.end()
    return out


def simple_commands(text: str) -> Iterator[list[str]]:
    """The words of every simple command, quoted ones as Q; assignments and words of the shell's own are left out."""
    text = re.sub(r"<<'ODKIT_END'\n(?:.*?\n)??ODKIT_END\n", "\n", text, flags=re.DOTALL)
    text = re.sub(r"(?m)^\s*#.*$", "", text)
    pieces: list[str] = []
    text = _unquoted(text, pieces)
    text = re.sub(r"(?m)^[a-z_0-9]+\(\) \{", "", text)
    text = text.replace("\\\n", " ")
    text = re.sub(r"\$\(\([^()]*\)\)", "Q", text)
    while match := re.search(r"\$\(((?:[^()]|\([^()]*\))*)\)", text):
        pieces.append(match[1])
        text = text[: match.start()] + "Q" + text[match.end() :]
    for piece in re.split(r"\|\||&&|[|;\n]", "\n".join([text, *pieces])):
        words = [w for w in re.sub(r"\d?[<>]+&?\s*\S+", " ", piece).split() if w]
        while words and (words[0] in _WORDS.split() or re.match(r"[A-Za-z_]+=", words[0]) or words[0].endswith(")")):
            if words[0] in {"for", "case"}:
                words = words[words.index("in") + 1 :] if words[0] == "case" and "in" in words else []
                break
            del words[0]
        if words:
            yield words


def written(text: str) -> set[str]:
    """Files of the workplace that a script writes, by redirection or as the last word of cp, mv, arrange and compare, or as a word of fresh; and variables."""
    pieces: list[str] = []
    bare = _unquoted(re.sub(r"(?m)(^|\s)# .*$", "", text), pieces)
    bare = "\n".join([bare, *pieces])
    found = set(re.findall(r">>?\s*([a-z][a-z.]*)(?=[\s;)]|$)", bare))
    found |= set(re.findall(r"(?m)\b(?:cp|mv|arrange|compare) (?:[^\n;&|]*\s)?([a-z][a-z.]*)$", bare))
    found |= {name for names in re.findall(r"\bfresh ((?:[a-z][a-z.]* ?)+)", bare) for name in names.split()}
    # not at the start of a line, where the constants stand; not awk's -v, and no environment of one command
    found |= {match[2] for match in re.finditer(r"(?<!-v)[ ;{(&](?!([A-Z]+)=\$\1 )([A-Za-z_]+)=", bare)}
    found |= set(re.findall(r"\bfor (\w+) in", bare))
    found |= {name for names in re.findall(r"\bread (?:-r )?([a-z_ ]+)", bare) for name in names.split()}
    return found - {"IFS"}


def _called(words: list[str]) -> Iterator[list[str]]:
    """The command, and that which it runs for it."""
    yield words
    if words[0] in {"gather", "gather_if_there"}:  # a file, then the program that fills it
        yield words[2:]
    if words[0] in {"run", "plainly"}:  # the scripts' own functions around a command
        yield words[1:]


def functions(text: str) -> dict[str, str]:
    """Bodies of the functions of a script, by name."""
    return {match[1]: match[2] for match in re.finditer(r"(?ms)^(\w+)\(\) \{\n(.*?)^\}$", text)}


def calls(text: str) -> set[str]:
    """First words of all commands: programs, builtins and functions."""
    return {each[0] for words in simple_commands(text) for each in _called(words) if each}


@cache  # two rules look at every script
def commands(text: str) -> list[tuple[str, list[str]]]:
    """Programs that a script calls, with their options."""
    own = set(re.findall(r"(?m)^([a-z_0-9]+)\(\) \{", text))
    found = []
    for words in simple_commands(text):
        words = list(_called(words))[-1]
        if not words or words[0] in _BUILTINS or (words[0] in own and words[0] != "compare") or not re.match(r"[a-z]", words[0]):
            continue
        name = "comm" if words[0] == "compare" else words[0]  # the scripts' own function around comm
        found.append((name, [w for w in words[1:] if re.match(r"-[A-Za-z]", w) or re.match(r"-[0-9]+$", w)]))
    return found
