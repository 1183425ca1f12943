"""A run is started once, whoever asks and however often."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.cloud import Cloud
from tests.fakes import MONDAY, FixedClock
from tests.functions.deployed import SESSIONS
from the_alchemiser.coordinator_v2.adapters import LambdaWorkers, SessionTable, payload
from the_alchemiser.coordinator_v2.command import RunRequest
from the_alchemiser.coordinator_v2.domain import Job, Opening
from the_alchemiser.coordinator_v2.service import Coordinator, Dispatch
from the_alchemiser.shared.errors import ConfigurationError, RunRefused, TransientError
from the_alchemiser.shared.events.signals import ConsolidatedPortfolio
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.shared.session_record.day import day_key
from the_alchemiser.shared.session_record.partial import Partial, partial_item
from the_alchemiser.shared.session_record.session import SessionStatus, session_key
from the_alchemiser.shared.strategy_allocations import StrategyEntry
from the_alchemiser.shared.table import Change, Table

STRATEGIES = (
    StrategyEntry(file="calm-mix.clj", allocation=Decimal("0.6")),
    StrategyEntry(file="group/trend.clj", allocation=Decimal("0.4")),
)
REPORT = Partial(
    session_id="workflow-1",
    dsl_file="calm-mix.clj",
    allocation=Decimal("0.6"),
    strategy_number=1,
    signal_count=1,
    reported_at=MONDAY,
    event_id="partial-signal-1",
    portfolio=ConsolidatedPortfolio(
        target_allocations={Symbol("SPY"): Weight("0.6")},
        strategy_contributions={"calm-mix": {Symbol("SPY"): Weight("0.6")}},
        correlation_id="workflow-1",
        timestamp=MONDAY,
        strategy_count=1,
        source_strategies=("calm-mix",),
        is_partial=True,
    ),
    signals_data={},
)


class ListedAllocations:
    def __init__(self, strategies: Sequence[StrategyEntry] = STRATEGIES) -> None:
        self.listed = strategies

    def strategies(self) -> Sequence[StrategyEntry]:
        return self.listed


class RecordingWorkers:
    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.fails_at: int | None = None

    def start(self, job: Job) -> None:
        if self.fails_at == len(self.jobs):
            raise TransientError("throttled")
        self.jobs.append(job)


class Desk:
    """A coordinator with its fakes at hand."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.clock = FixedClock()
        self.workers = RecordingWorkers()
        self.allocations = ListedAllocations()

    def coordinator(self) -> Coordinator:
        return Coordinator(
            sessions=SessionTable(self.table, self.clock),
            workers=self.workers,
            allocations=self.allocations,
            clock=self.clock,
            timeout=timedelta(seconds=600),
        )

    def start(self, session_id: str = "workflow-1", as_of: date | None = None) -> Dispatch:
        return self.coordinator().start(RunRequest(session_id=session_id, as_of=as_of))

    def set_status(self, status: SessionStatus, session_id: str = "workflow-1") -> None:
        self.table.change(
            Change(
                key=session_key(session_id),
                update="SET #s = :s, completed_strategies = :one",
                names={"#s": "status"},
                values={":s": str(status), ":one": 1},
            )
        )


@pytest.fixture
def desk(cloud: Cloud) -> Desk:
    return Desk(cloud.table(SESSIONS))


def test_opens_the_session_and_starts_every_strategy(desk: Desk) -> None:
    dispatch = desk.start()
    assert dispatch.started == ("calm-mix.clj", "group/trend.clj")
    item = desk.table.get(session_key("workflow-1"))
    assert item is not None
    assert item == item | {
        "session_id": "workflow-1",
        "correlation_id": "workflow-1",
        "total_strategies": 2,
        "completed_strategies": 0,
        "status": "PENDING",
        "as_of": "2022-03-14",
        "created_at": MONDAY.isoformat(),
        "timeout_at": (MONDAY + timedelta(seconds=600)).isoformat(),
        "TTL": int((MONDAY + timedelta(hours=24)).timestamp()),
        "strategy_configs": [
            {"dsl_file": "calm-mix.clj", "allocation": Decimal("0.6")},
            {"dsl_file": "group/trend.clj", "allocation": Decimal("0.4")},
        ],
    }


def test_numbers_the_jobs_and_passes_the_day_on(desk: Desk) -> None:
    desk.start(as_of=date(2020, 2, 28))
    assert [payload(job) for job in desk.workers.jobs] == [
        {
            "session_id": "workflow-1",
            "correlation_id": "workflow-1",
            "dsl_file": file,
            "allocation": allocation,
            "strategy_number": number,
            "total_strategies": 2,
            "mode": "single_strategy",
            "as_of": "2020-02-28",
        }
        for number, (file, allocation) in enumerate(
            [("calm-mix.clj", "0.6"), ("group/trend.clj", "0.4")], start=1
        )
    ]


def test_a_rerun_under_the_same_id_keeps_the_count_and_starts_only_who_has_not_reported(
    desk: Desk,
) -> None:
    desk.start()
    desk.set_status(SessionStatus.PENDING)
    desk.table.put_new(partial_item(REPORT))
    desk.workers.jobs.clear()
    assert desk.start().started == ("group/trend.clj",)
    assert [job.strategy_number for job in desk.workers.jobs] == [2]
    item = desk.table.get(session_key("workflow-1"))
    assert item is not None
    assert item["completed_strategies"] == 1


def test_a_rerun_keeps_the_weights_and_the_day_of_the_first(desk: Desk) -> None:
    desk.start(as_of=date(2020, 2, 28))
    desk.allocations.listed = (StrategyEntry(file="new.clj", allocation=Decimal(1)),)
    desk.workers.jobs.clear()
    desk.start(as_of=date(2021, 1, 1))
    assert {job.as_of for job in desk.workers.jobs} == {date(2020, 2, 28)}
    assert len(desk.workers.jobs) == 2


@pytest.mark.parametrize(
    "status", [SessionStatus.AGGREGATING, SessionStatus.COMPLETED, SessionStatus.FAILED]
)
def test_a_rerun_of_a_closed_session_starts_nobody(desk: Desk, status: SessionStatus) -> None:
    desk.start()
    desk.set_status(status)
    dispatch = desk.start()
    assert dispatch.started == ()
    assert dispatch.session.status is status


def test_a_rerun_past_the_timeout_starts_nobody(desk: Desk) -> None:
    desk.start()
    desk.clock.advance(seconds=600)
    assert desk.start().started == ()


def test_a_second_run_of_the_day_is_refused_and_leaves_nothing(desk: Desk) -> None:
    desk.start()
    with pytest.raises(RunRefused, match="workflow-1 already trades 2022-03-14"):
        desk.start("workflow-2")
    assert desk.table.get(session_key("workflow-2")) is None
    assert len(desk.workers.jobs) == 2


def test_another_day_is_not_refused(desk: Desk) -> None:
    desk.start()
    assert desk.start("workflow-2", as_of=date(2022, 3, 11)).started


def test_a_day_nobody_gave_back_is_free_an_hour_after_the_timeout(desk: Desk) -> None:
    desk.start()
    desk.clock.advance(seconds=600 + 3600)
    with pytest.raises(RunRefused):
        desk.start("workflow-2", as_of=MONDAY.date())
    desk.clock.advance(seconds=1)
    assert desk.start("workflow-2", as_of=MONDAY.date()).started
    lock = desk.table.get(day_key(MONDAY.date()))
    assert lock is not None
    assert lock["session_id"] == "workflow-2"


def test_two_runs_at_once_one_trades_and_one_is_refused(desk: Desk) -> None:
    barrier = Barrier(2)
    outcomes: list[str] = []

    def run(session_id: str) -> None:
        barrier.wait()
        try:
            desk.start(session_id)
            outcomes.append("dispatched")
        except RunRefused:
            outcomes.append("refused")

    threads = [Thread(target=run, args=(f"workflow-{n}",)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["dispatched", "refused"]
    assert len({job.session_id for job in desk.workers.jobs}) == 1


def test_a_crash_between_workers_is_mended_by_the_retry(desk: Desk) -> None:
    desk.workers.fails_at = 1
    with pytest.raises(TransientError):
        desk.start()
    desk.workers.fails_at = None
    desk.start()
    assert [job.strategy_number for job in desk.workers.jobs] == [1, 1, 2]


def test_losing_the_race_for_the_same_id_asks_for_a_retry(desk: Desk) -> None:
    class Raced(SessionTable):
        def find(self, session_id: str) -> None:
            return None

        def open(self, session: Any) -> Opening:
            return Opening.EXISTS

    coordinator = Coordinator(
        sessions=Raced(desk.table, desk.clock),
        workers=desk.workers,
        allocations=desk.allocations,
        clock=desk.clock,
        timeout=timedelta(seconds=600),
    )
    with pytest.raises(TransientError):
        coordinator.start(RunRequest(session_id="workflow-1"))


def test_opening_tells_an_existing_session_from_a_taken_day(desk: Desk) -> None:
    session = desk.start().session
    sessions = SessionTable(desk.table, desk.clock)
    assert sessions.open(session) is Opening.EXISTS


def test_a_stage_without_strategies_is_a_configuration_error(desk: Desk) -> None:
    desk.allocations.listed = ()
    with pytest.raises(ConfigurationError, match="at least one strategy"):
        desk.start()


def test_weights_that_do_not_sum_to_one_are_warned_of(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.allocations.listed = (StrategyEntry(file="a.clj", allocation=Decimal("0.9")),)
    desk.start()
    assert "allocations_off" in capsys.readouterr().out


def test_a_refusal_names_no_one_when_the_lock_went_meanwhile(desk: Desk) -> None:
    assert SessionTable(desk.table, desk.clock).holder(MONDAY.date()) is None


def test_workers_are_invoked_without_waiting() -> None:
    class Client:
        def __init__(self) -> None:
            self.calls: list[dict[str, Any]] = []

        def invoke(self, **call: Any) -> None:
            self.calls.append(call)

    client = Client()
    job = Job(
        session_id="workflow-1",
        dsl_file="a.clj",
        allocation=Decimal("0.5"),
        strategy_number=1,
        total_strategies=1,
        as_of=MONDAY.date(),
    )
    LambdaWorkers(client, "worker").start(job)  # type: ignore[arg-type]
    (call,) = client.calls
    assert call["FunctionName"] == "worker"
    assert call["InvocationType"] == "Event"
    assert json.loads(call["Payload"]) == payload(job)
