"""The real alpaca-py, through our own adapter, against the simulated market."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from alpaca.data.enums import Adjustment
from alpaca.data.historical.stock import StockHistoricalDataClient
from alpaca.data.requests import StockBarsRequest
from alpaca.data.timeframe import TimeFrame
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, TimeInForce
from alpaca.trading.requests import GetCalendarRequest, MarketOrderRequest

from local.market.prices import Prices
from tests.simulated_market import quote_of
from the_alchemiser.shared.broker import OrderState, OrderTicket
from the_alchemiser.shared.broker_alpaca import AlpacaBroker
from the_alchemiser.shared.broker_errors import BrokerRefused
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.lots import Side

DAY = date(2022, 3, 15)
Steer = Callable[..., Any]


def ticket(**changes: Any) -> OrderTicket:
    fields: dict[str, Any] = {
        "client_order_id": "trade-1",
        "symbol": "AAPL",
        "side": Side.BUY,
        "quantity": Decimal("10.5"),
        "limit_price": None,
    }
    return OrderTicket(**{**fields, **changes})


def test_a_market_order_fills_at_the_other_side_of_the_spread(broker: AlpacaBroker) -> None:
    quote = quote_of(broker, "AAPL")

    placed = broker.place(ticket())

    found = broker.read(placed.order_id)
    assert (found.state, found.filled_quantity) == (OrderState.FILLED, Decimal("10.5"))
    assert found.filled_price == quote.ask
    assert broker.account().cash == 100_000 - Decimal("10.5") * quote.ask


def test_a_quote_lies_around_the_days_real_close(broker: AlpacaBroker, prices: Prices) -> None:
    quote = quote_of(broker, "AAPL")

    assert quote.bid < prices.close("AAPL", DAY) < quote.ask


def test_a_limit_short_of_the_middle_waits_and_can_be_cancelled(broker: AlpacaBroker) -> None:
    quote = quote_of(broker, "AAPL")
    placed = broker.place(ticket(limit_price=quote.bid))

    assert [order.order_id for order in broker.open_orders()] == [placed.order_id]
    broker.cancel(placed.order_id)

    assert broker.read(placed.order_id).state is OrderState.CANCELED
    assert broker.open_orders() == []


def test_a_second_order_of_the_same_id_is_the_first(broker: AlpacaBroker, steer: Steer) -> None:
    first = broker.place(ticket())
    second = broker.place(ticket())

    assert second.order_id == first.order_id
    assert len(steer("books")["fills"]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": Decimal(100_000)},
        {"quantity": Decimal("0.0001")},
        {"side": Side.SELL},
        {"symbol": "SP500"},
        {"symbol": "NOSUCH"},
    ],
)
def test_what_the_real_broker_refuses_is_refused(
    changes: dict[str, Any], broker: AlpacaBroker
) -> None:
    with pytest.raises(BrokerRefused):
        broker.place(ticket(**changes))


def test_holdings_are_worth_the_days_close(
    broker: AlpacaBroker, prices: Prices, steer: Steer
) -> None:
    broker.place(ticket())
    cash = broker.account().cash

    steer("day", date="2022-03-16")

    (position,) = broker.positions()
    assert position.quantity == Decimal("10.5")
    assert broker.account().equity == cash + Decimal("10.5") * prices.close(
        "AAPL", date(2022, 3, 16)
    )


def test_a_sale_reconciles_with_the_books(broker: AlpacaBroker, steer: Steer) -> None:
    broker.place(ticket())
    broker.place(ticket(client_order_id="trade-2", side=Side.SELL))

    books = steer("books")
    paid, got = (Decimal(fill["price"]) * Decimal(fill["quantity"]) for fill in books["fills"])
    assert books["positions"] == {}
    assert Decimal(books["cash"]) == 100_000 - paid + got
    assert broker.position("AAPL") is None


def test_too_many_requests_are_survived(broker: AlpacaBroker, steer: Steer) -> None:
    steer("faults", kind="status", path="/v2/account", value="429", count=2)

    assert broker.account().cash == 100_000


def test_an_endless_failure_is_transient(broker: AlpacaBroker, steer: Steer) -> None:
    steer("faults", kind="status", path="/v2/account", value="500", count=9)

    with pytest.raises(TransientError):
        broker.account()


def test_an_order_whose_answer_was_lost_is_found_again(broker: AlpacaBroker, steer: Steer) -> None:
    steer("faults", kind="drop_after", method="POST", path="/v2/orders")

    placed = broker.place(ticket())

    assert placed.client_order_id == "trade-1"
    assert len(steer("books")["fills"]) == 1


def test_a_dropped_request_placed_nothing_and_is_sent_again(
    broker: AlpacaBroker, steer: Steer
) -> None:
    steer("faults", kind="drop", method="POST", path="/v2/orders")

    broker.place(ticket())

    assert len(steer("books")["fills"]) == 1


def test_a_partial_fill_leaves_the_rest_open(broker: AlpacaBroker, steer: Steer) -> None:
    steer("faults", kind="partial_fill", symbol="AAPL", value="0.5")

    placed = broker.place(ticket())

    assert placed.state is OrderState.WORKING
    assert placed.filled_quantity == Decimal("5.25")


def test_a_late_order_fills_after_it_was_read_often_enough(
    broker: AlpacaBroker, steer: Steer
) -> None:
    steer("faults", kind="late_fill", symbol="AAPL", value="2")
    placed = broker.place(ticket())

    states = [broker.read(placed.order_id).state for _ in range(2)]

    assert states == [OrderState.WORKING, OrderState.FILLED]


def test_a_rejected_order_says_so(broker: AlpacaBroker, steer: Steer) -> None:
    steer("faults", kind="reject", symbol="AAPL")

    assert broker.place(ticket()).state is OrderState.REJECTED


def test_a_stale_quote_is_as_old_as_told(broker: AlpacaBroker, steer: Steer) -> None:
    steer("faults", kind="stale_quote", symbol="AAPL", value="600")

    stale = quote_of(broker, "AAPL")

    assert broker.clock().now - stale.at >= timedelta(seconds=600)


def bars_of(client: StockHistoricalDataClient, **changes: Any) -> list[Any]:
    wanted = {
        "symbol_or_symbols": "AAPL",
        "timeframe": TimeFrame.Day,
        "start": datetime.combine(date(2022, 3, 1), time.min, UTC),
        "end": datetime.combine(DAY, time.max, UTC),
        "adjustment": Adjustment.ALL,
    }
    answer: Any = client.get_stock_bars(StockBarsRequest(**{**wanted, **changes}))
    return list(answer["AAPL"])


def test_bars_end_the_day_before_while_the_market_is_open(
    broker: AlpacaBroker, prices: Prices
) -> None:
    bars = bars_of(broker._data)

    assert bars[-1].timestamp.date() == date(2022, 3, 14)
    assert Decimal(str(bars[-1].close)) == prices.close("AAPL", date(2022, 3, 14))


def test_a_split_restates_older_bars_and_multiplies_shares(
    broker: AlpacaBroker, prices: Prices, steer: Steer
) -> None:
    broker.place(ticket())
    steer("splits", symbol="AAPL", date="2022-03-16", ratio="2")
    before = bars_of(broker._data)[0].close

    steer("day", date="2022-03-16")

    assert bars_of(broker._data)[0].close == pytest.approx(before / 2)
    assert broker.positions()[0].quantity == 21
    assert quote_of(broker, "AAPL").bid < prices.close("AAPL", date(2022, 3, 16)) / 2


def test_a_dividend_restates_older_bars_and_pays_cash(
    broker: AlpacaBroker, prices: Prices, steer: Steer
) -> None:
    broker.place(ticket(quantity=Decimal(10)))
    steer("dividends", symbol="AAPL", date="2022-03-16", part="0.01")
    before, cash = bars_of(broker._data)[0].close, broker.account().cash

    steer("day", date="2022-03-16")

    assert bars_of(broker._data)[0].close == pytest.approx(before * 0.99)
    assert broker.positions()[0].quantity == 10
    paid = prices.close("AAPL", DAY) * Decimal("0.01")
    assert broker.account().cash - cash == pytest.approx(10 * paid, abs=Decimal("0.05"))


@pytest.mark.parametrize(
    ("adjustment", "factor"),
    [
        (Adjustment.RAW, 1.0),
        (Adjustment.SPLIT, 0.5),
        (Adjustment.DIVIDEND, 0.99),
        (Adjustment.ALL, 0.495),
    ],
)
def test_older_bars_are_restated_for_what_is_asked(
    adjustment: Adjustment, factor: float, broker: AlpacaBroker, steer: Steer
) -> None:
    old, *_others, new = bars_of(broker._data, adjustment=Adjustment.RAW)
    steer("splits", symbol="AAPL", date=new.timestamp.date(), ratio="2")
    steer("dividends", symbol="AAPL", date=new.timestamp.date(), part="0.01")

    restated, *_others, unchanged = bars_of(broker._data, adjustment=adjustment)

    assert restated.close == pytest.approx(old.close * factor)
    assert unchanged.close == pytest.approx(new.close * 0.495), "prices fell on that day"


def test_the_calendar_has_the_days_on_which_there_are_closes(broker: AlpacaBroker) -> None:
    client: TradingClient = broker._trading
    days: Any = client.get_calendar(
        GetCalendarRequest(start=date(2022, 3, 11), end=date(2022, 3, 15))
    )

    assert [day.date for day in days] == [date(2022, 3, 11), date(2022, 3, 14), DAY]


def test_an_asset_that_is_not_here_is_not_found(broker: AlpacaBroker) -> None:
    assert broker.asset("AAPL").is_fractionable
    with pytest.raises(BrokerRefused):
        broker.asset("NOSUCH")


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": Decimal("1.0000000001")},
        {"limit_price": Decimal("154.001")},
        {"limit_price": Decimal("-1")},
    ],
)
def test_steps_that_the_real_broker_does_not_trade_are_refused(
    changes: dict[str, Any], broker: AlpacaBroker, steer: Steer
) -> None:
    with pytest.raises(BrokerRefused) as refused:
        broker.place(ticket(**changes))
    assert refused.value.status == 422
    assert steer("books")["fills"] == []


def test_open_orders_reserve_what_they_may_cost(broker: AlpacaBroker, steer: Steer) -> None:
    steer("faults", kind="late_fill", symbol="KO", value="9")
    broker.place(ticket(symbol="KO", quantity=Decimal(1000)))

    account = broker.account()
    assert account.cash == 100_000
    assert account.buying_power == pytest.approx(account.cash - 57_490 * Decimal("1.025"), abs=20)
    with pytest.raises(BrokerRefused, match="insufficient buying power"):
        broker.place(ticket(client_order_id="trade-2", quantity=Decimal(300)))


def test_an_order_without_an_id_of_its_sender_gets_one(market: str) -> None:
    trading = TradingClient("k", "s", url_override=market)
    request = MarketOrderRequest(
        symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    placed: Any = trading.submit_order(request)
    assert placed.client_order_id
    trading._session.close()


@pytest.mark.parametrize(
    "path",
    [
        "/v2/orders?limit=-5",
        "/v2/orders?limit=many",
        "/v2/stocks/bars?symbols=KO&page_token=x",
        "/v2/stocks/bars?symbols=KO&start=soon",
        "/time_series?symbol=KO&outputsize=1e3",
    ],
)
def test_a_query_that_makes_no_sense_is_refused(market: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{market}{path}", timeout=120)
    with refused.value:
        assert refused.value.code == 422
        assert json.load(refused.value)["message"].startswith("request is invalid")


def test_too_many_requests_say_when_the_limit_opens_again(market: str, steer: Steer) -> None:
    steer("faults", kind="status", path="/v2/clock", value="429")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{market}/v2/clock", timeout=120)
    with refused.value:
        assert float(refused.value.headers["X-RateLimit-Reset"]) > 0
