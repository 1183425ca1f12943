"""The vendor, connected when the first bar is really needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from the_alchemiser.shared.market_data import Bar
from the_alchemiser.shared.secrets import read_secret

if TYPE_CHECKING:
    from the_alchemiser.data_v2.vendor_alpaca import AlpacaBars


class LazyVendor:
    """Reads the key pair and imports alpaca-py only once there is something to fetch."""

    def __init__(
        self, secret_arn: str, endpoint: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._secret_arn = secret_arn
        self._endpoint = endpoint
        self._sleep = sleep

    def bars(self, symbol: str, first: date, last: date) -> Sequence[Bar]:
        """Fetch the bars of these days, oldest first; empty when there are none."""
        return self._vendor.bars(symbol, first, last)

    @cached_property
    def _vendor(self) -> AlpacaBars:
        from the_alchemiser.data_v2.pace import Pace
        from the_alchemiser.data_v2.vendor_alpaca import connect

        secret = read_secret(self._secret_arn, "key", "secret")
        return connect(
            key=secret["key"],
            secret=secret["secret"],
            endpoint=self._endpoint,
            pace=Pace(sleep=self._sleep),
        )
