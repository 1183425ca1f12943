"""Trades one day on the local stack: fetches bars, checks them, starts the run and follows it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from local.day import day_results
from local.day.calendar import index_close
from local.day.following import Ending, Followed, Follower
from local.day.log_reader import read_invocations
from local.day.mailbox import subscribed
from local.day.observations import Invocation, ObservedEvent
from local.day.page import write_page
from local.day.result import DayResult, MailText, Trouble
from local.day.schedule import CHECK, REFRESH, RUN, called_by, sweeps
from local.day.stack import Answer, LocalStack
from local.day.tap import tapped
from local.day.timeline import as_png, draw_timeline
from local.day.troubles import log_of, troubles_of
from local.day.wording import is_told_later, label_of, told
from local.market.service import Market
from local.progress import say

HEALTH = {"action": "health"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TradingDay:
    """One day, and where what it leaves is put."""

    stack: LocalStack
    market: Market
    day: date
    folder: Path
    watch: Callable[[ObservedEvent], None] = lambda event: None
    """Called with each event as it is seen."""

    def open_market(self) -> None:
        """Set the market's clock to the time at which the schedule starts the run."""
        self.market.tell("day", date=self.day)

    def prepare(self, *, warm: Mapping[str, int]) -> Trouble | None:
        """Open the market for the day and bring the bars up to date; give what is in the way."""
        self.open_market()
        with ThreadPoolExecutor(max_workers=sum(warm.values()) or 1) as pool:
            # Data waits for its vendor most of the time; meanwhile the others can start.
            started = [
                pool.submit(self.stack.call, name, HEALTH)
                for name, count in warm.items()
                for _ in range(count)
            ]
            trouble = self._ask(called_by(REFRESH), _bars)
            for future in started:
                future.result()
        return trouble or self._ask(called_by(CHECK), _quality)

    def trade(self, *, correlation_id: str | None = None) -> DayResult:
        """Start the run as the schedule does and follow it to its end."""
        began, clock = datetime.now(UTC), time.monotonic()
        before = len(self.market.ask("books")["fills"])
        client = self.stack.client
        with (
            tapped(client("events"), client("sqs"), self.stack.bus) as tap,
            subscribed(client("sns"), client("sqs"), self.stack.topic("notifications")) as mailbox,
        ):
            command = {"mode": "trade", "as_of": self.day.isoformat()}
            if correlation_id:
                command["correlation_id"] = correlation_id
            coordinator = called_by(RUN)
            answer = self.stack.call(coordinator, command)
            _line(began, coordinator, "(invoked)", _dispatched(answer))
            if not answer.is_good:
                return self._refused(answer, began)
            followed = Follower(
                correlation_id=answer.body["correlation_id"],
                events=tap,
                mails=mailbox,
                is_idle=self.stack.is_idle,
                sweep=self._sweep,
                show=self._see,
            ).follow()
        seconds = time.monotonic() - clock
        invocations = self._invocations(began)
        self._keep(followed, invocations, answer.body["correlation_id"])
        result = self._result(followed, invocations, answer, before, seconds)
        write_page(result, invocations, self.folder)
        return result

    def _ask(self, function: str, words: Callable[[Mapping[str, Any]], str]) -> Trouble | None:
        began = datetime.now(UTC)
        answer = self.stack.call(function, {"as_of": self.day.isoformat()})
        good = answer.is_good and answer.body.get("status") == "success"
        _line(
            datetime.now(UTC), function, "(invoked)", words(answer.body) if good else answer.reason
        )
        if good:
            return None
        log = log_of(function, self._invocations(began))
        return Trouble(function=function, reason=_why(answer), log=log)

    def _see(self, event: ObservedEvent) -> None:
        _show(event)
        self.watch(event)

    def _sweep(self) -> None:
        for function, command in sweeps().items():
            answer = self.stack.call(function, command)
            words = "nothing moves: told to end what hangs" if answer.is_good else answer.reason
            _line(datetime.now(UTC), function, "(invoked)", words)

    def _invocations(self, began: datetime) -> tuple[Invocation, ...]:
        found = read_invocations(self.stack.client("logs"), self.stack.log_groups, began)
        return tuple(it for it in found if it.ended_at >= began)

    def _refused(self, answer: Answer, began: datetime) -> DayResult:
        coordinator = called_by(RUN)
        log = log_of(coordinator, self._invocations(began))
        trouble = Trouble(function=coordinator, reason=answer.reason, log=log)
        return self.blocked(trouble)

    def blocked(self, trouble: Trouble) -> DayResult:
        """Give the result of a day on which no run was started."""
        self.folder.mkdir(parents=True, exist_ok=True)
        books = self.market.ask("books")
        return DayResult(
            day=self.day,
            ending=Ending.FAILED,
            correlation_id="",
            seconds=0,
            cash=Decimal(books["cash"]),
            equity=Decimal(books["equity"]),
            opened_with=Decimal(books["opened_with"]),
            index_close=Decimal(index_close(self.day)),
            troubles=(trouble,),
        )

    def _result(
        self,
        followed: Followed,
        invocations: Sequence[Invocation],
        answer: Answer,
        fills_before: int,
        seconds: float,
    ) -> DayResult:
        correlation_id = answer.body["correlation_id"]
        books = self.market.ask("books")
        prices = {name: Decimal(text) for name, text in self.market.ask("prices").items()}
        own = followed.own_events
        plan = day_results.kept_plan(self.stack, correlation_id)
        return DayResult(
            day=self.day,
            ending=followed.ending,
            correlation_id=correlation_id,
            seconds=round(seconds, 1),
            signals=day_results.signals_in(own),
            plan=day_results.plan_lines(plan),
            fills=day_results.fills_since(books, fills_before),
            positions=day_results.positions_beside(plan, books, prices),
            cash=Decimal(books["cash"]),
            equity=Decimal(books["equity"]),
            opened_with=Decimal(books["opened_with"]),
            index_close=Decimal(index_close(self.day)),
            profits=day_results.profits_of(
                day_results.ledger_trades(self.stack),
                day_results.ledger_actions(self.stack),
                prices,
            ),
            mails=tuple(MailText(subject=mail.subject, body=mail.body) for mail in followed.mails),
            report=self._fetch_report(correlation_id),
            troubles=troubles_of(followed, invocations),
            sweeps=followed.sweeps,
        )

    def _fetch_report(self, correlation_id: str) -> str | None:
        run = correlation_id.removeprefix("workflow-")[:8]
        bucket, s3 = self.stack.bucket("reports"), self.stack.client("s3")
        listed = s3.list_objects_v2(Bucket=bucket, Prefix="reports/").get("Contents", [])
        key = max((item["Key"] for item in listed if f"_{run}_" in item["Key"]), default=None)
        if key is None:
            return None
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        (self.folder / "report.csv").write_bytes(content)
        return f"s3://{bucket}/{key}"

    def _keep(
        self, followed: Followed, invocations: Sequence[Invocation], correlation_id: str
    ) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        details = [dict(event.detail) for event in followed.events]
        (self.folder / "events.json").write_text(json.dumps(details, indent=2))
        own = [event for event in followed.events if event.correlation_id == correlation_id]
        if own:
            title = f"{self.day}: the run {followed.ending.value}"
            labels = {event.event_id: label_of(event) for event in own}
            picture = draw_timeline(title, invocations, own, labels)
            (self.folder / "timeline.svg").write_text(picture)
            (self.folder / "timeline.png").write_bytes(as_png(picture))


def _bars(body: Mapping[str, Any]) -> str:
    return f"{body['bars_fetched']} bars of {body['refreshed']} symbols fetched"


def _quality(body: Mapping[str, Any]) -> str:
    return f"bars of {body['checked']} symbols agree with the second source"


def _why(answer: Answer) -> str:
    named = "; ".join(map(str, answer.body.get("failures", {}).values()))
    told = answer.error or answer.body.get("reason") or named
    return str(told or json.dumps(answer.body, default=str))


def _dispatched(answer: Answer) -> str:
    if not answer.is_good:
        return answer.reason
    return f"{answer.body['strategies_invoked']} strategies are evaluated"


def _show(event: ObservedEvent) -> None:
    if not is_told_later(event):
        _line(event.at, event.source_module, event.name, told(event))


def _line(at: datetime, function: str, event: str, words: str) -> None:
    what = "" if event == "(invoked)" else f"{event}: "
    say(f"{at.astimezone():%H:%M:%S} {function:20} {what}{words}")
