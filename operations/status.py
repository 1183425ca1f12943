"""One screen of how a stack is: what is live, the last run, alarms, queues and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from blueprint.outputs import StackOutputs
from operations.alarms import firing
from operations.last_look import LastLook, look_text
from operations.pausing import paused_text
from operations.queues import QueueDepth, queue_depths
from operations.release_list import commit_text, mixture
from operations.running import Running
from operations.schedule_times import next_start
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.run_record.run_scans import opened_runs
from the_alchemiser.shared.table import Table

RUNS = "execution-runs"
"""Table with the record of every run."""
_LINE = "{:<10} {}".format


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What is asked besides Lambda."""

    dynamodb: Any
    cloudwatch: Any
    sqs: Any
    scheduler: Any
    last_look: LastLook


def status_lines(running: Running, services: Services, *, now: datetime) -> Iterator[str]:
    """Write the screen; drift is told by the last look for it, since one takes a refresh."""
    yield _LINE("release", _live(running))
    if running.held:
        yield _LINE("held", running.held)
    if running.paused:
        yield _LINE("paused", paused_text(running.stack))
    yield _LINE("last run", _last_run(running.outputs, services))
    yield from _titled("alarms", list(_alarms(running.outputs, services)), "none in ALARM")
    yield from _titled("queues", [_depth(it) for it in queue_depths(running.outputs, services.sqs)])
    yield from _titled("next", list(_next(running.outputs, services, now)))
    newest = running.releases[-1].number if running.releases else None
    yield _LINE("drift", look_text(services.last_look.read(), running.stack, newest, now))


def last_run(outputs: StackOutputs, dynamodb: Any) -> Run | None:
    """Find the run that was opened last."""
    runs = opened_runs(Table(dynamodb, outputs.tables[RUNS]))
    return max(runs, key=lambda run: run.opened_at or _EVER, default=None)


_EVER = datetime.min.replace(tzinfo=UTC)


def _live(running: Running) -> str:
    live = running.live
    if live is None:
        return mixture(running) if running.releases else "none recorded yet: deploy once"
    told = f"{live.number} is live since {live.made_at:%Y-%m-%d %H:%M} UTC"
    return f"{told}, commit {commit_text(live)}, {len(live.functions)} functions"


def _last_run(outputs: StackOutputs, services: Services) -> str:
    run = last_run(outputs, services.dynamodb)
    if run is None:
        return "none"
    opened = f"{run.opened_at:%Y-%m-%d %H:%M} UTC" if run.opened_at else "?"
    failed = f", {run.failed_trades} failed" if run.failed_trades else ""
    why = f": {run.failure_reason}" if run.failure_reason else ""
    return (
        f"{run.run_id} opened {opened}: {run.status.value}, {run.completed_trades} of "
        f"{run.total_trades} trades decided{failed}{why}"
    )


def _alarms(outputs: StackOutputs, services: Services) -> Iterator[str]:
    for alarm in firing(outputs, services.cloudwatch):
        when = f" since {alarm.since:%Y-%m-%d %H:%M}" if alarm.since else ""
        yield f"{alarm.name}{when}: {alarm.meaning}"


def _depth(depth: QueueDepth) -> str:
    dead = "" if depth.dead is None else f", {depth.dead} dead"
    return f"{depth.name}: {depth.waiting} waiting, {depth.in_flight} being worked on{dead}"


def _next(outputs: StackOutputs, services: Services, now: datetime) -> Iterator[str]:
    states = {
        entry["Name"]: entry["State"]
        for page in services.scheduler.get_paginator("list_schedules").paginate()
        for entry in page["Schedules"]
    }
    for name, it in sorted(outputs.schedules.items()):
        off = "" if states.get(it.name) == "ENABLED" else " (off)"
        yield f"{name} starts {it.function} {next_start(it.expression, it.timezone, now)}{off}"


def _titled(title: str, lines: list[str], nothing: str = "none") -> Iterator[str]:
    for position, line in enumerate(lines or [nothing]):
        yield _LINE("" if position else title, line)
