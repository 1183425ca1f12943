"""Telling strings, numbers, keywords and symbols apart."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.discards import MARK
from the_alchemiser.strategy_v2.language.source import Source
from the_alchemiser.strategy_v2.language.tokens import MAX_NUMBER, NAME, NUMBER, unescape
from the_alchemiser.strategy_v2.language.tree import LITERALS, Atom, AtomKind


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


def _number(source: Source, token: str, offset: int) -> Atom:
    if len(token) > MAX_NUMBER:
        expected = f"a number of at most {MAX_NUMBER} characters"
        raise source.fault(offset, expected=expected, found=token)
    if number(token) is None:
        expected = f"a number, other than 0 from 1e-{MAX_NUMBER} to 1e{MAX_NUMBER}"
        raise source.fault(offset, expected=expected, found=token)
    return Atom(AtomKind.NUMBER, token)
