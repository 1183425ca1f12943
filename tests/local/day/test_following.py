from __future__ import annotations

from datetime import UTC, datetime

from local.day.following import Ending, Followed, Follower
from local.day.mailbox import ReceivedMail
from local.day.observations import ObservedEvent

RUN = "workflow-1"
MAIL = ReceivedMail(subject="[SUCCESS]", body="done")


def event(name: str, run: str = RUN, **detail: object) -> ObservedEvent:
    return ObservedEvent(
        event_id=f"{name}-1",
        name=name,
        source_module="execution_v2",
        correlation_id=run,
        causation_id=run,
        at=datetime(2026, 11, 21, tzinfo=UTC),
        detail=detail,
    )


class Replay:
    """Events and mails at given seconds, on a clock that each look moves on by one."""

    def __init__(
        self, events: dict[int, ObservedEvent], mails: dict[int, ReceivedMail], busy_until: int = 0
    ) -> None:
        self.now = 0
        self.sweeps: list[int] = []
        self.shown: list[str] = []
        self._events = events
        self._mails = mails
        self._busy_until = busy_until

    def follow(self) -> Followed:
        return Follower(
            correlation_id=RUN,
            events=_Source(self),
            mails=_Mails(self),
            is_idle=lambda: self.now >= self._busy_until,
            sweep=lambda: self.sweeps.append(self.now),
            show=lambda seen: self.shown.append(seen.name),
            clock=lambda: float(self.now),
            patience_s=100,
            idle_patience_s=50,
            still_s=20,
        ).follow()

    def events_now(self) -> tuple[ObservedEvent, ...]:
        self.now += 1
        return (self._events[self.now],) if self.now in self._events else ()

    def mails_now(self) -> tuple[ReceivedMail, ...]:
        return (self._mails[self.now],) if self.now in self._mails else ()


class _Source:
    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def read(self, wait_s: int) -> tuple[ObservedEvent, ...]:
        return self._replay.events_now()


class _Mails:
    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def read(self) -> tuple[ReceivedMail, ...]:
        return self._replay.mails_now()


def test_a_run_is_over_when_its_mail_is_there_and_nothing_moves() -> None:
    replay = Replay({3: event("AllTradesCompleted")}, {5: MAIL})
    followed = replay.follow()
    assert followed.ending is Ending.COMPLETED
    assert followed.mails == (MAIL,)
    assert replay.shown == ["AllTradesCompleted"]
    assert 5 < replay.now < 10


def test_the_end_of_another_run_is_not_this_one_s() -> None:
    replay = Replay({3: event("AllTradesCompleted", "workflow-2")}, {})
    assert replay.follow().ending is Ending.STOOD_STILL


def test_a_failure_counts_even_when_all_trades_completed() -> None:
    replay = Replay({3: event("AllTradesCompleted"), 4: event("WorkflowFailed")}, {5: MAIL})
    assert replay.follow().ending is Ending.FAILED


def test_trades_that_are_still_placed_are_waited_for() -> None:
    replay = Replay({3: event("WorkflowFailed")}, {4: MAIL}, busy_until=20)
    replay.follow()
    assert replay.now == 20


def test_a_run_that_stands_still_is_swept_and_given_up_in_the_end() -> None:
    replay = Replay({3: event("SignalGenerated")}, {})
    followed = replay.follow()
    assert followed.ending is Ending.STOOD_STILL
    assert followed.sweeps == len(replay.sweeps) == 2
    assert 50 < replay.now < 60


def test_a_trade_that_may_be_delivered_again_is_waited_for_longer() -> None:
    replay = Replay({3: event("SignalGenerated")}, {}, busy_until=1000)
    followed = replay.follow()
    assert followed.ending is Ending.STOOD_STILL
    assert followed.sweeps == len(replay.sweeps) == 4
    assert 100 < replay.now < 110


def test_a_mail_that_never_comes_is_not_waited_for_without_end() -> None:
    replay = Replay({3: event("AllTradesCompleted")}, {})
    assert replay.follow().ending is Ending.COMPLETED
    assert replay.now < 50


def test_a_failure_that_ends_nothing_does_not_end_the_day_and_is_told_with_it() -> None:
    events = {3: event("WorkflowFailed", ends=None), 50: event("AllTradesCompleted")}
    replay = Replay(events, {5: MAIL, 51: MAIL}, busy_until=30)
    assert replay.follow().ending is Ending.FAILED
    assert "AllTradesCompleted" in replay.shown
