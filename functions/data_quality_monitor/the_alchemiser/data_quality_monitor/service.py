"""The check of all symbols, within the vendor's rate and the function's time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from the_alchemiser.data_quality_monitor.domain import Verdict, judge
from the_alchemiser.data_quality_monitor.inputs import Check, CheckCommand, Issue, Progress
from the_alchemiser.data_quality_monitor.ports import Doubts, Pause, SecondSource
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.doubted_bars import Doubt
from the_alchemiser.shared.errors import (
    AlchemiserError,
    ConfigurationError,
    DataUnavailable,
)
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventPublisher
from the_alchemiser.shared.events.workflow import WorkflowCompleted, WorkflowFailed
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.market_data import BarHistory
from the_alchemiser.shared.market_data_budget import Continuation, TimeBudget, counted
from the_alchemiser.shared.money import Symbol

WORKFLOW_TYPE = "data_quality_check"
STEP = "compare_closes"
MOST_NAMED = 20
"""Issues that the mail names; the log has all."""
LONGEST_ISSUE = 300

SYMBOL_S = 100.0
"""Long enough for one symbol: three requests that time out after 30 s each."""

CHECKED_AT = time(4, 30, tzinfo=UTC)
"""The moment of a day at which a past day is judged: when the schedule does it."""


@dataclass(kw_only=True, slots=True)
class Report:
    """What a check has found so far, with the invocations before this one."""

    checked: int
    issues: list[Issue]
    elapsed_ms: int = 0
    remaining: tuple[str, ...] = ()

    @property
    def failed_symbols(self) -> list[str]:
        """List every symbol with an issue."""
        return sorted({issue.symbol for issue in self.issues})


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityCheck:
    """Checks symbol after symbol; one that cannot be checked has failed, and others go on."""

    store: BarHistory
    source: SecondSource
    doubts: Doubts
    pace: Pause
    configured: Callable[[], Sequence[str]]
    continuation: Continuation
    publisher: EventPublisher
    stamp: EventStamp
    clock: Clock

    def run(self, check: Check, budget: TimeBudget) -> Report:
        """Check what the command names, and tell; start anew for what the time is too short for."""
        started = self.clock.now()
        report = self._checked(check, budget)
        report.elapsed_ms += int((self.clock.now() - started).total_seconds() * 1000)
        if report.remaining:
            self._continue(check, report)
        else:
            self._tell(check, report)
        return report

    def _checked(self, check: Check, budget: TimeBudget) -> Report:
        command, before = check.command, check.command.progress
        report = Report(
            checked=before.checked, issues=list(before.issues), elapsed_ms=before.elapsed_ms
        )
        symbols = tuple(command.symbols or self.configured())
        if not symbols:
            raise ConfigurationError("no packaged strategy names a symbol to check")
        now, doubted = self._now(command), self.doubts.read()
        for index, symbol in enumerate(symbols):
            if index and not budget.allows(SYMBOL_S + self.pace.wait_s()):
                report.remaining = symbols[index:]
                break
            first = _first_day(command.lookback_days, now, doubted.get(symbol))
            verdict = self._verdict(symbol, first, now)
            report.checked += 1
            report.issues += [_issue(symbol, text) for text in verdict.issues]
            self._remember(verdict, doubted.get(symbol))
        return report

    def _remember(self, verdict: Verdict, earlier: Doubt | None) -> None:
        """Doubt what is contradicted; what could not be compared stays as it was."""
        if verdict.contradicted:
            first = min((*verdict.contradicted, *([earlier.first_day] if earlier else [])))
            issue = "; ".join(verdict.issues)[:LONGEST_ISSUE]
            self.doubts.doubt(verdict.symbol, Doubt(issue=issue, first_day=first))
        elif verdict.rows_checked and earlier is not None:
            self.doubts.believe(verdict.symbol, earlier)

    def _now(self, command: CheckCommand) -> datetime:
        if command.as_of is None:
            return self.clock.now()
        return min(datetime.combine(command.as_of, CHECKED_AT), self.clock.now())

    def _verdict(self, symbol: str, first: date, now: datetime) -> Verdict:
        last = now.date() - timedelta(days=1)
        try:
            stored = self._stored(symbol, first, last)
            external = self.source.closes(symbol, first, last) if stored else {}
            verdict = judge(symbol, stored, external, now)
        except ConfigurationError:
            raise
        except AlchemiserError as error:
            verdict = Verdict(symbol=symbol, issues=(error.message,), rows_checked=0)
        get_logger().info(
            "symbol_checked",
            symbol=symbol,
            passed=verdict.passed,
            rows_checked=verdict.rows_checked,
            issues=list(verdict.issues),
        )
        return verdict

    def _stored(self, symbol: str, first: date, last: date) -> dict[date, float]:
        try:
            bars = self.store.bars(symbol)
        except DataUnavailable:
            return {}
        return {bar.day: bar.close for bar in bars if first <= bar.day <= last}

    def _continue(self, check: Check, report: Report) -> None:
        invocations = counted(check.command.progress.invocations, report.remaining)
        rest = {
            "correlation_id": check.correlation_id,
            "symbols": report.remaining,
            "progress": Progress(
                invocations=invocations,
                checked=report.checked,
                elapsed_ms=report.elapsed_ms,
                issues=tuple(report.issues),
            ),
        }
        self.continuation.start(check.command.model_copy(update=rest).model_dump(mode="json"))

    def _tell(self, check: Check, report: Report) -> None:
        if report.issues:
            self._tell_issues(check, report)
        envelope = self.stamp.derived("workflow-completed", check.correlation_id, check.cause_id)
        self.publisher.publish(
            WorkflowCompleted(
                **envelope,
                workflow_type=WORKFLOW_TYPE,
                workflow_duration_ms=report.elapsed_ms,
                success=not report.issues,
                summary={
                    "checked": report.checked,
                    "failed": len(report.failed_symbols),
                    "failed_symbols": report.failed_symbols,
                },
            )
        )

    def _tell_issues(self, check: Check, report: Report) -> None:
        """Let it be mailed: a check that only logs what it finds is read by nobody."""
        named = "; ".join(
            f"{issue.symbol}: {issue.issue[:LONGEST_ISSUE]}" for issue in report.issues[:MOST_NAMED]
        )
        more = len(report.issues) - MOST_NAMED
        envelope = self.stamp.derived("workflow-failed", check.correlation_id, check.cause_id)
        self.publisher.publish(
            WorkflowFailed(
                **envelope,
                workflow_type=WORKFLOW_TYPE,
                failure_step=STEP,
                failure_reason=named + (f"; and {more} more" if more > 0 else ""),
                error_details={
                    "exception_type": "DoubtedBars",
                    "failed_symbols": report.failed_symbols[:MOST_NAMED],
                    "standing_still": sorted(self.doubts.read()),
                },
            )
        )


def _first_day(lookback_days: int, now: datetime, doubt: Doubt | None) -> date:
    """Give the day from which to compare: a doubt is over when all that it is about agrees."""
    first = now.date() - timedelta(days=lookback_days + 5)
    return first if doubt is None else min(first, doubt.first_day)


def _issue(symbol: str, text: str) -> Issue:
    return Issue(symbol=Symbol(symbol), issue=text[:1_000])
