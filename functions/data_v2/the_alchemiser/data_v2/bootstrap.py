"""The data function with its real collaborators, made at first use."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

from the_alchemiser.data_v2.archive import S3BarArchive
from the_alchemiser.data_v2.cooldown import CooldownTable
from the_alchemiser.data_v2.fetch import RequestedFetch
from the_alchemiser.data_v2.markers import MarkerTable
from the_alchemiser.data_v2.refresh import DailyRefresh
from the_alchemiser.data_v2.settings import DataSettings
from the_alchemiser.data_v2.symbol_refresh import SymbolRefresh
from the_alchemiser.data_v2.vendor import LazyVendor
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.market_data_budget import LambdaContinuation
from the_alchemiser.shared.market_data_s3 import S3BarStore
from the_alchemiser.shared.strategy_symbols import configured_symbols
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import bus_publisher, event_stamp, failure_reporter

MODULE = "data_v2"


@cache
def daily_refresh() -> DailyRefresh:
    """Return what refreshes all symbols."""
    settings = _settings()
    clock = SystemClock()
    return DailyRefresh(
        symbol_refresh=_symbol_refresh(),
        markers=MarkerTable(Table(client("dynamodb"), settings.markers_table), clock),
        configured=lambda: configured_symbols(Path(settings.code_root)),
        continuation=LambdaContinuation(client("lambda"), settings.function_name),
        clock=clock,
    )


@cache
def requested_fetch() -> RequestedFetch:
    """Return what answers a request for one symbol."""
    settings = _settings()
    clock = SystemClock()
    return RequestedFetch(
        symbol_refresh=_symbol_refresh(),
        cooldown=CooldownTable(
            client("dynamodb"),
            settings.fetch_requests_table,
            timedelta(minutes=settings.cooldown_minutes),
            clock,
        ),
        publisher=bus_publisher(settings),
        stamp=event_stamp(MODULE),
        clock=clock,
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of a refresh's failures."""
    return failure_reporter(
        os.environ,
        source_module=MODULE,
        workflow_type="data_refresh",
        failure_step="refresh_symbols",
    )


@cache
def _settings() -> DataSettings:
    return DataSettings.from_environment(os.environ)


@cache
def _symbol_refresh() -> SymbolRefresh:
    settings = _settings()
    s3 = client("s3")
    archive = S3BarArchive(s3, settings.bucket, S3BarStore(s3, settings.bucket), SystemClock())
    return SymbolRefresh(archive, LazyVendor(settings.broker_secret_arn, settings.data_endpoint))
