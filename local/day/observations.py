"""What was seen of a run: events on the bus and invocations in the logs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservedEvent:
    """One domain event, as it went over the bus."""

    event_id: str
    name: str
    source_module: str
    correlation_id: str
    causation_id: str
    at: datetime
    detail: Mapping[str, Any]

    @classmethod
    def parse(cls, text: str) -> ObservedEvent:
        """Read an EventBridge envelope; raise ValueError for anything else."""
        envelope = json.loads(text)
        try:
            detail = envelope["detail"]
            return cls(
                event_id=detail["event_id"],
                name=envelope["detail-type"],
                source_module=detail["source_module"],
                correlation_id=detail["correlation_id"],
                causation_id=detail["causation_id"],
                at=datetime.fromisoformat(detail["timestamp"]),
                detail=detail,
            )
        except (KeyError, TypeError) as error:
            message = f"expected a domain event in an EventBridge envelope, found {text[:120]!r}"
            raise ValueError(message) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """One run of one function."""

    function: str
    request_id: str
    started_at: datetime
    ended_at: datetime
    lines: tuple[Mapping[str, Any], ...] = field(default=())
    """Structured log lines, in order."""
    plain: tuple[str, ...] = field(default=())
    """Lines that are not JSON: a traceback of the runtime, say."""

    @property
    def correlation_id(self) -> str | None:
        """Run that the invocation worked for, where its log says so."""
        return _first(self.lines, "correlation_id")

    @property
    def causation_id(self) -> str | None:
        """What it worked on: the id of an event or of a command."""
        return _first(self.lines, "causation_id")

    @property
    def errors(self) -> tuple[str, ...]:
        """What its log says went wrong."""
        told = (line for line in self.lines if line.get("level") in ("error", "critical"))
        return (*(str(line.get("reason") or line.get("event")) for line in told), *self.plain)


def _first(lines: Iterable[Mapping[str, Any]], key: str) -> str | None:
    return next((str(line[key]) for line in lines if line.get(key)), None)
