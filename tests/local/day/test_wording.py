from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.day.observations import ObservedEvent
from local.day.wording import dollars, is_told_later, label_of, told

EVENTS = Path(__file__).parents[2] / "events"


def event(name: str) -> ObservedEvent:
    return ObservedEvent.parse((EVENTS / f"{name}.json").read_text())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("PartialSignalGenerated", "calm-mix has decided"),
        ("RebalancePlanned", "1 to buy for $600.50"),
        ("TradeExecuted", "BUY SPY: 1.442801 shares at $416.20"),
        ("AllTradesCompleted", "1 of 1 trades succeeded, 98.76 % of the capital is deployed"),
        ("WorkflowFailed", 'signal_generation: pair.clj:3:7: expected a number, found "x"'),
    ],
)
def test_an_event_says_what_was_decided(name: str, words: str) -> None:
    assert told(event(name)) == words


@pytest.mark.parametrize("file", sorted(EVENTS.glob("*.json")), ids=lambda file: str(file.stem))
def test_every_event_of_the_system_can_be_told(file: Path) -> None:
    seen = ObservedEvent.parse(file.read_text())
    assert told(seen) or seen.name == "WorkflowCompleted"
    assert label_of(seen)


def test_a_failed_trade_says_why_at_once() -> None:
    envelope = json.loads((EVENTS / "TradeExecuted.json").read_text())
    envelope["detail"] |= {"success": False, "failure_reason": "rejected"}
    failed = ObservedEvent.parse(json.dumps(envelope))
    assert told(failed) == "BUY SPY failed: rejected"
    assert not is_told_later(failed)


def test_a_trade_that_went_well_is_left_to_the_table() -> None:
    assert is_told_later(event("TradeExecuted"))
    assert not is_told_later(event("RebalancePlanned"))


@pytest.mark.parametrize(
    ("amount", "written"),
    [("1234.5", "$1,234.50"), ("-0.5", "-$0.50"), ("-0.001", "$0.00"), (0, "$0.00")],
)
def test_dollars_are_written_with_cents_and_a_leading_sign(amount: object, written: str) -> None:
    assert dollars(amount) == written
