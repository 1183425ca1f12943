from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from tests.fakes import FixedClock, RecordingPublisher, stamp
from the_alchemiser.data_quality_monitor.inputs import decode
from the_alchemiser.data_quality_monitor.pace import MinutePace
from the_alchemiser.data_quality_monitor.responses import check_response
from the_alchemiser.data_quality_monitor.service import QualityCheck, Report
from the_alchemiser.shared.doubted_bars import Doubt
from the_alchemiser.shared.errors import (
    ConfigurationError,
    DataUnavailable,
    PermanentError,
    TransientError,
)
from the_alchemiser.shared.events.workflow import WorkflowCompleted, WorkflowFailed
from the_alchemiser.shared.market_data import Bar, Closes
from the_alchemiser.shared.market_data_budget import TimeBudget

DAYS = [date(2022, 3, day) for day in (7, 8, 9, 10, 11, 14)]
AMPLE = TimeBudget(remaining_s=lambda: 900.0)


def bar(day: date, close: float) -> Bar:
    return Bar(day=day, open=close, high=close, low=close, close=close, volume=1.0)


@dataclass
class StoredBars:
    prices: dict[str, float]
    damaged: set[str] = field(default_factory=set)

    def closes(self, symbol: str, before: date) -> Closes:
        raise AssertionError("the monitor reads whole bars")

    def bars(self, symbol: str) -> Sequence[Bar]:
        if symbol not in self.prices:
            raise DataUnavailable(symbol)
        return [bar(day, self.prices[symbol]) for day in DAYS]


@dataclass
class OtherVendor:
    prices: dict[str, float]
    failures: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, date, date]] = field(default_factory=list)

    def closes(self, symbol: str, first: date, last: date) -> Mapping[date, float]:
        self.asked.append((symbol, first, last))
        if symbol in self.failures:
            raise self.failures[symbol]
        return {day: self.prices[symbol] for day in DAYS if first <= day <= last}


@dataclass
class KnownDoubts:
    by_symbol: dict[str, Doubt] = field(default_factory=dict)

    def read(self) -> Mapping[str, Doubt]:
        return dict(self.by_symbol)

    def doubt(self, symbol: str, doubt: Doubt) -> None:
        self.by_symbol[symbol] = doubt

    def believe(self, symbol: str, doubt: Doubt) -> None:
        assert self.by_symbol.pop(symbol) == doubt


@dataclass
class Started:
    payloads: list[Mapping[str, object]] = field(default_factory=list)

    def start(self, payload: Mapping[str, object]) -> None:
        self.payloads.append(payload)


class Scene:
    def __init__(self) -> None:
        self.store = StoredBars({"KO": 60.0, "PEP": 160.0, "AAPL": 155.0})
        self.vendor = OtherVendor({"KO": 60.0, "PEP": 160.0, "AAPL": 155.0})
        self.doubts = KnownDoubts()
        self.started = Started()
        self.configured: tuple[str, ...] = ("AAPL", "KO", "PEP")
        self.pace = MinutePace(8, sleep=lambda _: None)
        self.publisher = RecordingPublisher()
        self.clock = FixedClock(datetime(2022, 3, 15, 4, 30, tzinfo=UTC))

    def run(self, budget: TimeBudget = AMPLE, **asked: object) -> Report:
        check = QualityCheck(
            store=self.store,
            source=self.vendor,
            doubts=self.doubts,
            pace=self.pace,
            configured=lambda: self.configured,
            continuation=self.started,
            publisher=self.publisher,
            stamp=stamp("data_quality_monitor"),
            clock=self.clock,
        )
        return check.run(
            decode({"correlation_id": "workflow-1", "lookback_days": 5, **asked}), budget
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_checks_every_symbol_of_the_packaged_strategies(scene: Scene) -> None:
    report = scene.run()

    assert [asked[0] for asked in scene.vendor.asked] == ["AAPL", "KO", "PEP"]
    assert check_response("workflow-1", report)["body"]["status"] == "success"


def test_asks_for_ten_days_up_to_yesterday(scene: Scene) -> None:
    scene.run(symbols=["KO"])

    assert scene.vendor.asked == [("KO", date(2022, 3, 5), date(2022, 3, 14))]


def test_a_past_day_is_judged_as_on_its_morning(scene: Scene) -> None:
    scene.run(symbols=["KO"], as_of="2022-03-12")

    assert scene.vendor.asked == [("KO", date(2022, 3, 2), date(2022, 3, 11))]


def test_names_the_symbol_that_differs(scene: Scene) -> None:
    scene.vendor.prices["PEP"] = 100.0

    response = check_response("workflow-1", scene.run())

    assert response["statusCode"] == 200
    assert response["body"]["status"] == "issues_detected"
    assert response["body"]["failed_symbols"] == ["PEP"]


@pytest.mark.parametrize(
    "failure", [TransientError("no answer"), DataUnavailable("KO", "not known")]
)
def test_a_symbol_that_cannot_be_compared_fails_alone(scene: Scene, failure: Exception) -> None:
    scene.vendor.failures["KO"] = failure

    report = scene.run()

    assert report.checked == 3
    assert report.failed_symbols == ["KO"]


def test_a_symbol_without_bars_is_not_asked_for(scene: Scene) -> None:
    report = scene.run(symbols=["XOM"])

    assert scene.vendor.asked == []
    assert [issue.issue for issue in report.issues] == ["no data is stored"]


def test_a_refused_key_ends_the_check(scene: Scene) -> None:
    scene.vendor.failures["AAPL"] = ConfigurationError("Twelve Data refused the API key")

    with pytest.raises(ConfigurationError):
        scene.run()
    assert scene.publisher.events == []


@pytest.mark.parametrize(("close", "success"), [(155.0, True), (99.0, False)])
def test_tells_that_the_check_is_complete(scene: Scene, close: float, success: bool) -> None:
    scene.vendor.prices["AAPL"] = close

    scene.run()

    (told,) = scene.publisher.named("WorkflowCompleted")
    assert isinstance(told, WorkflowCompleted)
    assert (told.workflow_type, told.success) == ("data_quality_check", success)
    assert told.correlation_id == "workflow-1"
    assert told.to_detail()["summary"] == {
        "checked": 3,
        "failed": 0 if success else 1,
        "failed_symbols": [] if success else ["AAPL"],
    }


def test_what_is_wrong_is_told_as_a_failure_that_ends_no_run(scene: Scene) -> None:
    scene.vendor.prices["PEP"] = 100.0

    scene.run()

    (told,) = scene.publisher.named("WorkflowFailed")
    assert isinstance(told, WorkflowFailed)
    assert told.failure_reason.startswith("PEP: close of 2022-03-07: stored 160, second source 100")
    assert told.ends is None
    assert told.error_details["standing_still"] == ("PEP",)


def test_nothing_is_told_as_a_failure_while_all_is_well(scene: Scene) -> None:
    scene.run()

    assert scene.publisher.named("WorkflowFailed") == []
    assert scene.doubts.by_symbol == {}


def test_a_doubt_is_looked_at_back_to_its_first_day_until_both_agree(scene: Scene) -> None:
    scene.vendor.prices["PEP"] = 100.0
    scene.run()
    assert scene.doubts.by_symbol["PEP"].first_day == date(2022, 3, 7)

    scene.clock.advance(days=30)
    scene.run()
    assert ("PEP", date(2022, 3, 7), date(2022, 4, 13)) in scene.vendor.asked
    assert "PEP" in scene.doubts.by_symbol

    scene.vendor.prices["PEP"] = 160.0
    scene.run()
    assert scene.doubts.by_symbol == {}


def test_a_symbol_that_cannot_be_compared_keeps_its_doubt_and_gets_none(scene: Scene) -> None:
    doubt = Doubt(issue="a split", first_day=date(2022, 3, 7))
    scene.doubts.by_symbol["KO"] = doubt
    scene.vendor.failures = {name: TransientError("no answer") for name in ("KO", "PEP")}

    scene.run()

    assert scene.doubts.by_symbol == {"KO": doubt}


def test_counts_the_time_of_all_invocations(scene: Scene) -> None:
    asked = scene.vendor.closes

    def slow(symbol: str, first: date, last: date) -> Mapping[date, float]:
        scene.clock.advance(seconds=2)
        return asked(symbol, first, last)

    scene.vendor.closes = slow  # type: ignore[method-assign]
    scene.run(progress={"invocations": 1, "elapsed_ms": 500})

    (told,) = scene.publisher.events
    assert isinstance(told, WorkflowCompleted)
    assert told.workflow_duration_ms == 6_500


def test_what_the_time_does_not_suffice_for_goes_on_in_a_new_invocation(scene: Scene) -> None:
    scene.vendor.prices["AAPL"] = 1.0
    left_s = iter([50.0])

    report = scene.run(TimeBudget(remaining_s=lambda: next(left_s)))

    assert report.remaining == ("KO", "PEP")
    assert scene.publisher.events == [], "nothing is complete yet"
    (payload,) = scene.started.payloads
    goes_on = scene.run(AMPLE, **payload)
    assert goes_on.checked == 3
    assert goes_on.failed_symbols == ["AAPL"]
    assert check_response("workflow-1", report)["body"]["status"] == "continuing"
    (told,) = scene.publisher.named("WorkflowCompleted")
    assert isinstance(told, WorkflowCompleted)
    assert told.summary["checked"] == 3


def test_a_check_that_never_ends_is_ended(scene: Scene) -> None:
    with pytest.raises(PermanentError, match="remain after 12"):
        scene.run(TimeBudget(remaining_s=lambda: 0.0), progress={"invocations": 11})


def test_without_any_symbol_there_is_nothing_to_check(scene: Scene) -> None:
    scene.configured = ()

    with pytest.raises(ConfigurationError, match="no packaged strategy"):
        scene.run()


def test_a_batch_goes_at_once_and_the_next_one_a_minute_later() -> None:
    now, slept = [0.0], []

    def sleep(pause_s: float) -> None:
        slept.append(pause_s)
        now[0] += pause_s

    pace = MinutePace(8, clock=lambda: now[0], sleep=sleep)
    for _ in range(17):
        pace.wait()

    assert slept == [60.0, 60.0]
