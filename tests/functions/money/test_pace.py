"""Very many trades on a broker that takes 200 requests a minute: each ends, and in time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock, Thread

import pytest

from catalogue.functions import FUNCTIONS
from local.market.terms import Terms
from tests.functions.money.shared_time import SharedTime
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import World, world
from the_alchemiser.portfolio_v2.session_time import ExecutionPace
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.trade_message import TradeMessage

pytestmark = pytest.mark.lengthy

(EXECUTION,) = (spec for spec in FUNCTIONS if spec.name == "execution_v2")
AT_ONCE = EXECUTION.triggers[0].maximum_concurrency  # type: ignore[union-attr]
A_MINUTE, STEP_WAIT_S = 200, 10.0
PACE = ExecutionPace(trades_at_once=AT_ONCE, step_wait_s=STEP_WAIT_S, requests_per_minute=A_MINUTE)
HELD = "200"
BEGAN_S = 1_647_287_100.0


@dataclass
class Workers:
    """As many executions side by side as the catalogue starts, on one queue."""

    market: World
    time: SharedTime
    queue: deque[TradeMessage] = field(default_factory=deque)
    lock: Lock = field(default_factory=Lock)
    longest_s: float = 0.0
    problems: list[BaseException] = field(default_factory=list)

    def work(self, run_id: str) -> None:
        threads = [Thread(target=self._work, args=(run_id,)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not self.problems

    def _work(self, run_id: str) -> None:
        patience = Patience(sleep=self.time.sleep, clock_s=self.time.now_s)
        executor = self.market.executor(self.market.alpaca.broker(patience))
        try:
            while not self.market.run(run_id).is_decided:
                message = self._next()
                if message is None:
                    self.time.sleep(1)
                    continue
                began_s = self.time.now_s()
                try:
                    executor.execute(message)
                except TransientError:
                    self.queue.append(message)
                self.longest_s = max(self.longest_s, self.time.now_s() - began_s)
        except BaseException as problem:
            self.problems.append(problem)
        finally:
            self.time.leave()

    def _next(self) -> TradeMessage | None:
        with self.lock:
            if not self.queue:
                self.queue.extend(self.market.queued())
            return self.queue.popleft() if self.queue else None


def name_of(number: int) -> str:
    return f"Q{'ABCDEFGHIJ'[number // 10]}{'ABCDEFGHIJ'[number % 10]}"


@contextmanager
def limited(trades: int, spread: str) -> Iterator[TradingDay]:
    """Plan half as many sells and half as many buys, on a broker that counts requests."""
    with world("0") as market:
        for number in range(trades):
            market.alpaca.trade_at(name_of(number), "100", spread)
        for number in range(trades // 2):
            market.alpaca.hold(name_of(number), HELD)
        day = TradingDay(market, deployment="0.95")
        weight = str(Decimal(1) / (trades // 2))
        targets = {name_of(number): weight for number in range(trades // 2, trades)}
        assert day.plan(targets), day.refusal
        market.alpaca.market.terms = Terms(requests_per_minute=A_MINUTE)
        yield day


@dataclass(frozen=True, kw_only=True)
class Took:
    """Seconds that a run took on a broker that counts, and what was estimated."""

    whole_s: float
    longest_trade_s: float
    estimate_s: float


def traded(trades: int, spread: str) -> Took:
    with limited(trades, spread) as day:
        market, run = day.world, day.run
        assert run is not None
        time = SharedTime(AT_ONCE, began_s=BEGAN_S)
        market.waiting = time  # type: ignore[assignment]
        market.alpaca.market.window.clock_s = time.now_s
        workers = Workers(market, time)
        workers.work(run.run_id)
        assert market.run(run.run_id).succeeded_trades == trades
        estimate = PACE.time_needed(trades // 2, trades // 2)
        return Took(
            whole_s=time.now_s() - BEGAN_S,
            longest_trade_s=workers.longest_s,
            estimate_s=estimate.total_seconds(),
        )


@pytest.mark.parametrize("trades", [4, 40])
def test_a_run_ends_within_its_estimate(trades: int) -> None:
    took = traded(trades, spread="0.02")
    assert took.whole_s <= took.estimate_s
    assert took.longest_trade_s < EXECUTION.timeout_s


def test_a_trade_that_waits_out_its_ladder_ends_within_its_function() -> None:
    took = traded(24, spread="0.20")
    assert took.longest_trade_s < EXECUTION.timeout_s
    # Where all of them do, a run takes half as long again as it is given.
    assert took.whole_s < 2 * took.estimate_s
