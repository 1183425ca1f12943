"""What the portfolio is to become."""

from __future__ import annotations

from typing import Literal

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import Amounts, JsonObject


class AllocationComparison(Contract):
    """Dollars by symbol: wanted, held, and the difference; the largest differences of a plan."""

    target_values: Amounts
    current_values: Amounts
    deltas: Amounts


class RebalancePlanned(DomainEvent):
    """A plan was made; `metadata.run_id` and `metadata.plan_id` name what lies in the tables.

    It says what the plan comes to; its items have no bound. Without trades the run ends with it.
    """

    event_type: Literal["RebalancePlanned"] = "RebalancePlanned"
    rebalance_plan: JsonObject
    allocation_comparison: AllocationComparison
    trades_required: bool
