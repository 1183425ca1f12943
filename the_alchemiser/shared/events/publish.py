"""Putting events on the bus."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from the_alchemiser.shared.aws import aws_errors, is_transient
from the_alchemiser.shared.errors import PermanentError, TransientError
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import SOURCE_PREFIX, SOURCES, EventName
from the_alchemiser.shared.events.unwrap import MAX_EVENT_BYTES
from the_alchemiser.shared.logs import get_logger

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class EventPublisher(Protocol):
    """Tells everybody who listens."""

    def publish(self, event: DomainEvent) -> None:
        """Hand the event over, or raise."""
        ...


class EventBridgePublisher:
    """Publishes on one EventBridge bus."""

    def __init__(self, client: EventBridgeClient, bus_name: str) -> None:
        self._client = client
        self._bus_name = bus_name

    def publish(self, event: DomainEvent) -> None:
        """Hand one event over; a refused entry raises, so that the delivery is repeated."""
        detail = json.dumps(event.to_detail(), ensure_ascii=False, separators=(",", ":"))
        source = source_of(event)
        size_bytes = len(detail.encode()) + len(source) + len(event.event_type)
        if size_bytes > MAX_EVENT_BYTES:
            raise PermanentError(
                f"{event.event_type}: expected at most {MAX_EVENT_BYTES} bytes, found {size_bytes}"
            )
        with aws_errors(f"publish {event.event_type}"):
            response = self._client.put_events(
                Entries=[
                    {
                        "Source": source,
                        "DetailType": event.event_type,
                        "Detail": detail,
                        "EventBusName": self._bus_name,
                    }
                ]
            )
        if response["FailedEntryCount"]:
            entry = response["Entries"][0]
            self._refused(event, entry.get("ErrorCode", ""), entry.get("ErrorMessage", ""))
        get_logger().info("published", event_type=event.event_type, event_id=event.event_id)

    @staticmethod
    def _refused(event: DomainEvent, code: str, message: str) -> None:
        text = f"the bus refused {event.event_type}: {code}: {message}"
        if is_transient(code):
            raise TransientError(text)
        raise PermanentError(text)


def source_of(event: DomainEvent) -> str:
    """Return the EventBridge source that an event goes out under."""
    name = EventName(event.event_type)
    if name is EventName.WORKFLOW_FAILED:
        return SOURCE_PREFIX + event.source_module.split("_", 1)[0]
    return SOURCES[name]
