"""Makes the execution function's collaborators, once, when first needed."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.execution_v2.books_check import BooksCheck
from the_alchemiser.execution_v2.ledger_store import LedgerStore
from the_alchemiser.execution_v2.order_walk import OrderWalk, Patience
from the_alchemiser.execution_v2.phases import Phases
from the_alchemiser.execution_v2.ports import Exchange
from the_alchemiser.execution_v2.run_progress import RunProgress
from the_alchemiser.execution_v2.settings import ExecutionSettings
from the_alchemiser.execution_v2.stuck_runs_metric import CloudWatchStuckRuns
from the_alchemiser.execution_v2.sweeper import Sweeper
from the_alchemiser.execution_v2.trade_executor import TradeExecutor
from the_alchemiser.execution_v2.trade_news import WORKFLOW, TradeNews
from the_alchemiser.execution_v2.trade_sizing import TradeSizing
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.execution_v2.waiting import RealWaiting
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventBridgePublisher
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import RandomIds
from the_alchemiser.shared.logs import configure
from the_alchemiser.shared.secrets import read_secret
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_queue import SqsTradeQueue

MODULE = "execution_v2"


@cache
def settings() -> ExecutionSettings:
    """Read the environment and set up the logs."""
    found = ExecutionSettings.from_environment(os.environ)
    configure(MODULE, found.log_level)
    return found


@cache
def exchange() -> Exchange:
    """Connect to the broker; alpaca-py is imported here and nowhere earlier."""
    from the_alchemiser.shared.broker_alpaca import connect

    secret = read_secret(settings().broker_secret_arn)
    return connect(
        key=secret["key"],
        secret=secret["secret"],
        endpoint=settings().broker_endpoint,
        data_endpoint=settings().broker_data_endpoint,
    )


@cache
def executor() -> TradeExecutor:
    """Put the use case of one trade together."""
    return TradeExecutor(
        exchange=exchange(),
        trades=_trades(),
        progress=_progress(),
        phases=_phases(),
        news=_news(),
        sizing=TradeSizing(exchange=exchange(), max_quote_age_s=settings().max_quote_age_s),
        orders=OrderWalk(
            exchange=exchange(),
            waiting=RealWaiting(),
            patience=Patience(step_wait_s=settings().step_wait_s),
        ),
        ledger=_ledger(),
        books=BooksCheck(exchange=exchange(), ledger=_ledger()),
    )


@cache
def sweeper() -> Sweeper:
    """Put the use case of the sweep together; it needs no broker."""
    return Sweeper(
        progress=_progress(),
        trades=_trades(),
        phases=_phases(),
        news=_news(),
        metric=CloudWatchStuckRuns(client("cloudwatch"), settings().metrics_namespace),
        clock=SystemClock(),
        stall_limit_s=settings().stall_limit_s,
    )


@cache
def failures() -> FailureReporter:
    """Make what tells of a sweep that failed."""
    return FailureReporter(
        publisher=_publisher(), stamp=_stamp(), workflow_type=WORKFLOW, failure_step="sweep"
    )


def _runs() -> Table:
    return Table(client("dynamodb"), settings().runs_table)


def _ledger() -> LedgerStore:
    return LedgerStore(Table(client("dynamodb"), settings().ledger_table))


def _trades() -> TradeStore:
    return TradeStore(_runs(), SystemClock())


def _progress() -> RunProgress:
    return RunProgress(_runs(), SystemClock())


def _phases() -> Phases:
    queue = SqsTradeQueue(client("sqs"), settings().queue_url)
    return Phases(progress=_progress(), trades=_trades(), queue=queue)


def _news() -> TradeNews:
    return TradeNews(publisher=_publisher(), stamp=_stamp(), trades=_trades(), progress=_progress())


def _publisher() -> EventBridgePublisher:
    return EventBridgePublisher(client("events"), settings().event_bus_name)


def _stamp() -> EventStamp:
    return EventStamp(clock=SystemClock(), ids=RandomIds(), source_module=MODULE)
