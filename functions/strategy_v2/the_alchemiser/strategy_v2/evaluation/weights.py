"""What a holding comes to on one day: exact weights by symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from the_alchemiser.strategy_v2.evaluation.proportions import ONE, ZERO
from the_alchemiser.strategy_v2.evaluation.values import Holding


class Weights:
    """Weights that sum to one, each worked out once.

    Decimals of 28 digits: however a weight came about, its nearest double is then the same, and
    what is computed from it in doubles ties where it should.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Holding, int], Mapping[str, Decimal]] = {}

    def on(self, item: str | Holding, back: int) -> Mapping[str, Decimal]:
        """Return the weights on a day; only what is held on that day is looked into."""
        if isinstance(item, str):
            return {item: ONE}
        known = self._known
        todo = [item]
        while todo:
            holding = todo[-1]
            if (holding, back) in known:
                todo.pop()
                continue
            parts = holding.proportions.on(back, len(holding.children))
            held = [
                (each, part) for each, part in zip(holding.children, parts, strict=True) if part
            ]
            unknown = [
                each for each, _ in held if isinstance(each, Holding) and (each, back) not in known
            ]
            if unknown:
                todo += unknown
                continue
            known[holding, back] = _shared_out(
                [{each: ONE} if isinstance(each, str) else known[each, back] for each, _ in held],
                [part for _, part in held],
            )
        return known[item, back]


def _shared_out(
    children: Sequence[Mapping[str, Decimal]], parts: Sequence[Decimal]
) -> Mapping[str, Decimal]:
    """Give each child its part of the sum of all parts."""
    if len(children) == 1:
        return children[0]
    total = sum(parts, ZERO)
    weights: dict[str, Decimal] = {}
    for child, part in zip(children, parts, strict=True):
        for symbol, weight in child.items():
            weights[symbol] = weights.get(symbol, ZERO) + weight * part
    return {symbol: weight / total for symbol, weight in weights.items()}
