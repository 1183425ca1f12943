"""Entry point of notifications."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.notifications_v2 import bootstrap
from the_alchemiser.notifications_v2.command import decode
from the_alchemiser.notifications_v2.service import Notifier
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.handling import FailureReporter, Response, done, respond


def lambda_handler(event: object, context: object) -> Response:
    """Mail the result of a run, or what went wrong."""
    return handle(event, bootstrap.notifier, bootstrap.failures)


def handle(
    event: object,
    notifier: Callable[[], Notifier],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with a use case that is put together when the event was understood."""

    def act(event: DomainEvent) -> Response:
        return _act(notifier(), event)

    return respond(event, decode=decode, act=act, failures=failures)


def _act(notifier: Notifier, event: DomainEvent) -> Response:
    outcome = notifier.notify(event)
    return done(status=outcome.value, event_id=event.event_id)
