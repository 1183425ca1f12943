import json
from pathlib import Path

import pytest

from the_alchemiser.shared.strategy_symbols import (
    INDICATORS,
    configured_symbols,
    find_symbols,
    symbol_of,
)


def test_assets_and_every_indicator_name_symbols() -> None:
    text = '(asset "AAA")' + "".join(
        f'({head} "T{chr(65 + index)}" {{:window 9}})' for index, head in enumerate(INDICATORS)
    )
    expected = {"AAA", *(f"T{chr(65 + index)}" for index in range(len(INDICATORS)))}
    assert find_symbols(text) == expected


def test_space_commas_and_lines_may_stand_between() -> None:
    assert find_symbols('( asset,\n "SPY" "S&P 500") (rsi\n"QQQ")') == {"SPY", "QQQ"}


@pytest.mark.parametrize(
    "text",
    [
        '; (asset "SPY")',
        '(group "SPY" [])',
        '(group "say (asset \\"SPY\\") here" [])',
        '(asset "spy")',
        '(asset "CRYPTO::BTC//USD")',
        '(asset "BTC/USD")',
        '(asset "S P Y")',
        '(assets "SPY")',
        '(asset {:x "SPY"})',
    ],
)
def test_comments_prose_and_other_words_name_none(text: str) -> None:
    assert find_symbols(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", "A"),
        ("GOOGLE", "GOOGLE"),
        ("OR", "OR"),
        ("TRUE", "TRUE"),
        ("C3AI", "C3AI"),
        ("BRK.B", "BRK.B"),
        ("BRK/B", "BRK.B"),
        ("BF-B", "BF.B"),
        ("EQUITIES::IGIB//USD", "IGIB"),
        ("EQUITIES::BRK/B//USD", "BRK.B"),
        ("EQUITIES::IGIB//EUR", None),
        ("CRYPTO::BTC//USD", None),
        ("ETH/BTC", None),
        ("spy", None),
        ("3M", None),
        ("", None),
        ("A.", None),
        ("ABCDEFGHIJK", None),
    ],
)
def test_a_ticker_is_spelled_as_the_broker_does(text: str, expected: str | None) -> None:
    assert symbol_of(text) == expected


def test_every_book_counts_for_the_configured_symbols(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "strategies").mkdir()
    for stage, file, symbol in (("dev", "a.clj", "ZZZ"), ("prod", "b.clj", "AAA")):
        allocations = {"files": [file], "allocations": {file: 1}}
        (tmp_path / f"config/strategy.{stage}.json").write_text(json.dumps(allocations))
        (tmp_path / "strategies" / file).write_text(f'(asset "{symbol}")')
    assert configured_symbols(tmp_path) == ("AAA", "ZZZ")
