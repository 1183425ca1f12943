"""How a workflow as a whole ended."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import Count, JsonObject, Text, nothing


class RunPart(StrEnum):
    """What of a run cannot happen any more."""

    SIGNAL = "signal"
    """The strategies' merged signal; a session that waits for it ends."""
    TRADING = "trading"
    """The trades that a signal asked for."""


class WorkflowFailed(DomainEvent):
    """A step failed in a way that repeating it would not mend."""

    event_type: Literal["WorkflowFailed"] = "WorkflowFailed"
    workflow_type: Text
    failure_reason: Text
    failure_step: Text
    ends: RunPart | None = None
    """None: the run goes on without what failed, as without a gauge or a mail."""
    error_details: JsonObject = Field(default_factory=nothing)


class WorkflowCompleted(DomainEvent):
    """A workflow came to its end."""

    event_type: Literal["WorkflowCompleted"] = "WorkflowCompleted"
    workflow_type: Text
    workflow_duration_ms: Count
    success: bool
    summary: JsonObject = Field(default_factory=nothing)
