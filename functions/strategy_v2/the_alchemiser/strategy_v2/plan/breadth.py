"""How many symbols a strategy may come to hold at once."""

from __future__ import annotations

from collections.abc import Sequence

from the_alchemiser.strategy_v2.plan.steps import Choice, Filter, Step, Ticker

MOST_SYMBOLS = 1_000
"""What a strategy wants travels in one event, of which a bus takes 256 KB."""


def breadth(steps: Sequence[Step]) -> int:
    """Give the most symbols that a plan's last step may hold at once, whatever the prices."""
    listed = sum(isinstance(step, Ticker) for step in steps)
    most: list[int] = []
    for step in steps:
        most.append(min(_of(step, [most[number] for number in step.inner]), listed))
    return most[-1]


def _of(step: Step, inner: Sequence[int]) -> int:
    if isinstance(step, Ticker):
        return 1
    if isinstance(step, Choice):
        return max(inner, default=0)
    if isinstance(step, Filter):
        return sum(sorted(inner, reverse=True)[: step.keep])
    return sum(inner)
