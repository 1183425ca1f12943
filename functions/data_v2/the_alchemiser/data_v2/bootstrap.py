"""The data function with its real collaborators, made at first use."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
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
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.market_data_budget import LambdaContinuation
from the_alchemiser.shared.market_data_s3 import CACHE, S3BarStore
from the_alchemiser.shared.strategy_symbols import configured_symbols
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients

MODULE = "data_v2"


@dataclass(frozen=True, kw_only=True, slots=True)
class Data:
    """The function's two use cases."""

    daily_refresh: DailyRefresh
    requested_fetch: RequestedFetch


def compose(
    settings: DataSettings,
    clients: Clients,
    clock: Clock,
    ids: IdSource,
    folder: Path = CACHE,
    sleep: Callable[[float], None] = time.sleep,
) -> Data:
    """Put both use cases together; bars are kept in a folder for the next call."""
    s3, dynamodb = clients.aws("s3"), clients.aws("dynamodb")
    archive = S3BarArchive(s3, settings.bucket, S3BarStore(s3, settings.bucket, folder), clock)
    vendor = LazyVendor(settings.broker_secret_arn, settings.data_endpoint, sleep)
    symbol_refresh = SymbolRefresh(archive, vendor)
    cooldown = timedelta(minutes=settings.cooldown_minutes)
    return Data(
        daily_refresh=DailyRefresh(
            symbol_refresh=symbol_refresh,
            markers=MarkerTable(Table(dynamodb, settings.markers_table), clock),
            configured=lambda: configured_symbols(Path(settings.code_root)),
            continuation=LambdaContinuation(clients.aws("lambda"), settings.function_name),
            clock=clock,
        ),
        requested_fetch=RequestedFetch(
            symbol_refresh=symbol_refresh,
            cooldown=CooldownTable(dynamodb, settings.fetch_requests_table, cooldown, clock),
            publisher=clients.publisher(settings),
            stamp=EventStamp(clock=clock, ids=ids, source_module=MODULE),
            clock=clock,
        ),
    )


@cache
def data() -> Data:
    """Return what this process was put together as."""
    settings = DataSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of a refresh's failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(MODULE, "data_refresh", "refresh_symbols")
"""Puts together who tells of failures, also of settings that are missing."""
