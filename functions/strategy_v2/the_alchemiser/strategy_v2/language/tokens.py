"""The pieces of a strategy's text, as patterns."""

from __future__ import annotations

import re

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.source import Source

SMALL_FORM, OPEN, CLOSE, STRING, NUMBER, KEYWORD, SYMBOL, END, OTHER = range(1, 10)
"""Which group of a pattern has matched."""

MAX_NUMBER = 40
"""Characters of a number: more than any price, share or day count can need."""

_GAP = r"[\s,]*+(?:;[^\n]*+[\s,]*+)*+"
_WORD = r"a-zA-Z_><=!?+*/\-"
_STOP = r"""(?=[\s,()\[\]{}";]|\Z)"""
_TOKEN = (
    r"|([(\[{])"
    r"|([)\]}])"
    r'|"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
    rf"|([+-]?[0-9]+(?:\.[0-9]+)?){_STOP}"
    rf"|:([{_WORD}][{_WORD}0-9.]*){_STOP}"
    rf"|([{_WORD}][{_WORD}0-9.]*){_STOP}"
    r"|(\Z)"
    r"|(\S)"
)
_CONTENT = r'(?:[^()\[\]{};"\\]++|"[^"\\]*+")*+'
_FLAT = rf"[(\[{{](?:{_CONTENT}\{{{_CONTENT}\}})?+{_CONTENT}[)\]}}]"
_SMALL = rf"(\[{_FLAT}\]|{_FLAT})"

TOKEN = re.compile(rf"{_GAP}(?:((?!)){_TOKEN})", re.DOTALL)
"""Matches the gap before a token, and the token; no character of a text is left out."""

TOKEN_OR_SMALL_FORM = re.compile(rf"{_GAP}(?:{_SMALL}{_TOKEN})", re.DOTALL)
"""Matches small forms at once: `(rsi "SPY" {:window 10})`, `{:window 10}`, `[(asset "SPY")]`."""

SMALL_FORM_DEPTH = 3
"""Levels of brackets that a small form can have."""

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


def malformed(source: Source, offset: int) -> StrategyError:
    """Name the error of a character that starts no token."""
    text = source.text
    if text[offset] == '"':
        return source.fault(offset, expected='a closing "', found="the end of the file")
    word = re.compile(r"[^\s,()\[\]{}\";]+").match(text, offset)
    found = word[0] if word else text[offset]
    if found[0] == ":":
        return source.fault(offset, expected="a keyword such as :window", found=found)
    if found.lstrip("+-.")[:1].isdigit():
        return source.fault(offset, expected="a number such as 14 or 0.25", found=found)
    return source.fault(offset, expected="a form, string, number, keyword or symbol", found=found)
