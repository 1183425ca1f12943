"""A picture of one run: which function ran when, and which event caused which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from local.day.lanes import Lane, Placement, laid_out
from local.day.observations import Invocation, ObservedEvent

_WIDTH = 1400
_LEFT = 170
_RIGHT = 110
_TOP = 74
_BAR = 12
_MOST_TICKS = 12
_TICKS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
_COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#9d755d", "#72b7b2", "#d4a017", "#7b848f")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Maps moments to the picture's horizontal axis."""

    first: datetime
    last: datetime

    @property
    def whole_s(self) -> float:
        """How long the picture is."""
        return max((self.last - self.first).total_seconds(), 0.001)

    def x(self, at: datetime) -> float:
        """Return the position of a moment, in pixels."""
        part = (at - self.first).total_seconds() / self.whole_s
        return round(_LEFT + part * (_WIDTH - _LEFT - _RIGHT), 1)


def draw_timeline(
    title: str,
    invocations: Sequence[Invocation],
    events: Sequence[ObservedEvent],
    labels: Mapping[str, str],
) -> str:
    """Return an SVG with a lane for every function that ran or spoke, first come first.

    `labels` gives a short text for events by their id, else it is their name.
    """
    moments = [
        *(it.started_at for it in invocations),
        *(it.ended_at for it in invocations),
        *(event.at for event in events),
    ]
    if not moments:
        raise ValueError("expected at least one event or invocation to draw, found none")
    scale = Scale(first=min(moments), last=max(moments))
    layout = laid_out(_in_order(invocations, events), invocations, events, top=_TOP)
    height = layout.bottom + 34
    parts = [
        _head(title, height, scale.whole_s),
        *(_lane(lane) for lane in layout.lanes),
        *_ticks(scale, layout.bottom, height),
        *(_bar(it, layout, scale) for it in invocations),
        *_deliveries(events, invocations, layout, scale),
        *_causes(events, layout, scale),
        *(_dot(event, layout, scale, labels) for event in events if layout.holds(event)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _head(title: str, height: int, whole_s: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" font-family="DejaVu Sans, sans-serif" '
        'font-size="12">\n'
        '<defs><marker id="tip" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0,0 L6,3 L0,6 z" fill="#555"/></marker></defs>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n'
        f'<text x="16" y="28" font-size="17" font-weight="bold">{escape(title)}</text>\n'
        f'<text x="16" y="50" fill="#666">{whole_s:.2f} s; a bar is an invocation (red: its log '
        "has an error), a dot an event; dark arrows lead from a cause to what it caused, light "
        "ones from an event to whom it started</text>"
    )


def _lane(lane: Lane) -> str:
    shade = "#f6f6f6" if lane.number % 2 else "#ffffff"
    return (
        f'<rect x="0" y="{lane.top}" width="{_WIDTH}" height="{lane.height}" fill="{shade}"/>'
        f'<text x="16" y="{lane.rows_top + _BAR}" font-weight="bold">{escape(lane.name)}</text>'
    )


def _in_order(
    invocations: Sequence[Invocation], events: Sequence[ObservedEvent]
) -> tuple[str, ...]:
    seen = [(it.started_at, it.function) for it in invocations]
    seen += [(event.at, event.source_module) for event in events]
    return tuple(dict.fromkeys(name for _, name in sorted(seen)))


def _ticks(scale: Scale, bottom: int, height: int) -> list[str]:
    marks = []
    for second in range(0, int(scale.whole_s) + 1, _tick_s(scale.whole_s)):
        x = scale.x(scale.first + timedelta(seconds=second))
        marks.append(
            f'<line x1="{x}" x2="{x}" y1="{_TOP}" y2="{bottom}" stroke="#ddd" '
            f'stroke-dasharray="2 4"/><text x="{x}" y="{height - 12}" fill="#888" '
            f'text-anchor="middle">{second} s</text>'
        )
    return marks


def _tick_s(whole_s: float) -> int:
    return next((step for step in _TICKS_S if whole_s / step <= _MOST_TICKS), _TICKS_S[-1])


def _bar(invocation: Invocation, layout: Placement, scale: Scale) -> str:
    start, end = scale.x(invocation.started_at), scale.x(invocation.ended_at)
    lane = layout.lane(invocation.function)
    colour = "#d62728" if invocation.errors else _COLOURS[lane.number % len(_COLOURS)]
    milliseconds = (invocation.ended_at - invocation.started_at).total_seconds() * 1000
    return (
        f'<rect x="{start}" y="{layout.y(invocation) - _BAR / 2}" '
        f'width="{max(end - start, 2):.1f}" height="{_BAR}" rx="2" fill="{colour}" '
        f'fill-opacity="0.6"><title>{escape(invocation.function)}: {milliseconds:.0f} ms</title>'
        "</rect>"
    )


def _causes(events: Sequence[ObservedEvent], layout: Placement, scale: Scale) -> list[str]:
    by_id = {event.event_id: event for event in events}
    pairs = [(by_id.get(event.causation_id), event) for event in events]
    return [
        _arrow(
            (scale.x(cause.at), layout.y_of_event(cause)),
            (scale.x(event.at), layout.y_of_event(event)),
            'class="cause" stroke="#555" stroke-opacity="0.75" marker-end="url(#tip)"',
        )
        for cause, event in pairs
        if cause is not None and layout.holds(cause) and layout.holds(event)
    ]


def _deliveries(
    events: Sequence[ObservedEvent],
    invocations: Sequence[Invocation],
    layout: Placement,
    scale: Scale,
) -> list[str]:
    by_id = {event.event_id: event for event in events if layout.holds(event)}
    pairs = [(by_id.get(it.causation_id or ""), it) for it in invocations]
    return [
        _arrow(
            (scale.x(event.at), layout.y_of_event(event)),
            (scale.x(it.started_at), layout.y(it)),
            'class="delivery" stroke="#bbb" stroke-opacity="0.7"',
        )
        for event, it in pairs
        if event is not None
    ]


def _arrow(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = (x1 + x2) / 2
    return f'<path d="M{x1},{y1} C{bend},{y1} {bend},{y2} {x2},{y2}" fill="none" {style}/>'


def _dot(event: ObservedEvent, layout: Placement, scale: Scale, labels: Mapping[str, str]) -> str:
    x, y = scale.x(event.at), layout.y_of_event(event)
    is_alone = layout.lane(event.source_module).rows == 1
    turned = f' transform="rotate(-38 {x} {y - 9})"' if is_alone else ""
    place = f'x="{x - 2}" y="{y - 9}"' if is_alone else f'x="{x + 7}" y="{y + 4}"'
    label = escape(labels.get(event.event_id, event.name))
    return (
        f'<circle cx="{x}" cy="{y}" r="4" fill="#222"><title>{escape(event.name)}\n'
        f"{escape(event.event_id)}</title></circle>"
        # Two texts: some viewers paint a text's outline over its letters whatever they are told.
        f'<text {place}{turned} font-size="10" stroke="white" stroke-width="3">{label}</text>'
        f'<text {place}{turned} font-size="10">{label}</text>'
    )


def as_png(svg: str) -> bytes:
    """Draw an SVG of this module as a PNG, in the font that comes with matplotlib."""
    # Imported here: no other command should pay for them.
    import matplotlib
    import resvg_py

    fonts = Path(matplotlib.get_data_path()) / "fonts/ttf"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            skip_system_fonts=True,
            font_dirs=[str(fonts)],
            sans_serif_family="DejaVu Sans",
        )
    )
