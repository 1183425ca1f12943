"""What the portfolio function is told by its environment."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.broker_access import BrokerSettings
from the_alchemiser.shared.settings import Name


class PortfolioSettings(BrokerSettings):
    """Names and addresses of what the portfolio function uses, and how much it may deploy."""

    equity_deployment: Annotated[Decimal, Field(gt=0, le=Decimal("1.5"))] = Field(
        alias="ALPACA__EQUITY_DEPLOYMENT_PCT", default=Decimal(1)
    )
    sessions_table: Name = Field(alias="AGGREGATION_TABLE_NAME")
    plans_table: Name = Field(alias="REBALANCE_PLAN__TABLE_NAME")
    runs_table: Name = Field(alias="EXECUTION_RUNS_TABLE_NAME")
    queue_url: Name = Field(alias="EXECUTION_FIFO_QUEUE_URL")
