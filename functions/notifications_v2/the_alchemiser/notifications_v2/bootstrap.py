"""Notifications with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.notifications_v2.adapters import LedgerTable, ReportBucket, TopicMailer
from the_alchemiser.notifications_v2.mode import mode_of
from the_alchemiser.notifications_v2.service import Notifier
from the_alchemiser.notifications_v2.settings import NotificationSettings
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.idempotency import DynamoClaims
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.kill_switch import KillSwitch
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients


def compose(
    settings: NotificationSettings, clients: Clients, clock: Clock, ids: IdSource
) -> Notifier:
    """Put the use case together."""
    dynamodb = clients.aws("dynamodb")
    runs = Table(dynamodb, settings.runs_table)
    return Notifier(
        ledger=LedgerTable(Table(dynamodb, settings.ledger_table)),
        reports=ReportBucket(clients.aws("s3"), settings.reports_bucket),
        mailer=TopicMailer(clients.aws("sns"), settings.topic_arn),
        claims=DynamoClaims(runs, "MAIL", clock),
        switch=KillSwitch(runs),
        mode=mode_of(settings.broker_endpoint),
        stage=settings.stage,
    )


@cache
def notifier() -> Notifier:
    """Return the one notifier of this process."""
    settings = NotificationSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of notifications' failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf("notifications_v2", "notification", "send_mail")
"""Puts together who tells of failures, also of settings that are missing."""
