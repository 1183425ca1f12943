"""The rooms that others can take name neither this system nor its stages nor its trade."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalogue.system import SYSTEM

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path.relative_to(ROOT)
    for room in ("blueprint", "components", "packager")
    for path in (ROOT / room).rglob("*")
    if path.is_file() and path.suffix != ".pyc"
)
OURS = {
    *("alchemiser", "alpaca", "broker", "brokers", "dev", "dividend", "equities", "equity"),
    *("market", "markets", "portfolio", "portfolios", "prod", "rebalance", "rebalancing"),
    *("strategies", "strategy", "ticker", "tickers", "trade", "trader", "trades", "trading"),
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""One word of an identifier, however its words are joined: `is_trading`, `TradeTable`, `DEV`."""
OTHERS = re.compile(r"https?://\S+|/dev\b|--index-strategy")
"""Addresses, a folder of every machine, an option of uv."""
NAMES = frozenset(spec.name for entries in (SYSTEM.functions, SYSTEM.tables) for spec in entries)


def ours(line: str) -> set[str]:
    line = OTHERS.sub("", line)
    words = {word.lower() for word in WORD.findall(line)}
    return words & OURS | {name for name in NAMES if re.search(rf"\b{re.escape(name)}\b", line)}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_reusable_module_says_nothing_of_ours(file: Path) -> None:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()

    assert {line: found for line in lines if (found := ours(line))} == {}


@pytest.mark.parametrize(
    "line",
    [
        'STAGES = ("dev",)',
        "# the alchemiser's",
        "the market's close",
        "if is_trading:",
        "class TradeTable:",
        'PROD_STAGE = "p"',
        'def go(stage="prod"):',
        'name = "metrics_v2"',
    ],
)
def test_what_is_ours_would_be_noticed(line: str) -> None:
    assert ours(line)


@pytest.mark.parametrize("line", ["# https://go.dev/ref", 'open("/dev/null")', "device", "product"])
def test_what_only_looks_like_ours_is_let_be(line: str) -> None:
    assert not ours(line)
