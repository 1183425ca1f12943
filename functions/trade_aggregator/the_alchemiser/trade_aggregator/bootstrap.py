"""The trade aggregator with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.outbox import Outbox
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import bus_publisher, event_stamp, failure_reporter
from the_alchemiser.trade_aggregator.adapters import RunTable
from the_alchemiser.trade_aggregator.service import TradeAggregator
from the_alchemiser.trade_aggregator.settings import TradeAggregatorSettings

MODULE = "trade_aggregator"


@cache
def trade_aggregator() -> TradeAggregator:
    """Return the one trade aggregator of this process."""
    settings = TradeAggregatorSettings.from_environment(os.environ)
    clock = SystemClock()
    table = Table(client("dynamodb"), settings.runs_table)
    return TradeAggregator(
        runs=RunTable(table),
        conclusions=Outbox(
            table,
            bus_publisher(settings),
            clock,
            {EventName.ALL_TRADES_COMPLETED: AllTradesCompleted},
        ),
        stamp=event_stamp(MODULE),
        clock=clock,
    )


@cache
def failures() -> FailureReporter:
    """Return who tells of the trade aggregator's failures."""
    return failure_reporter(
        os.environ,
        source_module=MODULE,
        workflow_type="trade_aggregation",
        failure_step="trade_aggregation",
    )
