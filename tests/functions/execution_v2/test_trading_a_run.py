"""A whole run through portfolio and execution, on a broker with exact books."""

from __future__ import annotations

from decimal import Decimal

from tests.functions.trading_world import World
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.run_record.states import RunStatus


def test_reaches_its_targets_to_a_cent_and_the_smallest_trade(market: World) -> None:
    market.alpaca.hold("GLD", "100")
    run_id = market.start_run({"SPY": "0.6", "TLT": "0.4"})
    market.trade_until_idle()
    assert market.run(run_id).completed_trades == 3
    total = Decimal(118_000)
    for symbol, weight in (("SPY", "0.6"), ("TLT", "0.4")):
        held = market.alpaca.held(symbol) * market.alpaca.price(symbol)
        assert abs(held - Decimal(weight) * total * Decimal("0.95")) <= Decimal("5.01")
    assert market.alpaca.held("GLD") == 0


def test_sells_before_it_buys(market: World) -> None:
    market.alpaca.hold("GLD", "100")
    market.start_run({"SPY": "1"})
    first = market.queued()
    assert [(each.action, each.symbol) for each in first] == [("SELL", "GLD")]
    market.executor().execute(first[0])
    assert [(each.action, each.symbol) for each in market.queued()] == [("BUY", "SPY")]


def test_tells_of_each_trade_once(market: World) -> None:
    run_id = market.start_run({"SPY": "0.6", "TLT": "0.4"})
    market.trade_until_idle()
    told = market.publisher.named("TradeExecuted")
    assert len({event.event_id for event in told}) == len(told) == 2
    assert all(isinstance(event, TradeExecuted) and event.success for event in told)
    assert market.run(run_id).status is RunStatus.BUY_PHASE
