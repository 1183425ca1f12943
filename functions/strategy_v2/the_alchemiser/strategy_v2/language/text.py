"""A strategy's text: its pieces as patterns, what it discards, and errors that point into it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from the_alchemiser.shared.errors import StrategyError

MAX_FOUND = 60
"""Characters of the offending text that an error quotes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The text of one file."""

    file: str
    """Name for messages, such as `nested/regime-tree.clj`."""
    text: str
    """What the file says; where it discards something there are spaces."""

    def __post_init__(self) -> None:
        """Leave out what is discarded, in place."""
        object.__setattr__(self, "text", without_discards(self.text))

    def lines(self) -> list[int]:
        """List where the lines end, for whoever asks about many offsets."""
        return [match.start() for match in re.finditer("\n", self.text)]

    def position(self, offset: int) -> tuple[int, int]:
        """Turn an offset into line and column, both counted from 1."""
        offset = max(offset, 0)
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - self.text.rfind("\n", 0, offset)

    def place(self, offset: int) -> str:
        """Name an offset as editors do, such as `nested/regime-tree.clj:3:7`."""
        line, column = self.position(offset)
        return f"{self.file}:{line}:{column}"

    def item_offset(self, offset: int, index: int) -> int:
        """Find where an item of the form at an offset stands; past the last is its bracket.

        Read again, since only errors ever ask.
        """
        depth = found = 0
        for match in TOKEN.finditer(self.text, offset + 1):
            token = match[1]
            if depth == 0 and (found == index or token in CLOSING):
                return match.start(1)
            depth += (token in OPENING) - (token in CLOSING)
            found += depth == 0
        return offset

    def fault(self, offset: int, *, expected: str, found: str) -> StrategyError:
        """Make the error for what stands at an offset."""
        line, column = self.position(offset)
        found = shorten(found)
        return StrategyError(
            f"{self.place(offset)}: expected {expected}, found {found}",
            details={
                "file": self.file,
                "line": line,
                "column": column,
                "expected": expected,
                "found": found,
            },
        )


def shorten(text: str) -> str:
    """Cut text to what a message can carry."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_FOUND else text[: MAX_FOUND - 1] + "…"


_GAP = r"[\s,\ufeff]*+(?:;[^\n]*+[\s,\ufeff]*+)*+"
_WORD = r'[^\s,\ufeff()\[\]{}";]++'
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_CONTENT = r'(?:[^()\[\]{};"\\]++|"[^"\\]*+")*+'
_FLAT = rf"[(\[{{](?:{_CONTENT}\{{{_CONTENT}\}})?+{_CONTENT}[)\]}}]"

TOKEN = re.compile(rf"{_GAP}([()\[\]{{}}]|{_STRING}|{_WORD}|\Z|\")", re.DOTALL)
"""Matches the gap before a token, and the token, which at the end is empty.

A byte order mark counts as space: editors on Windows leave one at the beginning.

No character of a text is left out: what no token starts with is a word, or a quote of its own.
"""

TOKEN_OR_SMALL_FORM = re.compile(
    rf"{_GAP}(\[{_FLAT}\]|{_FLAT}|[()\[\]{{}}]|{_STRING}|{_WORD}|\Z|\")", re.DOTALL
)
"""Matches small forms at once: `(rsi "SPY" {:window 10})`, `{:window 10}`, `[(asset "SPY")]`."""

SMALL_FORM_DEPTH = 3
"""Levels of brackets that a small form can have."""

MAX_NUMBER = 40
"""Characters of a number: more than any price, share or day count can need."""

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?[0-9]+/[0-9]+")
NAME = re.compile(r"[a-zA-Z_><=!?+*/\-][a-zA-Z_><=!?+*/\-0-9.]*")
"""A symbol, and a keyword after its colon."""


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """Read a number's text: `14`, `-0.25`, `.5`, `1e2`, `1/2`; None if it is none that counts.

    A fraction that does not end keeps 28 digits.
    """
    if not NUMBER.fullmatch(text):
        return None
    above, _, below = text.partition("/")
    try:
        value = Decimal(above) / Decimal(below or 1)
    except ArithmeticError:
        return None
    return value if not value or abs(value.adjusted()) <= MAX_NUMBER else None


OPENING = frozenset("([{")
CLOSING = frozenset(")]}")

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def unescape(text: str) -> str:
    r"""Resolve `\n`, `\t`, `\r`; any other escaped character stands for itself."""
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), text)


def escape(text: str) -> str:
    """Write text so that `unescape` gives it back."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    for letter, character in _ESCAPES.items():
        text = text.replace(character, f"\\{letter}")
    return text


MARK, METADATA = "#_", "^"
"""Before a form that is left out, and before one that says something of the next."""
_NOT_A_LINE_END = re.compile(r"[^\n]")


def without_discards(text: str) -> str:
    """Put spaces where a form is discarded, so that everything else stays in its place.

    Two marks in a row discard two forms. A mark without a form behind it stays for the parser to
    find.
    """
    if MARK not in text and METADATA not in text:
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
        marks, length = _marks(token)
        if marks:
            start = start if waiting else begin
            waiting += marks
        if token in OPENING:
            outer.append((waiting, start))
            waiting = 0
            continue
        if token in CLOSING:
            waiting, start = outer.pop() if outer else (0, 0)
        is_form = len(token) > length
        if waiting and is_form:
            waiting -= 1
            if not waiting:
                found.append((start, match.end(1)))
    return _outermost(found)


def _marks(token: str) -> tuple[int, int]:
    """Count the marks that a token begins with, and the characters of all of them."""
    count = length = 0
    while token.startswith((MARK, METADATA), length):
        length += len(MARK if token.startswith(MARK, length) else METADATA)
        count += 1
    return count, length


def _outermost(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop what lies within another; stretches come in the order of their ends."""
    kept: list[tuple[int, int]] = []
    for start, end in stretches:
        while kept and kept[-1][0] >= start:
            kept.pop()
        kept.append((start, end))
    return kept
