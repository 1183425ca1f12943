"""Portfolio and execution wired as in their bootstraps, on a fake broker and in-process AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws

from tests.cloud import Cloud
from tests.fakes import CountingIds, FixedClock, RecordingPublisher
from tests.functions import deployed
from tests.functions.alpaca_in_process import NOW, AlpacaInProcess
from tests.functions.deployed import LEDGER, PLANS, RUNS, SESSIONS
from the_alchemiser.execution_v2.believed_quotes import BelievedQuotes
from the_alchemiser.execution_v2.ledger_store import LedgerStore
from the_alchemiser.execution_v2.limit_ladder import LimitLadder, Patience
from the_alchemiser.execution_v2.phases import Phases
from the_alchemiser.execution_v2.position_reconciliation import PositionReconciliation
from the_alchemiser.execution_v2.run_progress import RunProgress
from the_alchemiser.execution_v2.sweeper import Sweeper
from the_alchemiser.execution_v2.trade_events import TradeEvents
from the_alchemiser.execution_v2.trade_executor import TradeExecutor
from the_alchemiser.execution_v2.trade_sizing import TradeSizing
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.portfolio_v2.account_reader import AccountReader
from the_alchemiser.portfolio_v2.believed_prices import BelievedPrices
from the_alchemiser.portfolio_v2.liquidation import Liquidation
from the_alchemiser.portfolio_v2.plan_store import PlanStore
from the_alchemiser.portfolio_v2.rebalance_plan import run_id_of
from the_alchemiser.portfolio_v2.run_store import RunStore
from the_alchemiser.portfolio_v2.service import Rebalancer
from the_alchemiser.portfolio_v2.session_store import SessionStore
from the_alchemiser.shared.broker_alpaca import AlpacaBroker
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.signals import ConsolidatedPortfolio, SignalGenerated
from the_alchemiser.shared.ledger.lot import LOTS_BY_SYMBOL, lot_of
from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.session_record.partial import Partial, partial_item
from the_alchemiser.shared.table import Item, Table
from the_alchemiser.shared.trade_message import TradeMessage
from the_alchemiser.shared.trade_queue import SqsTradeQueue

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

    def report(self, stuck_runs: int) -> None:
        self.values.append(stuck_runs)


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

    def table(self, name: str) -> Table:
        return Table(self.dynamodb, name)

    def rebalancer(self, deployment: str = "0.95") -> Rebalancer:
        broker = self.alpaca.broker()
        liquidation = Liquidation(broker=broker, sleep=self.waiting.sleep)
        return Rebalancer(
            reader=AccountReader(
                broker=broker,
                prices=BelievedPrices(broker=broker, sleep=self.waiting.sleep),
                liquidation=liquidation,
            ),
            plans=PlanStore(self.table(PLANS), self.clock),
            runs=RunStore(self.table(RUNS), self.clock),
            queue=self.trade_queue(),
            sessions=SessionStore(self.table(SESSIONS)),
            publisher=self.publisher,
            stamp=self.stamp("portfolio_v2"),
            clock=self.clock,
            deployment=Decimal(deployment),
        )

    def execute_while_the_bus_is_away(self, message: TradeMessage) -> None:
        """Trade, but tell nobody: the delivery fails behind the record, and comes again."""
        self.publisher.failure = TransientError("the bus is away")
        with pytest.raises(TransientError):
            self.executor().execute(message)
        self.publisher.failure = None

    def executor(self, broker: AlpacaBroker | None = None) -> TradeExecutor:
        desk = broker or self.alpaca.broker()
        quotes = BelievedQuotes(broker=desk, waiting=self.waiting, max_age_s=900, wait_s=2.5)
        return TradeExecutor(
            broker=desk,
            trades=self.trades(),
            progress=self.progress(),
            phases=self.phases(),
            events=self.events(),
            sizing=TradeSizing(broker=desk, quotes=quotes),
            ladder=LimitLadder(
                broker=desk,
                waiting=self.waiting,
                patience=Patience(step_wait_s=10),
                quotes=quotes,
            ),
            ledger=self.ledger(),
            reconciliation=PositionReconciliation(broker=desk, ledger=self.ledger()),
        )

    def sweeper(self, stall_limit_s: float = 3000) -> Sweeper:
        return Sweeper(
            progress=self.progress(),
            trades=self.trades(),
            phases=self.phases(),
            events=self.events(),
            metric=self.metric,
            clock=self.clock,
            stall_limit_s=stall_limit_s,
        )

    def trades(self) -> TradeStore:
        return TradeStore(self.table(RUNS), self.clock)

    def progress(self) -> RunProgress:
        return RunProgress(self.table(RUNS), self.clock)

    def ledger(self) -> LedgerStore:
        return LedgerStore(self.table(LEDGER))

    def trade_queue(self) -> SqsTradeQueue:
        return SqsTradeQueue(self.sqs, self.queue_url)

    def phases(self) -> Phases:
        return Phases(progress=self.progress(), trades=self.trades(), queue=self.trade_queue())

    def events(self) -> TradeEvents:
        return TradeEvents(
            publisher=self.publisher,
            stamp=self.stamp("execution_v2"),
            trades=self.trades(),
            progress=self.progress(),
        )

    def stamp(self, module: str) -> EventStamp:
        return EventStamp(clock=self.clock, ids=CountingIds(), source_module=module)

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
