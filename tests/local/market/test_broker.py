"""The broker's rules; where each is documented stands beside it in the code."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from local.market.bars import Restatement
from local.market.broker import Broker
from local.market.corporate_actions import SymbolChange
from local.market.faults import Fault, FaultKind
from local.market.hours import NEW_YORK, closing, opening, trading_moment
from local.market.orders import Order, Status, Ticket
from local.market.refusals import Refusal
from local.market.terms import Terms
from tests.simulated_market import opened

DAY, NEXT = date(2022, 3, 15), date(2022, 3, 16)
HALF_DAY = date(2022, 11, 25)


@pytest.fixture
def broker() -> Broker:
    made = opened(DAY)
    made.tape.fix("SPY", Decimal(100))
    return made


def place(broker: Broker, side: str = "buy", quantity: str = "10", **changes: object) -> Order:
    limit = changes.pop("limit", None)
    fields = {
        "client_order_id": f"order-{len(broker.orders)}",
        "symbol": "SPY",
        "side": side,
        "kind": "market" if limit is None else "limit",
        "quantity": Decimal(quantity),
        "limit_price": None if limit is None else Decimal(str(limit)),
    }
    return broker.place(Ticket(**{**fields, **changes}))  # type: ignore[arg-type]


class TestTruth:
    @pytest.mark.parametrize(("bid", "ask"), [("75", "100.02"), ("0", "0"), ("150", "50")])
    def test_decides_fills_equity_and_buying_power_whatever_is_quoted(
        self, broker: Broker, bid: str, ask: str
    ) -> None:
        broker.tape.show("SPY", Decimal(bid), Decimal(ask))
        order = place(broker, quantity="100")
        assert order.average_price == Decimal("100.02")
        assert broker.funds.cash == Decimal(100_000) - 100 * Decimal("100.02")
        assert broker.funds.equity == broker.funds.cash + 100 * 100
        assert broker.funds.buying_power == broker.funds.cash

    def test_may_move_the_moment_an_order_comes_in(self, broker: Broker) -> None:
        broker.faults.arm(Fault(kind=FaultKind.MOVE, symbol="SPY", value=Decimal("1.2")))
        assert place(broker).average_price == Decimal("120.02")
        broker.move_to(trading_moment(NEXT))
        assert broker.tape.price("SPY") == 100

    def test_fills_a_limit_at_its_price_or_better(self, broker: Broker) -> None:
        assert place(broker, limit="105").average_price == Decimal("100.02")
        assert place(broker, limit="100.01").average_price == Decimal("100.01")
        assert place(broker, limit="99.99").filled_quantity == 0


class TestHours:
    @pytest.mark.parametrize("at", [closing(DAY), trading_moment(DAY) - timedelta(hours=9)])
    def test_orders_outside_them_are_queued_to_the_next_open(
        self, broker: Broker, at: datetime
    ) -> None:
        broker.move_to(at)
        order = place(broker)
        assert (order.status, order.filled_quantity) == (Status.ACCEPTED, Decimal(0))
        broker.move_to(opening(order.session))
        assert (order.status, order.filled_quantity) == (Status.FILLED, Decimal(10))
        assert order.updated_at == opening(order.session)

    def test_a_queued_order_is_cancelled_like_any_other(self, broker: Broker) -> None:
        broker.move_to(closing(DAY))
        order = place(broker)
        broker.cancel(order.order_id)
        broker.move_to(trading_moment(NEXT))
        assert (order.status, broker.books.fills) == (Status.CANCELED, [])

    def test_day_orders_expire_at_the_close(self, broker: Broker) -> None:
        order = place(broker, limit="90")
        broker.move_to(closing(DAY) - timedelta(seconds=1))
        assert order.is_open
        broker.move_to(closing(DAY))
        assert order.status is Status.EXPIRED

    def test_end_at_one_on_half_days(self, broker: Broker) -> None:
        broker.move_to(datetime(2022, 11, 25, 12, 59, tzinfo=NEW_YORK))
        assert broker.tape.is_open
        broker.move_to(datetime(2022, 11, 25, 13, 0, tzinfo=NEW_YORK))
        assert not broker.tape.is_open


class TestRefusals:
    def test_of_an_id_that_is_taken(self, broker: Broker) -> None:
        place(broker, client_order_id="mine")
        with pytest.raises(Refusal, match="client_order_id must be unique") as refused:
            place(broker, client_order_id="mine", quantity="1")
        assert refused.value.status == 422

    @pytest.mark.parametrize(
        "terms",
        [
            Terms(trading_blocked=True),
            Terms(account_blocked=True),
            Terms(trade_suspended_by_user=True),
            Terms(status="INACTIVE"),
        ],
    )
    def test_of_an_account_that_may_not_trade(self, broker: Broker, terms: Terms) -> None:
        broker.terms = terms
        with pytest.raises(Refusal, match="restricted"):
            place(broker)

    def test_of_what_is_not_traded_or_not_in_parts(self, broker: Broker) -> None:
        broker.tape.change("SPY", is_fractionable=False)
        with pytest.raises(Refusal, match="not fractionable"):
            place(broker, quantity="1.5")
        assert place(broker, quantity="1").filled_quantity == 1
        broker.tape.change("SPY", is_tradable=False)
        with pytest.raises(Refusal, match="not tradable"):
            place(broker, quantity="1")

    def test_of_a_limit_between_two_ticks(self, broker: Broker) -> None:
        broker.tape.fix("SPY", Decimal("0.0145"))
        assert place(broker, quantity="1000", limit="0.0147").filled_quantity == 1000


class TestMoney:
    @pytest.mark.parametrize(("price", "collar"), [(100, "1.025"), (20, "1.04")])
    def test_a_market_buy_needs_its_collar_too(
        self, broker: Broker, price: int, collar: str
    ) -> None:
        broker.tape.fix("SPY", Decimal(price))
        ask = broker.tape.true_quote("SPY").ask
        affordable = Decimal(100_000) / (ask * Decimal(collar))
        with pytest.raises(Refusal, match="insufficient buying power"):
            place(broker, quantity=f"{affordable + 1:.0f}")
        assert place(broker, quantity=f"{affordable - 1:.0f}").status is Status.FILLED

    def test_a_margin_account_buys_twice_its_equity_overnight(self, broker: Broker) -> None:
        broker.terms = Terms(multiplier=Decimal(2))
        assert broker.funds.regt_buying_power == 200_000
        place(broker, quantity="1500")
        assert broker.books.cash < 0
        assert broker.funds.buying_power == broker.funds.equity * 2 - 150_000

    def test_buying_back_what_is_short_needs_no_buying_power(self, broker: Broker) -> None:
        broker.books.hold("SPY", Decimal(-10))
        broker.books.cash = Decimal(1_000)
        place(broker, quantity="10")
        assert broker.books.held("SPY") == 0
        assert broker.books.cash < 0

    def test_short_sales_are_refused(self, broker: Broker) -> None:
        with pytest.raises(Refusal, match="short sales refused"):
            place(broker, side="sell")


class TestHalt:
    def test_takes_orders_and_fills_none_until_trading_resumes(self, broker: Broker) -> None:
        broker.tape.halt("SPY")
        broker.move_to(broker.now + timedelta(minutes=5))
        order = place(broker)
        quote = broker.tape.quote("SPY")
        assert order.status is Status.NEW
        assert quote is not None
        assert broker.now - quote.at == timedelta(minutes=5)
        broker.tape.resume("SPY")
        assert place(broker).status is Status.FILLED


class TestOvernight:
    def test_a_split_multiplies_shares_and_divides_the_price(self, broker: Broker) -> None:
        place(broker)
        before = broker.funds.equity
        broker.announce(Restatement(symbol="SPY", day=NEXT, ratio=Decimal(4)))
        broker.move_to(trading_moment(NEXT))
        assert broker.books.held("SPY") == 40
        assert broker.tape.price("SPY") == 25
        assert broker.tape.previous_close("SPY") == 100
        assert broker.funds.equity == before

    def test_a_dividend_pays_cash(self, broker: Broker) -> None:
        place(broker)
        before = broker.funds.equity
        paid = Restatement(symbol="SPY", day=NEXT, ratio=1 / Decimal("0.98"), is_dividend=True)
        broker.announce(paid)
        broker.move_to(trading_moment(NEXT))
        assert broker.actions.paid == {paid: Decimal(2)}
        assert broker.tape.price("SPY") == pytest.approx(Decimal(98))
        assert broker.funds.equity == pytest.approx(before)

    @pytest.mark.parametrize("symbol", ["SPY", "AAPL"])
    def test_a_changed_symbol_takes_holding_and_price_along(
        self, broker: Broker, symbol: str
    ) -> None:
        place(broker, symbol=symbol)
        resting = place(broker, symbol=symbol, limit="1")
        broker.announce(SymbolChange(symbol=symbol, new_symbol="NEW", day=NEXT))
        price = broker.tape.price(symbol)
        broker.move_to(opening(NEXT))
        assert broker.books.quantities == {"NEW": 10}
        assert resting.status in (Status.CANCELED, Status.EXPIRED)
        assert broker.tape.price("NEW") == pytest.approx(price, rel=Decimal("0.1"))
        with pytest.raises(Refusal, match="asset not found"):
            place(broker, symbol=symbol)


class TestLookups:
    def test_by_client_id_lag_behind(self, broker: Broker) -> None:
        fault = Fault(kind=FaultKind.LATE_LOOKUP, symbol="SPY", value=Decimal(2))
        broker.faults.arm(fault)
        order = place(broker)
        for _ in range(2):
            with pytest.raises(Refusal, match="not found"):
                broker.find(order.client_order_id)
        assert broker.find(order.client_order_id) is order


class TestCancels:
    def test_may_come_too_late(self, broker: Broker) -> None:
        broker.faults.arm(Fault(kind=FaultKind.FILL_ON_CANCEL, symbol="SPY"))
        order = place(broker)
        assert order.filled_quantity == 0
        broker.cancel(order.order_id)
        assert order.status is Status.FILLED

    def test_may_never_be_confirmed(self, broker: Broker) -> None:
        broker.faults.arm(Fault(kind=FaultKind.IGNORE_CANCEL, symbol="SPY"))
        order = place(broker, limit="90")
        broker.cancel(order.order_id)
        assert order.status is Status.PENDING_CANCEL
        assert order.is_open
