"""The trade aggregator with its real collaborators, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.outbox import Outbox
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients
from the_alchemiser.trade_aggregator.adapters import RunTable
from the_alchemiser.trade_aggregator.service import TradeAggregator
from the_alchemiser.trade_aggregator.settings import TradeAggregatorSettings

MODULE = "trade_aggregator"


def compose(
    settings: TradeAggregatorSettings, clients: Clients, clock: Clock, ids: IdSource
) -> TradeAggregator:
    """Put the use case together."""
    table = Table(clients.aws("dynamodb"), settings.runs_table)
    return TradeAggregator(
        runs=RunTable(table),
        conclusions=Outbox(
            table,
            clients.publisher(settings),
            clock,
            {EventName.ALL_TRADES_COMPLETED: AllTradesCompleted},
        ),
        stamp=EventStamp(clock=clock, ids=ids, source_module=MODULE),
        clock=clock,
    )


@cache
def trade_aggregator() -> TradeAggregator:
    """Return the one trade aggregator of this process."""
    settings = TradeAggregatorSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of the trade aggregator's failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(MODULE, "trade_aggregation", "trade_aggregation")
"""Puts together who tells of failures, also of settings that are missing."""
