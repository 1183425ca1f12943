"""What the worker is told by its environment."""

from __future__ import annotations

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class WorkerSettings(FunctionSettings):
    """Where the bars are kept, and where the strategies lie."""

    market_data_bucket: Name = Field(alias="MARKET_DATA_BUCKET")
    code_root: Name = Field(alias="LAMBDA_TASK_ROOT", default=".")
    """Folder below which the packaged strategies/ lies."""
