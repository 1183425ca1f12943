"""Sets of days, counted back from the last weekday before the day of trading, which is 0.

A set is a number whose bit n stands for the day n weekdays back: thousands of them are united and
cut for one file, and a machine does that to numbers of a hundred bits at once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    class DaySet:
        """What a set of days can do; it is no number to anybody else, and empty sets are false."""

        def __init__(self, bits: int) -> None: ...

        def __and__(self, other: DaySet) -> DaySet: ...
        def __or__(self, other: DaySet) -> DaySet: ...
        def __xor__(self, other: DaySet) -> DaySet: ...
        def __invert__(self) -> DaySet: ...
        def __bool__(self) -> bool: ...
        def __int__(self) -> int: ...
        def bit_count(self) -> int:
            """Count the days."""
            ...

else:
    DaySet = int

NO_DAYS = DaySet(0)

TODAY = DaySet(1)
"""The set that holds only today."""


def one_day(back: int) -> DaySet:
    """Give the set of one day."""
    return DaySet(1 << back)


@lru_cache(maxsize=64)
def each_day(count: int) -> tuple[DaySet, ...]:
    """List the sets of one day each, from today backwards."""
    return tuple(one_day(back) for back in range(count))


def last_days(count: int, back: int = 0) -> DaySet:
    """Give the set of so many days, the last of which lies so far back."""
    return DaySet(((1 << count) - 1) << back)


def holds_day(days: DaySet, back: int) -> bool:
    """Tell whether a day is in a set."""
    return bool(int(days) >> back & 1)


def days_back(days: DaySet) -> list[int]:
    """List how far back the days of a set lie, the latest first."""
    result = []
    left = int(days)
    while left:
        bit = left & -left
        result.append(bit.bit_length() - 1)
        left ^= bit
    return result


def latest(days: DaySet) -> int:
    """Tell how far back the latest day of a set lies."""
    bits = int(days)
    return (bits & -bits).bit_length() - 1


def days_as_bools(days: DaySet, span: int) -> NDArray[np.bool_]:
    """Spread a set of days out, today first."""
    content = int(days & last_days(span)).to_bytes((span + 7) // 8, "little")
    return np.unpackbits(np.frombuffer(content, np.uint8), count=span, bitorder="little").view(
        np.bool_
    )


def bools_as_days(holds: NDArray[np.bool_]) -> DaySet:
    """Gather the days on which something holds, which are given from today backwards."""
    return DaySet(int.from_bytes(np.packbits(holds, bitorder="little").tobytes(), "little"))
