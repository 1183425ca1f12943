"""The second source, connected when the first close is really needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from the_alchemiser.shared.secrets import read_secret

if TYPE_CHECKING:
    from the_alchemiser.data_quality_monitor.ports import Pause
    from the_alchemiser.data_quality_monitor.twelve_data import TwelveDataCloses


class LazySource:
    """Reads the key and imports the vendor's client only once there is something to ask."""

    def __init__(self, secret_arn: str, endpoint: str, pace: Pause) -> None:
        self._secret_arn = secret_arn
        self._endpoint = endpoint
        self._pace = pace

    def closes(self, symbol: str, first: date, last: date) -> Mapping[date, float]:
        """Fetch closes by day; empty when the vendor has none."""
        return self._source.closes(symbol, first, last)

    @cached_property
    def _source(self) -> TwelveDataCloses:
        from the_alchemiser.data_quality_monitor.twelve_data import connect

        secret = read_secret(self._secret_arn, "api_key")
        return connect(api_key=secret["api_key"], endpoint=self._endpoint, pace=self._pace)
