"""The closes of one symbol, as seen from each of the days asked for."""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from the_alchemiser.strategy_v2.evaluation.formulas import values_of
from the_alchemiser.strategy_v2.plan.steps import Indicator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from the_alchemiser.shared.market_data import Closes


class Prices:
    """Closes, and for each day how many of them were known by then."""

    def __init__(self, closes: Closes, days: Sequence[date]) -> None:
        self._closes = np.asarray(closes.values, dtype=np.float64)
        self.known = [bisect_right(closes.dates, day) for day in days]
        """How many bars each day knows, from today backwards."""
        self.returns = [
            self._return(count, closes.dates, day)
            for count, day in zip(self.known, days, strict=True)
        ]
        """The close-to-close return of each day that has a bar, from today backwards."""

    def values_of(self, indicator: Indicator) -> list[float]:
        """Work an indicator out for each day, from today backwards; NaN where it has no value."""
        last = self.known[0]
        first = max(1, self.known[-1])
        if last < first:
            return [math.nan] * len(self.known)
        counts = range(first, last + 1)
        values = values_of(indicator, self._closes, counts).tolist()
        return [values[count - first] if count else math.nan for count in self.known]

    def _return(self, count: int, dates: Sequence[date], day: date) -> float | None:
        if count < 2 or dates[count - 1] != day:
            return None
        return float(self._closes[count - 1] / self._closes[count - 2] - 1)
