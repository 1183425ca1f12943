"""What functions reach in AWS where their other tests put a fake in its place."""

from __future__ import annotations

import importlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cloud import Cloud
from tests.fakes import CountingIds, FixedClock
from tests.functions.deployed import (
    BAD_DATA,
    BARS,
    BROKER,
    BUS,
    FETCH_REQUESTS,
    LEDGER,
    NAMESPACE,
    PLANS,
    RUNS,
    SESSIONS,
    TWELVEDATA,
    alias,
)
from tests.functions.rights import check
from the_alchemiser.data_quality_monitor.settings import MonitorSettings
from the_alchemiser.data_v2.archive import S3BarArchive
from the_alchemiser.data_v2.settings import DataSettings
from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import Bar
from the_alchemiser.shared.market_data_s3 import S3BarStore
from the_alchemiser.shared.secrets import read_secret
from the_alchemiser.shared.settings import FunctionSettings
from the_alchemiser.shared.wiring import RealClients
from the_alchemiser.strategy_v2.fresh_bars import FreshBars

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "APP__STAGE": "dev",
    "EVENT_BUS_NAME": BUS,
    "AGGREGATION_TABLE_NAME": SESSIONS,
    "REBALANCE_PLAN__TABLE_NAME": PLANS,
    "EXECUTION_RUNS_TABLE_NAME": RUNS,
    "TRADE_LEDGER__TABLE_NAME": LEDGER,
    "EXECUTION_FIFO_QUEUE_URL": "https://queue.test/1/execution.fifo",
    "METRICS_NAMESPACE": NAMESPACE,
    "ALPACA__ENDPOINT": "https://broker.test",
    "ALPACA__DATA_ENDPOINT": "https://broker.test",
    "MARKET_DATA_BUCKET": BARS,
    "FETCH_REQUESTS_TABLE": FETCH_REQUESTS,
    "BAD_DATA_MARKERS_TABLE": BAD_DATA,
    "TWELVEDATA__ENDPOINT": "https://vendor.test",
    "LAMBDA_TASK_ROOT": str(ROOT),
}


@pytest.fixture
def environment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = cloud.client("secretsmanager")
    fields = {
        BROKER: {"key": "k" * 20, "secret": "s" * 40},
        TWELVEDATA: {"api_key": "a-vendor-key"},
    }
    for variable, name in (
        ("ALPACA__SECRET_ARN", BROKER),
        ("TWELVEDATA__SECRET_ARN", TWELVEDATA),
    ):
        made = secrets.create_secret(Name=name, SecretString=json.dumps(fields[name]))
        monkeypatch.setenv(variable, made["ARN"])
    for variable, value in ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)
    read_secret.cache_clear()


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("function", ["portfolio_v2", "execution_v2"])
def test_the_keys_to_the_broker_are_read_from_its_secret(function: str) -> None:
    bootstrap = importlib.import_module(f"the_alchemiser.{function}.bootstrap")
    made = {"portfolio_v2": "rebalancer", "execution_v2": "executor"}[function]

    assert getattr(bootstrap, made).__wrapped__() is not None


SETTINGS: dict[str, type[FunctionSettings]] = {
    "data_v2": DataSettings,
    "data_quality_monitor": MonitorSettings,
}


@dataclass
class OutOfTime:
    def get_remaining_time_in_millis(self) -> int:
        return 1


class Functions:
    def __init__(self) -> None:
        self.invoked: list[str] = []

    def invoke(self, **request: Any) -> None:
        check("lambda", "Invoke", request)
        self.invoked.append(request["FunctionName"])


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("function", ["data_v2", "data_quality_monitor"])
def test_work_that_does_not_fit_is_left_to_another_invocation(
    function: str, cloud: Cloud, tmp_path: Path
) -> None:
    cloud.client("s3").create_bucket(Bucket=BARS)
    cloud.table(BAD_DATA)
    cloud.client("events").create_event_bus(Name=BUS)
    functions = Functions()
    bootstrap = importlib.import_module(f"the_alchemiser.{function}.bootstrap")
    settings = SETTINGS[function]
    environment = {**os.environ, "CONTINUATION_FUNCTION_NAME": alias(function)}
    handler = importlib.import_module(f"the_alchemiser.{function}.lambda_handler")

    class Clients(RealClients):
        def aws(self, service: str) -> Any:
            return functions if service == "lambda" else super().aws(service)

    def composed() -> Any:
        read = settings.from_environment(environment)
        clock, ids = FixedClock(), CountingIds()
        return bootstrap.compose(read, Clients(), clock, ids, tmp_path)

    event = {"symbols": ["KO", "PEP"], "as_of": "2022-03-15"}
    handler.handle(event, OutOfTime(), composed, bootstrap.failures)

    assert functions.invoked == [alias(function)]


def test_a_strategy_reads_bars_and_is_told_which_are_missing(cloud: Cloud, tmp_path: Path) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BARS)
    store = S3BarStore(s3, BARS, tmp_path / "cache")
    day = date(2022, 3, 14)
    bar = Bar(day=day, open=1.0, high=1.0, low=1.0, close=1.0, volume=1)
    archive = S3BarArchive(s3, BARS, store, FixedClock(datetime(2022, 3, 15, tzinfo=UTC)))
    archive.publish("KO", [bar], requested_from=day, replacing=None)
    fresh = FreshBars(S3BarStore(s3, BARS, tmp_path / "another"), max_weekdays_behind=3)

    assert fresh.closes("KO", date(2022, 3, 15)).dates[-1] == day
    with pytest.raises(DataUnavailable, match="PEP"):
        fresh.closes("PEP", date(2022, 3, 15))
