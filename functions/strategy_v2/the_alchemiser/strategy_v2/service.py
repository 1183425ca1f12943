"""Evaluating one strategy file and telling what it wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import AlchemiserError, DataUnavailable
from the_alchemiser.shared.events.data import MarketDataFetchRequested
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventPublisher
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.market_data import BarStore
from the_alchemiser.shared.money import Symbol
from the_alchemiser.strategy_v2.believed_bars import BarsInDoubt
from the_alchemiser.strategy_v2.evaluation.decision import Decision
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.lookback import lookback_days
from the_alchemiser.strategy_v2.partial_signal import partial_signal
from the_alchemiser.strategy_v2.plan.planner import plan_strategy
from the_alchemiser.strategy_v2.rebalancing import LastRebalance, decide_or_keep, stand_still
from the_alchemiser.strategy_v2.request import EvaluateStrategy, HeldWeights

WORKFLOW, STEP = "signal_generation", "bars_in_doubt"


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyWorker:
    """Turns a request into a partial signal, on stored bars only."""

    load: Callable[[str], str]
    """Reads a strategy's text by its path below strategies/."""
    open_store: Callable[[], BarStore]
    """Gives the bars to one evaluation, with what is known against them at its time."""
    publisher: EventPublisher
    stamp: EventStamp
    clock: Clock
    stage: str

    def evaluate(self, request: EvaluateStrategy) -> PartialSignalGenerated:
        """Evaluate the requested file and publish the signal."""
        decision = self._decide(request)
        signal = partial_signal(request, decision, self.stamp)
        self.publisher.publish(signal)
        get_logger().info(
            "strategy_evaluated",
            dsl_file=request.dsl_file,
            symbols=signal.signal_count,
            decisions=len(decision.trace),
        )
        return signal

    def _decide(self, request: EvaluateStrategy) -> Decision:
        as_of: date = request.as_of or self.clock.now().date()
        try:
            source = Source(file=request.dsl_file, text=self.load(request.dsl_file))
            return self._decide_on_bars(source, as_of, request)
        except AlchemiserError as error:
            error.details.update(dsl_file=request.dsl_file, as_of=as_of.isoformat())
            raise

    def _decide_on_bars(self, source: Source, as_of: date, request: EvaluateStrategy) -> Decision:
        try:
            return decide_or_keep(source, self.open_store(), as_of, _last(request.held))
        except BarsInDoubt as doubt:
            if request.held is None or request.held.as_of > as_of:
                raise
            self._tell_of(doubt, request, request.held)
            held = {str(symbol): weight for symbol, weight in request.held.weights.items()}
            return stand_still(str(doubt), held, request.held.as_of)
        except DataUnavailable as error:
            self._ask_for(error.symbol, lookback_days(plan_strategy(source)), request)
            raise

    def _tell_of(self, doubt: BarsInDoubt, request: EvaluateStrategy, held: HeldWeights) -> None:
        """Let it be mailed, as a failure that ends nothing: the other strategies trade."""
        cause = f"{request.session_id}/{request.dsl_file}"
        self.publisher.publish(
            WorkflowFailed(
                **self.stamp.derived("workflow-failed", request.correlation_id, cause),
                workflow_type=WORKFLOW,
                failure_step=STEP,
                failure_reason=(
                    f"{request.dsl_file} keeps its weights of {held.as_of}: {doubt.message}"
                ),
                error_details={
                    **{name: str(value) for name, value in doubt.details.items()},
                    "exception_type": type(doubt).__name__,
                    "dsl_file": request.dsl_file,
                },
            )
        )

    def _ask_for(self, symbol: str, lookback_days: int, request: EvaluateStrategy) -> None:
        """Have the missing bars fetched, so that the next run finds them; this one fails."""
        envelope = self.stamp.derived(
            "market-data-fetch-requested", request.correlation_id, f"{request.session_id}/{symbol}"
        )
        self.publisher.publish(
            MarketDataFetchRequested(
                **{**envelope, "causation_id": request.session_id},
                symbol=Symbol(symbol),
                requesting_stage=self.stage,
                requesting_component="strategy_v2",
                lookback_days=lookback_days,
            )
        )


def _last(held: HeldWeights | None) -> LastRebalance | None:
    if held is None:
        return None
    return LastRebalance(
        as_of=held.as_of,
        weights={str(symbol): weight for symbol, weight in held.weights.items()},
        text_sha256=held.text_sha256,
    )
