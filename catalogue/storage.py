"""What is kept: tables and buckets."""

from __future__ import annotations

from blueprint import BucketSpec, IndexSpec, TableSpec

TABLES = (
    TableSpec(
        name="aggregation-sessions",
        purpose="Signals of one run while its strategies report in.",
        ttl_attribute="TTL",
    ),
    TableSpec(
        name="rebalance-plans",
        purpose="Every plan that was made, by plan and by run.",
        indexes=(IndexSpec(name="GSI1"),),
        ttl_attribute="ttl",
    ),
    TableSpec(
        name="execution-runs",
        purpose="Progress of a run, trade by trade.",
        ttl_attribute="TTL",
    ),
    TableSpec(
        name="trade-ledger",
        purpose="Fills and lots, by order, strategy, symbol and run; kept for ever.",
        indexes=tuple(IndexSpec(name=f"GSI{number}") for number in range(1, 7)),
    ),
    TableSpec(
        name="market-data-fetch-requests",
        purpose="Which symbol was fetched lately, so that it is not fetched again at once.",
        sorted=False,
        ttl_attribute="ttl",
    ),
    TableSpec(
        name="bad-data-markers",
        purpose="Symbols whose stored bars must be fetched anew.",
        ttl_attribute="TTL",
    ),
)

ACCESS_LOGS = "access-logs"
ARTIFACTS = "artifacts"

BUCKETS = (
    BucketSpec(name=ACCESS_LOGS, purpose="Who read and wrote the other buckets.", expire_days=90),
    BucketSpec(name=ARTIFACTS, purpose="Built layers, by input key.", logs_to=ACCESS_LOGS),
    BucketSpec(name="market-data", purpose="Daily bars by symbol.", logs_to=ACCESS_LOGS),
    BucketSpec(name="reports", purpose="Performance reports.", expire_days=30, logs_to=ACCESS_LOGS),
)
