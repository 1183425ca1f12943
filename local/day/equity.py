"""The equity of a range of days beside the S&P 500, as a PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class EquityPoint:
    """What the account and the index were worth at the end of one day."""

    day: date
    equity: Decimal
    index_close: Decimal


def draw_equity(points: Sequence[EquityPoint], path: Path) -> None:
    """Draw both as growth of 100 since the first day; raise ValueError for fewer than two days."""
    if len(points) < 2:
        raise ValueError(f"expected at least two days to draw a curve, found {len(points)}")
    # Imported here: it takes half a second that no other command should pay.
    from matplotlib.dates import date2num
    from matplotlib.figure import Figure

    days = [point.day for point in points]
    at = [float(number) for number in date2num(days)]  # type: ignore[no-untyped-call]
    figure = Figure(figsize=(11, 5.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(at, _growth([point.equity for point in points]), label="The Alchemiser")
    axes.plot(at, _growth([point.index_close for point in points]), label="S&P 500")
    axes.xaxis_date()
    axes.set_ylabel("growth of 100")
    axes.set_title(f"{days[0]} to {days[-1]}, simulated broker, real closes")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.autofmt_xdate()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def _growth(values: Sequence[Decimal]) -> list[float]:
    return [float(value / values[0] * 100) for value in values]
