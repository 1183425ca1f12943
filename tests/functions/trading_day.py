"""A run from the signal to the mail: what a person is told of what became of the money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes import CountingIds, RecordingPublisher
from tests.functions.deployed import RUNS
from tests.functions.trading_world import World, signal
from the_alchemiser.notifications_v2.mail import Mail, Report, failure_mail, result_mail
from the_alchemiser.notifications_v2.mode import Mode
from the_alchemiser.portfolio_v2.rebalance_plan import run_id_of
from the_alchemiser.shared.errors import AlchemiserError, PermanentError, TransientError
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.events.trades import AllTradesCompleted, TradeExecuted
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.outbox import Outbox
from the_alchemiser.shared.run_record.run import Run, find_run
from the_alchemiser.shared.table import Table
from the_alchemiser.trade_aggregator.adapters import RunTable
from the_alchemiser.trade_aggregator.service import TradeAggregator

DELIVERIES = 3
"""So often the queue delivers a message before it gives it up."""


@dataclass
class TradingDay:
    """One signal on a world, delivered as bus and queue would until nothing moves."""

    world: World
    correlation_id: str = "workflow-1"
    deployment: str = "1"
    mails: list[Mail] = field(default_factory=list)
    refusal: str | None = None
    """Why nothing was begun."""
    heard: int = 0

    def trade(self, targets: Mapping[str, str]) -> TradingDay:
        """Plan, execute and conclude."""
        if self.plan(targets):
            self.execute()
        return self

    def plan(self, targets: Mapping[str, str]) -> bool:
        """Plan and queue; tell whether a run began."""
        for delivery in range(1, DELIVERIES + 1):
            try:
                asked = signal(targets, self.correlation_id)
                self.world.rebalancer(self.deployment).rebalance(asked)
            except TransientError as error:
                if delivery == DELIVERIES:
                    self.refusal = str(error)
            except PermanentError as error:
                self.refusal = str(error)
                return False
            else:
                self.refusal = None
                return True
        return False

    def execute(self) -> None:
        """Work the queue, and let the sweeper and the aggregator do what is left."""
        while messages := self.world.queued():
            for message in messages:
                self._deliver(message)
            self._conclude()
        self.world.clock.advance(seconds=61)
        self.world.sweeper().sweep()
        self._conclude()
        if (run := self.run) is not None and not run.status.is_final:
            self.world.clock.advance(seconds=3001)
            self.world.sweeper().sweep()
            self._conclude()

    @property
    def run(self) -> Run | None:
        return find_run(self.world.table(RUNS), run_id_of(self.correlation_id))

    @property
    def mail(self) -> Mail:
        (only,) = self.mails
        return only

    def _deliver(self, message: object) -> None:
        for _ in range(DELIVERIES):
            try:
                self.world.executor().execute(message)  # type: ignore[arg-type]
            except AlchemiserError:
                continue
            return

    def _conclude(self) -> None:
        """Let the aggregator hear what was told, and mail what comes of it."""
        table, publisher = self.world.table(RUNS), RecordingPublisher()
        aggregator = TradeAggregator(
            runs=RunTable(table),
            conclusions=_outbox(table, publisher, self.world),
            stamp=EventStamp(
                clock=self.world.clock, ids=CountingIds(), source_module="trade_aggregator"
            ),
            clock=self.world.clock,
        )
        events = self.world.publisher.events[self.heard :]
        self.heard = len(self.world.publisher.events)
        for event in events:
            if isinstance(event, TradeExecuted):
                aggregator.hear_trade(event)
            elif isinstance(event, RebalancePlanned):
                aggregator.hear_plan(event)
            elif isinstance(event, WorkflowFailed):
                self.mails.append(failure_mail(event, Mode.SIMULATED, "test"))
        for completed in publisher.events:
            assert isinstance(completed, AllTradesCompleted)
            report = Report(url="s3://reports/report.csv")
            self.mails.append(result_mail(completed, Mode.SIMULATED, "test", report))


def _outbox(table: Table, publisher: RecordingPublisher, world: World) -> Outbox:
    known = {EventName.ALL_TRADES_COMPLETED: AllTradesCompleted}
    return Outbox(table, publisher, world.clock, known)
