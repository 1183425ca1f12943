"""An event goes out under its source, or whoever publishes it learns why not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.aws_limits import refuse_too_large
from tests.cloud import Cloud
from tests.fakes import stamp
from the_alchemiser.shared.errors import PermanentError, TransientError
from the_alchemiser.shared.events.data import MarketDataFetchCompleted
from the_alchemiser.shared.events.names import SOURCES, EventName
from the_alchemiser.shared.events.publish import EventBridgePublisher, source_of
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.money import Symbol


class Bus:
    def __init__(self, code: str = "") -> None:
        self.entries: list[dict[str, Any]] = []
        self.code = code

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        refuse_too_large("events", "PutEvents", {"Entries": Entries})
        self.entries.extend(Entries)
        if self.code:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": self.code}]}
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}


def failure(module: str = "strategy_v2", reason: str = "r") -> WorkflowFailed:
    return WorkflowFailed(
        **stamp(module).stamp("workflow-failed", "workflow-1", "x"),
        workflow_type="w",
        failure_reason=reason,
        failure_step="s",
    )


def publish(bus: Bus, event: WorkflowFailed) -> None:
    EventBridgePublisher(bus, "the-bus").publish(event)  # type: ignore[arg-type]


def test_the_entry_is_what_rules_match() -> None:
    bus, event = Bus(), failure(reason="kaputt ☃")
    publish(bus, event)
    (entry,) = bus.entries
    assert entry["Source"] == "alchemiser.strategy"
    assert entry["DetailType"] == "WorkflowFailed"
    assert entry["EventBusName"] == "the-bus"
    assert json.loads(entry["Detail"]) == event.to_detail()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("strategy_v2", "alchemiser.strategy"),
        ("portfolio_v2", "alchemiser.portfolio"),
        ("execution_v2", "alchemiser.execution"),
        ("notifications_v2", "alchemiser.notifications"),
        ("trade_aggregator", "alchemiser.trade"),
        ("coordinator_v2", "alchemiser.coordinator"),
        ("aggregator_v2", "alchemiser.aggregator"),
        ("data_quality_monitor", "alchemiser.data"),
    ],
)
def test_a_failure_goes_out_under_its_modules_name(module: str, source: str) -> None:
    assert source_of(failure(module)) == source


def test_every_other_event_has_one_source() -> None:
    assert set(SOURCES) == set(EventName) - {EventName.WORKFLOW_FAILED}


def test_a_completed_fetch_can_be_published() -> None:
    event = MarketDataFetchCompleted(
        **stamp("data_v2").stamp("market-data-fetch-completed", "workflow-1", "x"),
        symbol=Symbol("SPY"),
        success=True,
        bars_fetched=1,
        was_deduplicated=False,
    )
    assert source_of(event) == "alchemiser.data"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ThrottlingException", TransientError), ("NotAuthorizedForSource", PermanentError)],
)
def test_a_refused_entry_raises(code: str, expected: type[Exception]) -> None:
    with pytest.raises(expected, match=f"the bus refused WorkflowFailed: {code}"):
        publish(Bus(code), failure())


def test_an_event_that_is_too_large_is_not_sent() -> None:
    bus = Bus()
    with pytest.raises(PermanentError, match="expected at most 262144 bytes"):
        publish(bus, failure(reason="☃" * 100_000))
    assert bus.entries == []


def test_the_bus_takes_it(cloud: Cloud) -> None:
    client = cloud.client("events")
    client.create_event_bus(Name="the-bus")
    EventBridgePublisher(client, "the-bus").publish(failure())
