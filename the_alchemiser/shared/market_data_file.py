"""Bars as bytes: one structured array in NumPy's .npy format, version 1.

The format is published (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
and describes itself, so any tool can open a stored object.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from the_alchemiser.shared.market_data import Bar, Closes

if TYPE_CHECKING:
    import numpy as np

PRICES = ("open", "high", "low", "close")
COLUMNS = [("day", "<M8[D]"), *((name, "<f8") for name in PRICES), ("volume", "<f8")]

MAX_BYTES = 4_000_000
"""Some 80,000 bars; a stored object beyond that is not one of ours."""


class DamagedBars(ValueError):
    """Bytes, or bars, that cannot be a price history."""


def encode_bars(bars: Sequence[Bar]) -> bytes:
    """Write bars; the same bars always give the same bytes."""
    import numpy as np

    rows = [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]
    table = np.array(rows, dtype=COLUMNS)
    _check(table)
    stream = BytesIO()
    np.save(stream, table, allow_pickle=False)
    return stream.getvalue()


def decode_bars(content: bytes) -> tuple[Bar, ...]:
    """Read a stored file whole."""
    rows = _load(content).tolist()
    return tuple(
        Bar(day=day, open=opened, high=high, low=low, close=close, volume=volume)
        for day, opened, high, low, close, volume in rows
    )


def decode_closes(content: bytes) -> Closes:
    """Read the days and closes only."""
    table = _load(content)
    days: list[date] = table["day"].tolist()
    return Closes(dates=tuple(days), values=tuple(table["close"].tolist()))


def _load(content: bytes) -> np.ndarray[Any, Any]:
    import numpy as np

    if len(content) > MAX_BYTES:
        raise DamagedBars(f"expected at most {MAX_BYTES} bytes, found {len(content)}")
    try:
        table = np.load(BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise DamagedBars(f"expected an .npy array, found {len(content)} other bytes") from error
    if not isinstance(table, np.ndarray) or table.ndim != 1 or table.dtype != np.dtype(COLUMNS):
        raise DamagedBars("expected one row of day, open, high, low, close and volume per bar")
    _check(table)
    return table


def _check(table: np.ndarray[Any, Any]) -> None:
    import numpy as np

    if not len(table):
        raise DamagedBars("expected at least one bar, found none")
    days = table["day"]
    if np.isnat(days).any() or (days[1:] <= days[:-1]).any():
        raise DamagedBars("expected each day once, oldest first")
    for name in PRICES:
        values = table[name]
        if not (np.isfinite(values) & (values > 0)).all():
            raise DamagedBars(f"expected every {name} to be finite and above 0")
    if not (np.isfinite(table["volume"]) & (table["volume"] >= 0)).all():
        raise DamagedBars("expected every volume to be finite and at least 0")
