"""Bars that another source contradicts decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property

from the_alchemiser.shared.doubted_bars import Doubt
from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.shared.market_data import BarStore, Closes


class BarsInDoubt(StrategyError):
    """A strategy reads bars that another source contradicts."""


class BelievedBars:
    """A store that refuses symbols in doubt; the list is read once, for one evaluation."""

    def __init__(self, store: BarStore, doubts: Callable[[], Mapping[str, Doubt]]) -> None:
        self._store = store
        self._read = doubts

    def closes(self, symbol: str, before: date) -> Closes:
        """Read the closes of the days before `before`."""
        doubt = self._doubts.get(symbol)
        if doubt is not None:
            raise BarsInDoubt(
                f"{symbol}: its stored bars are in doubt: {doubt.issue}; the strategy stands still "
                "until the quality check passes, see docs/operations.md",
                details={"symbol": symbol, "issue": doubt.issue},
            )
        return self._store.closes(symbol, before)

    @cached_property
    def _doubts(self) -> Mapping[str, Doubt]:
        return self._read()
