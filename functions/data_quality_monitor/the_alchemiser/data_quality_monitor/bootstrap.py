"""The monitor with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from the_alchemiser.data_quality_monitor.pace import MinutePace
from the_alchemiser.data_quality_monitor.service import WORKFLOW_TYPE, QualityCheck
from the_alchemiser.data_quality_monitor.settings import MonitorSettings
from the_alchemiser.data_quality_monitor.source import LazySource
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.doubted_bars import DoubtedBars
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.market_data_budget import LambdaContinuation
from the_alchemiser.shared.market_data_s3 import CACHE, S3BarStore
from the_alchemiser.shared.strategy_symbols import configured_symbols
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients

MODULE = "data_quality_monitor"


def compose(
    settings: MonitorSettings, clients: Clients, clock: Clock, ids: IdSource, folder: Path = CACHE
) -> QualityCheck:
    """Put the use case together; bars are kept in a folder for the next call."""
    pace = MinutePace(settings.requests_per_minute)
    return QualityCheck(
        store=S3BarStore(clients.aws("s3"), settings.bucket, folder),
        doubts=DoubtedBars(Table(clients.aws("dynamodb"), settings.bad_data_table)),
        source=LazySource(settings.secret_arn, settings.endpoint, pace),
        pace=pace,
        configured=lambda: configured_symbols(Path(settings.code_root)),
        continuation=LambdaContinuation(clients.aws("lambda"), settings.function_name),
        publisher=clients.publisher(settings),
        stamp=EventStamp(clock=clock, ids=ids, source_module=MODULE),
        clock=clock,
    )


@cache
def quality_check() -> QualityCheck:
    """Return what checks all symbols."""
    settings = MonitorSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of a check's failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(MODULE, WORKFLOW_TYPE, "check_symbols")
"""Puts together who tells of failures, also of settings that are missing."""
