"""The command that portfolio queues and execution obeys."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.events.fields import Identifier, JsonObject, Timestamp
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import Exact, Money, Symbol

Weights = Annotated[dict[str, Exact], Field(default_factory=dict)]


class TradeMessage(Contract):
    """One trade of a run; decimals travel as strings."""

    schema_version: Literal["1.0.0"] = "1.0.0"
    run_id: Identifier
    trade_id: Identifier
    plan_id: Identifier
    correlation_id: Identifier
    causation_id: Identifier
    strategy_id: Identifier | None = None
    strategy_weights: Weights
    """Fraction of the target position that each strategy owns; empty on an exit that none wants."""
    symbol: Symbol
    action: Side
    trade_amount: Money
    """Dollars to trade, negative for a SELL."""
    current_weight: Exact
    target_weight: Exact
    target_value: Money
    current_value: Money
    priority: Annotated[int, Field(ge=1, le=5)]
    phase: Side
    sequence_number: Annotated[int, Field(ge=1001, le=2005)]
    is_complete_exit: bool
    is_full_liquidation: bool
    shares: Exact | None = None
    estimated_price: Exact | None = None
    current_position: Exact | None = None
    target_position: Exact | None = None
    total_portfolio_value: Money
    total_run_trades: Annotated[int, Field(ge=1)]
    run_timestamp: Timestamp
    metadata: JsonObject = Field(default_factory=dict)

    @property
    def planned_usd(self) -> Decimal:
        """The trade amount without its sign."""
        return abs(self.trade_amount)

    @property
    def is_cover(self) -> bool:
        """Whether it buys back what is short: before the buys, and not counted as one."""
        return self.action is Side.BUY and self.phase is Side.SELL

    @property
    def cause_id(self) -> str:
        """Id that becomes the causation id of what the trade leads to."""
        return self.trade_id
