"""A session ends once, whatever arrives, how often, in which order, and whoever dies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cloud import Cloud
from tests.fakes import MONDAY, FixedClock, RecordingPublisher, stamp
from tests.functions.deployed import SESSIONS
from the_alchemiser.aggregator_v2.adapters import SessionTable
from the_alchemiser.aggregator_v2.domain import AggregationError
from the_alchemiser.aggregator_v2.outcome import Outcomes
from the_alchemiser.aggregator_v2.service import Aggregator, Progress
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import (
    ConsolidatedPortfolio,
    PartialSignalGenerated,
    SignalGenerated,
)
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.shared.outbox import LEASE, Outbox
from the_alchemiser.shared.session_record.day import DayLock, day_item, day_key
from the_alchemiser.shared.session_record.partial import partial_key
from the_alchemiser.shared.session_record.session import (
    Session,
    SessionStatus,
    session_item,
    session_key,
)
from the_alchemiser.shared.strategy_allocations import StrategyEntry
from the_alchemiser.shared.table import Item, Table

FILES = {
    "calm-mix.clj": ("0.5", {"TLT": "0.2", "SPY": "0.3"}),
    "group/trend.clj": ("0.3", {"SPY": "0.3"}),
    "pair.clj": ("0.2", {"QQQ": "0.1", "GLD": "0.1"}),
}
DAY_HELD_S = 4200
EVENTS: dict[EventName, type[DomainEvent]] = {
    EventName.SIGNAL_GENERATED: SignalGenerated,
    EventName.WORKFLOW_FAILED: WorkflowFailed,
}


def partial(file: str, session_id: str = "workflow-1", **changes: Any) -> PartialSignalGenerated:
    allocation, targets = FILES[file]
    weights = {Symbol(symbol): Weight(weight) for symbol, weight in targets.items()}
    portfolio = ConsolidatedPortfolio(
        target_allocations=weights,
        strategy_contributions={file: weights},
        correlation_id=session_id,
        timestamp=MONDAY,
        strategy_count=1,
        source_strategies=(file,),
        is_partial=True,
    )
    fields: dict[str, Any] = {
        **stamp("strategy_v2").derived("partial-signal", session_id, file),
        "session_id": session_id,
        "dsl_file": file,
        "allocation": Weight(allocation),
        "strategy_number": list(FILES).index(file) + 1,
        "total_strategies": len(FILES),
        "signals_data": {file: {"symbols": list(targets)}},
        "consolidated_portfolio": portfolio,
        "signal_count": len(targets),
    }
    return PartialSignalGenerated(**(fields | changes))


class CrashError(Exception):
    """The process dies here."""


class CrashingTable(Table):
    """A table whose process dies at the nth write."""

    def __init__(self, table: Table) -> None:
        super().__init__(table._client, table.name)
        self.writes_left: int | None = None

    def _count(self) -> None:
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise CrashError
            self.writes_left -= 1

    def change(self, change: Any) -> Item | None:
        self._count()
        return super().change(change)

    def write_together(self, parts: Any) -> bool:
        self._count()
        return super().write_together(parts)

    def delete_if(self, key: Any, condition: str, values: Any) -> bool:
        self._count()
        return super().delete_if(key, condition, values)


class Desk:
    """An aggregator with its fakes at hand."""

    def __init__(self, table: Table) -> None:
        self.table = CrashingTable(table)
        self.clock = FixedClock()
        self.publisher = RecordingPublisher()
        self.pauses: list[float] = []

    def aggregator(self, sessions: SessionTable | None = None) -> Aggregator:
        return Aggregator(
            sessions=sessions or SessionTable(self.table, self.clock, self.pauses.append),
            conclusions=Outbox(self.table, self.publisher, self.clock, EVENTS),
            outcomes=Outcomes(stamp=stamp("aggregator_v2")),
            clock=self.clock,
            tolerance=Decimal("0.01"),
        )

    def open(self, session_id: str = "workflow-1") -> None:
        session = Session(
            session_id=session_id,
            as_of=MONDAY.date(),
            created_at=MONDAY,
            timeout_at=MONDAY + timedelta(seconds=600),
            strategies=tuple(
                StrategyEntry(file=file, allocation=Decimal(allocation))
                for file, (allocation, _) in FILES.items()
            ),
        )
        free_at = MONDAY + timedelta(seconds=DAY_HELD_S)
        lock = DayLock(as_of=MONDAY.date(), session_id=session_id, free_at=free_at)
        self.table.put_new(session_item(session))
        self.table.put_new(day_item(lock))

    def forget(self, session_id: str) -> None:
        for item in self.table.scan("PK = :pk", {":pk": session_key(session_id)["PK"]}):
            key = {"PK": item["PK"], "SK": item["SK"]}
            self.table.delete_if(key, "PK = :pk", {":pk": item["PK"]})

    def collect(self, file: str, session_id: str = "workflow-1") -> Progress:
        return self.aggregator().collect(partial(file, session_id))[0]

    def collect_all(self, session_id: str = "workflow-1") -> list[Progress]:
        return [self.collect(file, session_id) for file in FILES]

    def session(self, session_id: str = "workflow-1") -> Item:
        item = self.table.get(session_key(session_id))
        assert item is not None
        return item

    def holds_day(self) -> bool:
        return self.table.get(day_key(MONDAY.date())) is not None

    def signals(self) -> list[SignalGenerated]:
        return [event for event in self.publisher.events if isinstance(event, SignalGenerated)]

    def failures(self) -> list[WorkflowFailed]:
        return [event for event in self.publisher.events if isinstance(event, WorkflowFailed)]


@pytest.fixture
def desk(cloud: Cloud) -> Desk:
    made = Desk(cloud.table(SESSIONS))
    made.open()
    return made


@contextmanager
def dying_after(table: CrashingTable, writes: int) -> Iterator[None]:
    table.writes_left = writes
    try:
        yield
    except CrashError:
        pass
    finally:
        table.writes_left = None


class TestCollect:
    def test_waits_until_the_last_strategy_reports(self, desk: Desk) -> None:
        assert desk.collect_all() == [Progress.WAITING, Progress.WAITING, Progress.AGGREGATED]
        assert desk.session()["status"] == "COMPLETED"
        assert desk.session()["completed_strategies"] == 3

    def test_merges_the_shares_by_symbol(self, desk: Desk) -> None:
        desk.collect_all()
        (signal,) = desk.signals()
        detail = signal.to_detail()
        assert detail["consolidated_portfolio"] == {
            "target_allocations": {"GLD": "0.1", "QQQ": "0.1", "SPY": "0.6", "TLT": "0.2"},
            "strategy_contributions": {},
            "correlation_id": "workflow-1",
            "timestamp": "2022-03-14T19:45:00Z",
            "strategy_count": 3,
            "source_strategies": list(FILES),
            "schema_version": "1.0.0",
            "is_partial": False,
        }
        assert detail["signals_data"] == {
            name: {"aggregated": True} for name in ("calm-mix", "trend", "pair")
        }
        assert detail["signal_count"] == 5
        assert detail["metadata"] == {
            "aggregation_session_id": "workflow-1",
            "strategies_aggregated": 3,
            "aggregation_mode": "multi_node",
            "as_of": "2022-03-14",
        }

    def test_is_caused_by_the_partial_signal_that_was_last(self, desk: Desk) -> None:
        desk.collect_all()
        assert desk.signals()[0].causation_id == partial("pair.clj").event_id
        assert desk.signals()[0].correlation_id == "workflow-1"

    def test_keeps_what_each_strategy_contributed(self, desk: Desk) -> None:
        desk.collect_all()
        item = desk.table.get(partial_key("workflow-1", "pair.clj"))
        assert item is not None
        kept = json.loads(item["consolidated_portfolio"])
        assert kept["strategy_contributions"] == {"pair.clj": {"QQQ": "0.1", "GLD": "0.1"}}
        assert item["allocation"] == Decimal("0.2")
        assert item["TTL"] == int((MONDAY + timedelta(hours=24)).timestamp())
        assert json.loads(item["signals_data"]) == {"pair.clj": {"symbols": ["QQQ", "GLD"]}}

    def test_a_duplicate_after_the_end_publishes_nothing(self, desk: Desk) -> None:
        desk.collect_all()
        assert desk.collect("calm-mix.clj") is Progress.ALREADY_AGGREGATED
        assert len(desk.signals()) == 1

    def test_a_duplicate_before_the_end_counts_once(self, desk: Desk) -> None:
        desk.collect("calm-mix.clj")
        assert desk.collect("calm-mix.clj") is Progress.WAITING
        assert desk.session()["completed_strategies"] == 1

    def test_a_session_nobody_opened_is_an_error(self, desk: Desk) -> None:
        with pytest.raises(AggregationError, match="expected a session of this id"):
            desk.collect("pair.clj", "workflow-9")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"dsl_file": "stranger.clj"}, "is not one of its strategies"),
            ({"allocation": Weight("0.3")}, "expected 0.2 as one of 3, found 0.3"),
            ({"total_strategies": 4}, "found 0.2 as one of 4"),
        ],
    )
    def test_a_signal_the_session_did_not_ask_for_is_refused(
        self, desk: Desk, changes: dict[str, Any], told: str
    ) -> None:
        with pytest.raises(AggregationError, match=told):
            desk.aggregator().collect(partial("pair.clj", **changes))
        assert desk.session()["completed_strategies"] == 0

    def test_weights_that_do_not_sum_to_one_fail_the_session_once(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(FILES, "pair.clj", ("0.2", {"QQQ": "0.1"}))
        assert desk.collect_all()[-1] is Progress.FAILED
        assert desk.collect("pair.clj") is Progress.FAILED
        (failure,) = desk.failures()
        assert failure.failure_reason == "expected weights that sum to 1, found 0.9"
        assert failure.error_details["exception_type"] == "AggregationError"
        assert desk.session()["status"] == "FAILED"
        assert not desk.holds_day()
        assert desk.signals() == []

    def test_waits_and_tries_again_when_counters_collide(self, desk: Desk) -> None:
        class Colliding(CrashingTable):
            collisions = 3

            def write_together(self, parts: Any) -> bool:
                self.collisions -= 1
                if self.collisions >= 0:
                    raise TransientError("TransactionConflict")
                return super().write_together(parts)

        desk.table = Colliding(desk.table)
        assert desk.collect("pair.clj") is Progress.WAITING
        assert len(desk.pauses) == 3
        assert desk.session()["completed_strategies"] == 1

    def test_gives_up_on_endless_collisions_for_a_later_delivery(self, desk: Desk) -> None:
        class Stuck(CrashingTable):
            def write_together(self, parts: Any) -> bool:
                raise TransientError("TransactionConflict")

        desk.table = Stuck(desk.table)
        with pytest.raises(TransientError):
            desk.collect("pair.clj")


class TestCrashes:
    @pytest.mark.parametrize("writes", range(4))
    def test_the_repeated_delivery_finishes_what_a_dead_aggregator_began(
        self, desk: Desk, writes: int
    ) -> None:
        desk.collect("calm-mix.clj")
        desk.collect("group/trend.clj")
        with dying_after(desk.table, writes):
            desk.collect("pair.clj")
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        desk.collect("pair.clj")
        assert desk.session()["status"] == "COMPLETED"
        assert len({signal.event_id for signal in desk.signals()}) == 1
        assert len({str(signal.to_detail()) for signal in desk.signals()}) == 1

    @pytest.mark.parametrize("writes", range(4))
    def test_the_sweep_finishes_it_too(self, desk: Desk, writes: int) -> None:
        desk.collect("calm-mix.clj")
        desk.collect("group/trend.clj")
        with dying_after(desk.table, writes):
            desk.collect("pair.clj")
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        desk.aggregator().expire()
        if writes == 0:
            assert desk.session()["status"] == "PENDING"
            return
        assert desk.session()["status"] == "COMPLETED"
        assert len({str(signal.to_detail()) for signal in desk.signals()}) == 1

    def test_a_bus_that_is_down_is_tried_again_with_the_same_event(self, desk: Desk) -> None:
        desk.collect("calm-mix.clj")
        desk.collect("group/trend.clj")
        desk.publisher.failure = TransientError("the bus is down")
        with pytest.raises(TransientError):
            desk.collect("pair.clj")
        assert desk.session()["status"] == "AGGREGATING"
        desk.publisher.failure = None
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert desk.collect("pair.clj") is Progress.ALREADY_AGGREGATED
        assert len(desk.signals()) == 1
        assert desk.session()["status"] == "COMPLETED"

    def test_a_duplicate_during_the_lease_leaves_the_publisher_alone(self, desk: Desk) -> None:
        desk.collect("calm-mix.clj")
        desk.collect("group/trend.clj")
        desk.publisher.failure = TransientError("slow")
        with pytest.raises(TransientError):
            desk.collect("pair.clj")
        desk.publisher.failure = None
        assert desk.collect("calm-mix.clj") is Progress.ALREADY_AGGREGATED
        assert desk.signals() == []


class TestRaces:
    """Two aggregators see the same session; the slower one finds it ended."""

    class Late(SessionTable):
        """Reads every session as it was before anybody ended it."""

        def find(self, session_id: str) -> Session | None:
            session = super().find(session_id)
            return session and replace(session, status=SessionStatus.PENDING)

    def test_the_slower_one_publishes_nothing(self, desk: Desk) -> None:
        desk.collect_all()
        late = desk.aggregator(self.Late(desk.table, desk.clock, desk.pauses.append))
        assert late.collect(partial("pair.clj"))[0] is Progress.ALREADY_AGGREGATED
        assert len(desk.signals()) == 1

    def test_a_session_that_completes_during_the_sweep_does_not_fail(self, desk: Desk) -> None:
        desk.collect_all()
        desk.clock.advance(seconds=600)

        class Stale(self.Late):  # type: ignore[name-defined, misc]
            def unfinished(self) -> list[Session]:
                found = self.find("workflow-1")
                assert found is not None
                return [found]

        late = desk.aggregator(Stale(desk.table, desk.clock, desk.pauses.append))
        assert late.expire() == 0
        assert desk.failures() == []
        assert desk.session()["status"] == "COMPLETED"

    def test_workers_that_report_at_once_are_all_counted(self, desk: Desk) -> None:
        barrier = Barrier(len(FILES))

        def report(file: str) -> None:
            barrier.wait()
            desk.collect(file)

        threads = [Thread(target=report, args=(file,)) for file in FILES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert desk.session()["completed_strategies"] == 3
        assert len(desk.signals()) == 1


class TestExpire:
    def test_a_session_past_its_time_fails_once_and_names_who_is_missing(self, desk: Desk) -> None:
        desk.collect("calm-mix.clj")
        desk.clock.advance(seconds=600)
        assert desk.aggregator().expire() == 1
        assert desk.aggregator().expire() == 0
        (failure,) = desk.failures()
        assert "no report from group/trend.clj, pair.clj until" in failure.failure_reason
        assert failure.failure_step == "session_timeout"
        assert failure.workflow_type == "signal_aggregation"
        assert desk.session()["status"] == "FAILED"
        assert not desk.holds_day()

    def test_a_session_in_time_is_left_waiting(self, desk: Desk) -> None:
        desk.collect("calm-mix.clj")
        desk.clock.advance(seconds=599)
        assert desk.aggregator().expire() == 0
        assert desk.session()["status"] == "PENDING"

    def test_a_report_after_the_timeout_changes_nothing(self, desk: Desk) -> None:
        desk.clock.advance(seconds=600)
        desk.aggregator().expire()
        assert desk.collect_all() == [Progress.FAILED] * 3
        assert desk.signals() == []
        assert desk.session()["completed_strategies"] == 0

    def test_a_failure_that_was_not_told_is_told_later(self, desk: Desk) -> None:
        desk.clock.advance(seconds=600)
        desk.publisher.failure = TransientError("the bus is down")
        with pytest.raises(TransientError, match="1 sessions could not be swept"):
            desk.aggregator().expire()
        desk.publisher.failure = None
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert desk.aggregator().expire() == 1
        assert len(desk.failures()) == 1

    def test_one_session_that_cannot_be_swept_does_not_hold_up_another(self, desk: Desk) -> None:
        desk.open("workflow-2")
        desk.clock.advance(seconds=600)

        class Picky(RecordingPublisher):
            def publish(self, event: Any) -> None:
                if event.correlation_id == "workflow-1":
                    raise TransientError("no")
                super().publish(event)

        desk.publisher = Picky()
        with pytest.raises(TransientError):
            desk.aggregator().expire()
        assert [event.correlation_id for event in desk.publisher.events] == ["workflow-2"]


class TestOverdue:
    def test_a_run_that_nobody_saw_the_end_of_is_told_once_and_gives_its_day_free(
        self, desk: Desk
    ) -> None:
        desk.collect_all()
        desk.clock.advance(seconds=DAY_HELD_S + 1)
        assert desk.aggregator().expire() == 1
        assert desk.aggregator().expire() == 0
        (failure,) = desk.failures()
        assert failure.failure_step == "run_overdue"
        assert "workflow-1" in failure.failure_reason
        assert desk.session()["status"] == "COMPLETED"
        assert not desk.holds_day()

    def test_a_run_in_time_is_left_alone(self, desk: Desk) -> None:
        desk.collect_all()
        desk.clock.advance(seconds=DAY_HELD_S)
        assert desk.aggregator().expire() == 0
        assert desk.failures() == []
        assert desk.holds_day()

    def test_a_session_that_failed_by_its_timeout_is_told_of_once(self, desk: Desk) -> None:
        desk.clock.advance(seconds=DAY_HELD_S + 1)
        assert desk.aggregator().expire() == 1
        (failure,) = desk.failures()
        assert failure.failure_step == "session_timeout"

    def test_news_that_could_not_be_sent_is_sent_by_the_next_sweep(self, desk: Desk) -> None:
        desk.collect_all()
        desk.clock.advance(seconds=DAY_HELD_S + 1)
        desk.publisher.failure = TransientError("the bus is down")
        with pytest.raises(TransientError):
            desk.aggregator().expire()
        assert desk.holds_day()
        desk.publisher.failure = None
        assert desk.aggregator().expire() == 1
        assert len(desk.failures()) == 1


class TestRunEnds:
    def failure(
        self, correlation_id: str = "workflow-1", ends: RunPart | None = RunPart.SIGNAL
    ) -> WorkflowFailed:
        return WorkflowFailed(
            **stamp("strategy_v2").stamp("workflow-failed", correlation_id, "workflow-1"),
            workflow_type="signal_generation",
            failure_reason="SPY: no bars are stored",
            failure_step="signal_generation",
            ends=ends,
        )

    def completed(self, correlation_id: str = "workflow-1") -> AllTradesCompleted:
        return AllTradesCompleted(
            **stamp("trade_aggregator").stamp("all-trades-completed", correlation_id, "run-1"),
            run_id="run-1",
            plan_id="plan-1",
            total_trades=0,
            succeeded_trades=0,
            failed_trades=0,
            skipped_trades=0,
            aggregated_execution_data={},
        )

    def test_a_failed_worker_fails_its_session_without_another_event(self, desk: Desk) -> None:
        desk.collect("calm-mix.clj")
        desk.aggregator().hear_of_failure(self.failure())
        assert desk.session()["status"] == "FAILED"
        assert not desk.holds_day()
        desk.clock.advance(seconds=601)
        assert desk.aggregator().expire() == 0
        assert desk.publisher.events == []

    def test_a_failure_to_trade_leaves_the_session_completed(self, desk: Desk) -> None:
        desk.collect_all()
        desk.aggregator().hear_of_failure(self.failure(ends=RunPart.TRADING))
        assert desk.session()["status"] == "COMPLETED"
        assert not desk.holds_day()

    @pytest.mark.parametrize("ends", [None, RunPart.SIGNAL])
    def test_a_failure_beside_a_run_that_trades_leaves_it_its_day(
        self, desk: Desk, ends: RunPart | None
    ) -> None:
        desk.collect_all()
        desk.aggregator().hear_of_failure(self.failure(ends=ends))
        assert desk.session()["status"] == "COMPLETED"
        assert desk.holds_day()

    def test_a_failed_fetch_of_bars_leaves_the_session_waiting(self, desk: Desk) -> None:
        desk.aggregator().hear_of_failure(self.failure(ends=None))
        assert desk.session()["status"] == "PENDING"
        assert desk.holds_day()

    def test_the_repeated_news_of_a_failure_frees_the_day_that_a_crash_left(
        self, desk: Desk
    ) -> None:
        with dying_after(desk.table, 1):
            desk.aggregator().hear_of_failure(self.failure())
        desk.aggregator().hear_of_failure(self.failure())
        assert not desk.holds_day()

    def test_a_failure_of_another_run_touches_nothing(self, desk: Desk) -> None:
        desk.aggregator().hear_of_failure(self.failure("data-refresh-1"))
        assert desk.session()["status"] == "PENDING"
        assert desk.holds_day()

    def test_the_end_of_the_run_gives_the_day_back(self, desk: Desk) -> None:
        desk.collect_all()
        assert desk.holds_day()
        desk.aggregator().hear_of_end(self.completed())
        assert not desk.holds_day()

    def test_the_end_of_another_run_leaves_the_day(self, desk: Desk) -> None:
        desk.aggregator().hear_of_end(self.completed("workflow-9"))
        assert desk.holds_day()


@pytest.mark.lengthy
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_order_repetition_and_death_gives_the_same_final_state(
    desk: Desk, data: st.DataObject
) -> None:
    session_id = "workflow-1"
    desk.forget(session_id)
    desk.clock.moment = MONDAY
    desk.open(session_id)
    desk.publisher.events.clear()
    deliveries = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(list(FILES)), st.one_of(st.none(), st.integers(0, 3)), st.booleans()
            ),
            max_size=5,
        )
    )
    for file, dies_after, late in deliveries:
        with dying_after(desk.table, 10 if dies_after is None else dies_after):
            desk.collect(file, session_id)
        if late:
            desk.clock.advance(seconds=LEASE.total_seconds() / 4)
    desk.collect_all(session_id)
    desk.clock.moment = MONDAY + LEASE * 5
    desk.collect_all(session_id)
    session = desk.session(session_id)
    assert session["status"] == SessionStatus.COMPLETED
    assert session["completed_strategies"] == len(FILES)
    assert session["outcome_sent"] is True
    published = {json.dumps(signal.to_detail()) for signal in desk.signals()}
    assert published == {session["outcome"]}
    if all(dies_after is None for _, dies_after, _ in deliveries):
        assert len(desk.signals()) == 1
