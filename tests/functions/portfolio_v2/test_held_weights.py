from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes import MONDAY
from tests.functions.deployed import SESSIONS
from tests.functions.trading_world import CORRELATION, World
from the_alchemiser.portfolio_v2.held_weights import at_todays_prices, summed
from the_alchemiser.shared.events.signals import ConsolidatedPortfolio
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.shared.session_record.partial import Partial, partial_item

HALF = {"A": Decimal("0.25"), "B": Decimal("0.25")}
CLOSES = {"A": Decimal(100), "B": Decimal(50)}


def moved(**prices: str) -> dict[str, float]:
    contributions = {"held": HALF, "daily": {"A": Decimal("0.5")}}
    now = {symbol: Decimal(price) for symbol, price in prices.items()}
    found = at_todays_prices(contributions, {"held": CLOSES}, now)
    assert found["daily"] == {"A": Decimal("0.5")}
    assert sum(summed(found).values()) == pytest.approx(Decimal(1))
    return {symbol: float(weight) for symbol, weight in found["held"].items()}


def test_what_is_held_moves_with_the_prices_and_its_strategy_keeps_its_part() -> None:
    assert moved(A="120", B="50") == pytest.approx({"A": 0.5 * 6 / 11, "B": 0.5 * 5 / 11})


@pytest.mark.parametrize("prices", [{"A": "100"}, {"A": "100", "B": "0"}, {"A": "100", "B": "2.5"}])
def test_a_price_that_is_missing_or_split_moves_nothing(prices: dict[str, str]) -> None:
    assert moved(**prices) == pytest.approx({"A": 0.25, "B": 0.25})


def held_session(market: World, weights: dict[str, str], closes: dict[str, str]) -> None:
    targets = {Symbol(symbol): Weight(weight) for symbol, weight in weights.items()}
    partial = Partial(
        session_id=CORRELATION,
        dsl_file="a.clj",
        allocation=Decimal(1),
        strategy_number=1,
        signal_count=len(targets),
        reported_at=MONDAY,
        event_id="partial-signal-1",
        portfolio=ConsolidatedPortfolio(
            target_allocations=targets,
            strategy_contributions={"a": targets},
            correlation_id=CORRELATION,
            timestamp=MONDAY,
            strategy_count=1,
            source_strategies=("a.clj",),
            is_partial=True,
        ),
        signals_data={"a": {"action": "HOLD", "held_closes": closes}},
    )
    market.table(SESSIONS).put_new(partial_item(partial))


def test_a_day_of_holding_trades_nothing_whatever_the_prices_did(market: World) -> None:
    market.alpaca.cash = Decimal(0)
    market.alpaca.hold("SPY", "100")
    market.alpaca.hold("TLT", "200")
    prices = {symbol: market.alpaca.price(symbol) for symbol in ("SPY", "TLT")}
    closes = {"SPY": prices["SPY"] / Decimal("1.03"), "TLT": prices["TLT"] / Decimal("0.98")}
    value = {"SPY": 100 * closes["SPY"], "TLT": 200 * closes["TLT"]}
    whole = sum(value.values())
    weights = {symbol: f"{part / whole:.20f}" for symbol, part in value.items()}
    weights["TLT"] = str(1 - Decimal(weights["SPY"]))
    held_session(market, weights, {symbol: f"{close:f}" for symbol, close in closes.items()})
    run_id = market.start_run(weights, deployment="1")
    assert market.run(run_id).total_trades == 0


def test_without_the_mark_the_same_day_would_undo_the_move(market: World) -> None:
    market.alpaca.cash = Decimal(0)
    market.alpaca.hold("SPY", "100")
    market.alpaca.hold("TLT", "200")
    run_id = market.start_run({"SPY": "0.5", "TLT": "0.5"}, deployment="1")
    assert market.run(run_id).total_trades > 0
