"""The events that end a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from the_alchemiser.aggregator_v2.domain import AggregationError, strategy_name
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.signals import ConsolidatedPortfolio, SignalGenerated
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.shared.session_record.partial import Partial
from the_alchemiser.shared.session_record.session import Session

WORKFLOW_TYPE = "signal_aggregation"
FAILURE_STEP = "signal_aggregation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcomes:
    """Writes the last event of a session; for the same session it has the same id each time."""

    stamp: EventStamp

    def signal(
        self,
        session: Session,
        partials: Sequence[Partial],
        target_weights: Mapping[str, Decimal],
        cause_id: str,
    ) -> SignalGenerated:
        """Return the merged signal.

        Who contributed what stays in the session, where portfolio reads it: the bus takes no more
        than 256 KB.
        """
        files = tuple(partial.dsl_file for partial in partials)
        envelope = self.stamp.derived("signal-generated", session.session_id, session.session_id)
        portfolio = ConsolidatedPortfolio(
            target_allocations={
                Symbol(name): Weight(weight) for name, weight in target_weights.items()
            },
            correlation_id=session.session_id,
            timestamp=envelope["timestamp"],
            strategy_count=len(files),
            source_strategies=files,
        )
        return SignalGenerated(
            **{**envelope, "causation_id": cause_id},
            metadata={
                "aggregation_session_id": session.session_id,
                "strategies_aggregated": len(files),
                "aggregation_mode": "multi_node",
                "as_of": session.as_of.isoformat(),
            },
            signals_data={strategy_name(file): {"aggregated": True} for file in files},
            consolidated_portfolio=portfolio,
            signal_count=sum(partial.signal_count for partial in partials),
        )

    def failure(self, session: Session, cause_id: str, error: AggregationError) -> WorkflowFailed:
        """Return what tells that the session ends without a signal."""
        step = str(error.details.get("step", FAILURE_STEP))
        envelope = self.stamp.derived("workflow-failed", session.session_id, session.session_id)
        return WorkflowFailed(
            **{**envelope, "causation_id": cause_id},
            metadata={"as_of": session.as_of.isoformat()},
            workflow_type=WORKFLOW_TYPE,
            failure_reason=error.message,
            failure_step=step,
            ends=RunPart.SIGNAL,
            error_details={
                "exception_type": type(error).__name__,
                "session_id": session.session_id,
                **error.details,
            },
        )
