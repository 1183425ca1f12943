"""Makes the portfolio function's collaborators, once, when first needed."""

from __future__ import annotations

import os
import time
from functools import cache

from the_alchemiser.portfolio_v2.account_reader import AccountReader
from the_alchemiser.portfolio_v2.believed_prices import BelievedPrices
from the_alchemiser.portfolio_v2.liquidation import Liquidation
from the_alchemiser.portfolio_v2.plan_store import PlanStore
from the_alchemiser.portfolio_v2.run_store import RunStore
from the_alchemiser.portfolio_v2.service import Rebalancer
from the_alchemiser.portfolio_v2.session_store import SessionStore
from the_alchemiser.portfolio_v2.settings import PortfolioSettings
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.broker import Broker
from the_alchemiser.shared.broker_access import connected_broker
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_queue import SqsTradeQueue
from the_alchemiser.shared.wiring import bus_publisher, event_stamp, failure_reporter

MODULE = "portfolio_v2"


@cache
def settings() -> PortfolioSettings:
    """Read the environment."""
    return PortfolioSettings.from_environment(os.environ)


@cache
def broker() -> Broker:
    """Connect to the broker, once."""
    return connected_broker(settings())


@cache
def rebalancer() -> Rebalancer:
    """Put the use case together."""
    clock = SystemClock()
    dynamodb = client("dynamodb")
    return Rebalancer(
        reader=AccountReader(
            broker=broker(),
            prices=BelievedPrices(broker=broker(), sleep=time.sleep),
            liquidation=Liquidation(broker=broker(), sleep=time.sleep),
        ),
        plans=PlanStore(Table(dynamodb, settings().plans_table), clock),
        runs=RunStore(Table(dynamodb, settings().runs_table), clock),
        queue=SqsTradeQueue(client("sqs"), settings().queue_url),
        sessions=SessionStore(Table(dynamodb, settings().sessions_table)),
        publisher=bus_publisher(settings()),
        stamp=event_stamp(MODULE),
        clock=clock,
        deployment=settings().equity_deployment,
    )


@cache
def failures() -> FailureReporter:
    """Make what tells of failures."""
    return failure_reporter(
        os.environ,
        source_module=MODULE,
        workflow_type="portfolio_analysis",
        failure_step="portfolio_analysis",
        ends=RunPart.TRADING,
    )
