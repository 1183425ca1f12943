from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from local.day.equity import EquityPoint, draw_equity
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


def draw(*events: ObservedEvent, commands: dict[str, str] | None = None) -> ElementTree.Element:
    run = Invocation(
        function="portfolio_v2",
        request_id="r1",
        started_at=AT,
        ended_at=AT + timedelta(seconds=1),
    )
    lanes = ["aggregator_v2", "portfolio_v2", "execution_v2"]
    return ElementTree.fromstring(draw_timeline("a <day>", lanes, [run], events, commands or {}))


def test_an_arrow_leads_from_cause_to_effect() -> None:
    picture = draw(
        event("SignalGenerated", "s", "workflow-1", "aggregator_v2", 0.1),
        event("RebalancePlanned", "p", "s", "portfolio_v2", 0.9),
    )

    assert len(picture.findall(f"{SVG}path")) == 1
    assert len(picture.findall(f"{SVG}circle")) == 2


def test_an_effect_of_a_command_is_tied_to_the_event_behind_the_command() -> None:
    picture = draw(
        event("RebalancePlanned", "p", "s", "portfolio_v2", 0.9),
        event("TradeExecuted", "t", "trade-1", "execution_v2", 1.5),
        commands={"trade-1": "p"},
    )

    assert len(picture.findall(f"{SVG}path")) == 1


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
