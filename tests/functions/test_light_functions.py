"""The five light functions hand a run on to one another, each by its own entry point."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cloud import Cloud
from tests.fakes import MONDAY, stamp
from tests.functions.light_world import FUNCTIONS, Context, LightWorld
from tests.functions.strategy_trades import filled_order
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.portfolio import AllocationComparison, RebalancePlanned
from the_alchemiser.shared.events.signals import ConsolidatedPortfolio, PartialSignalGenerated
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.ledger.filled_order import order_item
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade, strategy_trade_item
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.shared.session_record.session import session_key
from the_alchemiser.shared.table import Change

SESSION = f"workflow-{Context.aws_request_id}"


@pytest.fixture
def world(cloud: Cloud) -> LightWorld:
    return LightWorld(cloud)


def delivered(event: DomainEvent) -> dict[str, Any]:
    return {"detail-type": event.event_type, "detail": event.to_detail()}


def report(job: dict[str, Any]) -> dict[str, Any]:
    weights = {Symbol("SPY"): Weight(job["allocation"])}
    return delivered(
        PartialSignalGenerated(
            **stamp("strategy_v2").derived("partial-signal", SESSION, job["dsl_file"]),
            session_id=job["session_id"],
            dsl_file=job["dsl_file"],
            allocation=Weight(job["allocation"]),
            strategy_number=job["strategy_number"],
            total_strategies=job["total_strategies"],
            signals_data={},
            consolidated_portfolio=ConsolidatedPortfolio(
                target_allocations=weights,
                strategy_contributions={job["dsl_file"]: weights},
                correlation_id=SESSION,
                timestamp=MONDAY,
                strategy_count=1,
                source_strategies=(job["dsl_file"],),
                is_partial=True,
            ),
            signal_count=1,
        )
    )


def quiet_plan(cause: str = "signal-1") -> dict[str, Any]:
    return delivered(
        RebalancePlanned(
            **stamp("portfolio_v2").derived("rebalance-planned", SESSION, cause),
            metadata={"run_id": "run-1", "plan_id": "plan-1"},
            rebalance_plan={},
            allocation_comparison=AllocationComparison(
                target_values={}, current_values={}, deltas={}
            ),
            trades_required=False,
        )
    )


def example(name: str) -> dict[str, Any]:
    path = Path(__file__).parents[1] / "events" / f"{name}.json"
    delivery: dict[str, Any] = json.loads(path.read_text())
    return delivery


def test_a_quiet_day_goes_from_schedule_to_mail(world: LightWorld) -> None:
    started = world.call("coordinator_v2", {"mode": "trade", "as_of": "2022-03-14"})
    assert started["body"] == started["body"] | {
        "status": "dispatched",
        "session_id": SESSION,
        "correlation_id": SESSION,
        "as_of": "2022-03-14",
        "strategies_invoked": 2,
        "strategy_files": ["calm-mix.clj", "pair.clj"],
    }
    first, second = world.functions.payloads
    assert world.call("aggregator_v2", report(first))["body"] == {
        "status": "waiting",
        "session_id": SESSION,
        "completed_strategies": 1,
        "total_strategies": 2,
    }
    assert world.call("aggregator_v2", report(second))["body"]["status"] == "aggregated"
    (signal,) = world.bus.take("SignalGenerated")
    assert signal["source"] == "alchemiser.strategy"
    assert signal["detail"]["metadata"]["as_of"] == "2022-03-14"
    ended = world.call("trade_aggregator", quiet_plan(signal["detail"]["event_id"]))
    assert ended["body"] == {"status": "completed", "correlation_id": SESSION}
    (completed,) = world.bus.take("AllTradesCompleted")
    assert world.call("notifications_v2", completed)["body"]["status"] == "sent"
    assert world.call("notifications_v2", completed)["body"]["status"] == "already_sent"
    (mail,) = world.mails()
    assert mail["Subject"] == "[SUCCESS] Alchemiser PAPER Trading"
    assert "Nothing to trade" in mail["Message"]
    assert world.call("aggregator_v2", completed)["body"]["status"] == "noted"
    again = world.call("coordinator_v2", {"mode": "trade", "as_of": "2022-03-14"})
    assert again["body"]["status"] == "already_completed"
    other = {"mode": "trade", "as_of": "2022-03-14", "session_id": "workflow-2"}
    assert world.call("coordinator_v2", other)["body"]["status"] == "dispatched"


def test_a_second_run_of_a_day_in_progress_is_refused(world: LightWorld) -> None:
    world.call("coordinator_v2", {"mode": "trade"})
    refused = world.call("coordinator_v2", {"mode": "trade", "session_id": "workflow-2"})
    assert refused["statusCode"] == 409
    assert refused["body"]["status"] == "refused"
    assert world.bus.entries == []


def test_without_ids_from_lambda_a_run_is_named_at_random(world: LightWorld) -> None:
    answer = world.call("coordinator_v2", {"mode": "trade"}, None)
    assert answer["body"]["session_id"].startswith("workflow-")


def test_two_ids_for_one_run_are_refused(world: LightWorld) -> None:
    event = {"mode": "trade", "session_id": "workflow-1", "correlation_id": "workflow-2"}
    assert world.call("coordinator_v2", event)["statusCode"] == 400
    same = {"mode": "trade", "session_id": "workflow-1", "correlation_id": "workflow-1"}
    assert world.call("coordinator_v2", same)["body"]["session_id"] == "workflow-1"


def test_a_dead_worker_ends_in_a_failure_and_a_mail(world: LightWorld) -> None:
    world.call("coordinator_v2", {"mode": "trade"})
    world.sessions.change(
        Change(
            key=session_key(SESSION),
            update="SET timeout_at = :past",
            values={":past": (MONDAY - timedelta(days=1)).isoformat()},
        )
    )
    swept = world.call("aggregator_v2", {"action": "expire_sessions"})
    assert swept["body"] == {"status": "swept", "sessions_ended": 1}
    (failure,) = world.bus.take("WorkflowFailed")
    assert failure["source"] == "alchemiser.aggregator"
    assert world.call("notifications_v2", failure)["body"]["status"] == "sent"
    (mail,) = world.mails()
    assert mail["Subject"] == "[FAILURE][HIGH][AggregationError] Alchemiser Error"
    assert "calm-mix.clj, pair.clj" in mail["Message"]


def test_a_mail_that_could_not_be_sent_may_be_sent_by_the_next_delivery(world: LightWorld) -> None:
    failure = example("WorkflowFailed")
    topic = world.environment["SNS_NOTIFICATION_TOPIC_ARN"]
    world.cloud.client("sns").delete_topic(TopicArn=topic)
    for _ in range(2):
        with pytest.raises(TransientError, match="could not send a mail"):
            world.call("notifications_v2", failure)


def test_a_failed_worker_frees_the_day(world: LightWorld) -> None:
    world.call("coordinator_v2", {"mode": "trade"})
    failure = WorkflowFailed(
        **stamp("strategy_v2").derived("workflow-failed", SESSION, "x"),
        workflow_type="signal_generation",
        failure_reason="broken",
        failure_step="signal_generation",
        ends=RunPart.SIGNAL,
    )
    assert world.call("aggregator_v2", delivered(failure))["body"]["status"] == "noted"
    again = world.call("coordinator_v2", {"mode": "trade", "session_id": "workflow-2"})
    assert again["body"]["status"] == "dispatched"


def test_a_report_to_no_session_is_a_failure_that_is_told(world: LightWorld) -> None:
    job = {
        "session_id": "workflow-9",
        "dsl_file": "calm-mix.clj",
        "allocation": "0.6",
        "strategy_number": 1,
        "total_strategies": 2,
    }
    assert world.call("aggregator_v2", report(job))["statusCode"] == 500
    (failure,) = world.bus.take("WorkflowFailed")
    assert failure["detail"]["workflow_type"] == "signal_aggregation"


def test_runs_are_swept(world: LightWorld) -> None:
    answer = world.call("trade_aggregator", {"action": "finish_runs"})
    assert answer["body"] == {"status": "swept", "runs_finished": 0}


def test_a_trade_moves_the_gauges_of_its_strategies(world: LightWorld) -> None:
    share = StrategyTrade(
        strategy="calm-mix",
        order_id="order-1",
        symbol="SPY",
        side=Side.BUY,
        quantity=Decimal(2),
        price=Decimal(400),
        weight=Decimal(1),
        realized_pnl=Decimal(0),
        filled_at=MONDAY,
        correlation_id=SESSION,
    )
    world.ledger.put_new(strategy_trade_item(share))
    world.ledger.put_new(order_item(filled_order("order-1", "calm-mix")))
    executed = TradeExecuted(
        **stamp("execution_v2").derived("trade-executed", SESSION, "trade-1"),
        metadata={"run_id": "run-1", "trade_id": "trade-1"},
        execution_data={"order_ids": ["order-1"]},
        success=True,
        orders_placed=1,
        orders_succeeded=1,
    )
    assert world.call("metrics_v2", delivered(executed))["body"] == {
        "status": "published",
        "values": 8,
    }
    assert world.call("trade_aggregator", delivered(executed))["body"]["status"] == "run_not_found"
    metrics = world.cloud.client("cloudwatch").list_metrics(Namespace="Alchemiser/Dev")["Metrics"]
    assert len(metrics) == 8


def test_a_missing_setting_is_a_failure_that_is_told(world: LightWorld) -> None:
    del world.environment["AGGREGATION_TABLE_NAME"]
    del world.environment["STRATEGY_FUNCTION_NAME"]
    answer = world.call("coordinator_v2", {"mode": "trade"})
    assert answer["statusCode"] == 500
    (failure,) = world.bus.take("WorkflowFailed")
    reason = failure["detail"]["failure_reason"]
    assert "AGGREGATION_TABLE_NAME" in reason
    assert "STRATEGY_FUNCTION_NAME" in reason
    assert failure["detail"]["failure_step"] == "coordinator_dispatch"


@pytest.mark.parametrize(
    ("function", "event", "setting"),
    [
        ("aggregator_v2", {"action": "expire_sessions"}, "AGGREGATION_TABLE_NAME"),
        ("trade_aggregator", quiet_plan(), "EXECUTION_RUNS_TABLE_NAME"),
        ("metrics_v2", example("TradeExecuted"), "METRICS_NAMESPACE"),
        ("notifications_v2", example("AllTradesCompleted"), "SNS_NOTIFICATION_TOPIC_ARN"),
    ],
)
def test_every_function_tells_which_setting_it_lacks(
    world: LightWorld, function: str, event: dict[str, Any], setting: str
) -> None:
    del world.environment[setting]
    assert world.call(function, event)["statusCode"] == 500
    (failure,) = world.bus.take("WorkflowFailed")
    assert setting in failure["detail"]["failure_reason"]
    assert failure["detail"]["source_module"] == function


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_says_that_it_is_healthy(world: LightWorld, function: str) -> None:
    assert world.call(function, {"action": "health"}) == {"status": "healthy"}
