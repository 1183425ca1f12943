"""Entry point of the data quality monitor."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.data_quality_monitor import bootstrap
from the_alchemiser.data_quality_monitor.inputs import Check, decode
from the_alchemiser.data_quality_monitor.responses import check_response
from the_alchemiser.data_quality_monitor.service import QualityCheck
from the_alchemiser.shared.handling import FailureReporter, Response, respond
from the_alchemiser.shared.market_data_budget import TimeBudget


def lambda_handler(event: object, context: object) -> Response:
    """Compare stored bars with the second source and say what is wrong with which symbol."""
    return handle(event, context, bootstrap.quality_check, bootstrap.failures)


def handle(
    event: object,
    context: object,
    quality_check: Callable[[], QualityCheck],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with a check that is put together when the event was understood."""
    budget = TimeBudget.of(context)

    def act(check: Check) -> Response:
        return check_response(check.correlation_id, quality_check().run(check, budget))

    return respond(event, decode=decode, act=act, failures=failures)
