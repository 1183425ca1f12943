from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from local.day.log_reader import invocations_in
from local.day.observations import ObservedEvent

AT = datetime(2026, 11, 21, 15, 45, tzinfo=UTC)


def envelope(**changes: object) -> str:
    detail = {
        "event_id": "signal-generated-1",
        "source_module": "aggregator_v2",
        "correlation_id": "workflow-1",
        "causation_id": "partial-signal-1",
        "timestamp": AT.isoformat(),
    }
    return json.dumps({"detail-type": "SignalGenerated", "detail": {**detail, **changes}})


def test_an_event_is_read_from_its_envelope() -> None:
    event = ObservedEvent.parse(envelope())

    assert (event.name, event.source_module, event.at) == ("SignalGenerated", "aggregator_v2", AT)


@pytest.mark.parametrize("text", ["{}", '{"detail-type": "X", "detail": []}', "[]"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="domain event"):
        ObservedEvent.parse(text)


def test_a_log_stream_is_cut_into_invocations() -> None:
    stream = [
        (AT, "START RequestId: r1 Version: 3"),
        (AT, json.dumps({"level": "info", "event": "planned", "correlation_id": "workflow-1"})),
        (AT, "END RequestId: r1"),
        (AT, "REPORT RequestId: r1\tDuration: 250.00 ms\tBilled Duration: 250 ms"),
        (AT, "START RequestId: r2 Version: 3"),
        (AT, "Traceback (most recent call last):"),
        (AT, "REPORT RequestId: r2\tDuration: 5 ms\tBilled Duration: 5 ms"),
    ]

    first, second = invocations_in("portfolio_v2", stream)

    assert first.ended_at - first.started_at == timedelta(milliseconds=250)
    assert first.correlation_id == "workflow-1"
    assert first.errors == ()
    assert second.errors == ("Traceback (most recent call last):",)
