"""What the trade aggregator is told by its environment."""

from __future__ import annotations

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class TradeAggregatorSettings(FunctionSettings):
    """Where runs are kept."""

    runs_table: Name = Field(alias="EXECUTION_RUNS_TABLE_NAME")
