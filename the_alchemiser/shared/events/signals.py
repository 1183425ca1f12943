"""What strategies want to hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import (
    Contributions,
    Count,
    Identifier,
    JsonObject,
    Timestamp,
    Weights,
    nothing,
)
from the_alchemiser.shared.money import Symbol, Weight

TOLERANCE = Decimal("0.01")
"""How far sums of weights may lie from what they should be."""


class ConsolidatedPortfolio(Contract):
    """Target weights by symbol, and which strategies asked for them."""

    target_allocations: Weights
    """What is called target weights everywhere but in stored and published events."""
    strategy_contributions: Contributions = Field(default_factory=nothing)
    """Strategy -> symbol -> weight in the whole portfolio."""
    correlation_id: Identifier
    timestamp: Timestamp
    strategy_count: Count
    source_strategies: tuple[Identifier, ...]
    schema_version: Literal["1.0.0"] = "1.0.0"
    is_partial: bool = False

    @property
    def target_weights(self) -> dict[str, Decimal]:
        """Symbol -> weight in the whole portfolio."""
        return {str(symbol): weight for symbol, weight in self.target_allocations.items()}

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not self.target_allocations:
            raise ValueError("expected at least one target, found none")
        total = sum(self.target_allocations.values(), Decimal(0))
        if not self.is_partial and abs(total - 1) > TOLERANCE:
            raise ValueError(f"expected targets that sum to 1, found {total:f}")
        if self.strategy_count != len(self.source_strategies):
            raise ValueError(
                f"expected strategy_count {len(self.source_strategies)},"
                f" found {self.strategy_count}"
            )
        self._contributions_match()
        return self

    def _contributions_match(self) -> None:
        if not self.strategy_contributions:
            return
        sums: dict[Symbol, Decimal] = dict.fromkeys(self.target_allocations, Decimal(0))
        for weights in self.strategy_contributions.values():
            for symbol, weight in weights.items():
                sums[symbol] = sums.get(symbol, Decimal(0)) + weight
        for symbol, total in sums.items():
            target = self.target_allocations.get(symbol, Decimal(0))
            if abs(total - target) > TOLERANCE:
                raise ValueError(
                    f"{symbol}: expected contributions that sum to {target:f}, found {total:f}"
                )


class PartialSignalGenerated(DomainEvent):
    """One strategy file was evaluated."""

    event_type: Literal["PartialSignalGenerated"] = "PartialSignalGenerated"
    session_id: Identifier
    dsl_file: Identifier
    allocation: Weight
    strategy_number: Count
    """Position of the file in the session, from 1."""
    total_strategies: Count
    signals_data: JsonObject
    consolidated_portfolio: ConsolidatedPortfolio
    signal_count: Count

    @field_validator("consolidated_portfolio")
    @classmethod
    def _is_partial(cls, portfolio: ConsolidatedPortfolio) -> ConsolidatedPortfolio:
        if not portfolio.is_partial:
            raise ValueError("expected a partial portfolio, found a whole one")
        return portfolio


class SignalGenerated(DomainEvent):
    """All strategies of a session are merged into one portfolio."""

    event_type: Literal["SignalGenerated"] = "SignalGenerated"
    signals_data: JsonObject
    consolidated_portfolio: ConsolidatedPortfolio
    signal_count: Count
