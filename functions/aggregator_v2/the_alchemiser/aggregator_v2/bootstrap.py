"""The aggregator with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.aggregator_v2.adapters import SessionTable
from the_alchemiser.aggregator_v2.outcome import FAILURE_STEP, WORKFLOW_TYPE, Outcomes
from the_alchemiser.aggregator_v2.service import Aggregator
from the_alchemiser.aggregator_v2.settings import AggregatorSettings
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import SignalGenerated
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.outbox import Outbox
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import bus_publisher, event_stamp, failure_reporter

MODULE = "aggregator_v2"


@cache
def aggregator() -> Aggregator:
    """Return the one aggregator of this process."""
    settings = AggregatorSettings.from_environment(os.environ)
    clock = SystemClock()
    table = Table(client("dynamodb"), settings.sessions_table)
    return Aggregator(
        sessions=SessionTable(table, clock),
        conclusions=Outbox(
            table,
            bus_publisher(settings),
            clock,
            {
                EventName.SIGNAL_GENERATED: SignalGenerated,
                EventName.WORKFLOW_FAILED: WorkflowFailed,
            },
        ),
        outcomes=Outcomes(stamp=event_stamp(MODULE)),
        clock=clock,
        tolerance=settings.tolerance,
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of the aggregator's failures."""
    return failure_reporter(
        os.environ,
        source_module=MODULE,
        workflow_type=WORKFLOW_TYPE,
        failure_step=FAILURE_STEP,
        ends=RunPart.SIGNAL,
    )
