"""The aggregator with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.aggregator_v2.adapters import SessionTable
from the_alchemiser.aggregator_v2.outcome import FAILURE_STEP, WORKFLOW_TYPE, Outcomes
from the_alchemiser.aggregator_v2.service import Aggregator
from the_alchemiser.aggregator_v2.settings import AggregatorSettings
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import SignalGenerated
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.outbox import Outbox
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients

MODULE = "aggregator_v2"


def compose(
    settings: AggregatorSettings, clients: Clients, clock: Clock, ids: IdSource
) -> Aggregator:
    """Put the use case together."""
    table = Table(clients.aws("dynamodb"), settings.sessions_table)
    return Aggregator(
        sessions=SessionTable(table, clock),
        conclusions=Outbox(
            table,
            clients.publisher(settings),
            clock,
            {
                EventName.SIGNAL_GENERATED: SignalGenerated,
                EventName.WORKFLOW_FAILED: WorkflowFailed,
            },
        ),
        outcomes=Outcomes(stamp=EventStamp(clock=clock, ids=ids, source_module=MODULE)),
        clock=clock,
        tolerance=settings.tolerance,
    )


@cache
def aggregator() -> Aggregator:
    """Return the one aggregator of this process."""
    settings = AggregatorSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of the aggregator's failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(MODULE, WORKFLOW_TYPE, FAILURE_STEP, RunPart.SIGNAL)
"""Puts together who tells of failures, also of settings that are missing."""
