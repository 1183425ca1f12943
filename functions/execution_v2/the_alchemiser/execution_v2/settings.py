"""What the execution function is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.broker_access import BrokerSettings
from the_alchemiser.shared.run_record.states import STALL_LIMIT_S
from the_alchemiser.shared.settings import Name


class ExecutionSettings(BrokerSettings):
    """Names and addresses of what the execution function uses, and how long it waits."""

    step_wait_s: Annotated[float, Field(ge=0, le=60)] = Field(
        alias="EXECUTION__STEP_WAIT_S", default=10.0
    )
    stall_limit_s: Annotated[int, Field(gt=0)] = Field(
        alias="EXECUTION__STALL_LIMIT_S", default=STALL_LIMIT_S
    )
    max_quote_age_s: Annotated[int, Field(gt=0)] = Field(
        alias="EXECUTION__MAX_QUOTE_AGE_S", default=900
    )
    runs_table: Name = Field(alias="EXECUTION_RUNS_TABLE_NAME")
    ledger_table: Name = Field(alias="TRADE_LEDGER__TABLE_NAME")
    queue_url: Name = Field(alias="EXECUTION_FIFO_QUEUE_URL")
    metrics_namespace: Name = Field(alias="METRICS_NAMESPACE")
