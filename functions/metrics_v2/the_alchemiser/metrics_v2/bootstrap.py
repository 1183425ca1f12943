"""Metrics with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.metrics_v2.adapters import CloudWatch, LedgerTable
from the_alchemiser.metrics_v2.service import Metrics
from the_alchemiser.metrics_v2.settings import MetricsSettings
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import failure_reporter


@cache
def metrics() -> Metrics:
    """Return the one publisher of metrics of this process."""
    settings = MetricsSettings.from_environment(os.environ)
    return Metrics(
        ledger=LedgerTable(Table(client("dynamodb"), settings.ledger_table)),
        monitor=CloudWatch(client("cloudwatch"), settings.namespace, SystemClock()),
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of the failures of metrics."""
    return failure_reporter(
        os.environ,
        source_module="metrics_v2",
        workflow_type="metrics",
        failure_step="publish_metrics",
    )
