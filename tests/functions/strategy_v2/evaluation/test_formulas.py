from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from tests.functions.strategy_v2.independent_indicators import band, oscillator
from tests.functions.strategy_v2.independent_indicators import indicator as indicator_by_pandas
from tests.functions.strategy_v2.real_prices import AS_OF, RealPrices, closes
from the_alchemiser.shared.market_data import Closes
from the_alchemiser.strategy_v2.evaluation.indicators import Prices
from the_alchemiser.strategy_v2.plan.steps import Indicator, IndicatorKind

WINDOWS = {
    IndicatorKind.RSI: range(2, 253),
    IndicatorKind.CURRENT_PRICE: range(1, 2),
    IndicatorKind.MOVING_AVERAGE_PRICE: range(1, 551),
    IndicatorKind.EXPONENTIAL_MOVING_AVERAGE_PRICE: range(3, 361),
    IndicatorKind.MOVING_AVERAGE_RETURN: range(1, 253),
    IndicatorKind.CUMULATIVE_RETURN: range(1, 253),
    IndicatorKind.STDEV_RETURN: range(1, 253),
    IndicatorKind.STDEV_PRICE: range(1, 253),
    IndicatorKind.MAX_DRAWDOWN: range(2, 51),
}
"""Every window that real files use, and those between."""


def measured(known: Closes, indicator: Indicator, days: int) -> list[float]:
    return Prices(known, known.dates[::-1][:days]).values_of(indicator)


def expected(known: Closes, indicator: Indicator, days: int) -> list[float]:
    series = pd.Series(known.values, index=list(known.dates))
    values = indicator_by_pandas(indicator.kind.value, series, indicator.window)
    return values.iloc[::-1][:days].tolist()


def assert_equal(found: list[float], wanted: list[float]) -> None:
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.lengthy
@pytest.mark.parametrize("name", WINDOWS, ids=lambda name: name.value)
def test_equals_pandas_over_every_window_that_files_use(name: IndicatorKind) -> None:
    for symbol in ("AMD", "USMV"):
        known = RealPrices(bars=700).closes(symbol, AS_OF)
        for window in WINDOWS[name]:
            indicator = Indicator(kind=name, window=window)
            assert_equal(measured(known, indicator, 40), expected(known, indicator, 40))


@pytest.mark.parametrize("name", WINDOWS, ids=lambda name: name.value)
def test_equals_pandas_on_every_symbol(name: IndicatorKind) -> None:
    for symbol in closes():
        known = RealPrices(bars=500).closes(symbol, AS_OF)
        for window in (1,) if name is IndicatorKind.CURRENT_PRICE else (2, 10, 20, 45):
            indicator = Indicator(kind=name, window=window)
            assert_equal(measured(known, indicator, 5), expected(known, indicator, 5))


@pytest.mark.parametrize("name", WINDOWS, ids=lambda name: name.value)
@pytest.mark.parametrize("window", [1, 2, 3, 10, 14, 60])
def test_equals_pandas_on_short_data(name: IndicatorKind, window: int) -> None:
    for bars in {1, 2, 3, window - 1, window, window + 1, window + 2} - {0}:
        known = RealPrices(bars=bars).closes("KO", AS_OF)
        indicator = Indicator(
            kind=name, window=1 if name is IndicatorKind.CURRENT_PRICE else window
        )
        assert_equal(measured(known, indicator, bars), expected(known, indicator, bars))


@pytest.mark.parametrize(
    ("name", "fewer", "as_many", "one_more"),
    [
        (IndicatorKind.RSI, 50.0, "value", "value"),
        (IndicatorKind.MOVING_AVERAGE_PRICE, "error", "value", "value"),
        (IndicatorKind.EXPONENTIAL_MOVING_AVERAGE_PRICE, "error", "value", "value"),
        (IndicatorKind.MOVING_AVERAGE_RETURN, 0.0, "error", "value"),
        (IndicatorKind.STDEV_RETURN, 0.0, "error", "value"),
        (IndicatorKind.CUMULATIVE_RETURN, 0.0, 0.0, "value"),
        (IndicatorKind.STDEV_PRICE, 0.0, "value", "value"),
        (IndicatorKind.MAX_DRAWDOWN, 0.0, "value", "value"),
    ],
)
def test_short_data_gives_a_default_or_an_error(
    name: IndicatorKind, fewer: object, as_many: object, one_more: object
) -> None:
    for bars, wanted in ((9, fewer), (10, as_many), (11, one_more)):
        known = RealPrices(bars=bars).closes("AMD", AS_OF)
        (found,) = measured(known, Indicator(kind=name, window=10), 1)
        if wanted == "error":
            assert math.isnan(found)
        elif wanted == "value":
            assert found not in (0.0, 50.0) and not math.isnan(found)
        else:
            assert found == wanted


class TestRsi:
    def rsi(self, *values: float) -> float:
        days = tuple(date(2022, 1, 3) + timedelta(days=index) for index in range(len(values)))
        known = Closes(dates=days, values=values)
        return measured(known, Indicator(kind=IndicatorKind.RSI, window=2), 1)[0]

    def test_is_100_without_any_loss(self) -> None:
        assert self.rsi(1.0, 2.0, 3.0) == 100.0

    def test_is_0_without_any_gain(self) -> None:
        assert self.rsi(3.0, 2.0, 1.0) == 0.0

    def test_is_neutral_when_nothing_moves(self) -> None:
        assert self.rsi(1.0, 1.0, 1.0) == 50.0

    def test_is_seeded_with_nothing_at_the_first_bar(self) -> None:
        # gain: 0 -> 0.5 -> 0.25; loss: 0 -> 0 -> 0.5
        assert self.rsi(1.0, 2.0, 1.0) == pytest.approx(100 - 100 / (1 + 0.25 / 0.5))


def test_a_day_without_a_bar_sees_the_bars_before_it() -> None:
    known = Closes(dates=(date(2022, 1, 3), date(2022, 1, 5)), values=(10.0, 12.0))
    days = (
        date(2022, 1, 6),
        date(2022, 1, 5),
        date(2022, 1, 4),
        date(2022, 1, 3),
        date(2022, 1, 2),
    )
    prices = Prices(known, days)
    found = prices.values_of(Indicator(kind=IndicatorKind.CURRENT_PRICE, window=1))
    assert found[:4] == [12.0, 12.0, 10.0, 10.0]
    assert math.isnan(found[4])
    assert prices.returns == [None, pytest.approx(0.2), None, None, None]


OSCILLATORS = [
    (IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR, True, None),
    (IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR_SIGNAL, True, 9),
    (IndicatorKind.MACD, False, None),
    (IndicatorKind.MACD_SIGNAL, False, 9),
]


@pytest.mark.parametrize("bars", [11, 26, 27, 33, 34, 35, 60, 2_000])
@pytest.mark.parametrize(("short", "long"), [(12, 26), (1, 2), (5, 34)])
@pytest.mark.parametrize(("name", "percent", "smooth"), OSCILLATORS)
def test_oscillators_and_their_signals_equal_pandas(
    name: IndicatorKind, percent: bool, smooth: int | None, short: int, long: int, bars: int
) -> None:
    known = RealPrices(bars=bars).closes("KO", AS_OF)
    others = tuple(Decimal(days) for days in (short, smooth) if days)
    found = measured(known, Indicator(kind=name, window=long, others=others), min(bars, 60))
    series = pd.Series(known.values)
    wanted = oscillator(series, short, long, smooth, percent=percent)
    assert_equal(found, wanted.iloc[::-1][: min(bars, 60)].tolist())


@pytest.mark.parametrize("deviations", ["2", "0.5"])
@pytest.mark.parametrize(
    ("name", "sign"), [(IndicatorKind.LOWER_BOLLINGER, -1), (IndicatorKind.UPPER_BOLLINGER, 1)]
)
def test_bands_equal_pandas(name: IndicatorKind, sign: int, deviations: str) -> None:
    known = RealPrices(bars=45).closes("XOM", AS_OF)
    found = measured(known, Indicator(kind=name, window=20, others=(Decimal(deviations),)), 45)
    wanted = band(pd.Series(known.values), 20, sign * float(deviations))
    assert_equal(found, wanted.iloc[::-1].tolist())
