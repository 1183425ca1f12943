"""Leaving out what a file discards: `#_` before a form, as Clojure reads it."""

from __future__ import annotations

import re

from the_alchemiser.strategy_v2.language.tokens import CLOSING, OPENING, TOKEN

MARK = "#_"
_NOT_A_LINE_END = re.compile(r"[^\n]")


def without_discards(text: str) -> str:
    """Put spaces where a form is discarded, so that everything else stays in its place.

    Two marks in a row discard two forms. A mark without a form behind it stays for the parser to
    find.
    """
    if MARK not in text:
        return text
    pieces, done = [], 0
    for start, end in _discarded(text):
        pieces += [text[done:start], _NOT_A_LINE_END.sub(" ", text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _discarded(text: str) -> list[tuple[int, int]]:
    """List the stretches from the first mark to the end of the last form that it discards."""
    found: list[tuple[int, int]] = []
    waiting, start = 0, 0
    outer: list[tuple[int, int]] = []
    for match in TOKEN.finditer(text):
        token, begin = match[1], match.start(1)
        if token == '"':
            break  # It begins a string that nothing ends.
        marks = _marks(token)
        if marks:
            start = start if waiting else begin
            waiting += marks
        if token in OPENING:
            outer.append((waiting, start))
            waiting = 0
            continue
        if token in CLOSING:
            waiting, start = outer.pop() if outer else (0, 0)
        is_form = len(token) > len(MARK) * marks
        if waiting and is_form:
            waiting -= 1
            if not waiting:
                found.append((start, match.end(1)))
    return _outermost(found)


def _marks(token: str) -> int:
    count = 0
    while token.startswith(MARK, count * len(MARK)):
        count += 1
    return count


def _outermost(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop what lies within another; stretches come in the order of their ends."""
    kept: list[tuple[int, int]] = []
    for start, end in stretches:
        while kept and kept[-1][0] >= start:
            kept.pop()
        kept.append((start, end))
    return kept
