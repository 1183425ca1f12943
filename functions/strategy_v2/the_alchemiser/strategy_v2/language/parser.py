"""From text to tree, with an explicit stack: depth is limited by a rule, not by the machine."""

from __future__ import annotations

import re

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.text import (
    CLOSING,
    MARK,
    MAX_NUMBER,
    NAME,
    NUMBER,
    OPENING,
    SMALL_FORM_DEPTH,
    TOKEN,
    TOKEN_OR_SMALL_FORM,
    Source,
    number,
    unescape,
)
from the_alchemiser.strategy_v2.language.tree import (
    COUNTERPART,
    LITERALS,
    Atom,
    AtomKind,
    Form,
    Node,
)

MAX_BYTES = 10_000_000
MAX_DEPTH = 300

BARE_SYMPHONY = (AtomKind.SYMBOL, "defsymphony")


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
        self._known: dict[str, Node] = {}
        """Nodes by the one token that they were read from."""

    def parse(self) -> Node:
        pattern = TOKEN_OR_SMALL_FORM if self._shared else TOKEN
        items = self._read(pattern, 0, len(self._source.text))
        if _is_bare_symphony(items):
            start = TOKEN.match(self._source.text)
            return Form("(", tuple(items), start.start(1) - 1 if start else 0)
        if len(items) != 1:
            raise self._not_one()
        return items[0]

    def _read(self, pattern: re.Pattern[str], begin: int, end: int) -> list[Node]:
        """Read a stretch of text; what it says in one token is looked up, and read if it is new."""
        forms, known = self._forms, self._known
        items: list[Node] = []
        bracket, start = "", 0
        outer: list[tuple[list[Node], str, int]] = []
        deepest = MAX_DEPTH - (SMALL_FORM_DEPTH if pattern is TOKEN_OR_SMALL_FORM else 0)
        for match in pattern.finditer(self._source.text, begin, end):
            token = match[1]
            node = known.get(token)
            if node is not None:
                items.append(node)
            elif token in OPENING:
                outer.append((items, bracket, start))
                items, bracket, start = [], token, match.start(1)
                if len(outer) > deepest:
                    return self._read_deep(pattern)
            elif token in CLOSING:
                key = (bracket, tuple(items))
                if COUNTERPART.get(bracket) != token:
                    raise self._unmatched(match.start(1), token, bracket, start)
                form = forms.get(key) or self._form(key, start)
                items, bracket, start = outer.pop()
                items.append(form)
            else:
                items += self._new(token, match.start(1))
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

    def _new(self, token: str, offset: int) -> list[Node]:
        """Read a token for the first time; the end of the text says nothing."""
        if not token:
            return []
        if token[0] in OPENING:
            nodes = self._read(TOKEN, offset, offset + len(token))
        else:
            nodes = [read_atom(self._source, token, offset)]
        self._known[token] = nodes[0]
        return nodes

    def _not_one(self) -> StrategyError:
        depth = 0
        found = []
        for match in TOKEN.finditer(self._source.text):
            if depth == 0 and match[1] and match[1] not in CLOSING:
                found.append(match.start(1))
            depth += (match[1] in OPENING) - (match[1] in CLOSING)
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
            depth += (match[1] in OPENING) - (match[1] in CLOSING)
            if depth > MAX_DEPTH:
                break
        expected = f"at most {MAX_DEPTH} levels of nesting"
        return self._source.fault(match.start(1), expected=expected, found="one more")

    def _unmatched(self, offset: int, found: str, bracket: str, start: int) -> StrategyError:
        if not bracket:
            return self._source.fault(offset, expected="a form", found=found)
        line, column = self._source.position(start)
        return self._source.fault(
            offset,
            expected=f"{COUNTERPART[bracket]} for the {bracket} at {line}:{column}",
            found=found,
        )


def _is_bare_symphony(items: list[Node]) -> bool:
    """Tell a strategy whose outermost parentheses are left out, as some editors show it."""
    first = items[0] if len(items) > 1 else None
    return isinstance(first, Atom) and (first.kind, first.text) == BARE_SYMPHONY


def read_atom(source: Source, token: str, offset: int) -> Atom:
    """Read a token that is no bracket."""
    if token == '"':
        raise source.fault(offset, expected='a closing "', found="the end of the file")
    if token.startswith('"'):
        return Atom(AtomKind.STRING, unescape(token[1:-1]))
    if token.startswith(":"):
        if not NAME.fullmatch(token, 1):
            raise source.fault(offset, expected="a keyword such as :window", found=token)
        return Atom(AtomKind.KEYWORD, token[1:])
    if NUMBER.fullmatch(token):
        return _number(source, token, offset)
    if token in LITERALS:
        return LITERALS[token]
    if NAME.fullmatch(token):
        return Atom(AtomKind.SYMBOL, token)
    raise _unreadable(source, token, offset)


def _unreadable(source: Source, token: str, offset: int) -> StrategyError:
    expected = "a form, string, number, keyword or symbol"
    if token.startswith(MARK):
        expected = f"a whole form behind {MARK}"
    elif token.lstrip("+-.")[:1].isdigit():
        expected = "a number such as 14 or 0.25"
    return source.fault(offset, expected=expected, found=token)


def _number(source: Source, token: str, offset: int) -> Atom:
    if len(token) > MAX_NUMBER:
        expected = f"a number of at most {MAX_NUMBER} characters"
        raise source.fault(offset, expected=expected, found=token)
    if number(token) is None:
        expected = f"a number, other than 0 from 1e-{MAX_NUMBER} to 1e{MAX_NUMBER}"
        raise source.fault(offset, expected=expected, found=token)
    return Atom(AtomKind.NUMBER, token)
