"""One day, from the schedule's call to the report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from local.day.following import Ending
from local.day.page import PAGE
from local.day.result import DayResult
from tests.browser import look_at
from tests.day.agreement import (
    assert_books_agree,
    assert_on_target,
    assert_profits_agree,
    assert_report_agrees,
)
from tests.day.floor import DAYS, Floor

pytestmark = pytest.mark.day

FIRST, SECOND = DAYS[:2]


@pytest.fixture(scope="module")
def traded(exchange: Floor) -> DayResult:
    exchange.empty()
    exchange.trade(FIRST)
    return exchange.trade(SECOND)


def test_the_run_completes_and_one_mail_says_so(traded: DayResult) -> None:
    assert traded.ending is Ending.COMPLETED
    assert [mail.subject for mail in traded.mails] == ["[SUCCESS] Alchemiser SIMULATED Trading"]
    assert f"Trades placed: {len(traded.fills)}" in traded.mails[0].body


def test_there_is_one_chain_of_events(exchange: Floor, traded: DayResult) -> None:
    events = exchange.events(SECOND)
    counts = Counter(event["event_type"] for event in events)
    trades = [line for line in traded.plan if line.action != "HOLD"]
    assert {event["correlation_id"] for event in events} == {traded.correlation_id}
    assert len({event["event_id"] for event in events}) == len(events)
    assert counts == {
        "PartialSignalGenerated": len(traded.signals),
        "SignalGenerated": 1,
        "RebalancePlanned": 1,
        "TradeExecuted": len(trades),
        "AllTradesCompleted": 1,
    }


def test_every_event_names_its_parent(exchange: Floor, traded: DayResult) -> None:
    events = exchange.events(SECOND)
    types = {event["event_id"]: event["event_type"] for event in events}
    types[traded.correlation_id] = "the run"
    parents = {
        "PartialSignalGenerated": "the run",
        "SignalGenerated": "PartialSignalGenerated",
        "RebalancePlanned": "SignalGenerated",
        "TradeExecuted": "RebalancePlanned",
        "AllTradesCompleted": "TradeExecuted",
    }
    for event in events:
        assert types[event["causation_id"]] == parents[event["event_type"]], event


def test_positions_are_the_targets(traded: DayResult) -> None:
    assert_on_target(traded)


def test_ledger_broker_and_report_agree(exchange: Floor, traded: DayResult) -> None:
    assert_books_agree(exchange)
    assert_profits_agree(traded)
    assert_report_agrees(exchange, traded)


def test_the_picture_shows_every_event_and_its_cause(exchange: Floor, traded: DayResult) -> None:
    picture = ElementTree.parse(exchange.session.folder(SECOND) / "timeline.svg")
    svg = "{http://www.w3.org/2000/svg}"
    events = exchange.events(SECOND)
    caused = [event for event in events if event["event_type"] != "PartialSignalGenerated"]
    assert len(picture.findall(f"{svg}circle")) == len(events)
    assert len(picture.findall(f"{svg}path[@class='cause']")) == len(caused)


def test_a_browser_shows_the_whole_page_of_the_day(
    exchange: Floor, traded: DayResult, tmp_path: Path
) -> None:
    for width in (1024, 1600):
        seen = look_at(exchange.session.folder(SECOND) / PAGE, tmp_path, width=width)

        assert seen["title"] == f"{SECOND}: the run completed"
        assert seen["failures"] == []
        assert (seen["sticks_out"], seen["drawn_outside"]) == (0, [])
        picture_width, picture_height = seen["picture"]
        assert picture_height > 200 and picture_width < width
        shown = {name: it["text"] for name, it in seen["sections"].items()}
        assert all(it["height"] > 50 for it in seen["sections"].values())
        assert all(fill.symbol in shown["trades"] for fill in traded.fills)
        assert all(signal.strategy in shown["weights"] for signal in traded.signals)
        assert traded.mails[0].body.splitlines()[0] in shown["mail"]
        assert "execution_v2 at " in shown["logs"]
