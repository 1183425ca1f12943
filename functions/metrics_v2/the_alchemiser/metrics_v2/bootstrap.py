"""Metrics with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.metrics_v2.adapters import CloudWatch, LedgerTable
from the_alchemiser.metrics_v2.service import Metrics
from the_alchemiser.metrics_v2.settings import MetricsSettings
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients


def compose(settings: MetricsSettings, clients: Clients, clock: Clock, ids: IdSource) -> Metrics:
    """Put the use case together."""
    return Metrics(
        ledger=LedgerTable(Table(clients.aws("dynamodb"), settings.ledger_table)),
        monitor=CloudWatch(clients.aws("cloudwatch"), settings.namespace, clock),
    )


@cache
def metrics() -> Metrics:
    """Return the one publisher of metrics of this process."""
    settings = MetricsSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of the failures of metrics."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf("metrics_v2", "metrics", "publish_metrics")
"""Puts together who tells of failures, also of settings that are missing."""
