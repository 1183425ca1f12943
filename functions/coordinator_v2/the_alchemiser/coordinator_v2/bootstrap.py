"""The coordinator with its real collaborators, made at first use."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

from the_alchemiser.coordinator_v2.adapters import LambdaWorkers, PackagedAllocations, SessionTable
from the_alchemiser.coordinator_v2.service import Coordinator
from the_alchemiser.coordinator_v2.settings import CoordinatorSettings
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.strategy_allocations import ALLOCATIONS_VARIABLE, FILES_VARIABLE
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients


def compose(
    settings: CoordinatorSettings, clients: Clients, clock: Clock, ids: IdSource
) -> Coordinator:
    """Put the use case together."""
    overrides = {
        FILES_VARIABLE: settings.dsl_files,
        ALLOCATIONS_VARIABLE: settings.dsl_allocations,
    }
    return Coordinator(
        sessions=SessionTable(Table(clients.aws("dynamodb"), settings.sessions_table), clock),
        workers=LambdaWorkers(clients.aws("lambda"), settings.worker_function),
        allocations=PackagedAllocations(Path(settings.code_root), settings.stage, overrides),
        clock=clock,
        timeout=timedelta(seconds=settings.session_timeout_s),
    )


@cache
def coordinator() -> Coordinator:
    """Return the one coordinator of this process."""
    settings = CoordinatorSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of the coordinator's failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(
    "coordinator_v2", "strategy_coordination", "coordinator_dispatch", RunPart.SIGNAL
)
"""Puts together who tells of failures, also of settings that are missing."""
