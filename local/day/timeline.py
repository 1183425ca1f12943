"""A picture of one run: which function ran when, and which event caused which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from local.day.observations import Invocation, ObservedEvent

_WIDTH = 1200
_LEFT = 190
_RIGHT = 30
_TOP = 70
_LANE = 46
_BAR = 18
_COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d", "#eeca3b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Maps moments to the picture's horizontal axis."""

    first: datetime
    last: datetime

    def x(self, at: datetime) -> float:
        """Return the position of a moment, in pixels."""
        whole_s = max((self.last - self.first).total_seconds(), 0.001)
        share = (at - self.first).total_seconds() / whole_s
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def draw_timeline(
    title: str,
    lanes: Sequence[str],
    invocations: Sequence[Invocation],
    events: Sequence[ObservedEvent],
    commands: Mapping[str, str],
) -> str:
    """Return an SVG; `commands` maps the id of a command to the id of the event that led to it."""
    moments = [
        *(it.started_at for it in invocations),
        *(it.ended_at for it in invocations),
        *(event.at for event in events),
    ]
    if not moments:
        raise ValueError("expected at least one event or invocation to draw, found none")
    scale = Scale(first=min(moments), last=max(moments))
    rows = {lane: number for number, lane in enumerate(lanes)}
    height = _TOP + _LANE * len(lanes) + 30
    parts = [
        _head(title, height, (scale.last - scale.first).total_seconds()),
        *_axes(lanes, scale, height),
        *(_bar(it, rows, scale) for it in invocations if it.function in rows),
        *_arrows(events, rows, scale, commands),
        *(_dot(event, rows, scale) for event in events if event.source_module in rows),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _head(title: str, height: int, whole_s: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12">\n'
        '<defs><marker id="tip" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" '
        'markerHeight="6" orient="auto"><path d="M0,0 L6,3 L0,6 z" fill="#888"/></marker></defs>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n'
        f'<text x="16" y="26" font-size="17" font-weight="bold">{escape(title)}</text>\n'
        f'<text x="16" y="46" fill="#666">{whole_s:.2f} s; bars are invocations, dots are events, '
        "an arrow leads from the cause to what it caused</text>"
    )


def _axes(lanes: Sequence[str], scale: Scale, height: int) -> list[str]:
    rules = [
        f'<text x="16" y="{_middle(row) + 4}">{escape(lane)}</text>'
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_middle(row)}" y2="{_middle(row)}" '
        'stroke="#e4e4e4"/>'
        for row, lane in enumerate(lanes)
    ]
    whole_s = (scale.last - scale.first).total_seconds()
    ticks = [
        f'<text x="{scale.x(scale.first + (scale.last - scale.first) * part / 4)}" '
        f'y="{height - 10}" fill="#888" text-anchor="middle">{whole_s * part / 4:.1f} s</text>'
        for part in range(5)
    ]
    return rules + ticks


def _bar(invocation: Invocation, rows: Mapping[str, int], scale: Scale) -> str:
    row = rows[invocation.function]
    start, end = scale.x(invocation.started_at), scale.x(invocation.ended_at)
    colour = "#d62728" if invocation.errors else _COLOURS[row % len(_COLOURS)]
    milliseconds = (invocation.ended_at - invocation.started_at).total_seconds() * 1000
    return (
        f'<rect x="{start}" y="{_middle(row) - _BAR // 2}" width="{max(end - start, 2):.1f}" '
        f'height="{_BAR}" rx="3" fill="{colour}" fill-opacity="0.55">'
        f"<title>{escape(invocation.function)}: {milliseconds:.0f} ms</title></rect>"
    )


def _arrows(
    events: Sequence[ObservedEvent],
    rows: Mapping[str, int],
    scale: Scale,
    commands: Mapping[str, str],
) -> list[str]:
    by_id = {event.event_id: event for event in events}
    lines = []
    for event in events:
        cause = by_id.get(event.causation_id) or by_id.get(commands.get(event.causation_id, ""))
        if cause is None or not {cause.source_module, event.source_module} <= rows.keys():
            continue
        x1, y1 = scale.x(cause.at), _middle(rows[cause.source_module])
        x2, y2 = scale.x(event.at), _middle(rows[event.source_module])
        bend = (x1 + x2) / 2
        lines.append(
            f'<path class="cause" d="M{x1},{y1} C{bend},{y1} {bend},{y2} {x2},{y2}" fill="none" '
            'stroke="#888" marker-end="url(#tip)"/>'
        )
    return lines


def _dot(event: ObservedEvent, rows: Mapping[str, int], scale: Scale) -> str:
    x, y = scale.x(event.at), _middle(rows[event.source_module])
    return (
        f'<circle cx="{x}" cy="{y}" r="5" fill="#222"><title>{escape(event.name)}\n'
        f"{escape(event.event_id)}</title></circle>"
        f'<text x="{x}" y="{y - 12}" font-size="10" text-anchor="middle">'
        f"{escape(event.name)}</text>"
    )


def _middle(row: int) -> int:
    return _TOP + row * _LANE + _LANE // 2
