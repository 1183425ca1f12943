"""The pieces of a strategy's text, as patterns."""

from __future__ import annotations

import re

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
