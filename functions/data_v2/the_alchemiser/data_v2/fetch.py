"""A request for one symbol's bars, answered at most once within the cooldown."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.data_v2.ports import Cooldown, Held
from the_alchemiser.data_v2.refresh import effective_day
from the_alchemiser.data_v2.symbol_refresh import Span, SymbolRefresh
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import AlchemiserError, TransientError
from the_alchemiser.shared.events.data import MarketDataFetchCompleted, MarketDataFetchRequested
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventPublisher
from the_alchemiser.shared.logs import get_logger


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What became of a request."""

    symbol: str
    bars_fetched: int = 0
    cooldown_remaining_s: int | None = None
    """Set when an earlier request stands for this one."""
    is_earlier_open: bool = False
    """Whether that request is not finished, so that nobody knows yet whether bars will come."""
    error: AlchemiserError | None = None


class RequestedFetch:
    """Fetches a symbol and tells whoever waits for it."""

    def __init__(
        self,
        symbol_refresh: SymbolRefresh,
        cooldown: Cooldown,
        publisher: EventPublisher,
        stamp: EventStamp,
        clock: Clock,
    ) -> None:
        self._symbol_refresh = symbol_refresh
        self._cooldown = cooldown
        self._publisher = publisher
        self._stamp = stamp
        self._clock = clock

    def run(self, request: MarketDataFetchRequested) -> Fetched:
        """Fetch unless the symbol was fetched lately; a failure gives the symbol free again."""
        symbol = request.symbol
        held = self._cooldown.take(symbol, request.event_id)
        if held is not None:
            return self._tell(request, _held_back(symbol, held))
        try:
            span = Span.before(effective_day(self._clock, None), request.lookback_days)
            fetched = Fetched(symbol=symbol, bars_fetched=self._symbol_refresh.update(symbol, span))
        except AlchemiserError as error:
            self._cooldown.release(symbol, request.event_id)
            get_logger().error("fetch_failed", symbol=symbol, reason=error.message)
            self._tell(request, Fetched(symbol=symbol, error=error))
            if isinstance(error, TransientError):
                raise
            return Fetched(symbol=symbol, error=error)
        self._tell(request, fetched)
        self._cooldown.complete(symbol, request.event_id)
        return fetched

    def _tell(self, request: MarketDataFetchRequested, fetched: Fetched) -> Fetched:
        envelope = self._stamp.stamp(
            "market-data-fetch-completed", request.correlation_id, request.event_id
        )
        self._publisher.publish(
            MarketDataFetchCompleted(
                **envelope,
                symbol=request.symbol,
                success=fetched.error is None and not fetched.is_earlier_open,
                bars_fetched=fetched.bars_fetched,
                was_deduplicated=fetched.cooldown_remaining_s is not None,
                error_message=_reason(fetched),
            )
        )
        return fetched


def _held_back(symbol: str, held: Held) -> Fetched:
    return Fetched(
        symbol=symbol,
        cooldown_remaining_s=held.remaining_s,
        is_earlier_open=not held.is_finished,
    )


def _reason(fetched: Fetched) -> str | None:
    if fetched.error is not None:
        return fetched.error.message
    if fetched.is_earlier_open:
        return f"{fetched.symbol}: an earlier request for it has not finished"
    return None
