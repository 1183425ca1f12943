"""Where everything in the picture of a run goes: a lane for each function, rows for overlaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from local.day.observations import Invocation, ObservedEvent

ROW = 17
LABELS = 52
"""Room above a lane of one row, for its labels."""
GAP = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One function's part of the picture."""

    name: str
    number: int
    top: int
    rows: int
    """More than one where invocations ran side by side."""

    @property
    def rows_top(self) -> int:
        """Where the first row begins."""
        return self.top + (LABELS if self.rows == 1 else GAP)

    @property
    def height(self) -> int:
        """Height with the room for labels."""
        return self.rows_top - self.top + self.rows * ROW + GAP

    def middle(self, row: int) -> float:
        """Give the middle of a row."""
        return self.rows_top + row * ROW + ROW / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """The lanes, and in which row each invocation and event lies."""

    lanes: tuple[Lane, ...]
    rows_by_request: Mapping[str, int]
    rows_by_event: Mapping[str, int]

    @property
    def bottom(self) -> int:
        """Where the last lane ends."""
        return self.lanes[-1].top + self.lanes[-1].height

    def lane(self, name: str) -> Lane:
        """Give a function's lane."""
        return next(lane for lane in self.lanes if lane.name == name)

    def holds(self, event: ObservedEvent) -> bool:
        """Tell whether there is a lane for the event's source."""
        return any(lane.name == event.source_module for lane in self.lanes)

    def y(self, invocation: Invocation) -> float:
        """Give an invocation's height."""
        return self.lane(invocation.function).middle(self.rows_by_request[invocation.request_id])

    def y_of_event(self, event: ObservedEvent) -> float:
        """Give an event's height."""
        return self.lane(event.source_module).middle(self.rows_by_event[event.event_id])


def laid_out(
    names: Sequence[str],
    invocations: Sequence[Invocation],
    events: Sequence[ObservedEvent],
    *,
    top: int,
) -> Placement:
    """Give each function a lane as high as it needs, from `top` downwards."""
    rows: dict[str, int] = {}
    lanes: list[Lane] = []
    for number, name in enumerate(names):
        own = [it for it in invocations if it.function == name]
        placed = _rows(own)
        rows.update(placed)
        lane = Lane(name=name, number=number, top=top, rows=max(placed.values(), default=0) + 1)
        lanes.append(lane)
        top += lane.height
    within = _rows_of_events(events, invocations, rows)
    return Placement(lanes=tuple(lanes), rows_by_request=rows, rows_by_event=within)


def _rows(invocations: Sequence[Invocation]) -> dict[str, int]:
    free_at: list[datetime] = []
    rows: dict[str, int] = {}
    for it in sorted(invocations, key=lambda it: it.started_at):
        row = next((n for n, at in enumerate(free_at) if at <= it.started_at), len(free_at))
        free_at[row : row + 1] = [it.ended_at]
        rows[it.request_id] = row
    return rows


def _rows_of_events(
    events: Sequence[ObservedEvent],
    invocations: Sequence[Invocation],
    rows: Mapping[str, int],
) -> dict[str, int]:
    placed: dict[str, int] = {}
    taken: set[str] = set()
    for event in sorted(events, key=lambda event: event.at):
        # Side by side, an invocation publishes near its end, and mostly once.
        running = sorted(
            (it for it in invocations if _may_have_published(it, event)),
            key=lambda it: (it.request_id in taken, it.ended_at),
        )
        placed[event.event_id] = rows[running[0].request_id] if running else 0
        taken.update(it.request_id for it in running[:1])
    return placed


def _may_have_published(invocation: Invocation, event: ObservedEvent) -> bool:
    if invocation.function != event.source_module:
        return False
    if not invocation.started_at <= event.at <= invocation.ended_at:
        return False
    file = event.detail.get("dsl_file")
    named = {line["dsl_file"] for line in invocation.lines if "dsl_file" in line}
    return not file or not named or file in named
