"""Daily bars as the functions speak of them; adjusted for splits and dividends, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One trading day of one symbol.

    Prices are the vendor's doubles: indicators are defined on doubles, and money is only ever
    computed from broker quotes, which are decimals.
    """

    day: date
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Closes:
    """Closing prices, oldest first; both tuples have the same length, at least one."""

    dates: tuple[date, ...]
    values: tuple[float, ...]


class BarStore(Protocol):
    """Reads what has been stored, and never asks a vendor."""

    def closes(self, symbol: str, before: date) -> Closes:
        """Read the closes of the days before `before`; DataUnavailable names a symbol without."""
        ...


class BarHistory(BarStore, Protocol):
    """Reads whole bars too."""

    def bars(self, symbol: str) -> Sequence[Bar]:
        """Read every stored bar, oldest first; DataUnavailable names a symbol without."""
        ...
