"""Everything that is asked about holdings in one evaluation, each answer kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.holdings import Holding, Weights
from the_alchemiser.strategy_v2.evaluation.indicators import Indicators
from the_alchemiser.strategy_v2.plan.steps import Indicator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


class Blend:
    """Averages one figure over holdings, for all days at once.

    A mean over those symbols that have the figure is a quotient of two sums, and a sum of a holding
    follows from the sums of its children. So nothing asks for weights by symbol, of which a large
    file has millions. These are doubles, added up in the order of the file: what has to be exact to
    the last bit is asked of `Weights`.
    """

    def __init__(self, figure: Callable[[str], Numbers], symbols: Iterable[str], span: int) -> None:
        self._span = span
        self._rows: dict[str | Holding, Numbers] = {}
        """The sums of the figures, and those of the weights that have one in a second row.

        There is no second row if all symbols have the figure on the same days, as they nearly
        always do: then either all weights have one, or none.
        """
        figures = {symbol: _figures(figure, symbol, span) for symbol in symbols}
        known = {symbol: ~np.isnan(row) for symbol, row in figures.items()}
        different = {row.tobytes() for row in known.values()}
        self._common = next(iter(known.values())) if len(different) == 1 else None
        self._is_complete = self._common is not None and bool(self._common.all())
        for symbol, row in figures.items():
            sums = np.where(known[symbol], row, 0.0)
            self._rows[symbol] = np.array([sums, known[symbol]]) if len(different) > 1 else sums

    def means(self, item: str | Holding, missing: float) -> Numbers:
        """Return the mean of each day, and something else where no symbol has the figure."""
        rows = self._of(item)
        if self._is_complete:
            return rows
        if self._common is not None:
            return np.where(self._common, rows, missing)
        result = np.full(self._span, missing)
        np.divide(rows[0], rows[1], out=result, where=rows[1] > 0)
        return result

    def _of(self, item: str | Holding) -> Numbers:
        rows = self._rows
        known = rows.get(item)
        if known is not None:
            return known
        todo = [item]
        while todo:
            current = todo[-1]
            if current in rows or isinstance(current, str):
                todo.pop()
                continue
            unknown = [child for child in current.children if child not in rows]
            if unknown:
                todo += unknown
            else:
                rows[current] = current.proportions.blend([rows[each] for each in current.children])
        return rows[item]


def _figures(figure: Callable[[str], Numbers], symbol: str, span: int) -> Numbers:
    try:
        return figure(symbol)
    except DataUnavailable:
        # Whoever uses a mean asks whether a symbol without bars was held on that day.
        return np.full(span, np.nan)


class Swings:
    """How much tickers and holdings swing, by one indicator."""

    __slots__ = ("_blend", "_known")

    def __init__(self, blend: Blend) -> None:
        self._blend = blend
        self._known: dict[str, Numbers] = {}

    def steadiness(self, item: str | Holding) -> Numbers:
        """Return one by the mean volatility of what swings; 0 where nothing does."""
        if isinstance(item, Holding):
            return self._inverse(item)
        known = self._known.get(item)
        if known is None:
            known = self._known[item] = self._inverse(item)
        return known

    def _inverse(self, item: str | Holding) -> Numbers:
        result: Numbers = 1 / self._blend.means(item, np.inf)
        return result


class Figures:
    """Weights of single days, and figures of all days."""

    def __init__(self, indicators: Indicators, symbols: Sequence[str]) -> None:
        self.indicators = indicators
        self.weights = Weights()
        self._symbols = symbols
        """All that can be held."""
        self._swings: dict[Indicator, Swings] = {}
        self._means: dict[Indicator, Blend] = {}

    def earned(self, item: str | Holding) -> Numbers:
        """Return what the weights of each day earn on the next one; NaN where that is unknown."""
        return self._returns.means(item, np.nan)

    def swings(self, indicator: Indicator) -> Swings:
        """Return how much everything swings by an indicator."""
        swings = self._swings.get(indicator)
        if swings is None:
            blend = self._blend(lambda symbol: self._swing(indicator, symbol))
            swings = self._swings[indicator] = Swings(blend)
        return swings

    def mean(self, indicator: Indicator, item: str | Holding, back: int) -> float:
        """Return the mean of an indicator on a day; NaN where no symbol has it."""
        blend = self._means.get(indicator)
        if blend is None:
            blend = self._means[indicator] = self._blend(
                lambda symbol: self.indicators.series(indicator, symbol).array
            )
        return float(blend.means(item, np.nan)[back])

    def absent(self, item: str | Holding, back: int) -> DataUnavailable | None:
        """Tell whether a symbol without bars is held on a day."""
        if not self.indicators.absent:
            return None
        held = self.weights.on(item, back)
        found = (error for symbol, error in self.indicators.absent.items() if symbol in held)
        return next(found, None)

    @cached_property
    def _returns(self) -> Blend:
        return self._blend(self._next_return)

    def _blend(self, figure: Callable[[str], Numbers]) -> Blend:
        return Blend(figure, self._symbols, self.indicators.span)

    def _next_return(self, symbol: str) -> Numbers:
        result = np.full(self.indicators.span, np.nan)
        returns = self.indicators.prices(symbol).returns
        result[1:] = np.array(returns[:-1], dtype=np.float64)
        return result

    def _swing(self, indicator: Indicator, symbol: str) -> Numbers:
        values = self.indicators.series(indicator, symbol).array
        return np.where(values > 0, values, np.nan)
