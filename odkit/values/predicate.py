"""Conditions of account policies of 10.10 and later (``policyContent``): the part of NSPredicate's language that Apple's tools write.

    (policyAttributeFailedAuthentications < policyAttributeMaximumFailedAuthentications)
        OR (policyAttributeCurrentTime > (policyAttributeLastFailedAuthenticationTime + autoEnableInSeconds))
    policyAttributeCurrentTime > policyAttributeLastPasswordChangeTime + (policyAttributeExpiresEveryNDays * 24 * 60 * 60)
    policyAttributeCurrentDate < policyAttributeExpiresOnDate

Names, comparisons, sums and products, AND, OR, NOT and brackets; nothing else, and AND beside OR in brackets alone.  What is not
understood, and what hangs on a name of which nothing is known, is neither true nor false (Kleene).  Source: pwpolicy(8) of 10.10, and the
comments of CFOpenDirectoryConstants.h, which leave open from which year times count: an answer that hangs on that is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from odkit.namedtuple import NamedTuple
from odkit.patterns import regex

__all__ = ["Ruling", "Value", "rule"]

Value = int | float | datetime
T = TypeVar("T")

_NOW, _TODAY = "policyAttributeCurrentTime", "policyAttributeCurrentDate"
# times of the account that move when it is used: what hangs on them holds for the moment alone
_MOVING = frozenset({"policyAttributeLastAuthenticationTime", "policyAttributeLastPasswordChangeTime"})
_TIMES = _MOVING | {"policyAttributeCreationTime"}
_EPOCHS = (0, 978_307_200)  # seconds of 1970 at which times may begin: 1970, and Core Foundation's 2001
_UNITS = {"DAYS_TO_SECONDS": 86400}  # a word of the language
_TOKEN = regex(r"\s*(?:([0-9]+(?:\.[0-9]+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|=<|=>|==|!=|<>|&&|\|\||[<>=()!+*-])|(\Z))")
_OPERATORS = {"=<": "<=", "=>": ">=", "==": "=", "<>": "!="}
_COMPARISONS = frozenset({"<", ">", "=", "<=", ">=", "!="})
_WORDS = {"&&": "and", "||": "or", "!": "not"}
_LONGEST, _DEEPEST = 4096, 32


class Ruling(NamedTuple):
    """What a condition says.

    Attributes:
        holds: whether it holds at the moment; None when that is not known.
        until: when it will stop to hold, if it holds and says so by a fixed date; None for no such date.
        by_time: whether the time is a part of it.
    """

    holds: bool | None
    until: datetime | None = None
    by_time: bool = False


class _Unknown(Exception):  # noqa: N818 - it is no error: the language has more than is read here
    pass


class _Term(NamedTuple):
    """A number or date that grows by ``slope`` a second."""

    slope: float
    base: float
    moving: bool = False
    is_date: bool = False


class _Node(NamedTuple):
    """``and``, ``or``, ``not``, ``true``, ``false`` over nodes, or a comparison of two terms, None where a name in them is not known."""

    what: str
    nodes: tuple[_Node, ...] = ()
    left: _Term | None = None
    right: _Term | None = None

    def comparisons(self) -> Iterator[tuple[_Term, _Term]]:
        for each in self.nodes:
            yield from each.comparisons()
        if self.left is not None and self.right is not None:
            yield self.left, self.right

    def holds(self, seconds: float, now: float) -> bool | None:
        """Tell whether it holds at a time; what moves is judged at ``now``."""
        if self.what in {"and", "or"}:
            found = {each.holds(seconds, now) for each in self.nodes}
            decides = self.what == "or"
            return decides if decides in found else None if None in found else not decides
        if self.what == "not":
            inner = self.nodes[0].holds(seconds, now)
            return None if inner is None else not inner
        if self.what in {"true", "false"}:
            return self.what == "true"
        left, right = self.left, self.right
        if left is None or right is None or left.is_date != right.is_date:
            return None
        at = now if left.moving or right.moving else seconds
        difference = (left.slope - right.slope) * at + left.base - right.base
        if not math.isfinite(difference):
            return None
        return {
            "<": difference < 0,
            ">": difference > 0,
            "=": difference == 0,
            "<=": difference <= 0,
            ">=": difference >= 0,
            "!=": difference != 0,
        }[self.what]


def rule(condition: str, values: Mapping[str, Value], at: datetime) -> Ruling:
    """Judge a condition at a moment.

    Args:
        condition: text of a ``policyContent``.
        values: by the names in it: the account's (times in seconds since 1970) and the policy's parameters, as they are written.
        at: with a time zone.
    """
    found = []
    for epoch in _EPOCHS:
        now = at.timestamp() - epoch
        try:
            node = _Parser(condition, {name: _term(name, value, epoch) for name, value in values.items()}).all()
        except _Unknown:
            return Ruling(None)
        found.append(_ruled(node, now, epoch))
    return found[0] if len(set(found)) == 1 else Ruling(None)


def _ruled(node: _Node, now: float, epoch: int) -> Ruling:
    pairs = list(node.comparisons())
    by_time = any(left.slope != right.slope for left, right in pairs)
    if node.holds(now, now) is not True:
        return Ruling(node.holds(now, now), None, by_time)
    fixed = [(left, right) for left, right in pairs if left.slope != right.slope and not left.moving and not right.moving]
    ends = sorted((right.base - left.base) / (left.slope - right.slope) for left, right in fixed)
    for end in ends:
        if not now <= end < math.inf:
            continue
        after = {node.holds(end, now), node.holds(end + 1, now)}
        if None in after:
            return Ruling(None, None, by_time)
        if False in after:
            try:
                return Ruling(True, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(end + epoch)), by_time)
            except OverflowError:  # beyond the year 9999: never
                break
    return Ruling(True, None, by_time)


def _term(name: str, value: Value, epoch: int) -> _Term | None:
    if isinstance(value, datetime):
        return _Term(0, (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() - epoch, is_date=True)
    try:
        number = float(value)
    except OverflowError:
        return None
    return _Term(0, number - epoch if name in _TIMES else number, name in _MOVING)


class _Parser:
    """Reads a condition.

    Args:
        text: of it.
        names: what is known of the names in it.
    """

    def __init__(self, text: str, names: Mapping[str, _Term | None]) -> None:
        if len(text) > _LONGEST:
            raise _Unknown
        self._names = names
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def all(self) -> _Node:
        """Return the whole condition."""
        found = self._either()
        if self._peek() != ("", ""):
            raise _Unknown
        return found

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _took(self, *words: str) -> str:
        """Take the next token, if it is one of these."""
        kind, text = self._peek()
        word = text.lower() if kind == "name" else _WORDS.get(text, text)
        if kind and kind != "number" and word in words:
            self._at += 1
            return word
        return ""

    def _either(self) -> _Node:
        """Return conditions that are all joined by AND, or all by OR: which of them binds closer is not written down anywhere."""
        nodes = [self._one()]
        joint = ""
        while word := self._took("and", "or"):
            if joint not in {"", word}:
                raise _Unknown
            joint = word
            nodes.append(self._one())
        return _Node(joint, tuple(nodes)) if joint else nodes[0]

    def _one(self) -> _Node:
        if self._took("not"):
            return _Node("not", (self._deeper(self._one),))
        if word := self._took("truepredicate", "falsepredicate"):
            return _Node(word.removesuffix("predicate"))
        start = self._at, self._depth
        try:
            return self._comparison()
        except _Unknown:
            self._at, self._depth = start
        return self._bracketed(self._either)

    def _deeper(self, read: Callable[[], T]) -> T:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unknown
        found = read()
        self._depth -= 1
        return found

    def _bracketed(self, read: Callable[[], T]) -> T:
        if not self._took("("):
            raise _Unknown
        found = self._deeper(read)
        if not self._took(")"):
            raise _Unknown
        return found

    def _comparison(self) -> _Node:
        left = self._sum()
        kind, operator = self._peek()
        operator = _OPERATORS.get(operator, operator)
        if kind != "sign" or operator not in _COMPARISONS:
            raise _Unknown
        self._at += 1
        return _Node(operator, (), left, self._sum())

    def _sum(self) -> _Term | None:
        found = self._product()
        while sign := self._took("+", "-"):
            found = _added(found, self._product(), 1 if sign == "+" else -1)
        return found

    def _product(self) -> _Term | None:
        found = self._atom()
        while self._took("*"):
            found = _multiplied(found, self._atom())
        return found

    def _atom(self) -> _Term | None:
        kind, text = self._peek()
        if kind == "number":
            self._at += 1
            return _Term(0, float(text))
        if kind == "name" and text.lower() not in {"and", "or", "not", "truepredicate", "falsepredicate"}:
            self._at += 1
            if text in {_NOW, _TODAY}:
                return _Term(1, 0, is_date=text == _TODAY)
            return self._names.get(text) or (_Term(0, _UNITS[text]) if text in _UNITS else None)
        return self._bracketed(self._sum)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Unknown
        number, name, sign, _ = match.groups()
        if number or name or sign:
            yield ("number", number) if number else ("name", name) if name else ("sign", sign)
        at = match.end()


def _added(left: _Term | None, right: _Term | None, sign: int) -> _Term | None:
    if left is None or right is None or left.is_date or right.is_date:
        return None
    return _Term(left.slope + sign * right.slope, left.base + sign * right.base, left.moving or right.moving)


def _multiplied(left: _Term | None, right: _Term | None) -> _Term | None:
    if left is None or right is None or left.is_date or right.is_date or (left.slope and right.slope):
        return None
    slope = left.slope * right.base + right.slope * left.base
    return _Term(slope, left.base * right.base, left.moving or right.moving)
