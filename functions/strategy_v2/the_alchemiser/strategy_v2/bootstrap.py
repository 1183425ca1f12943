"""The worker with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.strategy_allocations import load_strategy
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients
from the_alchemiser.strategy_v2.settings import WorkerSettings

if TYPE_CHECKING:
    from the_alchemiser.strategy_v2.service import StrategyWorker

MODULE = "strategy_v2"


def compose(
    settings: WorkerSettings, clients: Clients, clock: Clock, ids: IdSource
) -> StrategyWorker:
    """Put the use case together; numpy is imported here and nowhere earlier."""
    from the_alchemiser.shared.doubted_bars import DoubtedBars
    from the_alchemiser.shared.market_data_s3 import S3BarStore
    from the_alchemiser.shared.table import Table
    from the_alchemiser.strategy_v2.believed_bars import BelievedBars
    from the_alchemiser.strategy_v2.fresh_bars import FreshBars
    from the_alchemiser.strategy_v2.service import StrategyWorker

    stored = S3BarStore(clients.aws("s3"), settings.market_data_bucket)
    bars = FreshBars(stored, settings.max_weekdays_behind)
    doubts = DoubtedBars(Table(clients.aws("dynamodb"), settings.bad_data_table))
    return StrategyWorker(
        load=partial(load_strategy, Path(settings.code_root)),
        open_store=lambda: BelievedBars(bars, doubts.read),
        publisher=clients.publisher(settings),
        stamp=EventStamp(clock=clock, ids=ids, source_module=MODULE),
        clock=clock,
        stage=settings.stage,
    )


@cache
def worker() -> StrategyWorker:
    """Return the one worker of this process."""
    settings = WorkerSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of the worker's failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(MODULE, "signal_generation", "strategy_evaluation", RunPart.SIGNAL)
"""Puts together who tells of failures, also of settings that are missing."""
