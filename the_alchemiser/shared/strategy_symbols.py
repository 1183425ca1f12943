"""Which tickers a strategy's text can ask for, so that data is kept for just those.

A single pass with one pattern: the functions that keep data need no parser for this.
"""

from __future__ import annotations

import re
from pathlib import Path

from the_alchemiser.shared.strategy_allocations import (
    ALLOCATION_FILES,
    load_strategy,
    read_allocations,
)

INDICATORS = (
    "rsi",
    "current-price",
    "moving-average-price",
    "exponential-moving-average-price",
    "moving-average-return",
    "cumulative-return",
    "stdev-return",
    "stdev-price",
    "max-drawdown",
)
"""Every indicator of the strategy language, as it is spelled there."""

RESERVED = frozenset({"TRUE", "FALSE", "AND", "OR", "IF", "ELSE", "NOT", "THEN", "NIL", "NULL"})
"""Words that read like tickers and are none, whichever company may list under them."""

_TICKER = re.compile(r"[A-Z]{1,6}(?:\.[A-Z])?")
_HEADS = "|".join(("asset", *INDICATORS))
_SCAN = re.compile(
    rf'\([\s,]*(?:{_HEADS})[\s,]*"((?:[^"\\]|\\.)*)"'  # a head that takes a ticker
    r'|"(?:[^"\\]|\\.)*"'  # any other string: what it quotes is no code
    r"|;[^\n]*",  # a comment
    re.DOTALL,
)


def is_ticker(text: str) -> bool:
    """Tell whether the language takes this text for a ticker, such as SPY or BRK.B."""
    return _TICKER.fullmatch(text) is not None and text not in RESERVED


def find_symbols(text: str) -> frozenset[str]:
    """Collect the tickers of one strategy's text, leaving out comments and quoted prose."""
    return frozenset(
        ticker for match in _SCAN.finditer(text) if (ticker := match[1]) and is_ticker(ticker)
    )


def configured_symbols(root: Path) -> tuple[str, ...]:
    """List, sorted, the tickers of every file that any stage trades."""
    files = {
        entry.file for path in ALLOCATION_FILES for entry in read_allocations(root, path).entries
    }
    texts = (load_strategy(root, file) for file in sorted(files))
    return tuple(sorted(frozenset[str]().union(*map(find_symbols, texts))))
