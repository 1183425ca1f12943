"""The daily refresh: marked symbols are seeded anew, all others extended, within the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date

from the_alchemiser.data_v2.inputs import Progress, Refresh, RefreshCommand
from the_alchemiser.data_v2.ports import BadDataMarkers
from the_alchemiser.data_v2.symbol_refresh import Span, SymbolRefresh
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import AlchemiserError, ConfigurationError, PermanentError
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.market_data_budget import Continuation, TimeBudget, counted

SYMBOL_S = 240.0
"""Long enough for one symbol: four requests that time out, and waits for the rate limit."""

Markers = Mapping[str, Sequence[str]]


@dataclass(kw_only=True, slots=True)
class Report:
    """What a refresh has come to so far, with the invocations before this one."""

    refreshed: int
    bars_fetched: int
    earlier_failed: tuple[str, ...]
    failures: dict[str, str] = field(default_factory=dict)
    remaining: tuple[str, ...] = ()

    @property
    def failed_symbols(self) -> list[str]:
        """List every symbol that could not be refreshed."""
        return sorted({*self.earlier_failed, *self.failures})

    @property
    def total(self) -> int:
        """Count every symbol that the refresh is for."""
        return self.refreshed + len(self.failed_symbols) + len(self.remaining)


class DailyRefresh:
    """Refreshes symbol after symbol; one that fails does not keep the others from theirs."""

    def __init__(
        self,
        symbol_refresh: SymbolRefresh,
        markers: BadDataMarkers,
        configured: Callable[[], Sequence[str]],
        continuation: Continuation,
        clock: Clock,
    ) -> None:
        self._symbol_refresh = symbol_refresh
        self._markers = markers
        self._configured = configured
        self._continuation = continuation
        self._clock = clock

    def run(self, refresh: Refresh, budget: TimeBudget) -> Report:
        """Refresh what the command names; start anew for what the time does not suffice for."""
        before = refresh.command.progress
        report = Report(
            refreshed=before.refreshed,
            bars_fetched=before.bars_fetched,
            earlier_failed=before.failed_symbols,
        )
        marked = self._marked(refresh.command)
        symbols = self._symbols(refresh.command, marked)
        span = Span.before(effective_day(self._clock, refresh.command.as_of))
        for index, symbol in enumerate(symbols):
            if index and not budget.allows(SYMBOL_S):
                report.remaining = symbols[index:]
                self._continue(refresh, report)
                return report
            self._one(symbol, span, refresh.command.full_seed or symbol in marked, report)
            if symbol in marked and symbol not in report.failures:
                self._markers.remove(symbol, marked[symbol])
        if not report.refreshed:
            raise PermanentError(
                f"none of {report.total} symbols could be refreshed",
                details={"failed_symbols": ",".join(report.failed_symbols)[:500]},
            )
        return report

    def _marked(self, command: RefreshCommand) -> Markers:
        if not command.process_markers:
            return {}
        if command.symbols is None:
            return self._markers.read_all()
        if not command.progress.invocations:
            return {}
        # Goes on with a refresh of everything: what of it is still marked has yet to be seeded.
        return {
            symbol: keys
            for symbol, keys in self._markers.read_all().items()
            if symbol in command.symbols
        }

    def _symbols(self, command: RefreshCommand, marked: Markers) -> tuple[str, ...]:
        symbols = tuple(dict.fromkeys((*marked, *(command.symbols or self._configured()))))
        if not symbols:
            raise ConfigurationError("no packaged strategy names a symbol to keep bars for")
        return symbols

    def _one(self, symbol: str, span: Span, seeds: bool, report: Report) -> None:
        work = self._symbol_refresh.seed if seeds else self._symbol_refresh.update
        try:
            count = work(symbol, span)
        except ConfigurationError:
            raise
        except AlchemiserError as error:
            get_logger().error("symbol_failed", symbol=symbol, reason=error.message)
            report.failures[symbol] = error.message
            return
        get_logger().info("symbol_refreshed", symbol=symbol, bars=count, seeded=seeds)
        report.refreshed += 1
        report.bars_fetched += count

    def _continue(self, refresh: Refresh, report: Report) -> None:
        invocations = counted(refresh.command.progress.invocations, report.remaining)
        rest = {
            "correlation_id": refresh.correlation_id,
            "symbols": report.remaining,
            "progress": Progress.model_construct(
                invocations=invocations,
                refreshed=report.refreshed,
                bars_fetched=report.bars_fetched,
                failed_symbols=tuple(report.failed_symbols),
            ),
        }
        self._continuation.start(refresh.command.model_copy(update=rest).model_dump(mode="json"))


def effective_day(clock: Clock, as_of: date | None) -> date:
    """Give the day before which all bars are finished.

    New York closes before midnight in UTC, so that holds for today's UTC date; a later `as_of`
    would store a bar that is still being made.
    """
    today = clock.now().astimezone(UTC).date()
    return min(as_of, today) if as_of else today
