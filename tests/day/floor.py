"""A trading floor for tests: the deployed stack, the market, and ways to disturb both."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from local.day.following import Ending
from local.day.fresh_start import start_afresh, wait_for_rest
from local.day.observations import ObservedEvent
from local.day.result import DayResult
from local.day.session import TradingSession
from local.day.trading import TradingDay
from tests.engine.checkout import Checkout

DAYS = tuple(map(date.fromisoformat, ("2022-03-15", "2022-03-16", "2022-03-17", "2022-03-18")))
SEEDED_AS_OF = date(2022, 5, 2)
"""Bars up to the day before are there from the beginning; workers see none from the future."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    checkout: Checkout
    session: TradingSession
    unrest: list[date] = field(default_factory=list)
    """Days that ended before all their functions had."""

    @property
    def stack(self) -> Any:
        return self.session.stack

    @property
    def market(self) -> Any:
        return self.session.market

    def empty(self) -> None:
        """Open new books over the same bars."""
        self.market.behave()
        if self.unrest:
            assert wait_for_rest(self.stack), f"{self.unrest}: still busy"
            self.unrest.clear()
        start_afresh(self.stack, self.market, keep_bars=True)

    def trade(
        self,
        day: date,
        watch: Callable[[ObservedEvent], None] = lambda event: None,
        at: str | None = None,
    ) -> DayResult:
        """Trade a day, at another time than the schedule's if one is named."""
        trading = TradingDay(
            stack=self.stack,
            market=self.market,
            day=day,
            folder=self.session.folder(day),
            watch=watch,
        )
        trading.folder.mkdir(parents=True, exist_ok=True)
        trading.open_market()
        if at:
            self.market.tell("day", date=day, time=at)
        result = trading.trade()
        if result.ending is not Ending.COMPLETED:
            self.unrest.append(day)
        return result

    def events(self, day: date) -> list[dict[str, Any]]:
        """Give every event that was seen on a day."""
        found: list[dict[str, Any]] = json.loads(
            (self.session.folder(day) / "events.json").read_text()
        )
        return found

    def ill(self, kind: str, **rule: object) -> None:
        """Have the market misbehave."""
        self.market.tell("faults", kind=kind, **rule)

    @property
    def books(self) -> Any:
        return self.market.ask("books")

    @contextmanager
    def messages_come_back_after(self, seconds: int) -> Iterator[None]:
        """Shorten the time after which a message whose function died is delivered again."""
        name = "VisibilityTimeout"
        reply = self.stack.client("sqs").get_queue_attributes(
            QueueUrl=self.stack.queue_url("execution"), AttributeNames=[name]
        )
        before = int(reply["Attributes"][name])
        self.let_messages_come_back_after(seconds)
        try:
            yield
        finally:
            self.let_messages_come_back_after(before)

    def let_messages_come_back_after(self, seconds: int) -> None:
        self.stack.client("sqs").set_queue_attributes(
            QueueUrl=self.stack.queue_url("execution"),
            Attributes={"VisibilityTimeout": str(seconds)},
        )

    def kill_workers(self, function: str) -> int:
        """Kill the processes in which a function runs now; give their number."""
        name = f"ministack-lambda-{self.stack.outputs.functions[function].name}-"
        own = str(self.checkout.home / "ministack")
        killed = 0
        for process in Path("/proc").iterdir():
            if process.name.isdecimal() and _runs(process, name, own):
                os.kill(int(process.name), signal.SIGKILL)
                killed += 1
        return killed

    def kill_ministack(self) -> None:
        os.killpg(int(self.checkout.server["pid"]), signal.SIGKILL)


def _runs(process: Path, name: str, own: str) -> bool:
    try:
        command = (process / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return name in command and own in command


def wait_until(holds: Callable[[], bool], timeout_s: float, what: str) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {timeout_s} s"
        time.sleep(0.2)
