"""Handlers of portfolio and execution in an environment of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cloud import in_process_cloud
from tests.functions.deployed import BUS, LEDGER, NAMESPACE, PLANS, RUNS, SESSIONS
from tests.functions.trading_world import World, world
from the_alchemiser.execution_v2 import bootstrap as execution
from the_alchemiser.portfolio_v2 import bootstrap as portfolio
from the_alchemiser.shared import wiring

CACHED: tuple[Callable[..., Any], ...] = (
    *(portfolio.settings, portfolio.broker, portfolio.rebalancer, portfolio.failures),
    *(execution.settings, execution.broker, execution.executor),
    *(execution.sweeper, execution.failures),
)


@contextmanager
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Set what the stack sets, and put the fake broker in the real one's place."""
    with in_process_cloud(monkeypatch), world() as market:
        for name, value in environment(market).items():
            monkeypatch.setenv(name, value)
        for made in CACHED:
            made.cache_clear()  # type: ignore[attr-defined]
        monkeypatch.setattr(portfolio, "broker", market.alpaca.broker)
        monkeypatch.setattr(execution, "broker", market.alpaca.broker)
        for module in (portfolio, execution, wiring):
            monkeypatch.setattr(module, "bus_publisher", lambda settings: market.publisher)
            monkeypatch.setattr(module, "SystemClock", lambda: market.clock)
        yield market
        for made in CACHED:
            made.cache_clear()  # type: ignore[attr-defined]


def environment(market: World) -> dict[str, str]:
    return {
        "APP__STAGE": "test",
        "EVENT_BUS_NAME": BUS,
        "LOG_LEVEL": "ERROR",
        "ALPACA__SECRET_ARN": "arn:aws:secretsmanager:us-east-1:1:secret:broker",
        "ALPACA__ENDPOINT": "https://broker.test",
        "ALPACA__DATA_ENDPOINT": "https://broker.test",
        "ALPACA__EQUITY_DEPLOYMENT_PCT": "0.95",
        "AGGREGATION_TABLE_NAME": SESSIONS,
        "REBALANCE_PLAN__TABLE_NAME": PLANS,
        "EXECUTION_RUNS_TABLE_NAME": RUNS,
        "EXECUTION_FIFO_QUEUE_URL": market.queue_url,
        "TRADE_LEDGER__TABLE_NAME": LEDGER,
        "EXECUTION__STEP_WAIT_S": "0",
        "METRICS_NAMESPACE": NAMESPACE,
    }
