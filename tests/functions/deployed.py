"""The names that a stack gives to what functions use, for tests that are held to roles."""

from __future__ import annotations

from components.addresses import Addresses

ACCOUNT, REGION = "123456789012", "us-east-1"
PLACE = Addresses(system="alchemiser", stage="dev", account_id=ACCOUNT, region=REGION)

BUS = PLACE.name("events")
NAMESPACE = PLACE.namespace("Alchemiser")

SESSIONS = PLACE.name("aggregation-sessions")
PLANS = PLACE.name("rebalance-plans")
RUNS = PLACE.name("execution-runs")
LEDGER = PLACE.name("trade-ledger")
FETCH_REQUESTS = PLACE.name("market-data-fetch-requests")
BAD_DATA = PLACE.name("bad-data-markers")

BARS = PLACE.bucket("market-data")
REPORTS = PLACE.bucket("reports")
TRADES = PLACE.queue("execution", fifo=True)
MAIL = PLACE.name("notifications")
BROKER = PLACE.name("broker")
TWELVEDATA = PLACE.name("twelvedata")


def alias(function: str) -> str:
    """Name what another function invokes a function by."""
    from catalogue.system import SYSTEM

    spec = next(spec for spec in SYSTEM.functions if spec.name == function)
    return PLACE.alias_arn(spec.physical_name).partition(":function:")[2]
