"""How a workflow as a whole ended."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import Count, JsonObject, Text, nothing


class WorkflowFailed(DomainEvent):
    """A step failed in a way that repeating it would not mend."""

    event_type: Literal["WorkflowFailed"] = "WorkflowFailed"
    workflow_type: Text
    failure_reason: Text
    failure_step: Text
    error_details: JsonObject = Field(default_factory=nothing)


class WorkflowCompleted(DomainEvent):
    """A workflow came to its end."""

    event_type: Literal["WorkflowCompleted"] = "WorkflowCompleted"
    workflow_type: Text
    workflow_duration_ms: Count
    success: bool
    summary: JsonObject = Field(default_factory=nothing)
