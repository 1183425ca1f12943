"""Notifications with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.notifications_v2.adapters import LedgerTable, ReportBucket, TopicMailer
from the_alchemiser.notifications_v2.mode import mode_of
from the_alchemiser.notifications_v2.service import Notifier
from the_alchemiser.notifications_v2.settings import NotificationSettings
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.idempotency import DynamoClaims
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import failure_reporter


@cache
def notifier() -> Notifier:
    """Return the one notifier of this process."""
    settings = NotificationSettings.from_environment(os.environ)
    dynamodb = client("dynamodb")
    return Notifier(
        ledger=LedgerTable(Table(dynamodb, settings.ledger_table)),
        reports=ReportBucket(client("s3"), settings.reports_bucket),
        mailer=TopicMailer(client("sns"), settings.topic_arn),
        claims=DynamoClaims(Table(dynamodb, settings.runs_table), "MAIL", SystemClock()),
        mode=mode_of(settings.broker_endpoint),
        stage=settings.stage,
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of notifications' failures."""
    return failure_reporter(
        os.environ,
        source_module="notifications_v2",
        workflow_type="notification",
        failure_step="send_mail",
    )
