"""Where runs and trades stand, and how long they may."""

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


KEPT = timedelta(hours=24)
"""How long a run's items are kept."""

STALL_LIMIT_S = 3_000
"""A run in which nothing moved for so long hangs: three receives of 900 s each are over by then."""
