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
from the_alchemiser.shared.tickers import canonical

INDICATORS = (
    "rsi",
    "relative-strength-index",
    "current-price",
    "moving-average-price",
    "exponential-moving-average-price",
    "moving-average-return",
    "cumulative-return",
    "stdev-return",
    "standard-deviation-return",
    "stdev-price",
    "standard-deviation-price",
    "max-drawdown",
    "percentage-price-oscillator",
    "percentage-price-oscillator-signal",
    "moving-average-convergence-divergence",
    "moving-average-convergence-divergence-signal",
    "lower-bollinger",
    "upper-bollinger",
)
"""Every name of an indicator in the strategy language."""

WORDS = frozenset({"TRUE", "FALSE", "AND", "OR", "IF", "ELSE", "NOT", "THEN", "NIL", "NULL"})
"""Words that read like tickers; outside quotes they are none, whichever company lists under one."""

_PREFIX, _SUFFIX = "EQUITIES::", "//USD"
_HEADS = "|".join(("asset", *INDICATORS))
_SCAN = re.compile(
    rf'\([\s,\ufeff]*(?:{_HEADS})[\s,]*"((?:[^"\\]|\\.)*)"'  # a head that takes a ticker
    r'|"(?:[^"\\]|\\.)*"'  # any other string: what it quotes is no code
    r"|;[^\n]*",  # a comment
    re.DOTALL,
)


def symbol_of(text: str) -> str | None:
    """Spell a strategy's ticker as the broker does: `BRK/B`, or `EQUITIES::BRK/B//USD`, is BRK.B.

    None for what is no ticker of a US equity, such as `CRYPTO::BTC//USD`.
    """
    if text.startswith(_PREFIX) and text.endswith(_SUFFIX):
        text = text[len(_PREFIX) : -len(_SUFFIX)]
    symbol = canonical(text)
    return None if symbol is None or "/" in symbol else symbol


def is_word(text: str) -> bool:
    """Tell whether a text outside quotes belongs to the language."""
    return text in WORDS


def find_symbols(text: str) -> frozenset[str]:
    """Collect the tickers of one strategy's text, leaving out comments and quoted prose."""
    found = (symbol_of(match[1]) for match in _SCAN.finditer(text) if match[1])
    return frozenset(symbol for symbol in found if symbol is not None)


def configured_symbols(root: Path) -> tuple[str, ...]:
    """List, sorted, the tickers of every file that any stage trades."""
    stages = (read_allocations(root, path) for path in ALLOCATION_FILES)
    files = {entry.file for stage in stages for entry in stage.entries}
    texts = (load_strategy(root, file) for file in sorted(files))
    return tuple(sorted(frozenset[str]().union(*map(find_symbols, texts))))
