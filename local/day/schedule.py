"""What the catalogue says of a day: who is called when, and how many workers it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from blueprint import Access, FunctionSpec, OnEvent, OnQueue, OnSchedule, System
from catalogue.system import SYSTEM
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.strategy_allocations import allocations_path, read_allocations

RUN, REFRESH, CHECK = "trade-run", "data-refresh", "quality-check"
"""Schedules that a day stands in for."""
FEW = 4
"""Workers that are enough for a queue here: more would wait for the cores of this machine."""


def called_by(schedule: str, system: System = SYSTEM) -> str:
    """Name the function that a schedule of the catalogue starts."""
    started = {trigger.schedule: name for name, trigger in _clocked(system)}
    if schedule not in started:
        raise LookupError(f"schedule: expected one of {', '.join(started)}, found {schedule!r}")
    return started[schedule]


def sweeps(system: System = SYSTEM) -> Mapping[str, Mapping[str, object]]:
    """Give what schedules ask every few minutes, and the day asks in their place."""
    return {
        name: trigger.input
        for name, trigger in _clocked(system)
        if trigger.expression.startswith("rate(")
    }


def workers(root: Path, system: System = SYSTEM) -> Mapping[str, int]:
    """Say how many workers of each function a day has at once, beside those that it calls first.

    MiniStack makes each one anew; made before, they are not waited for.
    """
    strategies = len(read_allocations(root, allocations_path("local")).entries)
    called_first = {called_by(schedule, system) for schedule in (REFRESH, CHECK)}
    return {
        spec.name: _at_once(spec, system, strategies)
        for spec in system.functions
        if spec.name not in called_first
    }


def _at_once(spec: FunctionSpec, system: System, strategies: int) -> int:
    heard = {
        name
        for trigger in spec.triggers
        if isinstance(trigger, OnEvent)
        for name in trigger.detail_types
    }
    if _is_invoked(spec, system) or EventName.PARTIAL_SIGNAL_GENERATED in heard:
        return strategies
    queues = [it.maximum_concurrency for it in spec.triggers if isinstance(it, OnQueue)]
    if queues:
        return min(FEW, *queues)
    return FEW if EventName.TRADE_EXECUTED in heard else 1


def _is_invoked(spec: FunctionSpec, system: System) -> bool:
    """Tell whether another function calls this one."""
    return any(
        grant.access is Access.INVOKE and grant.target.name == spec.name
        for other in system.functions
        if other.name != spec.name
        for grant in other.grants
    )


def _clocked(system: System) -> Iterator[tuple[str, OnSchedule]]:
    for spec in system.functions:
        for trigger in spec.triggers:
            if isinstance(trigger, OnSchedule):
                yield spec.name, trigger
