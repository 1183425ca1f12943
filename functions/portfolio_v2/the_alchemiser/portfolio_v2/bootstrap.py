"""Puts the portfolio function together: of real clients once, when first needed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache

from the_alchemiser.portfolio_v2.account_reader import AccountReader
from the_alchemiser.portfolio_v2.believed_prices import BelievedPrices
from the_alchemiser.portfolio_v2.liquidation import Liquidation
from the_alchemiser.portfolio_v2.plan_store import PlanStore
from the_alchemiser.portfolio_v2.run_store import RunStore
from the_alchemiser.portfolio_v2.service import Rebalancer
from the_alchemiser.portfolio_v2.session_store import SessionStore
from the_alchemiser.portfolio_v2.session_time import ExecutionPace
from the_alchemiser.portfolio_v2.settings import PortfolioSettings
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_queue import SqsTradeQueue
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients

MODULE = "portfolio_v2"


def compose(
    settings: PortfolioSettings,
    clients: Clients,
    clock: Clock,
    ids: IdSource,
    sleep: Callable[[float], None] = time.sleep,
) -> Rebalancer:
    """Put the use case together."""
    dynamodb, broker = clients.aws("dynamodb"), clients.broker(settings)
    return Rebalancer(
        reader=AccountReader(
            broker=broker,
            prices=BelievedPrices(broker=broker, sleep=sleep),
            liquidation=Liquidation(broker=broker, sleep=sleep),
        ),
        plans=PlanStore(Table(dynamodb, settings.plans_table), clock),
        runs=RunStore(Table(dynamodb, settings.runs_table), clock),
        queue=SqsTradeQueue(clients.aws("sqs"), settings.queue_url),
        sessions=SessionStore(Table(dynamodb, settings.sessions_table)),
        publisher=clients.publisher(settings),
        stamp=EventStamp(clock=clock, ids=ids, source_module=MODULE),
        clock=clock,
        deployment=settings.equity_deployment,
        pace=ExecutionPace(
            trades_at_once=settings.trades_at_once,
            step_wait_s=settings.step_wait_s,
            requests_per_minute=settings.requests_per_minute,
        ),
    )


@cache
def rebalancer() -> Rebalancer:
    """Return the one rebalancer of this process."""
    settings = PortfolioSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Make what tells of failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf(MODULE, "portfolio_analysis", "portfolio_analysis", RunPart.TRADING)
"""Puts together who tells of failures, also of settings that are missing."""
