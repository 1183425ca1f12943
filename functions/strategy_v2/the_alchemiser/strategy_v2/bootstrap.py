"""The worker with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.strategy_allocations import load_strategy
from the_alchemiser.shared.wiring import bus_publisher, event_stamp, failure_reporter
from the_alchemiser.strategy_v2.settings import WorkerSettings

if TYPE_CHECKING:
    from the_alchemiser.strategy_v2.service import StrategyWorker

MODULE = "strategy_v2"


@cache
def worker() -> StrategyWorker:
    """Return the one worker of this process; numpy is imported here and nowhere earlier."""
    from the_alchemiser.shared.market_data_s3 import S3BarStore
    from the_alchemiser.strategy_v2.fresh_bars import FreshBars
    from the_alchemiser.strategy_v2.service import StrategyWorker

    settings = WorkerSettings.from_environment(os.environ)
    return StrategyWorker(
        load=partial(load_strategy, Path(settings.code_root)),
        store=FreshBars(
            S3BarStore(client("s3"), settings.market_data_bucket), settings.max_weekdays_behind
        ),
        publisher=bus_publisher(settings),
        stamp=event_stamp(MODULE),
        clock=SystemClock(),
        stage=settings.stage,
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of the worker's failures."""
    return failure_reporter(
        os.environ,
        source_module=MODULE,
        workflow_type="signal_generation",
        failure_step="strategy_evaluation",
        ends=RunPart.SIGNAL,
    )
