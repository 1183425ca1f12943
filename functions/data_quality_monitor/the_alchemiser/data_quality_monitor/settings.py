"""What data_quality_monitor is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class MonitorSettings(FunctionSettings):
    """Where the stored bars are, and where the second source is."""

    bucket: Name = Field(alias="MARKET_DATA_BUCKET")
    bad_data_table: Name = Field(alias="BAD_DATA_MARKERS_TABLE")
    secret_arn: Name = Field(alias="TWELVEDATA__SECRET_ARN")
    endpoint: Name = Field(alias="TWELVEDATA__ENDPOINT")
    requests_per_minute: Annotated[int, Field(ge=1, le=6_000)] = Field(
        alias="TWELVEDATA__REQUESTS_PER_MINUTE", default=8
    )
    """8 on the free tier: https://twelvedata.com/pricing"""
    function_name: Name = Field(alias="CONTINUATION_FUNCTION_NAME", default="data_quality_monitor")
    """Names the function that goes on when the time is up."""
    code_root: Name = Field(alias="LAMBDA_TASK_ROOT", default=".")
    """Folder below which the packaged strategies/ and config/ lie."""
