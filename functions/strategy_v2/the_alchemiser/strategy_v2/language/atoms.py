"""Telling strings, numbers, keywords and symbols apart."""

from __future__ import annotations

from the_alchemiser.strategy_v2.language.source import Source
from the_alchemiser.strategy_v2.language.tokens import MAX_NUMBER, NAME, NUMBER, unescape
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind


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
    if NAME.fullmatch(token):
        return Atom(AtomKind.SYMBOL, token)
    is_number = token.lstrip("+-.")[:1].isdigit()
    expected = "a form, string, number, keyword or symbol"
    expected = "a number such as 14 or 0.25" if is_number else expected
    raise source.fault(offset, expected=expected, found=token)


def _number(source: Source, token: str, offset: int) -> Atom:
    if len(token) > MAX_NUMBER:
        expected = f"a number of at most {MAX_NUMBER} characters"
        raise source.fault(offset, expected=expected, found=token)
    return Atom(AtomKind.NUMBER, token)
