"""What every domain event carries, whatever it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.events.fields import Identifier, JsonObject, Text, Timestamp, nothing
from the_alchemiser.shared.ids import IdSource, derived_id

SCHEMA_VERSION: Literal["1.0.0"] = "1.0.0"


class DomainEvent(Contract):
    """Something that happened in a run; it is never changed after it was made."""

    event_id: Identifier
    event_type: Text
    correlation_id: Identifier
    """Id of the whole run."""
    causation_id: Identifier
    """Id of what led to this event."""
    timestamp: Timestamp
    source_module: Identifier
    source_component: str | None = None
    metadata: JsonObject = Field(default_factory=nothing)
    schema_version: Literal["1.0.0"] = SCHEMA_VERSION

    @property
    def cause_id(self) -> str:
        """Return the causation id of whatever follows from this event."""
        return self.event_id

    def to_detail(self) -> dict[str, Any]:
        """Return the JSON form that goes over the bus."""
        return self.model_dump(mode="json")


@dataclass(frozen=True, kw_only=True, slots=True)
class EventStamp:
    """Gives a module's events their envelope."""

    clock: Clock
    ids: IdSource
    source_module: str

    def stamp(self, kind: str, correlation_id: str, causation_id: str) -> dict[str, Any]:
        """Return the envelope of one new event; `kind` is the first part of its id."""
        return self._envelope(self.ids.new(kind), correlation_id, causation_id)

    def derived(self, kind: str, correlation_id: str, causation_id: str) -> dict[str, Any]:
        """Return the envelope of the one event of its kind that `causation_id` leads to.

        The id is the same on every repetition, so that receivers recognise a second copy.
        """
        event_id = derived_id(kind, self.source_module, correlation_id, causation_id)
        return self._envelope(event_id, correlation_id, causation_id)

    def _envelope(self, event_id: str, correlation_id: str, causation_id: str) -> dict[str, Any]:
        return {
            "event_id": event_id,
            "correlation_id": correlation_id,
            "causation_id": causation_id,
            "timestamp": self.clock.now(),
            "source_module": self.source_module,
        }
