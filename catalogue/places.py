"""Short names for what functions are granted and told of."""

from __future__ import annotations

from catalogue.model import Access, Grant, Reference, ResourceKind

SESSIONS = Reference(ResourceKind.TABLE, "aggregation-sessions")
PLANS = Reference(ResourceKind.TABLE, "rebalance-plans")
RUNS = Reference(ResourceKind.TABLE, "execution-runs")
LEDGER = Reference(ResourceKind.TABLE, "trade-ledger")
FETCH_REQUESTS = Reference(ResourceKind.TABLE, "market-data-fetch-requests")
BAD_DATA = Reference(ResourceKind.TABLE, "bad-data-markers")
BARS = Reference(ResourceKind.BUCKET, "market-data")
REPORTS = Reference(ResourceKind.BUCKET, "reports")
TRADES = Reference(ResourceKind.QUEUE, "execution")
MAIL = Reference(ResourceKind.TOPIC, "notifications")
BROKER = Reference(ResourceKind.SECRET, "broker")
TWELVEDATA = Reference(ResourceKind.SECRET, "twelvedata")
WORKER = Reference(ResourceKind.FUNCTION, "strategy_v2")
METRICS = Reference(ResourceKind.METRICS, "Alchemiser")


def reads(target: Reference) -> Grant:
    """Permit reading."""
    return Grant(Access.READ, target)


def keeps(target: Reference) -> Grant:
    """Permit reading and writing."""
    return Grant(Access.READ_WRITE, target)
