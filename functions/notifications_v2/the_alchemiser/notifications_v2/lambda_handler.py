"""Entry point of notifications."""

from __future__ import annotations

from the_alchemiser.notifications_v2.bootstrap import failures, notifier
from the_alchemiser.notifications_v2.command import decode
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.handling import Response, done, respond


def lambda_handler(event: object, context: object) -> Response:
    """Mail the result of a run, or what went wrong."""
    return respond(event, decode=decode, act=_act, failures=failures)


def _act(event: DomainEvent) -> Response:
    outcome = notifier().notify(event)
    return done(status=outcome.value, event_id=event.event_id)
