"""From text to tree, with an explicit stack: depth is limited by a rule, not by the machine."""

from __future__ import annotations

import re

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.source import Source
from the_alchemiser.strategy_v2.language.tokens import (
    CLOSE,
    END,
    KEYWORD,
    MAX_NUMBER,
    NUMBER,
    OPEN,
    OTHER,
    SMALL_FORM,
    SMALL_FORM_DEPTH,
    STRING,
    SYMBOL,
    TOKEN,
    TOKEN_OR_SMALL_FORM,
    malformed,
    unescape,
)
from the_alchemiser.strategy_v2.language.tree import CLOSING, Atom, AtomKind, Form, Node

MAX_BYTES = 10_000_000
MAX_DEPTH = 300

KINDS = {
    STRING: AtomKind.STRING,
    NUMBER: AtomKind.NUMBER,
    KEYWORD: AtomKind.KEYWORD,
    SYMBOL: AtomKind.SYMBOL,
}


def parse(source: Source, *, shared: bool = True) -> Node:
    """Read the one form of a strategy's text.

    With `shared`, equal forms are one object that stands where the first of them stands; without,
    each form has its own place.
    """
    size_bytes = len(source.text.encode())
    if size_bytes > MAX_BYTES:
        raise source.fault(0, expected=f"at most {MAX_BYTES} bytes", found=f"{size_bytes}")
    return _Parser(source, shared).parse()


class _Parser:
    """Keeps what was read before, so that a form that stands in many places is made once."""

    def __init__(self, source: Source, shared: bool) -> None:
        self._source = source
        self._shared = shared
        self._forms: dict[tuple[str, tuple[Node, ...]], Form] = {}
        self._known: dict[int, dict[str, tuple[Node, ...]]] = {
            kind: {} for kind in (SMALL_FORM, *KINDS, OTHER, END)
        }

    def parse(self) -> Node:
        pattern = TOKEN_OR_SMALL_FORM if self._shared else TOKEN
        items = self._read(pattern, 0, len(self._source.text))
        if len(items) != 1:
            raise self._not_one()
        return items[0]

    def _read(self, pattern: re.Pattern[str], begin: int, end: int) -> list[Node]:
        """Read a stretch of text; what it says in one token is looked up, and read if it is new."""
        forms, known = self._forms, self._known
        items: list[Node] = []
        bracket, start = "", 0
        deepest = MAX_DEPTH - (SMALL_FORM_DEPTH if pattern is TOKEN_OR_SMALL_FORM else 0)
        outer: list[tuple[list[Node], str, int]] = []
        for match in pattern.finditer(self._source.text, begin, end):
            kind = match.lastindex or 0
            if kind == OPEN:
                outer.append((items, bracket, start))
                items, bracket, start = [], match[OPEN], match.start(OPEN)
                if len(outer) > deepest:
                    return self._read_deep(pattern)
            elif kind == CLOSE:
                if CLOSING.get(bracket) != match[CLOSE]:
                    raise self._unmatched(match.start(CLOSE), match[CLOSE], bracket, start)
                key = (bracket, tuple(items))
                form = forms.get(key) or self._form(key, start)
                items, bracket, start = outer.pop()
                items.append(form)
            else:
                items += known[kind].get(match[kind]) or self._new(kind, match)
        if bracket:
            raise self._unmatched(end, "the end of the file", bracket, start)
        return items

    def _read_deep(self, pattern: re.Pattern[str]) -> list[Node]:
        """Read a text, whose small forms may be too deep, bracket by bracket."""
        if pattern is TOKEN:
            raise self._too_deep()
        return self._read(TOKEN, 0, len(self._source.text))

    def _form(self, key: tuple[str, tuple[Node, ...]], start: int) -> Form:
        bracket, items = key
        if bracket == "{" and len(items) % 2:
            raise self._source.fault(
                start, expected="a map of keys with values", found=f"{len(items)} items"
            )
        form = Form(bracket, items, start)
        if self._shared:
            self._forms[key] = form
        return form

    def _new(self, kind: int, match: re.Match[str]) -> tuple[Node, ...]:
        """Read a token's text for the first time; the end of the text says nothing."""
        if kind == END:
            return ()
        if kind == OTHER:
            raise malformed(self._source, match.start(kind))
        if kind == SMALL_FORM:
            nodes = tuple(self._read(TOKEN, match.start(kind), match.end(kind)))
        else:
            nodes = (self._atom(kind, match[kind], match.start(kind)),)
        self._known[kind][match[kind]] = nodes
        return nodes

    def _atom(self, kind: int, text: str, offset: int) -> Atom:
        if kind == NUMBER and len(text) > MAX_NUMBER:
            raise self._source.fault(
                offset, expected=f"a number of at most {MAX_NUMBER} characters", found=text
            )
        return Atom(KINDS[kind], unescape(text) if kind == STRING and "\\" in text else text)

    def _not_one(self) -> StrategyError:
        depth = 0
        found = []
        for match in TOKEN.finditer(self._source.text):
            kind = match.lastindex or 0
            if depth == 0 and kind not in (CLOSE, END):
                found.append(match.start(kind))
            depth += (kind == OPEN) - (kind == CLOSE)
        if not found:
            end = len(self._source.text)
            return self._source.fault(end, expected="one form", found="the end of the file")
        second = found[1]
        return self._source.fault(
            second,
            expected="the end of the file after its one form",
            found=self._source.text[second : second + 20],
        )

    def _too_deep(self) -> StrategyError:
        depth = 0
        for match in TOKEN.finditer(self._source.text):
            kind = match.lastindex or 0
            depth += (kind == OPEN) - (kind == CLOSE)
            if depth > MAX_DEPTH:
                break
        expected = f"at most {MAX_DEPTH} levels of nesting"
        return self._source.fault(match.start(OPEN), expected=expected, found="one more")

    def _unmatched(self, offset: int, found: str, bracket: str, start: int) -> StrategyError:
        if not bracket:
            return self._source.fault(offset, expected="a form", found=found)
        line, column = self._source.position(start)
        return self._source.fault(
            offset, expected=f"{CLOSING[bracket]} for the {bracket} at {line}:{column}", found=found
        )
