"""Short names for what functions are granted and told of."""

from __future__ import annotations

from blueprint import Reference, ResourceKind

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
REFRESH = Reference(ResourceKind.FUNCTION, "data_v2")
QUALITY_CHECK = Reference(ResourceKind.FUNCTION, "data_quality_monitor")
WORKER = Reference(ResourceKind.FUNCTION, "strategy_v2")
METRICS = Reference(ResourceKind.METRICS, "Alchemiser")
