"""What the coordinator asks of a worker."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.events.fields import Identifier, Weights
from the_alchemiser.shared.events.unwrap import parsed
from the_alchemiser.shared.money import Weight


class HeldWeights(Contract):
    """What a strategy was last brought to, and by which text."""

    as_of: date
    weights: Weights
    text_sha256: Identifier


class EvaluateStrategy(Contract):
    """Evaluate one file of a session."""

    session_id: Identifier
    correlation_id: Identifier
    dsl_file: Identifier
    allocation: Weight
    strategy_number: Annotated[int, Field(ge=1, le=10_000)]
    total_strategies: Annotated[int, Field(ge=1, le=10_000)]
    mode: Literal["single_strategy"] = "single_strategy"
    as_of: date | None = None
    """Decide on the bars before this day; today, unless a past day is replayed."""
    held: HeldWeights | None = None
    """None for one that was never brought to its weights."""

    @property
    def cause_id(self) -> str:
        """Return what the signal names as its cause."""
        return self.session_id


def decode(event: object) -> EvaluateStrategy:
    """Read the invocation's payload."""
    return parsed(event, EvaluateStrategy)
