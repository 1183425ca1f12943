"""What a filter ranks, and which scores are too near to each other to rank by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from the_alchemiser.strategy_v2.evaluation.values import Failure, Holding, Value, unwrap

NEAR = 1e-9
"""Scores nearer to each other than this, or this part of them, may be equal but for rounding."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a filter has given a score."""

    score: float
    item: str | Holding


def are_near(one: Candidate, other: Candidate) -> bool:
    """Tell whether only exact scores can tell two candidates apart."""
    size = max(1.0, abs(one.score), abs(other.score))
    return abs(one.score - other.score) <= NEAR * size


def cluster(ranked: Sequence[Candidate], seam: int) -> tuple[int, int]:
    """Find how far those reach that are near to each other around a place."""
    first, last = seam - 1, seam + 1
    while first > 0 and are_near(ranked[first - 1], ranked[first]):
        first -= 1
    while last < len(ranked) and are_near(ranked[last - 1], ranked[last]):
        last += 1
    return first, last


def items_of(values: Sequence[Value]) -> list[Value] | Failure:
    """List the candidates of a day; those that failed drop out, unless a symbol has no bars."""
    if len(values) == 1 and isinstance(values[0], tuple):
        values = values[0]
    items = [unwrap(value) for value in values]
    for item in items:
        if isinstance(item, Failure) and item.absent:
            return item
    return [item for item in items if not _is_empty(item)]


def _is_empty(item: Value) -> bool:
    if isinstance(item, Holding):
        return not item.children
    return isinstance(item, Failure) or item == ()


def ranks_groups(items: Sequence[Value]) -> bool:
    """Tell whether candidates compete as groups: a vector among them makes all of it tickers."""
    kinds = {type(item) for item in items}
    return Holding in kinds and tuple not in kinds
