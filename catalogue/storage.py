"""What is kept: tables and buckets."""

from __future__ import annotations

from blueprint import BucketSpec, IndexSpec, TableSpec

LOTS_BY_SYMBOL = "GSI6"
"""Bears the number that it has had in deployed tables; see docs/decisions/0406."""

TABLES = (
    TableSpec(
        name="aggregation-sessions",
        purpose="Signals of one run while its strategies report in.",
        ttl_attribute="TTL",
    ),
    TableSpec(
        name="rebalance-plans",
        purpose="Every plan that was made, by plan and by run.",
        ttl_attribute="ttl",
    ),
    TableSpec(
        name="execution-runs",
        purpose="Progress of a run, trade by trade.",
        ttl_attribute="TTL",
    ),
    TableSpec(
        name="trade-ledger",
        purpose="Fills and lots, by order and by strategy; kept for ever.",
        indexes=(IndexSpec(name=LOTS_BY_SYMBOL, purpose="Which lots of a symbol are open."),),
    ),
    TableSpec(
        name="market-data-fetch-requests",
        purpose="Which symbol was fetched lately, so that it is not fetched again at once.",
        sorted=False,
        ttl_attribute="ttl",
    ),
    TableSpec(
        name="bad-data-markers",
        purpose="Symbols whose stored bars must be fetched anew, or are in doubt.",
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
