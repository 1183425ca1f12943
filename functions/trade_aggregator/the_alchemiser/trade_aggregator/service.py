"""Ending each run exactly once, when its last trade is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import AlchemiserError, InvalidEvent, TransientError
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.events.trades import AllTradesCompleted, TradeExecuted
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.money import Exact
from the_alchemiser.shared.outbox import Conclusion
from the_alchemiser.shared.run_record.run import Run, quiet_run_attributes, run_key
from the_alchemiser.shared.run_record.run_changes import IS_DECIDED
from the_alchemiser.shared.run_record.states import RunStatus
from the_alchemiser.trade_aggregator.domain import aggregated, failed_symbols
from the_alchemiser.trade_aggregator.ports import Conclusions, Runs

OPEN = (RunStatus.SELL_PHASE, RunStatus.BUY_PHASE)


class Progress(Enum):
    """What an event meant for its run."""

    SKIPPED = "skipped"
    RUN_NOT_FOUND = "run_not_found"
    WAITING = "waiting"
    COMPLETED = "completed"
    ALREADY_AGGREGATED = "already_aggregated"
    RUN_FAILED = "run_failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeAggregator:
    """Watches runs to their end."""

    runs: Runs
    conclusions: Conclusions
    stamp: EventStamp
    clock: Clock

    def hear_trade(self, executed: TradeExecuted) -> Progress:
        """Conclude the trade's run if it was the last one; execution has counted it already."""
        run_id = executed.metadata.get("run_id")
        if not isinstance(run_id, str) or not run_id:
            return Progress.SKIPPED
        run = self.runs.find(run_id)
        if run is None:
            get_logger().error("run_not_found", run_id=run_id)
            return Progress.RUN_NOT_FOUND
        return self._advance(run, executed.event_id)

    def hear_plan(self, planned: RebalancePlanned) -> Progress:
        """Conclude a run that has nothing to trade."""
        if planned.trades_required:
            return Progress.SKIPPED
        run_id = _named(planned.metadata, "run_id")
        found = self.runs.find(run_id)
        if found is not None:
            return self._advance(found, planned.event_id)
        run = Run(
            run_id=run_id,
            plan_id=_named(planned.metadata, "plan_id"),
            correlation_id=planned.correlation_id,
            status=RunStatus.SELL_PHASE,
        )
        return self._conclude(run, planned.event_id, quiet_run_attributes(run, self.clock.now()))

    def finish_runs(self) -> int:
        """Conclude decided runs whose last event was lost; return how many."""
        ended = 0
        failures: list[AlchemiserError] = []
        for run in self.runs.unfinished():
            try:
                ended += self._advance(run, run.run_id) is Progress.COMPLETED
            except AlchemiserError as error:
                get_logger().error("sweep_failed", run_id=run.run_id, reason=str(error))
                failures.append(error)
        if failures:
            raise TransientError(f"{len(failures)} runs could not be finished: {failures[0]}")
        return ended

    def _advance(self, run: Run, cause_id: str) -> Progress:
        if run.status in OPEN:
            return self._conclude(run, cause_id) if run.is_decided else Progress.WAITING
        if run.status is RunStatus.FAILED:
            return Progress.RUN_FAILED
        event = self.conclusions.take_over(run_key(run.run_id), run.outcome)
        if event is None:
            return Progress.ALREADY_AGGREGATED
        self.conclusions.deliver(run_key(run.run_id), event)
        return Progress.COMPLETED

    def _conclude(
        self, run: Run, cause_id: str, new_record: Mapping[str, Any] = MappingProxyType({})
    ) -> Progress:
        conclusion = Conclusion(
            key=run_key(run.run_id),
            event=self._completed(run, cause_id),
            open_statuses=OPEN,
            claimed_status=RunStatus.AGGREGATING,
            final_status=RunStatus.COMPLETED,
            condition=IS_DECIDED,
            new_record=new_record,
        )
        if not self.conclusions.claim(conclusion):
            return Progress.ALREADY_AGGREGATED
        self.conclusions.deliver(conclusion.key, conclusion.event)
        return Progress.COMPLETED

    def _completed(self, run: Run, cause_id: str) -> AllTradesCompleted:
        trades = self.runs.trades(run.run_id)
        envelope = self.stamp.derived("all-trades-completed", run.correlation_id, run.run_id)
        return AllTradesCompleted(
            **{**envelope, "causation_id": cause_id},
            run_id=run.run_id,
            plan_id=run.plan_id,
            total_trades=run.total_trades,
            succeeded_trades=run.succeeded_trades,
            failed_trades=run.failed_trades,
            skipped_trades=run.skipped_trades,
            aggregated_execution_data=aggregated(run, trades),
            capital_deployed_pct=_percent(run.capital_deployed_pct),
            failed_symbols=failed_symbols(trades),
        )


def _named(metadata: Mapping[str, Any], name: str) -> str:
    value = metadata.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidEvent(f"expected metadata.{name} in the plan's event, found none")
    return value


def _percent(value: Decimal | None) -> Exact | None:
    if value is None:
        return None
    return Exact(value.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN))
