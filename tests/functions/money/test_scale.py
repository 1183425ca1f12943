"""Very many symbols and strategies, on stand-ins that refuse what AWS refuses for its size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.aws_limits import ITEM_BYTES, item_size
from tests.functions.deployed import PLANS
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import CORRELATION, World, world
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.plan_record import find_plan
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.run_record.trade import TradeRecord, TradeResult
from the_alchemiser.shared.table import encode

STRATEGIES, SYMBOLS = 200, 1000
SOLD, BOUGHT = range(SYMBOLS // 2), range(SYMBOLS // 2, SYMBOLS)
STRATEGIES_OF_A_SYMBOL = 10
HELD_SHARES = 200
EARLY = datetime(2022, 3, 14, 15, 0, tzinfo=UTC)

pytestmark = pytest.mark.integration


def name_of(number: int) -> str:
    """Name a symbol with letters alone."""
    return "Q" + "".join("ABCDEFGHIJ"[int(digit)] for digit in f"{number:03}")


@contextmanager
def crowded() -> Iterator[TradingDay]:
    """Give an account that holds 500 symbols and is to hold 500 others, for 200 strategies."""
    with world("0") as made:
        # Eight at once, and as many requests as the broker's largest plan takes: half an hour.
        made.alpaca.market.move_to(EARLY)
        made.clock.moment = EARLY
        made.told["ALPACA__REQUESTS_PER_MINUTE"] = "10000"
        for number in range(SYMBOLS):
            made.alpaca.trade_at(name_of(number), "100")
        for number in SOLD:
            made.alpaca.hold(name_of(number), str(HELD_SHARES))
        made.put_session(contributions())
        day = TradingDay(made, correlation_id=CORRELATION)
        assert day.plan({name_of(number): "0.002" for number in BOUGHT}), day.refusal
        yield day


def contributions() -> dict[str, dict[str, str]]:
    """Let each strategy want 25 symbols, and each symbol be wanted by ten strategies."""
    wanted: dict[str, dict[str, str]] = {f"strategy-{n:03}": {} for n in range(STRATEGIES)}
    for number in BOUGHT:
        for turn in range(STRATEGIES_OF_A_SYMBOL):
            strategy = f"strategy-{(number * 7 + turn * 20) % STRATEGIES:03}"
            wanted[strategy][name_of(number)] = "0.0002"
    return wanted


@pytest.fixture(scope="module")
def decided() -> Iterator[TradingDay]:
    """Give a run whose trades are decided by the records alone, in the executor's two writes."""
    with crowded() as day:
        assert day.run is not None
        records = day.world.trades().of_run(day.run.run_id)
        for record in records:
            decide(day.world, record)
        day._conclude()
        yield day


def decide(market: World, record: TradeRecord) -> None:
    message = record.message
    result = TradeResult(
        status=TradeStatus.COMPLETED,
        executed_quantity=Decimal(HELD_SHARES),
        executed_value=abs(message.trade_amount),
        order_ids=(f"order-of-{message.trade_id}",),
        orders_filled=1,
    )
    if message.action == "BUY":
        assert market.progress().reserve(message)
    done = market.trades().decide(message, result)
    run = market.progress().count(message, result)
    if run.sells_are_done and run.status is RunStatus.SELL_PHASE:
        market.progress().begin_buys(run.run_id, message.trade_id)
        market.progress().mark_buys_released(run.run_id)
    if run.is_decided:
        market.execution().events().tell_trade(done)


def test_a_thousand_trades_of_two_hundred_strategies_come_to_their_end(decided: TradingDay) -> None:
    assert decided.run is not None
    assert decided.run.status is RunStatus.COMPLETED
    assert (decided.run.total_trades, decided.run.succeeded_trades) == (SYMBOLS, SYMBOLS)
    assert decided.mail.subject.startswith("[SUCCESS]")


def test_the_event_names_a_plan_that_the_table_has_whole(decided: TradingDay) -> None:
    events = decided.world.publisher.events
    (event,) = [each for each in events if isinstance(each, RebalancePlanned)]
    kept = find_plan(decided.world.table(PLANS), CORRELATION)
    assert kept is not None
    assert event.metadata["plan_id"] == kept.plan_id
    assert event.rebalance_plan["buy"] == {"count": 500, "amount": "10000000.00"}
    assert "items" not in event.rebalance_plan
    assert kept.plan.count('"symbol":') == SYMBOLS
    assert len(kept.plan) > ITEM_BYTES


def test_the_run_grows_by_a_few_bytes_with_each_trade(decided: TradingDay) -> None:
    item = decided.world.run_item(decided.run.run_id if decided.run else "")
    without_outcome = {name: value for name, value in item.items() if name != "outcome"}
    assert item_size(encode(without_outcome)) < 20 * SYMBOLS
    assert item_size(encode(item)) < ITEM_BYTES / 2


def test_the_mail_lists_what_fits_and_counts_the_rest(decided: TradingDay) -> None:
    body = decided.mail.body
    assert "and 800 more" in body
    assert body.count("  BUY ") + body.count("  SELL ") == 200
    assert "Report:" in body


@pytest.mark.soak
def test_a_thousand_trades_are_placed_filled_and_booked() -> None:
    with crowded() as day:
        day.execute()
        assert day.run is not None
        assert day.run.status is RunStatus.COMPLETED
        assert day.mail.subject.startswith("[SUCCESS]")
        alpaca, lots = day.world.alpaca, day.world.lots()
        assert {lot.symbol for lot in lots} == {name_of(number) for number in BOUGHT}
        assert {lot.strategy for lot in lots} == set(contributions())
        booked = sum(lot.remaining for lot in lots)
        assert booked == sum(alpaca.held(name_of(number)) for number in BOUGHT)
        assert alpaca.cash >= 0
