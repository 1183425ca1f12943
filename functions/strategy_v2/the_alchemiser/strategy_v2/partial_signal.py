"""The event that a decision becomes."""

from __future__ import annotations

from pathlib import PurePosixPath

from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.signals import ConsolidatedPortfolio, PartialSignalGenerated
from the_alchemiser.shared.events.strategy_signal import signal_data
from the_alchemiser.shared.money import Symbol, Weight
from the_alchemiser.strategy_v2.evaluation.decision import Decision
from the_alchemiser.strategy_v2.request import EvaluateStrategy


def partial_signal(
    request: EvaluateStrategy, decision: Decision, stamp: EventStamp
) -> PartialSignalGenerated:
    """Scale a strategy's weights by its allocation and say why it wants them.

    A repetition of the same request carries the same event id.
    """
    strategy = PurePosixPath(request.dsl_file).stem
    envelope = stamp.derived(
        "partial-signal", request.correlation_id, f"{request.session_id}/{request.dsl_file}"
    )
    target_weights = {
        Symbol(symbol): Weight(target_weight)
        for symbol, weight in decision.weights.items()
        if (target_weight := weight * request.allocation) > 0
    }
    return PartialSignalGenerated(
        **{**envelope, "causation_id": request.session_id},
        metadata={"single_file_mode": True},
        session_id=request.session_id,
        dsl_file=request.dsl_file,
        allocation=request.allocation,
        strategy_number=request.strategy_number,
        total_strategies=request.total_strategies,
        signals_data={strategy: _signal(request, decision)},
        consolidated_portfolio=ConsolidatedPortfolio(
            target_allocations=target_weights,
            strategy_contributions={strategy: target_weights},
            correlation_id=request.correlation_id,
            timestamp=envelope["timestamp"],
            strategy_count=1,
            source_strategies=(request.dsl_file,),
            is_partial=True,
        ),
        signal_count=len(target_weights),
    )


def _signal(request: EvaluateStrategy, decision: Decision) -> dict[str, object]:
    return signal_data(
        weights=decision.weights,
        allocation=request.allocation,
        reasoning=list(decision.trace) or "the file decides nothing: its weights are fixed",
        text_sha256=decision.text_sha256,
        held_closes=decision.kept.closes if decision.kept else None,
    )
