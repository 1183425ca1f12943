"""Puts the execution function together: of real clients once, when first needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from the_alchemiser.execution_v2.action_store import ActionStore
from the_alchemiser.execution_v2.believed_quotes import BelievedQuotes
from the_alchemiser.execution_v2.corporate_actions import CorporateActions
from the_alchemiser.execution_v2.ledger_store import LedgerStore
from the_alchemiser.execution_v2.limit_ladder import LimitLadder, Patience
from the_alchemiser.execution_v2.phases import Phases
from the_alchemiser.execution_v2.ports import Waiting
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
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_queue import SqsTradeQueue
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients

MODULE = "execution_v2"


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """The function's two use cases and what they are made of."""

    settings: ExecutionSettings
    clients: Clients
    clock: Clock
    ids: IdSource
    waiting: Waiting

    def executor(self) -> TradeExecutor:
        """Put the use case of one trade together."""
        broker = self.clients.broker(self.settings)
        quotes = BelievedQuotes(
            broker=broker,
            waiting=self.waiting,
            max_age_s=self.settings.max_quote_age_s,
            wait_s=self.settings.step_wait_s / 4,
        )
        return TradeExecutor(
            broker=broker,
            trades=self.trades(),
            progress=self.progress(),
            phases=self.phases(),
            events=self.events(),
            sizing=TradeSizing(broker=broker, quotes=quotes),
            ladder=LimitLadder(
                broker=broker,
                waiting=self.waiting,
                patience=Patience(step_wait_s=self.settings.step_wait_s),
                quotes=quotes,
            ),
            ledger=self.ledger(),
            actions=CorporateActions(broker=broker, ledger=self.actions()),
            reconciliation=PositionReconciliation(broker=broker, ledger=self.ledger()),
        )

    def sweeper(self) -> Sweeper:
        """Put the use case of the sweep together; it needs no broker."""
        namespace = self.settings.metrics_namespace
        return Sweeper(
            progress=self.progress(),
            trades=self.trades(),
            phases=self.phases(),
            events=self.events(),
            metric=CloudWatchStuckRuns(self.clients.aws("cloudwatch"), namespace),
            clock=self.clock,
            stall_limit_s=self.settings.stall_limit_s,
        )

    def trades(self) -> TradeStore:
        """Give the trades' records."""
        return TradeStore(self._runs(), self.clock)

    def progress(self) -> RunProgress:
        """Give the runs' records."""
        return RunProgress(self._runs(), self.clock)

    def ledger(self) -> LedgerStore:
        """Open the ledger for booking fills."""
        return LedgerStore(self._ledger())

    def actions(self) -> ActionStore:
        """Give the ledger's corporate actions."""
        return ActionStore(self._ledger())

    def phases(self) -> Phases:
        """Give what moves runs on."""
        queue = SqsTradeQueue(self.clients.aws("sqs"), self.settings.queue_url)
        return Phases(progress=self.progress(), trades=self.trades(), queue=queue)

    def events(self) -> TradeEvents:
        """Give what tells of trades and failures."""
        return TradeEvents(
            publisher=self.clients.publisher(self.settings),
            stamp=EventStamp(clock=self.clock, ids=self.ids, source_module=MODULE),
            trades=self.trades(),
            progress=self.progress(),
        )

    def _ledger(self) -> Table:
        return Table(self.clients.aws("dynamodb"), self.settings.ledger_table)

    def _runs(self) -> Table:
        return Table(self.clients.aws("dynamodb"), self.settings.runs_table)


def compose(
    settings: ExecutionSettings,
    clients: Clients,
    clock: Clock,
    ids: IdSource,
    waiting: Waiting | None = None,
) -> Execution:
    """Put the function together."""
    return Execution(
        settings=settings,
        clients=clients,
        clock=clock,
        ids=ids,
        waiting=waiting or RealWaiting(),
    )


@cache
def execution() -> Execution:
    """Return the one composition of this process."""
    settings = ExecutionSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def executor() -> TradeExecutor:
    """Return the one executor of this process."""
    return execution().executor()


@cache
def sweeper() -> Sweeper:
    """Return the one sweeper of this process."""
    return execution().sweeper()


@cache
def failures() -> FailureReporter:
    """Make what tells of a sweep that failed."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(MODULE, WORKFLOW, "sweep", RunPart.TRADING)
"""Puts together who tells of failures, also of settings that are missing."""
