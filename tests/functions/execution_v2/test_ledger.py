"""What is booked equals what was filled, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from local.market.faults import FaultKind
from tests.functions.strategy_trades import filled_order
from tests.functions.trading_world import World, signal
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.ledger.filled_order import FilledOrder, enter_order, find_order
from the_alchemiser.shared.ledger.lot import lot_of
from the_alchemiser.shared.ledger.strategy_trade import strategy_trade_of
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import cents
from the_alchemiser.shared.performance import performances


def trade_by_strategies(market: World) -> None:
    market.alpaca.hold("GLD", "0")
    market.put_session({"calm": {"SPY": "0.4", "TLT": "0.3"}, "trend": {"SPY": "0.3"}})
    market.start_run({"SPY": "0.7", "TLT": "0.3"})
    market.trade_until_idle()


def test_reconciles_with_the_fills_to_the_cent(market: World) -> None:
    market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.333", count=99)
    trade_by_strategies(market)
    trades = [strategy_trade_of(item) for item in market.ledger_items("STRATEGY#")]
    spent = sum((each.value for each in trades), Decimal(0))
    assert cents(spent) == cents(100_000 - market.alpaca.cash)
    for symbol in ("SPY", "TLT"):
        booked = sum(each.quantity for each in trades if each.symbol == symbol)
        assert booked == market.alpaca.held(symbol)


def test_keeps_an_item_for_each_filled_order(market: World) -> None:
    market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.5", count=99)
    trade_by_strategies(market)
    orders = {o.order_id: o for o in market.alpaca.placed() if o.filled_quantity}
    items = {item["order_id"]: item for item in market.ledger_items("TRADE#")}
    assert items.keys() == orders.keys()
    assert len(orders) > 2
    for order_id, order in orders.items():
        assert items[order_id]["filled_qty"] == order.filled_quantity
        assert items[order_id]["GSI1PK"] == "CORR#workflow-1"
        assert items[order_id]["GSI2PK"] == f"SYMBOL#{order.symbol}"


def test_owns_lots_by_strategy(market: World) -> None:
    trade_by_strategies(market)
    lots = [lot_of(item).lot for item in market.ledger_items("LOT#")]
    spy = {lot.strategy: lot.remaining for lot in lots if lot.symbol == "SPY"}
    assert spy["calm"] + spy["trend"] == market.alpaca.held("SPY")
    assert abs(spy["calm"] * 3 - spy["trend"] * 4) < Decimal("0.0001")


def test_moves_a_sold_lot_to_the_closed_ones(market: World) -> None:
    ledger = market.ledger()
    for number, (side, price) in enumerate([(Side.BUY, "100"), (Side.SELL, "110")]):
        ledger.book(
            FilledOrder(
                order_id=f"order-{number}",
                symbol="TLT",
                side=side,
                quantity=Decimal(3),
                price=Decimal(price),
                filled_at=market.clock.now(),
                order_type="market",
            ),
            {"calm": Decimal(1)},
            "workflow-1",
        )
    (item,) = market.ledger_items("LOT#")
    assert item["realized_pnl"] == 30
    assert item["is_open"] is False
    assert item["GSI5SK"].startswith("CLOSED#TLT#")
    assert item["GSI6SK"].startswith("CLOSED#calm#")
    assert [record["order_id"] for record in item["exit_records"]] == ["order-1"]
    assert ledger.open_lots("TLT") == []


def after_a_split(market: World) -> list[TradeExecuted]:
    """Buy SPY, have it split two for one, and sell it all."""
    run_id = market.start_run({"SPY": "1"})
    market.trade_until_idle()
    market.progress().fail(run_id, "TEST", "another run is to start")
    bought = market.alpaca.held("SPY")
    market.alpaca.hold("SPY", str(bought * 2))
    market.alpaca.trade_at("SPY", "200.00", "0.02")
    market.rebalancer().rebalance(signal({"TLT": "1"}, "workflow-2"))
    market.trade_until_idle()
    events = market.publisher.named("TradeExecuted")
    return [event for event in events if isinstance(event, TradeExecuted)]


def test_a_position_that_the_lots_do_not_account_for_is_told(market: World) -> None:
    bought, sold, *_ = after_a_split(market)
    shares = Decimal(bought.execution_data["shares_executed"])
    assert bought.execution_data["error_message"] is None
    assert sold.success
    held, booked = (shares * 2).normalize(), shares.normalize()
    assert sold.execution_data["error_message"] == (
        f"before it the broker held {held:f} shares and the ledger {booked:f}, as after a "
        "split or a trade by hand: its profit and loss is that of the ledger"
    )


def test_profit_leaves_out_and_counts_what_no_lot_accounts_for(market: World) -> None:
    bought, *_ = after_a_split(market)
    trades = [strategy_trade_of(item) for item in market.ledger_items("STRATEGY#")]
    (performance,) = performances(trades)
    assert performance.unmatched_quantity == Decimal(bought.execution_data["shares_executed"])
    spent = performance.bought_value - performance.sold_value
    assert cents(spent) == cents(100_000 - market.alpaca.cash)


def test_a_booking_that_no_item_holds_is_kept_and_read_whole(market: World) -> None:
    """A year of daily lots, sold at once, is divided in more words than 400 KB."""
    table = market.ledger()._table
    entry = replace(filled_order("order-1", "calm"), booking="x" * 900_000, is_booked=False)
    assert enter_order(table, entry)
    assert not enter_order(table, replace(entry, booking="y" * 900_000))
    assert find_order(table, "order-1") == entry
