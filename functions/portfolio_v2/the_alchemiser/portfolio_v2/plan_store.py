"""Plans in DynamoDB: one for each correlation id, whichever delivery comes first."""

from __future__ import annotations

from the_alchemiser.portfolio_v2.plan_document import from_json, to_json
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.plan_record import PlanRecord, find_plan, keep_plan
from the_alchemiser.shared.table import Table


class PlanStore:
    """Keeps plans by plan id, and by the run that they belong to."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def find(self, correlation_id: str) -> RebalancePlan | None:
        """Read the plan that was kept for a run, or nothing."""
        record = find_plan(self._table, correlation_id)
        return None if record is None else from_json(record.plan)

    def keep(self, plan: RebalancePlan) -> RebalancePlan:
        """Keep a plan unless there is one already; give the one that is kept."""
        record = PlanRecord(
            plan_id=plan.plan_id,
            run_id=plan.run_id,
            correlation_id=plan.correlation_id,
            created_at=self._clock.now(),
            plan=to_json(plan),
        )
        if keep_plan(self._table, record):
            return plan
        earlier = self.find(plan.correlation_id)
        if earlier is None:
            raise TransientError(f"the plan of {plan.correlation_id} is being written elsewhere")
        return earlier
