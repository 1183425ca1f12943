from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from tests.functions.junk import JUNK
from tests.functions.trading_world import World, signal, world
from the_alchemiser.portfolio_v2.lambda_handler import lambda_handler
from the_alchemiser.shared.errors import TransientError


@pytest.fixture
def market() -> Iterator[World]:
    with world() as made:
        for symbol in ("SPY", "TLT"):
            made.alpaca.trade_at(symbol, "100")
        yield made


def delivery(correlation_id: str = "workflow-1", **targets: str) -> dict[str, Any]:
    detail = signal(targets or {"SPY": "1"}, correlation_id).to_detail()
    return {
        "source": "alchemiser.strategy",
        "detail-type": "SignalGenerated",
        "detail": json.loads(json.dumps(detail)),
    }


def test_plans_and_queues(market: World) -> None:
    answer = market.portfolio_handles(delivery())
    assert answer["statusCode"] == 200
    assert answer["body"]["trades_required"] is True
    assert [message.symbol for message in market.queued()] == ["SPY"]


def test_answers_a_repetition_alike(market: World) -> None:
    assert market.portfolio_handles(delivery()) == market.portfolio_handles(delivery())
    assert len(market.queued()) == 1


def test_publishes_why_there_is_no_plan(market: World) -> None:
    answer = market.portfolio_handles(delivery(NONE="1"))
    assert answer["statusCode"] == 500
    (failure,) = market.publisher.events
    told = failure.model_dump()
    assert told["workflow_type"] == "portfolio_analysis"
    assert told["error_details"]["symbol"] == "NONE"
    assert told["causation_id"] == "signal-generated-of-workflow-1"


def test_refuses_a_second_run_with_its_reason(market: World) -> None:
    market.portfolio_handles(delivery("workflow-1"))
    answer = market.portfolio_handles(delivery("workflow-2"))
    assert answer["body"]["error_type"] == "RunRefused"
    assert market.publisher.named("WorkflowFailed")[0].correlation_id == "workflow-2"


def test_tells_which_setting_it_lacks(market: World) -> None:
    market.untold.add("REBALANCE_PLAN__TABLE_NAME")
    assert market.portfolio_handles(delivery())["statusCode"] == 500
    (failure,) = market.publisher.named("WorkflowFailed")
    assert "REBALANCE_PLAN__TABLE_NAME" in failure.to_detail()["failure_reason"]


def test_lets_a_breakdown_be_delivered_again(market: World) -> None:
    market.alpaca.fail("GET /positions", times=99, status=503)
    with pytest.raises(TransientError):
        market.portfolio_handles(delivery())
    assert market.publisher.events == []


def _changed(path: str, value: object) -> dict[str, Any]:
    event = delivery()
    target = event
    *parents, last = path.split("/")
    for name in parents:
        target = target[name]
    target[last] = value
    return event


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        [],
        "text",
        {"detail": None},
        {"detail": {}},
        {"detail-type": "SignalGenerated", "detail": {"event_type": "TradeExecuted"}},
        _changed("detail/schema_version", "9.0.0"),
        _changed("detail/consolidated_portfolio", None),
        _changed("detail/consolidated_portfolio/target_allocations", {"SPY": "NaN"}),
        _changed("detail/consolidated_portfolio/target_allocations", {"SPY": "1e9999"}),
        _changed("detail/consolidated_portfolio/target_allocations", {"SPY": "9" * 90}),
        _changed("detail/consolidated_portfolio/target_allocations", {"SPÝ": "1"}),
        _changed("detail/consolidated_portfolio/target_allocations", {"SPY": "0.9"}),
        _changed("detail/consolidated_portfolio/target_allocations", {"SPY": "1", "spy": "0"}),
        _changed("detail/correlation_id", ""),
        _changed("detail/signals_data", {"note": "x" * 1_000_000}),
    ],
)
def test_refuses_a_malformed_event_without_a_trace(market: World, event: object) -> None:
    answer = market.portfolio_handles(event)
    assert answer["statusCode"] == 400
    assert answer["body"]["error_type"] == "InvalidEvent"
    assert market.alpaca.requests == []
    assert market.publisher.events == []


@settings(max_examples=50)
@given(JUNK)
def test_never_crashes_on_junk(event: object) -> None:
    assert lambda_handler(event, None)["statusCode"] == 400
