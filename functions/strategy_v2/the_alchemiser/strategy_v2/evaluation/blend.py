"""A figure that each symbol has on each day, averaged by the weights of what holds the symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.values import Holding

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
