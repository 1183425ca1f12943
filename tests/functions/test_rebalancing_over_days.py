"""A strategy that does not trade each day, over days: coordinator, worker, aggregator in a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.cloud import Cloud
from tests.fakes import FixedClock, RecordingPublisher, stamp
from tests.functions.deployed import SESSIONS
from tests.functions.strategy_v2.real_prices import RealPrices, closes
from the_alchemiser.aggregator_v2.adapters import SessionTable as Collected
from the_alchemiser.aggregator_v2.outcome import Outcomes
from the_alchemiser.aggregator_v2.service import Aggregator
from the_alchemiser.coordinator_v2.adapters import SessionTable, payload
from the_alchemiser.coordinator_v2.command import RunRequest
from the_alchemiser.coordinator_v2.domain import Job
from the_alchemiser.coordinator_v2.service import Coordinator
from the_alchemiser.shared.doubted_bars import Doubt
from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import PartialSignalGenerated, SignalGenerated
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.money import Symbol
from the_alchemiser.shared.outbox import Outbox
from the_alchemiser.shared.session_record.rebalance import last_rebalances
from the_alchemiser.shared.strategy_allocations import StrategyEntry
from the_alchemiser.shared.table import Table
from the_alchemiser.strategy_v2.believed_bars import BelievedBars
from the_alchemiser.strategy_v2.request import decode
from the_alchemiser.strategy_v2.service import StrategyWorker

HALVES = '(weight-equal [(asset "AMD") (asset "KO")])'
DAYS = [day for day in closes()["KO"].dates if date(2022, 1, 3) <= day <= date(2022, 12, 1)]


class Listed:
    def strategies(self) -> tuple[StrategyEntry, ...]:
        return (StrategyEntry(file="a.clj", allocation=Decimal(1)),)


class Days:
    """Trades day after day; what the trades came to is told."""

    def __init__(self, table: Table, options: str, body: str = HALVES) -> None:
        self.table = table
        self.text = f'(defsymphony "A" {options} {body})'
        self.clock = FixedClock()
        self.started: list[Job] = []
        self.absent: frozenset[str] = frozenset()
        self.doubted: dict[str, Doubt] = {}
        self.told = RecordingPublisher()

    def start(self, job: Job) -> None:
        self.started.append(job)

    def trade(self, day: date, *, failed: int = 0, skipped: int = 0) -> PartialSignalGenerated:
        """Run a day up to its signal, and tell the aggregator how its trades went."""
        self.clock.moment = datetime(day.year, day.month, day.day, 20, 45, tzinfo=UTC)
        session_id = f"workflow-{day}-{failed}-{skipped}"
        signal = self.signal(day, session_id)
        aggregator = self.aggregator()
        aggregator.collect(signal)
        aggregator.hear_of_end(
            AllTradesCompleted(
                **stamp("trade_aggregator").stamp("all-trades-completed", session_id, "run-1"),
                run_id="run-1",
                plan_id="plan-1",
                total_trades=2,
                succeeded_trades=2 - failed - skipped,
                failed_trades=failed,
                skipped_trades=skipped,
                aggregated_execution_data={},
            )
        )
        return signal

    def signal(self, day: date, session_id: str) -> PartialSignalGenerated:
        coordinator = Coordinator(
            sessions=SessionTable(self.table, self.clock),
            workers=self,
            allocations=Listed(),
            clock=self.clock,
            timeout=timedelta(minutes=10),
        )
        coordinator.start(RunRequest(session_id=session_id, as_of=day))
        worker = StrategyWorker(
            load=lambda file: self.text,
            open_store=lambda: BelievedBars(RealPrices(self.absent), lambda: self.doubted),
            publisher=self.told,
            stamp=stamp("strategy_v2"),
            clock=self.clock,
            stage="dev",
        )
        return worker.evaluate(decode(payload(self.started[-1])))

    def aggregator(self) -> Aggregator:
        events: dict[EventName, type[DomainEvent]] = {
            EventName.SIGNAL_GENERATED: SignalGenerated,
            EventName.WORKFLOW_FAILED: WorkflowFailed,
        }
        return Aggregator(
            sessions=Collected(self.table, self.clock),
            conclusions=Outbox(self.table, RecordingPublisher(), self.clock, events),
            outcomes=Outcomes(stamp=stamp("aggregator_v2")),
            clock=self.clock,
            tolerance=Decimal("0.01"),
        )

    def rebalanced(self, days: list[date]) -> list[date]:
        return [day for day in days if action(self.trade(day)) == "REBALANCE"]


def action(signal: PartialSignalGenerated) -> object:
    return signal.signals_data["a"]["action"]


def weight(signal: PartialSignalGenerated, symbol: str) -> Decimal:
    return signal.consolidated_portfolio.target_allocations[Symbol(symbol)]


def drifted(since: date, day: date) -> float:
    """Let halves drift from the close of one day to the last close before another."""
    grown = {}
    for symbol in ("AMD", "KO"):
        by_day = dict(zip(closes()[symbol].dates, closes()[symbol].values, strict=True))
        last = max(known for known in by_day if known < day)
        grown[symbol] = by_day[last] / by_day[min(since, last)]
    return grown["AMD"] / (grown["AMD"] + grown["KO"])


@pytest.fixture
def table(cloud: Cloud) -> Table:
    return cloud.table(SESSIONS)


def first_of(period: str) -> list[date]:
    """Pick the exchange's first trading day of each period from the days of real closes."""
    key: dict[str, Callable[[date], object]] = {
        "weekly": lambda day: day.isocalendar()[:2],
        "monthly": lambda day: day.month,
        "quarterly": lambda day: (day.month - 1) // 3,
    }
    return [day for before, day in pairwise(DAYS) if key[period](before) != key[period](day)]


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("period", "first", "last"), [("weekly", 0, 13), ("monthly", 18, 42), ("quarterly", 58, 66)]
)
def test_a_calendar_trades_on_the_first_trading_day_of_each_period(
    table: Table, period: str, first: int, last: int
) -> None:
    days = DAYS[first:last]
    traded = Days(table, f"{{:rebalance-frequency :{period}}}").rebalanced(days)
    boundaries = [day for day in first_of(period) if day in days[1:]]
    assert boundaries
    assert traded == [days[0], *boundaries]


def test_between_them_it_keeps_what_it_has_at_the_prices_since(table: Table) -> None:
    days = Days(table, "{:rebalance-frequency :monthly}")
    days.trade(date(2022, 3, 1))
    for day in (date(2022, 3, 2), date(2022, 3, 10), date(2022, 3, 31)):
        kept = days.trade(day)
        assert action(kept) == "HOLD"
        assert float(weight(kept, "AMD")) == pytest.approx(drifted(date(2022, 3, 1), day))
    assert weight(days.trade(date(2022, 4, 1)), "AMD") == Decimal("0.5")


@pytest.mark.lengthy
def test_a_corridor_trades_once_a_weight_has_left_it(table: Table) -> None:
    days = Days(table, "{:rebalance-threshold 0.02}")
    since = DAYS[0]
    for day in DAYS[:25]:
        signal = days.trade(day)
        left = abs(drifted(since, day) - 0.5) > 0.02
        assert action(signal) == ("REBALANCE" if left or day == DAYS[0] else "HOLD"), day
        since = day if left else since
    assert since != DAYS[0]


@pytest.mark.parametrize("ending", [{"failed": 1}, {"skipped": 2}])
def test_after_a_run_that_did_not_reach_its_weights_it_is_due_again(
    table: Table, ending: dict[str, int]
) -> None:
    days = Days(table, "{:rebalance-frequency :monthly}")
    days.trade(date(2022, 3, 1))
    assert action(days.trade(date(2022, 4, 1), **ending)) == "REBALANCE"
    assert action(days.trade(date(2022, 4, 4))) == "REBALANCE"
    assert action(days.trade(date(2022, 4, 5))) == "HOLD"


def test_a_first_run_that_failed_leaves_nothing_to_hold(table: Table) -> None:
    days = Days(table, "{:rebalance-frequency :quarterly}")
    assert action(days.trade(date(2022, 3, 1), failed=1)) == "REBALANCE"
    assert action(days.trade(date(2022, 3, 2))) == "REBALANCE"


def test_another_text_is_due_at_once(table: Table) -> None:
    days = Days(table, "{:rebalance-frequency :quarterly}")
    days.trade(date(2022, 2, 1))
    assert action(days.trade(date(2022, 2, 2))) == "HOLD"
    days.text = days.text.replace("KO", "PEP")
    changed = days.trade(date(2022, 2, 3))
    assert action(changed) == "REBALANCE"
    assert weight(changed, "PEP") == Decimal("0.5")


def test_a_holding_that_has_left_the_exchange_is_replaced_at_once(table: Table) -> None:
    known = dict(zip(closes()["KO"].dates, closes()["KO"].values, strict=True))
    level = known[DAYS[19]] * 1.01
    risen = next(day for before, day in pairwise(DAYS[20:]) if known[before] > level)
    body = f'(if (> (current-price "KO") {level:.4f}) (asset "KO") (asset "AMD"))'
    days = Days(table, "{:rebalance-frequency :yearly}", body)
    assert weight(days.trade(DAYS[20]), "AMD") == 1
    days.absent = frozenset({"AMD"})
    replaced = days.trade(risen)
    assert action(replaced) == "REBALANCE"
    assert weight(replaced, "KO") == 1


def test_a_replay_of_an_earlier_day_knows_nothing_of_the_future(table: Table) -> None:
    days = Days(table, "{:rebalance-frequency :quarterly}")
    days.trade(date(2022, 3, 1))
    assert action(days.trade(date(2022, 2, 1))) == "REBALANCE"


def test_an_end_that_is_told_late_and_twice_takes_nothing_back(table: Table) -> None:
    days = Days(table, "{:rebalance-frequency :monthly}")
    days.trade(date(2022, 3, 1))
    days.trade(date(2022, 4, 1))
    days.clock.moment -= timedelta(days=20)
    days.trade(date(2022, 3, 1), failed=0, skipped=0)
    assert action(days.trade(date(2022, 4, 4))) == "HOLD"


def test_a_daily_strategy_is_remembered_for_the_day_on_which_it_may_not_decide(
    table: Table,
) -> None:
    days = Days(table, "{:rebalance-frequency :daily}")
    assert days.rebalanced(DAYS[:3]) == DAYS[:3]
    assert last_rebalances(table)["a.clj"].as_of == DAYS[2]


class TestBarsInDoubt:
    DOUBT = Doubt(issue="stored 20 times what the second source has", first_day=DAYS[0])
    MOMENTUM = '(filter (rsi {:window 5}) (select-top 1) [(asset "AMD") (asset "KO")])'

    @pytest.fixture(params=[":daily", ":weekly"])
    def days(self, table: Table, request: pytest.FixtureRequest) -> Days:
        options = f"{{:rebalance-frequency {request.param}}}"
        return Days(table, options, self.MOMENTUM)

    def test_keep_a_strategy_at_the_weights_of_its_last_run(self, days: Days) -> None:
        before = days.trade(DAYS[20])
        days.doubted = {"AMD": self.DOUBT}
        for day in DAYS[21:40]:
            kept = days.trade(day)
            assert action(kept) == "HOLD"
            assert (
                kept.consolidated_portfolio.target_allocations
                == before.consolidated_portfolio.target_allocations
            )

    def test_are_told_each_day_and_end_no_run(self, days: Days) -> None:
        days.trade(DAYS[20])
        days.doubted = {"KO": self.DOUBT}
        days.trade(DAYS[30])
        (told,) = [each for each in days.told.events if isinstance(each, WorkflowFailed)]
        assert told.ends is None
        assert "a.clj keeps its weights of" in told.failure_reason
        assert "KO: its stored bars are in doubt: stored 20 times" in told.failure_reason

    def test_that_are_over_let_it_decide_again(self, days: Days) -> None:
        days.trade(DAYS[20])
        days.doubted = {"AMD": self.DOUBT}
        days.trade(DAYS[30])
        days.doubted = {}
        assert action(days.trade(DAYS[31])) == "REBALANCE"

    def test_stop_a_strategy_that_was_never_brought_to_anything(self, days: Days) -> None:
        days.doubted = {"AMD": self.DOUBT}
        with pytest.raises(StrategyError, match="AMD: its stored bars are in doubt"):
            days.trade(DAYS[20])

    def test_of_what_it_does_not_read_are_nothing_to_it(self, days: Days) -> None:
        days.doubted = {"JPM": self.DOUBT}
        assert action(days.trade(DAYS[20])) == "REBALANCE"
        assert not [each for each in days.told.events if isinstance(each, WorkflowFailed)]
