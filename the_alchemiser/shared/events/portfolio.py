"""What the portfolio is to become."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import Amounts, JsonObject


class AllocationComparison(BaseModel):
    """Dollars by symbol: wanted, held, and the difference."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )

    target_values: Amounts
    current_values: Amounts
    deltas: Amounts


class RebalancePlanned(DomainEvent):
    """A plan was made; `metadata.run_id` and `metadata.plan_id` name its run.

    Without trades the run has nothing to execute and ends with this event.
    """

    event_type: Literal["RebalancePlanned"] = "RebalancePlanned"
    rebalance_plan: JsonObject
    allocation_comparison: AllocationComparison
    trades_required: bool
