"""What data_v2 is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class DataSettings(FunctionSettings):
    """Where bars come from, where they go, and how often one symbol may be asked for."""

    bucket: Name = Field(alias="MARKET_DATA_BUCKET")
    fetch_requests_table: Name = Field(alias="FETCH_REQUESTS_TABLE")
    cooldown_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = Field(
        alias="FETCH_COOLDOWN_MINUTES", default=15
    )
    markers_table: Name = Field(alias="BAD_DATA_MARKERS_TABLE")
    broker_secret_arn: Name = Field(alias="ALPACA__SECRET_ARN")
    data_endpoint: Name = Field(alias="ALPACA__DATA_ENDPOINT")
    function_name: Name = Field(alias="CONTINUATION_FUNCTION_NAME", default="data_v2")
    """Set by Lambda; names the function that goes on when the time is up."""
    code_root: Name = Field(alias="LAMBDA_TASK_ROOT", default=".")
    """Folder below which the packaged strategies/ and config/ lie."""
