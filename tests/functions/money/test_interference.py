"""What people and the broker's gate do amid a run: told at once, and the books agree."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from local.market import wire
from local.market.faults import Fault, FaultKind
from local.market.orders import Order
from tests.functions.money.test_orders import assert_books_agree
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import World
from the_alchemiser.shared.run_record.states import RunStatus

ORDERS = "/v2/orders"
TARGETS = {"SPY": "0.5", "TLT": "0.5"}
FOR_GOOD = 999
ONE_CENT = Decimal("0.01")


def refuse(market: World, status: int, method: str, path: str = ORDERS, times: int = 99) -> None:
    fault = Fault(
        kind=FaultKind.STATUS, method=method, path=path, value=Decimal(status), count=times
    )
    market.alpaca.market.faults.arm(fault)


def after_write(market: World, number: int, act: Callable[[], object]) -> None:
    """Do something once, right after so many requests to place or cancel orders."""
    left = number

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            act()

    market.alpaca.after_each_write = count


def spent_of(market: World, symbol: str) -> Decimal:
    return sum((order.filled_value for order in market.alpaca.placed(symbol)), Decimal(0))


class TestKeysThatAreRefused:
    @pytest.mark.parametrize("status", [401, 403])
    @pytest.mark.parametrize("writes", [0, 1, 2, 3])
    def test_for_orders_end_each_trade_at_once_with_its_fills_booked(
        self, market: World, status: int, writes: int
    ) -> None:
        market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.5", count=1)
        day = TradingDay(market)
        assert day.plan(TARGETS)
        if writes:
            after_write(market, writes, lambda: refuse(market, status, "POST"))
        else:
            refuse(market, status, "POST")
        day.execute()
        assert_books_agree(market)
        assert day.run is not None
        assert day.run.status.is_final
        assert market.clock.now() < market.alpaca.market.now.replace(hour=20)
        assert str(status) in day.mail.body
        assert not day.mail.subject.startswith("[SUCCESS]")

    @pytest.mark.parametrize("status", [401, 403])
    def test_for_everything_fail_the_run_at_once(self, market: World, status: int) -> None:
        day = TradingDay(market)
        assert day.plan(TARGETS)
        refuse(market, status, "*", path="/v2/", times=FOR_GOOD)
        day.execute()
        assert "BROKER_REFUSED" in day.mail.body
        assert "ALPACA__SECRET_ARN" in day.mail.body
        assert not market.alpaca.placed()

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_for_what_an_order_became_are_told_and_it_is_booked_later(
        self, market: World, method: str
    ) -> None:
        day = TradingDay(market)
        assert day.plan({"SPY": "1"})
        messages = market.queued()
        after_write(market, 1, lambda: refuse(market, 401, method, path=f"{ORDERS}/"))
        for message in messages:
            day._deliver(message)
        day._conclude()
        assert "BROKER_REFUSED" in day.mail.body
        market.alpaca.market.faults.clear()
        for message in messages:
            day._deliver(message)
        assert_books_agree(market)
        assert all(not order.is_open for order in market.alpaca.placed())
        assert spent_of(market, "SPY") <= 100_000

    def test_after_an_answer_was_lost_leave_the_order_to_be_found(self, market: World) -> None:
        day = TradingDay(market)
        assert day.plan({"SPY": "1"})
        messages = market.queued()
        market.alpaca.fill_at_step("SPY", 1)
        market.alpaca.fail("POST /orders", after_acting=True)
        after_write(market, 1, lambda: refuse(market, 401, "*", path=ORDERS))
        for message in messages:
            day._deliver(message)
        assert not market.lots()
        market.alpaca.market.faults.clear()
        for message in messages:
            day._deliver(message)
        assert_books_agree(market)
        assert market.lots()


class TestACancelThatIsRefused:
    @pytest.mark.parametrize("status", [403, 422])
    @pytest.mark.parametrize("part", ["0", "0.4"])
    def test_leaves_the_order_alone_until_it_has_ended(
        self, market: World, status: int, part: str
    ) -> None:
        market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", part)
        market.alpaca.market.faults.arm(
            Fault(kind=FaultKind.REFUSE_CANCEL, symbol="SPY", value=Decimal(status), count=FOR_GOOD)
        )
        day = TradingDay(market)
        assert day.plan({"SPY": "1"})
        messages = market.queued()
        for message in messages:
            day._deliver(message)
        assert len(market.alpaca.placed()) == 1
        market.alpaca.close_market()
        for message in messages:
            day._deliver(message)
        assert_books_agree(market)
        day.execute()
        assert day.run is not None
        assert day.run.status is RunStatus.FAILED
        assert not day.mail.subject.startswith("[SUCCESS]")


class TestAnOrderThatAPersonReplaced:
    @pytest.mark.parametrize("limit", ["99.5", "101"], ids=["open", "filled"])
    @pytest.mark.parametrize("step", [1, 2])
    @pytest.mark.parametrize("side", ["buy", "sell"])
    def test_is_not_placed_again_and_what_replaced_it_is_booked(
        self, market: World, side: str, step: int, limit: str
    ) -> None:
        if side == "sell":
            market.alpaca.hold("GLD", "1000")
        symbol = "GLD" if side == "sell" else "SPY"

        def replace() -> None:
            (order,) = [each for each in market.alpaca.placed(symbol) if each.is_open]
            at = limit if side == "buy" else str(200 - Decimal(limit))
            market.alpaca.market.replace(order.order_id, Decimal(at))

        market.alpaca.arm(FaultKind.PARTIAL_FILL, symbol, "0", count=step)
        day = TradingDay(market)
        assert day.plan({"SPY": "1"})
        after_write(market, 2 * step - 1, replace)
        day.execute()
        ours = [each for each in market.alpaca.placed(symbol) if "hand" not in each.client_order_id]
        assert len(ours) == step
        assert all(not order.is_open for order in market.alpaca.placed())
        assert sum_of(market.alpaca.placed(symbol)) <= Decimal(1000)
        booked = sum(lot.remaining for lot in market.lots())
        assert booked == market.alpaca.held("SPY")
        assert "replaced by somebody else" in day.mail.body


def sum_of(orders: list[Order]) -> Decimal:
    return sum((order.filled_quantity for order in orders), Decimal(0))


class TestAnAccountWithoutAField:
    @pytest.mark.parametrize("answer", ["null", "absent"])
    @pytest.mark.parametrize(
        "name",
        [
            *("cash", "equity", "buying_power", "status", "currency", "multiplier"),
            *("long_market_value", "trading_blocked", "regt_buying_power", "pattern_day_trader"),
        ],
    )
    def test_is_planned_for_by_what_is_known_or_not_at_all(
        self, market: World, monkeypatch: pytest.MonkeyPatch, name: str, answer: str
    ) -> None:
        whole = wire.account

        def lacking(broker: object) -> dict[str, object]:
            fields = whole(broker)  # type: ignore[arg-type]
            if answer == "null":
                return {**fields, name: None}
            return {key: value for key, value in fields.items() if key != name}

        monkeypatch.setattr(wire, "account", lacking)
        day = TradingDay(market).trade({"SPY": "1"})
        needed = name in ("cash", "equity", "buying_power", "status")
        assert (day.refusal is not None) is needed
        assert bool(market.alpaca.placed()) is not needed
        assert 0 <= market.alpaca.cash <= 100_000


def test_a_pattern_day_trader_trades_and_a_denied_order_is_told(market: World) -> None:
    market.alpaca.market.terms = market.alpaca.market.terms.model_copy(
        update={"pattern_day_trader": True}
    )
    market.alpaca.arm(FaultKind.REFUSE_DAY_TRADE, "TLT", count=9)
    day = TradingDay(market).trade(TARGETS)
    assert market.alpaca.held("TLT") == 0
    assert spent_of(market, "SPY") == pytest.approx(Decimal(50_000), abs=500)
    assert "pattern day trading" in day.mail.body
    assert not day.mail.subject.startswith("[SUCCESS]")


@pytest.mark.parametrize("write", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FaultKind.NO_BID, "0"),
        (FaultKind.NO_ASK, "0"),
        (FaultKind.CROSSED_QUOTE, "1.5"),
        (FaultKind.LOW_BID, "0.2"),
        (FaultKind.FAR_OFF_QUOTE, "3"),
        (FaultKind.STALE_QUOTE, "3600"),
    ],
)
@pytest.mark.parametrize("times", [1, FOR_GOOD])
def test_a_quote_that_goes_wrong_between_two_steps_moves_no_money_beyond_the_plan(
    market: World, write: int, kind: FaultKind, value: str, times: int
) -> None:
    market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.1", count=9)
    day = TradingDay(market)
    assert day.plan({"SPY": "1"})
    after_write(market, write, lambda: market.alpaca.arm(kind, "SPY", value, count=times))
    day.execute()
    assert market.alpaca.cash >= 0
    assert_books_agree(market)
    fills = market.alpaca.market.books.fills
    assert all(abs(fill.price - 100) <= ONE_CENT for fill in fills)
    assert all(not order.is_open for order in market.alpaca.placed())
    if times == FOR_GOOD and market.alpaca.cash > 5_000:
        assert not day.mail.subject.startswith("[SUCCESS]")
