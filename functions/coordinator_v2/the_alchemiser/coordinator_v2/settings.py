"""What the coordinator is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class CoordinatorSettings(FunctionSettings):
    """Where sessions are kept, whom to start, and how long a session may wait."""

    sessions_table: Name = Field(alias="AGGREGATION_TABLE_NAME")
    worker_function: Name = Field(alias="STRATEGY_FUNCTION_NAME")
    session_timeout_s: Annotated[int, Field(ge=1, le=6 * 3600)] = Field(
        alias="AGGREGATION_TIMEOUT_SECONDS", default=600
    )
    dsl_files: str = Field(alias="STRATEGY__DSL_FILES", default="")
    dsl_allocations: str = Field(alias="STRATEGY__DSL_ALLOCATIONS", default="")
    code_root: Name = Field(alias="LAMBDA_TASK_ROOT", default=".")
    """Folder below which the packaged config/ lies."""
