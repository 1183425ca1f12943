"""What the worker is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class WorkerSettings(FunctionSettings):
    """Where the bars are kept, and where the strategies lie."""

    market_data_bucket: Name = Field(alias="MARKET_DATA_BUCKET")
    bad_data_table: Name = Field(alias="BAD_DATA_MARKERS_TABLE")
    max_weekdays_behind: Annotated[int, Field(ge=0, le=60)] = Field(
        alias="MARKET_DATA__MAX_WEEKDAYS_BEHIND", default=2
    )
    """How far the newest bar of a symbol may lie behind the last weekday before trading."""
    code_root: Name = Field(alias="LAMBDA_TASK_ROOT", default=".")
    """Folder below which the packaged strategies/ lies."""
