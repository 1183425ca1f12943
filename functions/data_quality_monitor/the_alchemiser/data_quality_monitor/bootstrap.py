"""The monitor with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from the_alchemiser.data_quality_monitor.pace import MinutePace
from the_alchemiser.data_quality_monitor.service import WORKFLOW_TYPE, QualityCheck
from the_alchemiser.data_quality_monitor.settings import MonitorSettings
from the_alchemiser.data_quality_monitor.source import LazySource
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.market_data_budget import LambdaContinuation
from the_alchemiser.shared.market_data_s3 import S3BarStore
from the_alchemiser.shared.strategy_symbols import configured_symbols
from the_alchemiser.shared.wiring import bus_publisher, event_stamp, failure_reporter

MODULE = "data_quality_monitor"


@cache
def quality_check() -> QualityCheck:
    """Return what checks all symbols."""
    settings = MonitorSettings.from_environment(os.environ)
    pace = MinutePace(settings.requests_per_minute)
    return QualityCheck(
        store=S3BarStore(client("s3"), settings.bucket),
        source=LazySource(settings.secret_arn, settings.endpoint, pace),
        pace=pace,
        configured=lambda: configured_symbols(Path(settings.code_root)),
        continuation=LambdaContinuation(client("lambda"), settings.function_name),
        publisher=bus_publisher(settings),
        stamp=event_stamp(MODULE),
        clock=SystemClock(),
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of a check's failures."""
    return failure_reporter(
        os.environ,
        source_module=MODULE,
        workflow_type=WORKFLOW_TYPE,
        failure_step="check_symbols",
    )
