"""What alpaca-py's data clients read of the market."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from alpaca.data.historical.corporate_actions import CorporateActionsClient
from alpaca.data.requests import CorporateActionsRequest, StockSnapshotRequest

from local.market.broker import Broker
from the_alchemiser.shared.broker_alpaca import AlpacaBroker

Steer = Callable[..., Any]


def test_a_snapshot_has_quote_last_trade_and_previous_close(
    broker: AlpacaBroker, simulated: Broker
) -> None:
    simulated.tape.show("KO", Decimal(30), Decimal(90))
    asked = StockSnapshotRequest(symbol_or_symbols=["KO", "NOSUCH"])
    found: Any = broker._data.get_stock_snapshot(asked)
    assert set(found) == {"KO"}
    assert found["KO"].latest_quote.bid_price == 30
    assert Decimal(str(found["KO"].latest_trade.price)) == simulated.tape.price("KO")
    assert Decimal(str(found["KO"].previous_daily_bar.close)) == simulated.tape.prices.close(
        "KO", date(2022, 3, 14)
    )


def test_corporate_actions_are_told_from_their_day_on(market: str, steer: Steer) -> None:
    steer("splits", symbol="KO", date="2022-03-16", ratio="2")
    steer("splits", symbol="PG", date="2022-03-16", ratio="0.1")
    steer("dividends", symbol="AAPL", date="2022-03-16", part="0.01")
    steer("renames", symbol="JPM", date="2022-03-16", new_symbol="JP")
    client = CorporateActionsClient("k", "s", url_override=market)
    asked = CorporateActionsRequest(start=date(2022, 3, 1), end=date(2022, 3, 20))
    before: Any = client.get_corporate_actions(asked)
    steer("day", date="2022-03-16")
    after: Any = client.get_corporate_actions(asked)
    client._session.close()
    assert before.data == {}
    (split,), (reverse,) = after.data["forward_splits"], after.data["reverse_splits"]
    assert (split.symbol, split.new_rate, split.old_rate) == ("KO", 2, 1)
    assert (reverse.new_rate, reverse.old_rate) == (1, 10)
    assert after.data["cash_dividends"][0].rate > 1
    (renamed,) = after.data["name_changes"]
    assert (renamed.old_symbol, renamed.new_symbol) == ("JPM", "JP")


def test_the_calendar_and_the_clock_know_half_days(broker: AlpacaBroker, steer: Steer) -> None:
    steer("day", date="2022-11-25")
    clock: Any = broker._trading.get_clock()
    assert clock.is_open
    assert (clock.next_close - clock.timestamp).total_seconds() == 15 * 60
