"""What the portfolio function is told by its environment."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.broker_access import BrokerSettings
from the_alchemiser.shared.settings import Name


class PortfolioSettings(BrokerSettings):
    """Names and addresses of what the portfolio function uses, and how it trades."""

    equity_deployment: Annotated[Decimal, Field(gt=0, le=Decimal("1.5"))] = Field(
        alias="ALPACA__EQUITY_DEPLOYMENT_PCT", default=Decimal(1)
    )
    requests_per_minute: Annotated[int, Field(ge=10)] = Field(
        alias="ALPACA__REQUESTS_PER_MINUTE", default=200
    )
    """https://docs.alpaca.markets/docs/about-market-data-api says the same of bars and quotes."""
    step_wait_s: Annotated[float, Field(ge=0, le=60)] = Field(
        alias="EXECUTION__STEP_WAIT_S", default=10.0
    )
    trades_at_once: Annotated[int, Field(ge=1)] = Field(
        alias="EXECUTION__TRADES_AT_ONCE", default=8
    )
    sessions_table: Name = Field(alias="AGGREGATION_TABLE_NAME")
    plans_table: Name = Field(alias="REBALANCE_PLAN__TABLE_NAME")
    runs_table: Name = Field(alias="EXECUTION_RUNS_TABLE_NAME")
    queue_url: Name = Field(alias="EXECUTION_FIFO_QUEUE_URL")
