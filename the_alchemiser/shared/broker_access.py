"""How portfolio and execution reach their broker."""

from __future__ import annotations

from pydantic import Field

from the_alchemiser.shared.broker import Broker
from the_alchemiser.shared.secrets import read_secret
from the_alchemiser.shared.settings import FunctionSettings, Name


class BrokerSettings(FunctionSettings):
    """Where the broker is, and where the keys to it lie."""

    broker_secret_arn: Name = Field(alias="ALPACA__SECRET_ARN")
    broker_endpoint: Name = Field(alias="ALPACA__ENDPOINT")
    broker_data_endpoint: Name = Field(alias="ALPACA__DATA_ENDPOINT")


def connected_broker(settings: BrokerSettings) -> Broker:
    """Connect to the broker; alpaca-py is imported here and nowhere earlier."""
    from the_alchemiser.shared.broker_alpaca import connect

    secret = read_secret(settings.broker_secret_arn, "key", "secret")
    return connect(
        key=secret["key"],
        secret=secret["secret"],
        endpoint=settings.broker_endpoint,
        data_endpoint=settings.broker_data_endpoint,
    )
