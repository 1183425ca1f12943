"""From a signal to a plan, a run and queued trades, once for each correlation id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from the_alchemiser.portfolio_v2.account_reader import Reading
from the_alchemiser.portfolio_v2.held_weights import at_todays_prices, summed
from the_alchemiser.portfolio_v2.leverage import MARGIN_USED_WARNING, margin_used
from the_alchemiser.portfolio_v2.plan import propose
from the_alchemiser.portfolio_v2.plan_document import planned_event
from the_alchemiser.portfolio_v2.ports import Plans, Runs, Sessions, TradeQueue
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan, plan_id_of, run_id_of
from the_alchemiser.portfolio_v2.session_time import ExecutionPace
from the_alchemiser.portfolio_v2.strategy_weights import strategy_weights
from the_alchemiser.portfolio_v2.trade_messages import messages_of
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import PermanentError, PlanRejected, RunRefused
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventPublisher
from the_alchemiser.shared.events.signals import SignalGenerated
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.money import CENT
from the_alchemiser.shared.run_record.states import STALL_LIMIT_S


class Reader(Protocol):
    """Reads the account that is to be rebalanced."""

    def read(self, run_id: str, symbols: tuple[str, ...]) -> Reading:
        """Read everything that a plan for these symbols needs."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebalancer:
    """Plans and starts a run; interrupted anywhere, a repetition goes on from there."""

    reader: Reader
    plans: Plans
    runs: Runs
    queue: TradeQueue
    sessions: Sessions
    publisher: EventPublisher
    stamp: EventStamp
    clock: Clock
    deployment: Decimal
    pace: ExecutionPace

    def rebalance(self, signal: SignalGenerated) -> RebalancePlan:
        """Make the signal's plan unless it was made, and start its run unless it was started."""
        plan = self.plans.find(signal.correlation_id) or self._new_plan(signal)
        self._start(plan)
        return plan

    def _new_plan(self, signal: SignalGenerated) -> RebalancePlan:
        run_id = run_id_of(signal.correlation_id)
        self.runs.claim(run_id)
        try:
            return self.plans.keep(self._make(signal, run_id))
        except Exception:
            self.runs.disclaim(run_id)
            raise

    def _make(self, signal: SignalGenerated, run_id: str) -> RebalancePlan:
        portfolio = signal.consolidated_portfolio
        target_weights = portfolio.target_weights
        reading = self.reader.read(run_id, tuple(target_weights))
        session_id = str(signal.metadata.get("aggregation_session_id", signal.correlation_id))
        asked = self.sessions.contributions(session_id) or portfolio.strategy_contributions
        contributions: dict[str, Mapping[str, Decimal]] = {
            strategy: {str(symbol): weight for symbol, weight in weights.items()}
            for strategy, weights in asked.items()
        }
        held = self.sessions.held_closes(session_id)
        if held:
            contributions = at_todays_prices(contributions, held, reading.snapshot.prices)
            target_weights = summed(contributions)
        proposal = propose(target_weights, reading.snapshot, self.deployment)
        self._warn_near_the_limit(reading)
        plan = RebalancePlan(
            plan_id=plan_id_of(signal.correlation_id, signal.timestamp),
            run_id=run_id,
            correlation_id=signal.correlation_id,
            causation_id=signal.event_id,
            timestamp=self.clock.now(),
            items=proposal.items,
            total_portfolio_value=proposal.total_value.quantize(CENT),
            total_trade_value=proposal.trade_value,
            cash_balance=proposal.cash,
            position_count=sum(1 for held in reading.snapshot.quantities.values() if held),
            min_trade_threshold=proposal.smallest_trade,
            max_equity_limit_usd=self._most_to_buy(reading, proposal.total_value),
            capital_deployed_pct=reading.account.capital_deployed_pct,
            strategy_attribution=strategy_weights(
                target_weights, contributions, portfolio.source_strategies
            ),
            strategy_name="+".join(sorted(contributions) or sorted(portfolio.source_strategies)),
            available_usd=proposal.available,
            left_out=dict(proposal.left_out),
        )
        require_within_limit(plan)
        in_first_phase = sum(item.is_first_phase for item in plan.trades)
        others = len(plan.trades) - in_first_phase
        self.pace.require_time(reading.clock, sells=in_first_phase, buys=others)
        return plan

    def _warn_near_the_limit(self, reading: Reading) -> None:
        margin = reading.snapshot.margin
        if self.deployment > 1 and margin and margin_used(margin) > MARGIN_USED_WARNING:
            get_logger().warning("margin_nearly_used", margin_used=margin_used(margin))

    def _most_to_buy(self, reading: Reading, total: Decimal) -> Decimal:
        # The broker values holdings at the last trade, the plan at the middle of the spread; a
        # day on which everything changes hands may buy for the larger of the two.
        return (max(reading.account.equity, total) * self.deployment).quantize(CENT)

    def _start(self, plan: RebalancePlan) -> None:
        run = self.runs.find(plan.run_id)
        if run is not None and (run.status.is_final or (run.announced_at and run.enqueued_at)):
            return
        event = planned_event(plan, self.stamp)
        if run is None:
            self._refuse_old(plan)
            self.runs.claim(plan.run_id)
            self.runs.open(plan, messages_of(plan, event.event_id))
        try:
            if run is None or run.announced_at is None:
                self.publisher.publish(event)
                self.runs.mark_announced(plan.run_id)
            self._enqueue(plan)
        except PermanentError as error:
            # Nobody goes on with it: without this the run would hang until the sweep ends it.
            self.runs.fail(plan.run_id, str(error))
            raise

    def _refuse_old(self, plan: RebalancePlan) -> None:
        age_s = (self.clock.now() - plan.timestamp).total_seconds()
        if age_s > STALL_LIMIT_S:
            raise RunRefused(
                f"the plan {plan.plan_id} is {age_s:.0f} s old and its run is gone; "
                "start a new run for today's prices"
            )

    def _enqueue(self, plan: RebalancePlan) -> None:
        for message in self.runs.unsent(plan.run_id):
            self.queue.send(message)
            self.runs.mark_sent(plan.run_id, message.trade_id)
        self.runs.mark_enqueued(plan.run_id)
        get_logger().info("run_started", run_id=plan.run_id, plan_id=plan.plan_id)


def require_within_limit(plan: RebalancePlan) -> None:
    """Refuse a plan whose own buys its run would stop at: nothing of it is begun."""
    if plan.buys_usd > plan.max_equity_limit_usd:
        raise PlanRejected(
            f"expected buys up to ${plan.max_equity_limit_usd}, found ${plan.buys_usd} planned"
        )
