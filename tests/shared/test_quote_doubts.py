from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from the_alchemiser.shared.broker import MarketView, Quote
from the_alchemiser.shared.quote_doubts import doubt, two_sided

NOW = datetime(2022, 3, 14, 19, 45, tzinfo=UTC)


def quote(bid: str, ask: str, age_s: float = 1) -> Quote:
    at = NOW - timedelta(seconds=age_s)
    return Quote(symbol="SPY", bid=Decimal(bid), ask=Decimal(ask), at=at)


def view(
    shown: Quote | None, traded: str | None = "100", age_s: float = 1, close: str | None = "100"
) -> MarketView:
    return MarketView(
        quote=shown,
        last_trade=None if traded is None else Decimal(traded),
        traded_at=None if traded is None else NOW - timedelta(seconds=age_s),
        previous_close=None if close is None else Decimal(close),
    )


@pytest.mark.parametrize(
    "shown",
    [
        view(quote("99.99", "100.01")),
        view(quote("100", "100")),
        view(quote("97.6", "102.4")),
        view(quote("99.99", "0")),
        view(quote("0", "100.01")),
        view(quote("0.0142", "0.0148"), traded="0.0145"),
        view(quote("0.0001", "0.0004"), traded="0.0002", close=None, age_s=5000),
        view(quote("124.9", "125"), traded="100", age_s=3600),
        view(quote("79.9", "80"), traded="80"),
        view(quote("49.9", "50"), traded="50", close="1000"),
        view(quote("99.99", "100.01"), traded=None, close=None),
    ],
    ids=[
        *("usual", "locked", "wide", "no ask", "no bid", "below a dollar", "few ticks"),
        *("last trade an hour ago", "a fall that was traded", "a split overnight", "all there is"),
    ],
)
def test_what_the_evidence_bears_out_is_believed(shown: MarketView) -> None:
    assert doubt(shown, NOW, 900) is None


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (view(None), "found none"),
        (view(quote("0", "0")), "found neither"),
        (view(quote("99", "101", age_s=901)), "one of 901 s ago"),
        (view(quote("100.01", "99.99")), "a bid below the ask"),
        (view(quote("95", "100.02")), "a spread up to 5%"),
        (view(quote("94.9", "95")), "within 5% of the last trade at 100"),
        (view(quote("125.9", "126"), age_s=3600), "within 25% of the day's last trade"),
        (view(quote("125.9", "126"), traded=None), "within 25% of the previous close"),
        (view(quote("0.01", "0")), "within 5% of the last trade"),
        (view(quote("100", "0"), traded=None, close=None), "to hold a one-sided quote against"),
        (view(quote("99.99", "100.01"), traded="50", age_s=86_400, close="200"), "previous close"),
    ],
)
def test_what_it_contradicts_is_not(shown: MarketView, why: str) -> None:
    assert why in str(doubt(shown, NOW, 900))


def test_a_missing_side_is_made_up_beside_the_other() -> None:
    assert two_sided(quote("100", "0")).ask == Decimal("100.1")
    assert two_sided(quote("0", "0.0148")).bid == Decimal("0.0147")
    assert two_sided(quote("99.99", "100.01")) == quote("99.99", "100.01")
