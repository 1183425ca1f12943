"""The equity of days in a row beside the S&P 500, and how far it fell, as a PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from local.day.span import Span

MOST_DATES = 8


def draw_equity(span: Span, path: Path) -> None:
    """Draw both returns with their end values, and the drawdown; ValueError for a single day."""
    if len(span.days) < 2:
        raise ValueError(f"expected at least two days to draw a curve, found {len(span.days)}")
    # Imported here: it takes half a second that no other command should pay.
    from matplotlib.dates import date2num
    from matplotlib.figure import Figure

    days = [day.day for day in span.days]
    at = [float(number) for number in date2num(days)]  # type: ignore[no-untyped-call]
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    _curve(above, at, [float(day.total_return) * 100 for day in span.days], "The Alchemiser")
    _curve(above, at, [float(day.index_return) * 100 for day in span.days], "S&P 500")
    above.set_ylabel("return, %")
    above.set_title(f"{days[0]} to {days[-1]}, simulated broker, real closes")
    above.legend()
    below.fill_between(at, [float(day.drawdown) * 100 for day in span.days], alpha=0.4)
    below.set_ylabel("drawdown, %")
    below.set_ylim(top=0)
    shown = range(0, len(days), max(1, len(days) // MOST_DATES))
    below.set_xticks([at[n] for n in shown], [str(days[n]) for n in shown])
    for axes in (above, below):
        axes.grid(visible=True, alpha=0.3)
        axes.margins(x=0.1)
    figure.autofmt_xdate()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def _curve(axes: Any, at: list[float], values: list[float], name: str) -> None:
    (line,) = axes.plot(at, values, label=name)
    axes.annotate(
        f"{values[-1]:+.2f} %",
        (at[-1], values[-1]),
        xytext=(6, 0),
        textcoords="offset points",
        color=line.get_color(),
    )
