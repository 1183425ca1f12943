"""Plans in DynamoDB: one for each correlation id, whichever delivery comes first."""

from __future__ import annotations

from datetime import timedelta

from the_alchemiser.portfolio_v2.plan_record import from_json, to_json
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.table import Item, Table

KEPT_FOR = timedelta(days=90)
PLAN_OF_RUN = "PLAN"


class PlanStore:
    """Keeps plans by plan id, and by the run that they belong to."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def find(self, correlation_id: str) -> RebalancePlan | None:
        """Read the plan that was kept for a run, or nothing."""
        claim = self._table.get(_claim_key(correlation_id))
        if claim is None:
            return None
        item = self._table.get({"PK": f"PLAN#{claim['plan_id']}", "SK": "METADATA"})
        return None if item is None else from_json(str(item["plan"]))

    def keep(self, plan: RebalancePlan) -> RebalancePlan:
        """Keep a plan unless there is one already; give the one that is kept."""
        now = self._clock.now()
        expiry = {"ttl": int((now + KEPT_FOR).timestamp())}
        claim: Item = {**_claim_key(plan.correlation_id), "plan_id": plan.plan_id, **expiry}
        record: Item = {
            "PK": f"PLAN#{plan.plan_id}",
            "SK": "METADATA",
            "GSI1PK": f"CORR#{plan.correlation_id}",
            "GSI1SK": f"PLAN#{now.isoformat()}",
            "plan_id": plan.plan_id,
            "run_id": plan.run_id,
            "correlation_id": plan.correlation_id,
            "created_at": now.isoformat(),
            "plan": to_json(plan),
            **expiry,
        }
        parts = [self._table.putting_new(claim), self._table.putting_new(record)]
        if self._table.write_together(parts):
            return plan
        earlier = self.find(plan.correlation_id)
        if earlier is None:
            raise TransientError(f"the plan of {plan.correlation_id} is being written elsewhere")
        return earlier


def _claim_key(correlation_id: str) -> dict[str, str]:
    return {"PK": f"CORR#{correlation_id}", "SK": PLAN_OF_RUN}
