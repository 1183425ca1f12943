"""Entry point of the portfolio function."""

from __future__ import annotations

from the_alchemiser.portfolio_v2 import bootstrap
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import SignalGenerated
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.handling import Response, done, respond


def lambda_handler(event: object, context: object) -> Response:
    """Plan the rebalance that a signal asks for and queue its trades."""
    return respond(event, decode=_signal, act=_rebalance, failures=bootstrap.failures)


def _signal(event: object) -> SignalGenerated:
    return unwrap(event, {EventName.SIGNAL_GENERATED: SignalGenerated})


def _rebalance(signal: SignalGenerated) -> Response:
    plan = bootstrap.rebalancer().rebalance(signal)
    return done(
        status="planned",
        trades_required=bool(plan.trades),
        plan_id=plan.plan_id,
        run_id=plan.run_id,
        correlation_id=plan.correlation_id,
    )
