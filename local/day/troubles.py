"""Says which function failed, why, and what its log has to say about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.day.following import Ending, Followed
from local.day.observations import Invocation
from local.day.result import Trouble
from local.day.schedule import RUN, called_by

SHOWN_LINES = 12
LONGEST_LINE = 400
BORING = ("function", "level", "timestamp", "event", "correlation_id", "causation_id")


def troubles_of(followed: Followed, invocations: Sequence[Invocation]) -> tuple[Trouble, ...]:
    """Give what went wrong: as the run told it, else as the logs show it."""
    told = [
        Trouble(
            function=event.source_module,
            reason=f"{event.detail['failure_step']}: {event.detail['failure_reason']}",
            log=log_of(event.source_module, invocations),
        )
        for event in followed.own_events
        if event.name == "WorkflowFailed"
    ]
    if followed.ending is not Ending.STOOD_STILL:
        return tuple(told)
    return (*told, *_stopped(followed, invocations))


def _stopped(followed: Followed, invocations: Sequence[Invocation]) -> tuple[Trouble, ...]:
    broken = {it.function: it for it in invocations if it.errors}
    if broken:
        return tuple(
            Trouble(function=name, reason=it.errors[-1], log=log_of(name, invocations))
            for name, it in broken.items()
        )
    last = followed.events[-1] if followed.events else None
    after = f"after {last.name} of {last.source_module}" if last else "before its first event"
    name = last.source_module if last else called_by(RUN)
    return (
        Trouble(
            function=name,
            reason=f"the run stopped {after}, and nothing in the logs says why",
            log=log_of(name, invocations),
        ),
    )


def log_of(function: str, invocations: Sequence[Invocation]) -> tuple[str, ...]:
    """Give a function's complaints and its last lines, of its failing invocations if there are."""
    own = [it for it in invocations if it.function == function]
    failing = [it for it in own if it.errors] or own
    lines: list[Mapping[str, Any] | str] = []
    for it in failing:
        lines += [*it.lines, *it.plain]
    complaints = [n for n, line in enumerate(lines) if _complains(line)][-SHOWN_LINES:]
    last = range(max(len(lines) - SHOWN_LINES + len(complaints), 0), len(lines))
    shown = sorted({*complaints, *last})
    return tuple(_readable(lines[n])[:LONGEST_LINE] for n in shown)


def _complains(line: Mapping[str, Any] | str) -> bool:
    return not isinstance(line, str) and line.get("level") in ("warning", "error", "critical")


def _readable(line: Mapping[str, Any] | str) -> str:
    if isinstance(line, str):
        return line
    rest = {key: value for key, value in line.items() if key not in BORING}
    level, event = line.get("level", "?"), line.get("event", "")
    return f"{line.get('timestamp', '')} {level} {event} {json.dumps(rest, default=str)}".strip()
