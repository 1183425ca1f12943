"""With whose money a stack trades."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit

LIVE_HOST = "api.alpaca.markets"


class Mode(StrEnum):
    """What stands in every subject, so that nobody takes play for earnest."""

    LIVE = "LIVE"
    PAPER = "PAPER"
    SIMULATED = "SIMULATED"


def mode_of(broker_endpoint: str) -> Mode:
    """Tell from the broker's address; only the live host is live."""
    if not broker_endpoint or "paper" in broker_endpoint:
        return Mode.PAPER
    return Mode.LIVE if urlsplit(broker_endpoint).hostname == LIVE_HOST else Mode.SIMULATED
