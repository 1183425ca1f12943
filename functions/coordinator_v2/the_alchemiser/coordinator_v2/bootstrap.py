"""The coordinator with its real collaborators, made at first use."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

from the_alchemiser.coordinator_v2.adapters import LambdaWorkers, PackagedAllocations, SessionTable
from the_alchemiser.coordinator_v2.service import Coordinator
from the_alchemiser.coordinator_v2.settings import CoordinatorSettings
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.strategy_allocations import ALLOCATIONS_VARIABLE, FILES_VARIABLE
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import failure_reporter


@cache
def coordinator() -> Coordinator:
    """Return the one coordinator of this process."""
    settings = CoordinatorSettings.from_environment(os.environ)
    clock = SystemClock()
    overrides = {
        FILES_VARIABLE: settings.dsl_files,
        ALLOCATIONS_VARIABLE: settings.dsl_allocations,
    }
    return Coordinator(
        sessions=SessionTable(Table(client("dynamodb"), settings.sessions_table), clock),
        workers=LambdaWorkers(client("lambda"), settings.worker_function),
        allocations=PackagedAllocations(Path(settings.code_root), settings.stage, overrides),
        clock=clock,
        timeout=timedelta(seconds=settings.session_timeout_s),
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of the coordinator's failures."""
    return failure_reporter(
        os.environ,
        source_module="coordinator_v2",
        workflow_type="strategy_coordination",
        failure_step="coordinator_dispatch",
        ends=RunPart.SIGNAL,
    )
