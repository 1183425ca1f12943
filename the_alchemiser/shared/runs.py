"""The record of a run that portfolio opens, execution advances and the trade aggregator closes."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class RunStatus(StrEnum):
    """Where a run stands; only the last two are final."""

    SELL_PHASE = "SELL_PHASE"
    BUY_PHASE = "BUY_PHASE"
    AGGREGATING = "AGGREGATING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen in the run."""
        return self in (RunStatus.COMPLETED, RunStatus.FAILED)


class TradeStatus(StrEnum):
    """Where a trade stands; only the last two are final."""

    WAITING = "WAITING"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether the trade is decided."""
        return self in (TradeStatus.COMPLETED, TradeStatus.FAILED)


METADATA = "METADATA"
"""Sort key of the item that describes the run itself."""

TRADE_PREFIX = "TRADE#"
"""Sort keys of a run's trades begin with it."""

KEPT = timedelta(hours=24)
"""How long a run's items are kept."""

STALL_LIMIT_S = 3_000
"""A run in which nothing moved for so long hangs: three receives of 900 s each are over by then."""


def run_key(run_id: str) -> dict[str, str]:
    """Give the key of a run's METADATA item."""
    return {"PK": f"RUN#{run_id}", "SK": METADATA}


def trade_key(run_id: str, trade_id: str) -> dict[str, str]:
    """Give the key of one trade of a run."""
    return {"PK": f"RUN#{run_id}", "SK": f"{TRADE_PREFIX}{trade_id}"}


def active_run_key() -> dict[str, str]:
    """Give the key of the item that names the run which trades now."""
    return {"PK": "RUN#ACTIVE", "SK": "LOCK"}
