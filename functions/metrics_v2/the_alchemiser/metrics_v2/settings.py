"""What metrics is told by its environment."""

from __future__ import annotations

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class MetricsSettings(FunctionSettings):
    """Where fills are kept, and the namespace that alarms and dashboard watch."""

    ledger_table: Name = Field(alias="TRADE_LEDGER__TABLE_NAME")
    namespace: Name = Field(alias="METRICS_NAMESPACE")
