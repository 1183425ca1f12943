"""Splits, dividends and new symbols overnight: books reconcile, profit is what was earned."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from local.market.bars import Restatement
from local.market.corporate_actions import CorporateAction, Merger, SymbolChange
from local.market.faults import Fault, FaultKind
from local.market.hours import trading_moment
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import World
from the_alchemiser.notifications_v2.adapters import LedgerTable
from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.performance import Performance, performances

pytestmark = pytest.mark.lengthy
"""Each trades two days at the market."""

DAY = date(2022, 3, 14)
NEXT = DAY + timedelta(days=1)
STRATEGIES = {"calm": {"SPY": "0.4", "GLD": "0.4"}, "trend": {"SPY": "0.2"}}
KEPT = {"SPY": "0.6", "TLT": "0.4"}
SOLD = {"TLT": "1"}


@pytest.fixture
def held(market: World) -> World:
    """Hold 600 shares of SPY, bought at 100.01 or less for two strategies."""
    market.put_session(STRATEGIES)
    TradingDay(market).trade({"SPY": "0.6", "GLD": "0.4"})
    return market


def overnight(market: World, *actions: CorporateAction) -> None:
    for action in actions:
        market.alpaca.market.announce(action)
    market.alpaca.market.move_to(trading_moment(NEXT))
    market.clock.moment = market.alpaca.market.now


def trade(market: World, targets: dict[str, str]) -> TradingDay:
    day = TradingDay(market, correlation_id="workflow-2")
    day.heard = len(market.publisher.events)
    return day.trade(targets)


def split(ratio: str, symbol: str = "SPY") -> Restatement:
    return Restatement(symbol=symbol, day=NEXT, ratio=Decimal(ratio))


def shares(lots: list[Lot], symbol: str) -> Decimal:
    return sum((lot.remaining for lot in lots if lot.symbol == symbol), Decimal(0))


def cost_of(market: World) -> Decimal:
    """Give what the shares of SPY that are in lots have cost."""
    spent = (lot.remaining * lot.entry_price for lot in market.lots() if lot.symbol == "SPY")
    return sum(spent, Decimal(0))


def records(market: World) -> dict[str, Performance]:
    ledger = LedgerTable(market.ledger()._table)
    found = performances(ledger.strategy_trades(), ledger.strategy_actions())
    return {each.strategy: each for each in found}


def realized(market: World) -> Decimal:
    return sum((each.realized_pnl for each in records(market).values()), Decimal(0))


@pytest.mark.parametrize("ratio", ["20", "4", "1.5", "0.1", "3"])
def test_lots_and_positions_agree_after_a_split(held: World, ratio: str) -> None:
    overnight(held, split(ratio))
    cost = cost_of(held)
    day = trade(held, KEPT)
    spy = [lot for lot in held.lots() if lot.symbol == "SPY"]
    assert abs(shares(held.lots(), "SPY") - held.alpaca.held("SPY")) < Decimal("0.000000001")
    assert {lot.strategy for lot in spy} == {"calm", "trend"}
    assert abs(cost_of(held) - cost) < Decimal("0.01")
    assert "the broker held" not in day.mail.body


@pytest.mark.parametrize("ratio", ["20", "0.1", "3", "0.25"])
def test_the_profit_across_a_split_is_what_the_account_earned(held: World, ratio: str) -> None:
    overnight(held, split(ratio))
    trade(held, SOLD)
    assert held.alpaca.held("SPY") == 0
    fills = [fill for fill in held.alpaca.market.books.fills if fill.symbol != "TLT"]
    received = sum(
        fill.quantity * fill.price * (1 if fill.side == "sell" else -1) for fill in fills
    )
    assert abs(realized(held) - received) < Decimal("0.01")
    assert all(each.unmatched_quantity == 0 for each in records(held).values())


def test_a_dividend_is_a_profit_of_those_who_held_the_shares(held: World) -> None:
    paid = Restatement(symbol="SPY", day=NEXT, ratio=1 / Decimal("0.99"), is_dividend=True)
    cash = held.alpaca.cash
    overnight(held, paid)
    dividend = held.alpaca.cash - cash
    assert dividend > 500
    trade(held, KEPT)
    income = {
        each.strategy: each.income for each in LedgerTable(held.ledger()._table).strategy_actions()
    }
    assert abs(sum(income.values()) - dividend) < Decimal("0.01")
    assert abs(income["calm"] - 2 * income["trend"]) < Decimal("0.01")
    assert records(held)["trend"].realized_pnl == income["trend"]


def test_a_new_symbol_takes_the_lots_along(held: World) -> None:
    overnight(held, SymbolChange(symbol="SPY", new_symbol="SPYX", day=NEXT))
    trade(held, SOLD)
    assert held.alpaca.held("SPYX") == 0
    assert shares(held.lots(), "SPYX") == 0
    assert shares(held.lots(), "SPY") == 0
    assert all(not each.unmatched_quantity for each in records(held).values())


def test_what_the_feed_repeats_is_booked_once(held: World) -> None:
    overnight(held, split("4"))
    trade(held, KEPT)
    before = shares(held.lots(), "SPY")
    held.alpaca.market.move_to(trading_moment(NEXT + timedelta(days=1)))
    held.clock.moment = held.alpaca.market.now
    day = TradingDay(held, correlation_id="workflow-3")
    day.heard = len(held.publisher.events)
    day.trade({"SPY": "0.6", "GLD": "0.4"})
    assert shares(held.lots(), "SPY") == before == held.alpaca.held("SPY")


def test_a_booking_that_was_cut_off_is_finished(held: World) -> None:
    overnight(held, split("4"))
    market = held.alpaca.market
    actions = held.executor().actions
    (found,) = actions.broker.restatements(NEXT, NEXT)
    held.killer.after_call = held.killer.calls + 2
    with pytest.raises(BaseException):  # noqa: B017
        actions.bring_up_to(NEXT)
    held.killer.after_call = None
    assert shares(held.lots(), "SPY") != market.books.held("SPY")
    held.executor().actions.bring_up_to(NEXT)
    assert shares(held.lots(), "SPY") == market.books.held("SPY")
    assert found.ratio == 4


def test_without_the_feed_nothing_is_booked_into_lots_that_a_split_has_not_reached(
    held: World,
) -> None:
    overnight(held, split("4"))
    away = Fault(kind=FaultKind.STATUS, path="/v1/corporate-actions", value=Decimal(503), count=999)
    held.alpaca.market.faults.arm(away)
    day = trade(held, SOLD)
    assert held.alpaca.held("GLD") == 0, "whose lots and position agree"
    assert held.alpaca.held("SPY") > 0
    assert day.mail.subject.startswith("[FAILURE]")
    assert "SELL SPY" in day.mail.body
    held.alpaca.market.faults.clear()
    overnight(held)
    later = TradingDay(held, correlation_id="workflow-3")
    later.heard = len(held.publisher.events)
    later.trade(SOLD)
    assert held.alpaca.held("SPY") == 0
    assert all(each.unmatched_quantity == 0 for each in records(held).values())


MERGERS = {
    "shares": Merger(symbol="SPY", day=NEXT, new_symbol="GLD", ratio=Decimal("1.5")),
    "shares and cash": Merger(
        symbol="SPY", day=NEXT, new_symbol="TLT", ratio=Decimal("0.25"), cash=Decimal("73.5")
    ),
    "cash": Merger(symbol="SPY", day=NEXT, cash=Decimal("112.25")),
    "void": Merger(symbol="SPY", day=NEXT),
}


class TestMerger:
    @pytest.mark.parametrize("how", MERGERS)
    def test_leaves_lots_that_account_for_every_position(self, held: World, how: str) -> None:
        overnight(held, MERGERS[how])
        day = trade(held, {"GLD": "0.5", "TLT": "0.5"})
        for symbol in ("SPY", "TLT", "GLD"):
            assert shares(held.lots(), symbol) == held.alpaca.held(symbol)
        assert held.alpaca.held("SPY") == 0
        assert "the broker held" not in day.mail.body

    @pytest.mark.parametrize("how", MERGERS)
    def test_earns_what_the_account_earned(self, held: World, how: str) -> None:
        overnight(held, MERGERS[how])
        trade(held, SOLD)
        gained = sum(
            lot.remaining * (held.alpaca.price(lot.symbol) - lot.entry_price) for lot in held.lots()
        )
        earned = held.alpaca.funds.equity - 100_000
        assert realized(held) + gained == pytest.approx(earned, abs=Decimal("0.01"))

    def test_is_booked_once_however_often_it_is_met(self, held: World) -> None:
        overnight(held, MERGERS["cash"])
        trade(held, {"TLT": "1"})
        earned = realized(held)
        actions = held.executor().actions
        actions.ledger.mark_seen(DAY)
        assert actions.bring_up_to(NEXT) is None
        assert realized(held) == earned

    def test_of_a_symbol_that_nobody_holds_changes_nothing(self, held: World) -> None:
        overnight(held, Merger(symbol="TLT", day=NEXT, cash=Decimal(5)))
        before = held.lots()
        assert held.executor().actions.bring_up_to(NEXT) is None
        assert held.lots() == before
