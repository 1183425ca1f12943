"""Entry point of the portfolio function."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.portfolio_v2 import bootstrap
from the_alchemiser.portfolio_v2.service import Rebalancer
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import SignalGenerated
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.handling import FailureReporter, Response, done, respond


def lambda_handler(event: object, context: object) -> Response:
    """Plan the rebalance that a signal asks for and queue its trades."""
    return handle(event, bootstrap.rebalancer, bootstrap.failures)


def handle(
    event: object, rebalancer: Callable[[], Rebalancer], failures: Callable[[], FailureReporter]
) -> Response:
    """Do it with a rebalancer that is made when the event was understood."""

    def act(signal: SignalGenerated) -> Response:
        return _rebalance(rebalancer(), signal)

    return respond(event, decode=_signal, act=act, failures=failures)


def _signal(event: object) -> SignalGenerated:
    return unwrap(event, {EventName.SIGNAL_GENERATED: SignalGenerated})


def _rebalance(rebalancer: Rebalancer, signal: SignalGenerated) -> Response:
    plan = rebalancer.rebalance(signal)
    return done(
        status="planned",
        trades_required=bool(plan.trades),
        plan_id=plan.plan_id,
        run_id=plan.run_id,
        correlation_id=plan.correlation_id,
    )
