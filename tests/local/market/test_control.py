from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from the_alchemiser.shared.broker import OrderTicket
from the_alchemiser.shared.broker_alpaca import AlpacaBroker
from the_alchemiser.shared.lots import Side

Steer = Callable[..., Any]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("day", {"date": "yesterday"}),
        ("faults", {"kind": "earthquake"}),
        ("faults", {"kind": "drop", "count": 0}),
        ("splits", {"symbol": "AAPL", "date": "2022-03-16", "ratio": "0"}),
        ("nothing", {"a": 1}),
    ],
)
def test_a_command_that_makes_no_sense_is_refused(
    path: str, body: dict[str, Any], steer: Steer
) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        steer(path, **body)

    assert refusal.value.code in (404, 422)
    assert json.loads(refusal.value.read())["message"]
    refusal.value.close()


def test_a_reset_forgets_the_books(steer: Steer) -> None:
    steer("reset", cash="5000")

    assert steer("books") == {
        "cash": "5000",
        "opened_with": "5000",
        "positions": {},
        "costs": {},
        "fills": [],
        "equity": "5000",
    }


def test_the_second_source_has_the_same_closes_newest_first(market: str) -> None:
    address = f"{market}/time_series?symbol=AAPL&interval=1day&outputsize=3&apikey=k"
    with urllib.request.urlopen(address, timeout=120) as reply:
        series = json.load(reply)

    assert [value["datetime"] for value in series["values"]] == [
        "2022-03-14",
        "2022-03-11",
        "2022-03-10",
    ]
    assert series["status"] == "ok"


def test_the_second_source_says_that_a_symbol_is_unknown(market: str) -> None:
    with urllib.request.urlopen(f"{market}/time_series?symbol=NOSUCH", timeout=120) as reply:
        assert json.load(reply)["status"] == "error"


class TestSteering:
    def test_the_account_gets_other_terms(self, steer: Steer, broker: AlpacaBroker) -> None:
        steer("account", multiplier="2", currency="EUR", trading_blocked=True)
        account = broker.account()
        assert account.multiplier == 2
        assert account.currency == "EUR"
        assert account.blocks == ("trading_blocked",)
        assert account.regt_buying_power == 200_000

    def test_truth_and_quote_are_set_apart(self, steer: Steer, broker: AlpacaBroker) -> None:
        steer("truth", symbol="KO", price="50")
        steer("quotes", symbol="KO", bid="10", ask="0")
        view = broker.views(["KO"])["KO"]
        assert view.quote is not None
        assert [view.quote.bid, view.quote.ask, view.last_trade] == [10, 0, 50]

    def test_a_halt_lasts_until_it_is_lifted(self, steer: Steer, broker: AlpacaBroker) -> None:
        steer("halts", symbol="KO")
        ticket = OrderTicket(client_order_id="one", symbol="KO", side=Side.BUY, quantity=Decimal(1))
        assert broker.place(ticket).filled_quantity == 0
        steer("halts", symbol="KO", halted="false")
        assert broker.place(replace(ticket, client_order_id="two")).filled_quantity == 1

    def test_a_symbol_is_renamed_on_its_day(self, steer: Steer, broker: AlpacaBroker) -> None:
        steer("renames", symbol="KO", date="2022-03-16", new_symbol="COKE")
        assert set(broker.views(["KO", "COKE"])) == {"KO"}
        steer("day", date="2022-03-16")
        assert set(broker.views(["KO", "COKE"])) == {"COKE"}
