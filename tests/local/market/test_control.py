from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

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
