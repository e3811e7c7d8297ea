"""What the searches of a file asked for, as ldapsearch's header says it; what they left out is not absent, but not asked for.

    # base <dc=od,dc=example,dc=com> with scope subtree
    # filter: (objectclass=*)
    # requesting: ALL
    # with pagedResults control: size=500            OpenLDAP, clients/tools/ldapsearch.c

slapcat writes no header, and ``ldapsearch -LL`` none either.  ``-A`` and ``-t`` are in no header; the records show them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.dn import dn_key
from odkit.patterns import regex
from odkit.text import decode, escape, plural, shorten

__all__ = ["Asked", "Headers", "Scope", "Search"]

_LINE = regex(rb"(?m)^# (?:(extended LDIF|LDAPv[0-9]+)$|(base|filter|filter pattern|requesting|with) ?(<|: ?|)(.*)$)")
_BASE = regex(r"(.*)>(?: \(default\))? with scope ([A-Za-z]+)")
_EVERYTHING = regex(r"\(?\s*(?i:objectclass)\s*=\s*\*\s*\)?|\(&\)")  # RFC 4512, 2.4.1; RFC 4526
_HARMLESS = regex(r"(?:manageDSAit|noop|server side sorting|pagedResults|sync)\b")
_NO_OPERATIONAL = "structuralObjectClass entryUUID creatorsName createTimestamp entryCSN modifiersName modifyTimestamp contextCSN entryDN"
_OPERATIONAL = frozenset(_NO_OPERATIONAL.lower().split()) | {"subschemasubentry", "hassubordinates", "numsubordinates", "pwdchangedtime"}


class Scope(StrEnum):
    """How far below its base a search looks (RFC 4511, 4.5.1.2)."""

    BASE = "baseObject"
    ONE = "oneLevel"
    SUBTREE = "subtree"
    CHILDREN = "children"


_SCOPES = {each.value: each for each in Scope} | {"base": Scope.BASE, "one": Scope.ONE, "sub": Scope.SUBTREE}  # 2.2 and before


@dataclass(frozen=True, slots=True)
class Search:
    """One search; None where the header does not say, because a line of it is damaged.

    Attributes:
        offset: from which byte of the file on its records stand.
        base: DN, as written.
        scope: how far below it.
        filter: as written.
        attributes: names as written; ``("*",)`` for all user attributes.
        controls: that change what is given back, as written.
    """

    offset: int
    base: str | None = None
    scope: Scope | None = None
    filter: str | None = None
    attributes: tuple[str, ...] | None = None
    controls: tuple[str, ...] = ()

    @property
    def every_record(self) -> bool:
        """Whether no filter and no control leaves records out."""
        return self.filter is not None and _EVERYTHING.fullmatch(self.filter.strip()) is not None and not self.controls

    @property
    def every_attribute(self) -> bool:
        """Whether all user attributes were asked for, with all their values."""
        return self.attributes is not None and "*" in self.attributes and not self.controls

    def asks(self, attribute: str) -> bool:
        """Tell whether an attribute was asked for by its name, or with all others."""
        kind = attribute.partition(";")[0].lower()
        if self.controls or self.attributes is None:
            return False
        if kind in {each.partition(";")[0].lower() for each in self.attributes if ";" not in each}:
            return True
        return ("+" if kind in _OPERATIONAL else "*") in self.attributes

    def reaches(self, key: str) -> bool:
        """Tell whether a DN (normal form) lies where the search looks; False where the header does not say."""
        base = None if self.base is None else dn_key(self.base) if self.base else ""
        if base is None or self.scope is None:
            return False
        below = key.endswith("," + base) if base else bool(key)
        if self.scope is Scope.BASE:
            return key == base
        if self.scope is Scope.ONE:
            return below and key.partition(",")[2] == base
        return below or (self.scope is Scope.SUBTREE and key == base)

    def left_out(self, suffix: str = "") -> list[str]:
        """Return what it did not ask for, in words; empty when it asked for a whole domain.

        Args:
            suffix: normal form of the domain's; without it a base is taken as one unless it is a container, a record or in one.
        """
        out = []
        if None in (self.base, self.scope, self.filter, self.attributes):
            out.append("what a damaged line of the search's header says")
        if self.base and _within_a_domain(self.base, suffix):
            out.append(f"what is not below {escape(shorten(self.base, 80))}")
        if self.scope not in {Scope.SUBTREE, None}:
            out.append(f"what scope {self.scope} does not reach")
        if self.filter is not None and not _EVERYTHING.fullmatch(self.filter.strip()):
            out.append(f"what is not {escape(shorten(self.filter, 80))}")
        if self.attributes is not None and "*" not in self.attributes:
            out.append(f"all attributes but {escape(shorten(' '.join(self.attributes), 80)) or 'none'}")
        out += [f"what the control {escape(shorten(each, 60))} takes out" for each in self.controls]
        return out

    def __str__(self) -> str:
        parts = [
            "base " + (escape(self.base) or "the root" if self.base is not None else "not readable"),
            f"scope {self.scope.value}" if self.scope is not None else "scope not readable",
            f"filter {escape(self.filter)}" if self.filter is not None else "filter not readable",
            "attributes " + self._attributes(),
            *(f"control {escape(each)}" for each in self.controls),
        ]
        return ", ".join(parts)

    def _attributes(self) -> str:
        if self.attributes is None:
            return "not readable"
        return "all" if self.attributes == ("*",) else escape(shorten(" ".join(self.attributes), 120)) or "none"


def _within_a_domain(base: str, suffix: str) -> bool:
    key = dn_key(base)
    if key is None or key == "cn=authdata":
        return key is None
    # a domain's suffix is made of dc, o, ou and c; what starts with another attribute is a container or a record in one
    return (bool(suffix) and key.endswith("," + suffix)) or key.partition("=")[0] not in {"dc", "o", "ou", "c", "l", "st"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file was asked for.

    Attributes:
        searches: in the order of the file; empty when no header says.
        elsewhere: number of values seen that are in other files (``-t``).
        names_only: whether records give names of attributes and no values (``-A``).
    """

    searches: tuple[Search, ...] = ()
    elsewhere: int = 0
    names_only: bool = False

    def search_at(self, offset: int) -> Search | None:
        """Return the search that gave the record at an offset; None when no header says."""
        index = bisect_right([each.offset for each in self.searches], offset) - 1
        return self.searches[index] if index >= 0 else None

    def left_out(self, suffix: str = "") -> list[str]:
        """Return what was not asked for, in words; a search whose records another one gives whole leaves nothing out."""
        each = {search: search.left_out(suffix) for search in dict.fromkeys(self.searches)}
        whole = [search for search, words in each.items() if not words]
        out = [words for search, words in each.items() if not any(_gives(other, search) for other in whole)]
        found = list(dict.fromkeys(word for words in out for word in words))
        if self.names_only:
            found.append("all values (-A)")
        return found

    def __str__(self) -> str:
        if not self.searches:
            return "not said: slapcat and ldapsearch -LL write no header"
        first = str(self.searches[0])
        return first if len(self.searches) == 1 else f"{first}; and {plural(len(self.searches) - 1, 'further search', 'further searches')}"


def _gives(whole: Search, other: Search) -> bool:
    key = dn_key(other.base) if other.base else other.base
    return key is not None and whole.reaches(key)


class Headers:
    """Takes what the comments of a file say of its searches.

    Attributes:
        began: set when a search begins; for the reader, which takes it back.
    """

    def __init__(self) -> None:
        self.began = False
        self._done: list[Search] = []
        self._now: Search | None = None
        self._pattern = False

    def read(self, text: bytes, offset: int, *, before_entry: bool) -> None:
        """Take a paragraph of comments.

        Args:
            text: of it, without carriage returns at the ends of lines.
            offset: of its first byte.
            before_entry: an entry follows; the last comment is its name then, which anybody may have chosen.
        """
        if before_entry:
            text = text[: max(text.rfind(b"\n#", 0, -1), 0)]
        if b"# " not in text:
            return
        for match in _LINE.finditer(text):
            start, word, mark, rest = match.groups()
            if start is not None:
                self._field("start", offset)
            elif word == b"base" and mark == b"<":
                found = _BASE.fullmatch(decode(rest))
                self._field("base", offset, base=found[1] if found else None, scope=_SCOPES.get(found[2]) if found else None)
            elif word == b"filter pattern" and mark[:1] == b":":
                self._field("pattern", offset)
            elif word == b"filter" and mark[:1] == b":":
                self._field("filter", offset, filter=decode(rest))
            elif word == b"requesting" and mark[:1] == b":":
                names = ("*",) if rest == b"ALL" else tuple(decode(rest).split())
                self._field("attributes", offset, attributes=names)
            elif word == b"with" and not mark and b"control" in rest and self._now is not None and not _HARMLESS.match(decode(rest)):
                self._now = replace(self._now, controls=(*self._now.controls, decode(rest)))

    def _field(self, name: str, offset: int, **values: object) -> None:
        self.began = True
        now = self._now
        if now is None:
            now = Search(offset)
        elif name == "start":
            if now != Search(now.offset):  # the first line of a header behind a search
                self._done.append(now)
                now = Search(offset)
        elif name == "filter" and now.filter is not None:
            # ldapsearch -f writes one header, and then the filter of each search
            self._done.append(now)
            now = replace(now, offset=offset, filter=None) if self._pattern else Search(offset)
        elif name != "pattern" and getattr(now, name) is not None:
            self._done.append(now)
            now = Search(offset)
        self._pattern = name == "pattern" or (self._pattern and name in {"filter", "attributes"})
        self._now = replace(now, **values)  # type: ignore[arg-type]

    @property
    def searches(self) -> tuple[Search, ...]:
        """All of them, up to here."""
        return (*self._done, *([self._now] if self._now is not None else []))
