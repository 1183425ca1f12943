"""Brings the bars of one symbol up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from the_alchemiser.data_v2.history import is_readjusted, join, overlap
from the_alchemiser.data_v2.ports import BarArchive, BarVendor, LostUpdate
from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.market_data_record import BarsRecord

WRITE_ATTEMPTS = 3

SEED_LOOKBACK_DAYS = 1500
"""Four years and some: what rsi over 252 bars, the longest request of the language, needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The days that bars are wanted for."""

    first: date
    last: date

    @classmethod
    def before(cls, as_of: date, lookback_days: int = SEED_LOOKBACK_DAYS) -> Span:
        """Look back from the day before `as_of`: a bar of that day itself may be unfinished."""
        return cls(first=as_of - timedelta(days=lookback_days), last=as_of - timedelta(days=1))


class SymbolRefresh:
    """Seeds or extends one symbol, starting over when another writer came in between."""

    def __init__(self, archive: BarArchive, vendor: BarVendor) -> None:
        self._archive = archive
        self._vendor = vendor

    def seed(self, symbol: str, span: Span) -> int:
        """Fetch everything anew and count it; stored history is never shortened by this."""
        return self._until_written(lambda: self._seed(symbol, span))

    def update(self, symbol: str, span: Span) -> int:
        """Fetch what is missing and count it; seed a symbol that has nothing usable."""
        return self._until_written(lambda: self._update(symbol, span))

    def _until_written(self, work: Callable[[], int]) -> int:
        for _attempt in range(WRITE_ATTEMPTS - 1):
            try:
                return work()
            except LostUpdate as lost:
                get_logger().info("lost_update", reason=lost.message)
        return work()

    def _seed(self, symbol: str, span: Span) -> int:
        version = self._archive.version(symbol)
        try:
            record = self._archive.record(symbol)
        except DataUnavailable:
            record = None
        return self._replace(symbol, span if record is None else _widened(span, record), version)

    def _update(self, symbol: str, span: Span) -> int:
        version = self._archive.version(symbol)
        if version is None:
            return self._replace(symbol, span, version)
        try:
            record = self._archive.record(symbol)
            stored = self._archive.bars(symbol)
        except DataUnavailable as damage:
            get_logger().error("seeds_damaged_bars", symbol=symbol, reason=damage.message)
            return self._replace(symbol, span, version)
        if record is None or span.first < record.requested_from:
            return self._seed(symbol, span)
        if span.last <= record.last_bar_date:
            return 0
        fetched = self._vendor.bars(symbol, overlap(stored)[0].day, span.last)
        if is_readjusted(stored, fetched):
            get_logger().info("seeds_readjusted_bars", symbol=symbol)
            return self._replace(symbol, _widened(span, record), version)
        joined = join(stored, fetched)
        if joined.added or joined.corrected:
            self._archive.publish(
                symbol, joined.bars, requested_from=record.requested_from, replacing=version
            )
        return joined.added

    def _replace(self, symbol: str, span: Span, version: str | None) -> int:
        bars = self._vendor.bars(symbol, span.first, span.last)
        if not bars:
            raise DataUnavailable(
                symbol, f"the vendor has no bars from {span.first} to {span.last}"
            )
        self._archive.publish(symbol, bars, requested_from=span.first, replacing=version)
        return len(bars)


def _widened(span: Span, record: BarsRecord) -> Span:
    return Span(
        first=min(span.first, record.requested_from), last=max(span.last, record.last_bar_date)
    )
