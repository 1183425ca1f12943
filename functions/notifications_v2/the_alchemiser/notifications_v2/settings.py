"""What notifications is told by its environment."""

from __future__ import annotations

from pydantic import Field

from the_alchemiser.shared.settings import FunctionSettings, Name


class NotificationSettings(FunctionSettings):
    """Whom to mail, where reports and fills are kept, and what was mailed already."""

    topic_arn: Name = Field(alias="SNS_NOTIFICATION_TOPIC_ARN")
    reports_bucket: Name = Field(alias="PERFORMANCE_REPORTS_BUCKET")
    ledger_table: Name = Field(alias="TRADE_LEDGER__TABLE_NAME")
    runs_table: Name = Field(alias="EXECUTION_RUNS_TABLE_NAME")
    """Keeps the claims on mails beside the runs, because its items expire; and the kill switch."""
    broker_endpoint: str = Field(alias="ALPACA__ENDPOINT", default="")
