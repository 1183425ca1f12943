"""Everything that is asked about holdings in one evaluation, each answer kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.blend import Blend
from the_alchemiser.strategy_v2.evaluation.readings import Readings
from the_alchemiser.strategy_v2.evaluation.values import Holding
from the_alchemiser.strategy_v2.evaluation.weights import Weights
from the_alchemiser.strategy_v2.plan.steps import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


class Figures:
    """Weights of single days, and figures of all days."""

    def __init__(self, readings: Readings, symbols: Sequence[str]) -> None:
        self.readings = readings
        self.weights = Weights()
        self._symbols = symbols
        """All that can be held."""
        self._swings: dict[Measure, Blend] = {}
        self._means: dict[Measure, Blend] = {}
        self._steadiness: dict[tuple[Measure, str], Numbers] = {}

    def earned(self, item: str | Holding) -> Numbers:
        """Return what the weights of each day earn on the next one; NaN where that is unknown."""
        return self._returns.means(item, np.nan)

    def steadiness(self, measure: Measure, item: str | Holding) -> Numbers:
        """Return one by the mean volatility of what swings; 0 where nothing does."""
        if isinstance(item, Holding):
            return self._inverse_swings(measure, item)
        known = self._steadiness.get((measure, item))
        if known is None:
            known = self._steadiness[measure, item] = self._inverse_swings(measure, item)
        return known

    def mean(self, measure: Measure, item: str | Holding, back: int) -> float:
        """Return the mean of an indicator on a day; NaN where no symbol has it."""
        blend = self._means.get(measure)
        if blend is None:
            blend = self._means[measure] = self._blend(
                lambda symbol: self.readings.series(measure, symbol).array
            )
        return float(blend.means(item, np.nan)[back])

    def absent(self, item: str | Holding, back: int) -> DataUnavailable | None:
        """Tell whether a symbol without bars is held on a day."""
        if not self.readings.absent:
            return None
        held = self.weights.on(item, back)
        found = (error for symbol, error in self.readings.absent.items() if symbol in held)
        return next(found, None)

    @cached_property
    def _returns(self) -> Blend:
        return self._blend(self._next_return)

    def _inverse_swings(self, measure: Measure, item: str | Holding) -> Numbers:
        blend = self._swings.get(measure)
        if blend is None:
            blend = self._swings[measure] = self._blend(lambda symbol: self._swing(measure, symbol))
        result: Numbers = 1 / blend.means(item, np.inf)
        return result

    def _blend(self, figure: Callable[[str], Numbers]) -> Blend:
        return Blend(figure, self._symbols, self.readings.span)

    def _next_return(self, symbol: str) -> Numbers:
        result = np.full(self.readings.span, np.nan)
        returns = self.readings.prices(symbol).returns
        result[1:] = np.array(returns[:-1], dtype=np.float64)
        return result

    def _swing(self, measure: Measure, symbol: str) -> Numbers:
        values = self.readings.series(measure, symbol).array
        return np.where(values > 0, values, np.nan)
