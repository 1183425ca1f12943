import json
from pathlib import Path

import pytest

from the_alchemiser.shared.strategy_symbols import (
    INDICATORS,
    configured_symbols,
    find_symbols,
    is_ticker,
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
        '(asset "TOOLONGX")',
        '(asset "TRUE")',
        '(assets "SPY")',
        '(asset {:x "SPY"})',
    ],
)
def test_comments_prose_and_other_words_name_none(text: str) -> None:
    assert find_symbols(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("A", True), ("GOOGLE", True), ("BRK.B", True), ("IF", False), ("", False), ("A.", False)],
)
def test_tickers_are_up_to_six_capitals_and_maybe_a_share_class(text: str, expected: bool) -> None:
    assert is_ticker(text) is expected


def test_every_book_counts_for_the_configured_symbols(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "strategies").mkdir()
    for stage, file, symbol in (("dev", "a.clj", "ZZZ"), ("prod", "b.clj", "AAA")):
        allocations = {"files": [file], "allocations": {file: 1}}
        (tmp_path / f"config/strategy.{stage}.json").write_text(json.dumps(allocations))
        (tmp_path / "strategies" / file).write_text(f'(asset "{symbol}")')
    assert configured_symbols(tmp_path) == ("AAA", "ZZZ")
