from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from local.day.lanes import laid_out
from local.day.observations import Invocation, ObservedEvent
from local.day.timeline import as_png, draw_timeline

AT = datetime(2026, 11, 21, 15, 45, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def event(name: str, event_id: str, cause: str, module: str, after_s: float) -> ObservedEvent:
    return ObservedEvent(
        event_id=event_id,
        name=name,
        source_module=module,
        correlation_id="workflow-1",
        causation_id=cause,
        at=AT + timedelta(seconds=after_s),
        detail={},
    )


def run(function: str, request_id: str, from_s: float, to_s: float, cause: str) -> Invocation:
    return Invocation(
        function=function,
        request_id=request_id,
        started_at=AT + timedelta(seconds=from_s),
        ended_at=AT + timedelta(seconds=to_s),
        lines=({"causation_id": cause},),
    )


def draw(*events: ObservedEvent, runs: tuple[Invocation, ...] = ()) -> ElementTree.Element:
    labels = {"s": "a <signal>"}
    return ElementTree.fromstring(draw_timeline("a <day>", runs, events, labels))


def paths(picture: ElementTree.Element, kind: str) -> int:
    return len(picture.findall(f"{SVG}path[@class='{kind}']"))


def test_an_arrow_leads_from_cause_to_effect() -> None:
    picture = draw(
        event("SignalGenerated", "s", "workflow-1", "aggregator_v2", 0.1),
        event("RebalancePlanned", "p", "s", "portfolio_v2", 0.9),
    )

    assert paths(picture, "cause") == 1
    assert len(picture.findall(f"{SVG}circle")) == 2
    assert {"a <signal>", "RebalancePlanned"} < {text.text for text in picture.iter(f"{SVG}text")}


def test_an_event_leads_to_the_invocation_that_it_started() -> None:
    picture = draw(
        event("SignalGenerated", "s", "workflow-1", "aggregator_v2", 0.1),
        runs=(run("portfolio_v2", "r1", 0.2, 1, "s"), run("execution_v2", "r2", 1, 2, "x")),
    )

    assert paths(picture, "delivery") == 1


def test_invocations_side_by_side_lie_in_rows_of_their_own() -> None:
    runs = (
        run("execution_v2", "r1", 0, 2, "p"),
        run("execution_v2", "r2", 1, 3, "p"),
        run("execution_v2", "r3", 2, 4, "p"),
    )
    first = event("TradeExecuted", "t1", "p", "execution_v2", 1.9)
    second = event("TradeExecuted", "t2", "p", "execution_v2", 2.9)

    layout = laid_out(["execution_v2"], runs, [first, second], top=0)

    heights = [layout.y(it) for it in runs]
    assert heights[0] == heights[2] < heights[1]
    assert layout.lane("execution_v2").rows == 2
    assert layout.y_of_event(first) == heights[0]
    assert layout.y_of_event(second) == heights[1]


def test_nothing_seen_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="at least one event"):
        draw_timeline("empty", [], [], {})


def test_every_function_that_ran_has_a_lane_in_the_order_in_which_they_came() -> None:
    picture = draw(
        event("RiskReported", "k", "workflow-1", "a_function_of_tomorrow", 2.5),
        runs=(run("data_v2", "r0", 0, 1, "x"), run("coordinator_v2", "r1", 1, 2, "x")),
    )

    names = [text.text for text in picture.iter(f"{SVG}text") if text.get("font-weight") == "bold"]
    assert names[1:] == ["data_v2", "coordinator_v2", "a_function_of_tomorrow"]


@pytest.mark.parametrize(
    ("last_s", "told"),
    [
        (3.7, ["0 s", "1 s", "2 s", "3 s"]),
        (21.2, ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s", "12 s", "14 s", "16 s", "18 s", "20 s"]),
        (130, ["0 s", "20 s", "40 s", "60 s", "80 s", "100 s", "120 s"]),
    ],
)
def test_ticks_stand_at_whole_seconds(last_s: float, told: list[str]) -> None:
    picture = draw(runs=(run("data_v2", "r0", 0, last_s, "x"),))

    ticks = [text.text for text in picture.iter(f"{SVG}text") if text.get("fill") == "#888"]
    assert ticks == told


def test_the_timeline_is_drawn_as_a_png_with_its_letters() -> None:
    runs = (run("data_v2", "r0", 0, 2, "x"),)
    named, nameless = (
        as_png(draw_timeline(title, runs, [], {})) for title in ("a day with a long title", "")
    )

    assert named.startswith(b"\x89PNG")
    assert struct.unpack(">II", named[16:24])[0] == 1400
    assert len(named) > len(nameless)
