"""What the aggregator is told by its environment."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class AggregatorSettings(FunctionSettings):
    """Where sessions are kept, and how far merged weights may lie from 1."""

    sessions_table: Name = Field(alias="AGGREGATION_TABLE_NAME")
    tolerance: Annotated[Decimal, Field(ge=0, le=Decimal("0.01"))] = Field(
        alias="ALLOCATION_TOLERANCE", default=Decimal("0.01")
    )
