"""Portfolio and execution wired as in their bootstraps, on a fake broker and in-process AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from threading import RLock
from typing import Any

import pytest

from tests.cloud import Cloud
from tests.fakes import CountingIds, FixedClock, RecordingPublisher
from tests.functions import deployed
from tests.functions.alpaca_in_process import NOW, AlpacaInProcess
from tests.functions.deployed import LEDGER, PLANS, RUNS, SESSIONS
from tests.functions.rights import check
from tests.quick_moto import mock_aws
from the_alchemiser.execution_v2 import bootstrap as execution
from the_alchemiser.execution_v2.lambda_handler import handle as execution_handle
from the_alchemiser.execution_v2.ledger_store import LedgerStore
from the_alchemiser.execution_v2.run_progress import RunProgress
from the_alchemiser.execution_v2.settings import ExecutionSettings
from the_alchemiser.execution_v2.sweeper import Sweeper
from the_alchemiser.execution_v2.trade_executor import TradeExecutor
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.portfolio_v2 import bootstrap as portfolio
from the_alchemiser.portfolio_v2.lambda_handler import handle as portfolio_handle
from the_alchemiser.portfolio_v2.rebalance_plan import run_id_of
from the_alchemiser.portfolio_v2.service import Rebalancer
from the_alchemiser.portfolio_v2.settings import PortfolioSettings
from the_alchemiser.shared.broker_access import BrokerSettings
from the_alchemiser.shared.broker_alpaca import AlpacaBroker
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.events.signals import ConsolidatedPortfolio, SignalGenerated
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ledger.lot import LOTS_BY_SYMBOL, lot_of
from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.session_record.partial import Partial, partial_item
from the_alchemiser.shared.settings import FunctionSettings
from the_alchemiser.shared.table import Item, Table
from the_alchemiser.shared.trade_message import TradeMessage

CORRELATION = "workflow-1"
FIFO = {
    "FifoQueue": "true",
    "DeduplicationScope": "messageGroup",
    "FifoThroughputLimit": "perMessageGroupId",
}


class FakeWaiting:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0

    def now_s(self) -> float:
        return self.elapsed_s

    def sleep(self, seconds: float) -> None:
        self.elapsed_s += seconds


class RecordingMetric:
    def __init__(self) -> None:
        self.values: list[int] = []

    def put_metric_data(self, **data: Any) -> None:
        check("monitoring", "PutMetricData", data)
        self.values += [int(each["Value"]) for each in data["MetricData"]]


class Killed(BaseException):
    """The process is gone; no `except Exception` may catch it."""


READS = ("get_item", "get_paginator", "receive_message", "delete_message")
"""Calls that leave no trace; to be killed after one is to be killed after the write before."""


class Killer:
    """Kills the process right after one of its writes to the outside."""

    def __init__(self) -> None:
        self.calls = 0
        self.after_call: int | None = None

    def tick(self) -> None:
        self.calls += 1
        if self.calls == self.after_call:
            raise Killed


class OneAtATime:
    """A client whose calls do not overlap: what DynamoDB promises for one item, moto does not."""

    def __init__(self, client: Any, lock: RLock, killer: Killer) -> None:
        self._client = client
        self._lock = lock
        self._killer = killer

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            with self._lock:
                answer = found(*args, **kwargs)
                if name not in READS:
                    self._killer.tick()
                return answer

        return call


class WorldClients:
    """What both functions reach in a world."""

    def __init__(self, world: World, broker: AlpacaBroker | None = None) -> None:
        self._world = world
        self._broker = broker

    def aws(self, service: str) -> Any:
        world = self._world
        return {"dynamodb": world.dynamodb, "sqs": world.sqs, "cloudwatch": world.metric}[service]

    def publisher(self, settings: FunctionSettings) -> RecordingPublisher:
        return self._world.publisher

    def broker(self, settings: BrokerSettings) -> AlpacaBroker:
        return self._broker or self._world.alpaca.broker()


@dataclass
class World:
    """Everything that a trading day of these two functions touches."""

    alpaca: AlpacaInProcess
    dynamodb: Any
    sqs: Any
    queue_url: str
    killer: Killer
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    publisher: RecordingPublisher = field(default_factory=RecordingPublisher)
    waiting: FakeWaiting = field(default_factory=FakeWaiting)
    metric: RecordingMetric = field(default_factory=RecordingMetric)
    untold: set[str] = field(default_factory=set)
    """Variables that the stack forgot."""
    told: dict[str, str] = field(default_factory=dict)
    """Variables that this stack has otherwise than most."""

    def table(self, name: str) -> Table:
        return Table(self.dynamodb, name)

    def environment(self, **changed: str) -> dict[str, str]:
        """Give what the stack tells both functions."""
        told = {
            "APP__STAGE": "test",
            "EVENT_BUS_NAME": deployed.BUS,
            "LOG_LEVEL": "ERROR",
            "ALPACA__SECRET_ARN": "arn:aws:secretsmanager:us-east-1:1:secret:broker",
            "ALPACA__ENDPOINT": "https://broker.test",
            "ALPACA__DATA_ENDPOINT": "https://broker.test",
            "ALPACA__EQUITY_DEPLOYMENT_PCT": "0.95",
            "ALPACA__REQUESTS_PER_MINUTE": "200",
            "EXECUTION__STEP_WAIT_S": "10",
            "EXECUTION__TRADES_AT_ONCE": "8",
            "AGGREGATION_TABLE_NAME": SESSIONS,
            "REBALANCE_PLAN__TABLE_NAME": PLANS,
            "EXECUTION_RUNS_TABLE_NAME": RUNS,
            "EXECUTION_FIFO_QUEUE_URL": self.queue_url,
            "TRADE_LEDGER__TABLE_NAME": LEDGER,
            "METRICS_NAMESPACE": deployed.NAMESPACE,
            **self.told,
            **changed,
        }
        return {name: value for name, value in told.items() if name not in self.untold}

    def rebalancer(self, deployment: str = "0.95") -> Rebalancer:
        environment = self.environment(ALPACA__EQUITY_DEPLOYMENT_PCT=deployment)
        settings = PortfolioSettings.from_environment(environment)
        clients = WorldClients(self)
        return portfolio.compose(settings, clients, self.clock, CountingIds(), self.waiting.sleep)

    def execution(self, broker: AlpacaBroker | None = None, **changed: str) -> execution.Execution:
        settings = ExecutionSettings.from_environment(self.environment(**changed))
        clients = WorldClients(self, broker)
        return execution.compose(settings, clients, self.clock, CountingIds(), self.waiting)

    def executor(self, broker: AlpacaBroker | None = None) -> TradeExecutor:
        return self.execution(broker).executor()

    def sweeper(self, stall_limit_s: int = 3000) -> Sweeper:
        changed = {"EXECUTION__STALL_LIMIT_S": str(stall_limit_s)}
        return self.execution(None, **changed).sweeper()

    def trades(self) -> TradeStore:
        return self.execution().trades()

    def progress(self) -> RunProgress:
        return self.execution().progress()

    def ledger(self) -> LedgerStore:
        return self.execution().ledger()

    def execute_while_the_bus_is_away(self, message: TradeMessage) -> None:
        """Trade, but tell nobody: the delivery fails behind the record, and comes again."""
        self.publisher.failure = TransientError("the bus is away")
        with pytest.raises(TransientError):
            self.executor().execute(message)
        self.publisher.failure = None

    def portfolio_handles(self, event: object) -> Any:
        """Give an event to portfolio as Lambda would."""
        return portfolio_handle(event, self.rebalancer, self._failures(portfolio))

    def execution_handles(self, event: object, **changed: str) -> Any:
        """Give an event to execution as Lambda would."""

        def executor() -> TradeExecutor:
            return self.execution(None, **changed).executor()

        def sweeper() -> Sweeper:
            return self.execution(None, **changed).sweeper()

        return execution_handle(event, executor, sweeper, self._failures(execution))

    def _failures(self, bootstrap: Any) -> Callable[[], FailureReporter]:
        clients, ids = WorldClients(self), CountingIds()
        return lambda: bootstrap.compose_failures(self.environment(), clients, self.clock, ids)

    # --- What tests do and look at --------------------------------------------------------------

    def put_session(self, contributions: Mapping[str, Mapping[str, str]]) -> None:
        for number, (strategy, weights) in enumerate(contributions.items(), 1):
            partial = Partial(
                session_id=CORRELATION,
                dsl_file=f"{strategy}.clj",
                allocation=sum(map(Decimal, weights.values()), Decimal(0)),
                strategy_number=number,
                signal_count=len(weights),
                reported_at=NOW,
                event_id=f"partial-signal-{number}",
                portfolio=portfolio_of(weights, {strategy: weights}, is_partial=True),
                signals_data={},
            )
            self.table(SESSIONS).put_new(partial_item(partial))

    def start_run(self, targets: Mapping[str, str], deployment: str = "0.95") -> str:
        """Plan and enqueue, and give the run's id."""
        self.rebalancer(deployment).rebalance(signal(targets))
        return run_id_of(CORRELATION)

    def queued(self) -> list[TradeMessage]:
        """Take every message that is on the queue."""
        messages: list[TradeMessage] = []
        while received := self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10
        ).get("Messages"):
            for each in received:
                messages.append(TradeMessage.model_validate_json(each["Body"]))
                self.sqs.delete_message(
                    QueueUrl=self.queue_url, ReceiptHandle=each["ReceiptHandle"]
                )
        return messages

    def trade_until_idle(self) -> list[TradeMessage]:
        """Execute what is queued, and what that queues, until nothing is left."""
        done: list[TradeMessage] = []
        executor = self.executor()
        while messages := self.queued():
            for message in messages:
                executor.execute(message)
                done.append(message)
        return done

    def run(self, run_id: str) -> Run:
        return self.progress().read(run_id)

    def run_item(self, run_id: str) -> Item:
        return self.table(RUNS).get({"PK": f"RUN#{run_id}", "SK": "METADATA"}) or {}

    @property
    def spent(self) -> Decimal:
        """Dollars that went out, less those that came in."""
        return self.alpaca.market.books.opened_with - self.alpaca.cash

    def lots(self) -> list[Lot]:
        lots = [lot_of(item).lot for item in self.ledger_items("LOT#")]
        return [lot for lot in lots if lot.is_open]

    def ledger_items(self, prefix: str) -> list[Item]:
        return self.table(LEDGER).scan("begins_with(PK, :prefix)", {":prefix": prefix})


@contextmanager
def world(cash: str = "100000") -> Iterator[World]:
    with mock_aws():
        lock = RLock()
        dynamodb, sqs = Cloud().client("dynamodb"), Cloud().client("sqs")
        for name in (RUNS, SESSIONS, PLANS):
            Cloud().table(name)
        Cloud().table(LEDGER, indexes=(LOTS_BY_SYMBOL,))
        queue = sqs.create_queue(QueueName=deployed.TRADES, Attributes=FIFO)
        killer = Killer()
        alpaca = AlpacaInProcess(cash)
        alpaca.after_each_write = killer.tick
        yield World(
            alpaca=alpaca,
            dynamodb=OneAtATime(dynamodb, lock, killer),
            sqs=OneAtATime(sqs, lock, killer),
            queue_url=queue["QueueUrl"],
            killer=killer,
        )


def portfolio_of(
    targets: Mapping[str, str],
    contributions: Mapping[str, Mapping[str, str]] | None = None,
    *,
    is_partial: bool = False,
) -> ConsolidatedPortfolio:
    strategies = tuple(contributions or {"calm": {}})
    return ConsolidatedPortfolio(
        target_allocations={Symbol(symbol): Weight(share) for symbol, share in targets.items()},
        strategy_contributions={
            strategy: {Symbol(symbol): Weight(share) for symbol, share in shares.items()}
            for strategy, shares in (contributions or {}).items()
        },
        correlation_id=CORRELATION,
        timestamp=NOW,
        strategy_count=len(strategies),
        source_strategies=strategies,
        is_partial=is_partial,
    )


def signal(targets: Mapping[str, str], correlation_id: str = CORRELATION) -> SignalGenerated:
    return SignalGenerated(
        event_id=f"signal-generated-of-{correlation_id}",
        correlation_id=correlation_id,
        causation_id="partial-signal-1",
        timestamp=NOW,
        source_module="aggregator_v2",
        metadata={"aggregation_session_id": correlation_id},
        signals_data={},
        consolidated_portfolio=portfolio_of(targets),
        signal_count=len(targets),
    )
