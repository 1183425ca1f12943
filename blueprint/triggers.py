"""What starts a function: events, queues and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class OnEvent:
    """Started by events on the bus."""

    rule: str
    """Name of the rule, unique in the system."""
    detail_types: tuple[str, ...]
    sources: tuple[str, ...] = ()
    """Exact sources; empty with `source_prefix`."""
    source_prefix: str | None = None
    detail: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Extra pattern on the event's own fields: field -> accepted values."""
    retries: int = 8
    """Deliveries tried again before the event goes to the undelivered queue."""
    max_age_s: int = 3600
    """Seconds in which it is tried again; an older event has missed its work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnQueue:
    """Started by messages on a queue."""

    queue: str
    maximum_concurrency: int
    """Batches that are worked on at once; without a limit a full queue takes a whole account."""
    batch_size: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class OnSchedule:
    """Started by the clock."""

    schedule: str
    """Name of the schedule, unique in the system."""
    expression: str
    timezone: str
    input: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    retries: int = 1
    max_age_s: int = 900
    """Seconds after which a start that is late is worse than none."""
    flexible_window_minutes: int = 0
    """Used only by stacks that allow a flexible window."""


Trigger = OnEvent | OnQueue | OnSchedule
