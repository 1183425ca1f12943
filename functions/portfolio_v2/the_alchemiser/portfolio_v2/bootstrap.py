"""Makes the portfolio function's collaborators, once, when first needed."""

from __future__ import annotations

import os
import time
from decimal import Decimal
from functools import cache

from the_alchemiser.portfolio_v2.account_reader import AccountReader
from the_alchemiser.portfolio_v2.liquidation import Liquidation
from the_alchemiser.portfolio_v2.plan_store import PlanStore
from the_alchemiser.portfolio_v2.run_store import RunStore
from the_alchemiser.portfolio_v2.service import Rebalancer
from the_alchemiser.portfolio_v2.session_store import SessionStore
from the_alchemiser.portfolio_v2.settings import PortfolioSettings
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.broker import Broker
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventBridgePublisher
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import RandomIds
from the_alchemiser.shared.logs import configure
from the_alchemiser.shared.secrets import read_secret
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_queue import SqsTradeQueue

MODULE = "portfolio_v2"


@cache
def settings() -> PortfolioSettings:
    """Read the environment and set up the logs."""
    found = PortfolioSettings.from_environment(os.environ)
    configure(MODULE, found.log_level)
    return found


@cache
def broker() -> Broker:
    """Connect to the broker; alpaca-py is imported here and nowhere earlier."""
    from the_alchemiser.shared.broker_alpaca import connect

    secret = read_secret(settings().broker_secret_arn)
    return connect(
        key=secret["key"],
        secret=secret["secret"],
        endpoint=settings().broker_endpoint,
        data_endpoint=settings().broker_data_endpoint,
    )


@cache
def rebalancer() -> Rebalancer:
    """Put the use case together."""
    clock = SystemClock()
    dynamodb = client("dynamodb")
    return Rebalancer(
        reader=AccountReader(
            broker=broker(), liquidation=Liquidation(broker=broker(), sleep=time.sleep)
        ),
        plans=PlanStore(Table(dynamodb, settings().plans_table), clock),
        runs=RunStore(Table(dynamodb, settings().runs_table), clock),
        queue=SqsTradeQueue(client("sqs"), settings().queue_url),
        sessions=SessionStore(Table(dynamodb, settings().sessions_table)),
        publisher=_publisher(),
        stamp=_stamp(),
        clock=clock,
        deployment=Decimal(settings().equity_deployment),
    )


@cache
def failures() -> FailureReporter:
    """Make what tells of failures."""
    return FailureReporter(
        publisher=_publisher(),
        stamp=_stamp(),
        workflow_type="portfolio_analysis",
        failure_step="portfolio_analysis",
    )


def _publisher() -> EventBridgePublisher:
    return EventBridgePublisher(client("events"), settings().event_bus_name)


def _stamp() -> EventStamp:
    return EventStamp(clock=SystemClock(), ids=RandomIds(), source_module=MODULE)
