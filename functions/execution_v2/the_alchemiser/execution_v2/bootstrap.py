"""Makes the execution function's collaborators, once, when first needed."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.execution_v2.believed_quotes import BelievedQuotes
from the_alchemiser.execution_v2.ledger_store import LedgerStore
from the_alchemiser.execution_v2.limit_ladder import LimitLadder, Patience
from the_alchemiser.execution_v2.phases import Phases
from the_alchemiser.execution_v2.ports import Broker
from the_alchemiser.execution_v2.position_reconciliation import PositionReconciliation
from the_alchemiser.execution_v2.run_progress import RunProgress
from the_alchemiser.execution_v2.settings import ExecutionSettings
from the_alchemiser.execution_v2.stuck_runs_metric import CloudWatchStuckRuns
from the_alchemiser.execution_v2.sweeper import Sweeper
from the_alchemiser.execution_v2.trade_events import WORKFLOW, TradeEvents
from the_alchemiser.execution_v2.trade_executor import TradeExecutor
from the_alchemiser.execution_v2.trade_sizing import TradeSizing
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.execution_v2.waiting import RealWaiting
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.broker_access import connected_broker
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_queue import SqsTradeQueue
from the_alchemiser.shared.wiring import bus_publisher, event_stamp, failure_reporter

MODULE = "execution_v2"


@cache
def settings() -> ExecutionSettings:
    """Read the environment."""
    return ExecutionSettings.from_environment(os.environ)


@cache
def broker() -> Broker:
    """Connect to the broker, once."""
    return connected_broker(settings())


@cache
def executor() -> TradeExecutor:
    """Put the use case of one trade together."""
    return TradeExecutor(
        broker=broker(),
        trades=_trades(),
        progress=_progress(),
        phases=_phases(),
        events=_events(),
        sizing=TradeSizing(broker=broker(), quotes=_quotes()),
        ladder=LimitLadder(
            broker=broker(),
            waiting=RealWaiting(),
            patience=Patience(step_wait_s=settings().step_wait_s),
            quotes=_quotes(),
        ),
        ledger=_ledger(),
        reconciliation=PositionReconciliation(broker=broker(), ledger=_ledger()),
    )


@cache
def sweeper() -> Sweeper:
    """Put the use case of the sweep together; it needs no broker."""
    return Sweeper(
        progress=_progress(),
        trades=_trades(),
        phases=_phases(),
        events=_events(),
        metric=CloudWatchStuckRuns(client("cloudwatch"), settings().metrics_namespace),
        clock=SystemClock(),
        stall_limit_s=settings().stall_limit_s,
    )


@cache
def failures() -> FailureReporter:
    """Make what tells of a sweep that failed."""
    return failure_reporter(
        os.environ,
        source_module=MODULE,
        workflow_type=WORKFLOW,
        failure_step="sweep",
        ends=RunPart.TRADING,
    )


def _runs() -> Table:
    return Table(client("dynamodb"), settings().runs_table)


def _ledger() -> LedgerStore:
    return LedgerStore(Table(client("dynamodb"), settings().ledger_table))


def _quotes() -> BelievedQuotes:
    return BelievedQuotes(
        broker=broker(),
        waiting=RealWaiting(),
        max_age_s=settings().max_quote_age_s,
        wait_s=settings().step_wait_s / 4,
    )


def _trades() -> TradeStore:
    return TradeStore(_runs(), SystemClock())


def _progress() -> RunProgress:
    return RunProgress(_runs(), SystemClock())


def _phases() -> Phases:
    queue = SqsTradeQueue(client("sqs"), settings().queue_url)
    return Phases(progress=_progress(), trades=_trades(), queue=queue)


def _events() -> TradeEvents:
    return TradeEvents(
        publisher=bus_publisher(settings()),
        stamp=event_stamp(MODULE),
        trades=_trades(),
        progress=_progress(),
    )
