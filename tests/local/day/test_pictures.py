from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from local.day.equity import EquityPoint, draw_equity
from local.day.lanes import laid_out
from local.day.observations import Invocation, ObservedEvent
from local.day.timeline import draw_timeline

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
    lanes = ["aggregator_v2", "portfolio_v2", "execution_v2"]
    labels = {"s": "a <signal>"}
    return ElementTree.fromstring(draw_timeline("a <day>", lanes, runs, events, labels))


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
        draw_timeline("empty", ["portfolio_v2"], [], [], {})


def test_the_equity_curve_is_a_png(tmp_path: Path) -> None:
    points = [
        EquityPoint(
            day=date(2022, 3, number), equity=Decimal(100 + number), index_close=Decimal(4000)
        )
        for number in (1, 2, 3)
    ]

    draw_equity(points, tmp_path / "pictures" / "equity.png")

    assert (tmp_path / "pictures" / "equity.png").read_bytes().startswith(b"\x89PNG")


def test_one_day_is_no_curve(tmp_path: Path) -> None:
    point = EquityPoint(day=date(2022, 3, 1), equity=Decimal(1), index_close=Decimal(1))

    with pytest.raises(ValueError, match="two days"):
        draw_equity([point], tmp_path / "equity.png")
