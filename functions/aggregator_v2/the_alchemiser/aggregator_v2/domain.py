"""Merging what the strategies of a session ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import PurePosixPath

from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.events.strategy_signal import remembered
from the_alchemiser.shared.session_record.partial import Partial
from the_alchemiser.shared.session_record.rebalance import Rebalance
from the_alchemiser.shared.session_record.session import Session


class AggregationError(PermanentError):
    """Partial signals that do not make one portfolio."""


def check_membership(session: Session, dsl_file: str, allocation: Decimal, total: int) -> None:
    """Refuse a partial signal that the session did not ask for."""
    expected = session.allocations.get(dsl_file)
    if expected is None:
        raise AggregationError(f"{session.session_id}: {dsl_file} is not one of its strategies")
    if allocation != expected or total != len(session.allocations):
        raise AggregationError(
            f"{session.session_id}: {dsl_file}: expected {expected:f} as one of"
            f" {len(session.allocations)}, found {allocation:f} as one of {total}"
        )


def merged(partials: Sequence[Partial], tolerance: Decimal) -> dict[str, Decimal]:
    """Return the sum of all weights by symbol; together they have to be the whole portfolio."""
    target_weights: dict[str, Decimal] = {}
    for partial in partials:
        for symbol, weight in partial.portfolio.target_weights.items():
            target_weights[symbol] = target_weights.get(symbol, Decimal(0)) + weight
    total = sum(target_weights.values(), Decimal(0))
    if abs(total - 1) > tolerance:
        raise AggregationError(f"expected weights that sum to 1, found {total:f}")
    return dict(sorted(target_weights.items()))


def rebalances_of(session: Session, partials: Iterable[Partial]) -> Iterator[Rebalance]:
    """List what the strategies that do not trade daily were brought to in a session."""
    for partial in partials:
        found = remembered(partial.signals_data.get(strategy_name(partial.dsl_file), {}))
        if found is not None:
            yield Rebalance(
                dsl_file=partial.dsl_file,
                as_of=session.as_of,
                opened_at=session.created_at,
                weights=found.weights,
                text_sha256=found.text_sha256,
            )


def strategy_name(dsl_file: str) -> str:
    """Return the name of a strategy, which is its file's without folder and ending."""
    return PurePosixPath(dsl_file).stem
