"""Bars that are too old to decide on count as missing."""

from __future__ import annotations

from datetime import date, timedelta

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import BarStore, Closes
from the_alchemiser.strategy_v2.evaluation.days import weekdays_between


class FreshBars:
    """A store that refuses a symbol whose newest bar lies too far behind the day of trading.

    The newest bar is expected on the last weekday before that day. Holidays and one refresh that
    failed put it back by a weekday each; what is older comes from a refresh that stands still, or
    from a symbol that is no longer traded.
    """

    def __init__(self, store: BarStore, max_weekdays_behind: int) -> None:
        self._store = store
        self._max_weekdays_behind = max_weekdays_behind

    def closes(self, symbol: str, before: date) -> Closes:
        """Read the closes of the days before `before`."""
        closes = self._store.closes(symbol, before)
        newest = closes.dates[-1]
        behind = weekdays_between(newest, before - timedelta(days=1))
        if behind > self._max_weekdays_behind:
            raise DataUnavailable(
                symbol,
                f"the newest bar is of {newest}, {behind} weekdays behind the last one before "
                f"{before}; at most {self._max_weekdays_behind} are allowed",
            )
        return closes
