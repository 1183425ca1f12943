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

ROOM = range(1, MAX_DEPTH - 1)
"""Depths at which a small form with a map, two levels in all, can stand without a check."""

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
    """One pass over the text; `_items` collects what the innermost open bracket holds so far."""

    def __init__(self, source: Source, shared: bool) -> None:
        self._source = source
        self._shared = shared
        self._atoms: dict[int, dict[str, Atom]] = {kind: {} for kind in KINDS}
        self._forms: dict[tuple[str, tuple[Node, ...]], Form] = {}
        self._items: list[Node] = []
        self._bracket = ""
        self._start = 0
        self._outer: list[tuple[list[Node], str, int]] = []
        self._take = {
            **dict.fromkeys(KINDS, self._take_atom),
            OPEN: self._take_open,
            CLOSE: self._take_close,
            END: self._take_end,
            OTHER: self._take_other,
        }

    def parse(self) -> Node:
        """Read the whole text."""
        if self._shared:
            self._read_quickly()
        else:
            self._read(0, len(self._source.text))
        return self._finish()

    def _read_quickly(self) -> None:
        """Read the text, and each small form only where it stands first."""
        known: dict[str, Node] = {}
        take = self._take
        for match in TOKEN_OR_SMALL_FORM.finditer(self._source.text):
            kind = match.lastindex or 0
            if kind != SMALL_FORM:
                take[kind](match)
            elif (form := known.get(match[SMALL_FORM])) and len(self._outer) in ROOM:
                self._items.append(form)
            else:
                self._read(match.start(SMALL_FORM), match.end(SMALL_FORM))
                known[match[SMALL_FORM]] = self._items[-1]

    def _read(self, start: int, end: int) -> None:
        take = self._take
        for match in TOKEN.finditer(self._source.text, start, end):
            take[match.lastindex or 0](match)

    def _take_atom(self, match: re.Match[str]) -> None:
        kind = match.lastindex or 0
        if not self._outer:
            self._refuse_second(match.start(kind))
        text = match[kind]
        self._items.append(self._atoms[kind].get(text) or self._atom(kind, text, match.start(kind)))

    def _take_end(self, match: re.Match[str]) -> None:
        """Nothing stands at the end of the text, or of a small form within it."""

    def _take_other(self, match: re.Match[str]) -> None:
        raise malformed(self._source, match.start(OTHER))

    def _atom(self, kind: int, text: str, offset: int) -> Atom:
        if kind == NUMBER and len(text) > MAX_NUMBER:
            raise self._source.fault(
                offset, expected=f"a number of at most {MAX_NUMBER} characters", found=text
            )
        value = unescape(text) if kind == STRING and "\\" in text else text
        atom = self._atoms[kind][text] = Atom(KINDS[kind], value)
        return atom

    def _take_open(self, match: re.Match[str]) -> None:
        offset = match.start(OPEN)
        if not self._outer:
            self._refuse_second(offset)
        elif len(self._outer) >= MAX_DEPTH:
            raise self._source.fault(
                offset, expected=f"at most {MAX_DEPTH} levels of nesting", found="one more"
            )
        self._outer.append((self._items, self._bracket, self._start))
        self._items, self._bracket, self._start = [], match[OPEN], offset

    def _take_close(self, match: re.Match[str]) -> None:
        bracket, items = self._bracket, self._items
        if not self._outer or match[CLOSE] != CLOSING[bracket]:
            raise self._unmatched(match.start(CLOSE), match[CLOSE])
        if bracket == "{" and len(items) % 2:
            raise self._source.fault(
                self._start, expected="a map of keys with values", found=f"{len(items)} items"
            )
        key = (bracket, tuple(items))
        form = self._forms.get(key) if self._shared else None
        if form is None:
            form = self._forms[key] = Form(bracket, key[1], self._start)
        self._items, self._bracket, self._start = self._outer.pop()
        self._items.append(form)

    def _finish(self) -> Node:
        end = len(self._source.text)
        if self._outer:
            raise self._unmatched(end, "the end of the file")
        if not self._items:
            raise self._source.fault(end, expected="one form", found="the end of the file")
        return self._items[0]

    def _refuse_second(self, offset: int) -> None:
        if self._items:
            raise self._source.fault(
                offset,
                expected="the end of the file after its one form",
                found=self._source.text[offset : offset + 20],
            )

    def _unmatched(self, offset: int, found: str) -> StrategyError:
        if not self._outer:
            return self._source.fault(offset, expected="a form", found=found)
        line, column = self._source.position(self._start)
        return self._source.fault(
            offset,
            expected=f"{CLOSING[self._bracket]} for the {self._bracket} at {line}:{column}",
            found=found,
        )
