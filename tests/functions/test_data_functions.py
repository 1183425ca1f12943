"""The two data functions as Lambda calls them: settings, secrets, tables, bucket and vendors."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.market.broker import Broker
from local.market.faults import Fault, FaultKind
from local.market.hours import trading_moment
from local.market.prices import Prices
from tests.cloud import Cloud
from tests.functions.deployed import BAD_DATA, BARS, BROKER, BUS, FETCH_REQUESTS, TWELVEDATA
from tests.simulated_market import opened, served
from the_alchemiser.shared.secrets import read_secret

EXAMPLE = Path(__file__).parents[1] / "events" / "MarketDataFetchRequested.json"
BUCKET = BARS


@dataclass
class World:
    cloud: Cloud
    market: Broker
    call: Callable[[str, object], Any]

    def published(self) -> list[dict[str, Any]]:
        """Take the events from the bus, which a queue listens to."""
        url = self.cloud.client("sqs").get_queue_url(QueueName="bus")["QueueUrl"]
        answer = self.cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


@pytest.fixture
def served_market() -> Iterator[tuple[Broker, str]]:
    made = opened(date(2022, 3, 15))
    with served(made) as address:
        yield made, address


@pytest.fixture
def world(
    cloud: Cloud, served_market: tuple[Broker, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    market, address = served_market
    secrets = {
        name: cloud.client("secretsmanager").create_secret(
            Name=name, SecretString=json.dumps(fields)
        )["ARN"]
        for name, fields in (
            (BROKER, {"key": "a-broker-key", "secret": "a-broker-secret"}),
            (TWELVEDATA, {"api_key": "a-vendor-key"}),
        )
    }
    for name, value in {
        "APP__STAGE": "local",
        "EVENT_BUS_NAME": BUS,
        "MARKET_DATA_BUCKET": BUCKET,
        "FETCH_REQUESTS_TABLE": FETCH_REQUESTS,
        "BAD_DATA_MARKERS_TABLE": BAD_DATA,
        "ALPACA__SECRET_ARN": secrets[BROKER],
        "ALPACA__DATA_ENDPOINT": address,
        "TWELVEDATA__SECRET_ARN": secrets[TWELVEDATA],
        "TWELVEDATA__ENDPOINT": address,
        "TWELVEDATA__REQUESTS_PER_MINUTE": "6000",
        "LAMBDA_TASK_ROOT": str(_package(tmp_path / "task")),
    }.items():
        monkeypatch.setenv(name, value)
    # The endpoint only: /tmp is shared by all tests of this machine.
    monkeypatch.setattr("the_alchemiser.shared.market_data_s3.S3BarStore.__init__", _in(tmp_path))
    monkeypatch.setattr("the_alchemiser.data_v2.pace.Pace.wait", lambda _pace: None)
    _make_places(cloud)
    _forget()
    yield World(cloud, market, _call)
    _forget()


def _in(cache: Path) -> Callable[[Any, Any, str], None]:
    def made(store: Any, client: Any, bucket: str) -> None:
        store._client, store._bucket, store._cache = client, bucket, cache

    return made


def _package(root: Path) -> Path:
    book = json.dumps({"files": ["pair.clj"], "allocations": {"pair.clj": 1}})
    for name, text in (
        ("config/strategy.dev.json", book),
        ("config/strategy.prod.json", book),
        ("strategies/pair.clj", '(if (> (rsi "KO" {:window 10}) 50) [(asset "MTUM")])'),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def _make_places(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    cloud.table(BAD_DATA)
    cloud.client("dynamodb").create_table(
        TableName=FETCH_REQUESTS,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
    )
    queue = cloud.client("sqs").create_queue(QueueName="bus")["QueueUrl"]
    arn = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    events = cloud.client("events")
    events.create_event_bus(Name=BUS)
    events.put_rule(
        Name="all",
        EventBusName=BUS,
        EventPattern=json.dumps({"source": [{"prefix": "alchemiser."}]}),
    )
    events.put_targets(
        Rule="all", EventBusName=BUS, Targets=[{"Id": "bus", "Arn": arn["Attributes"]["QueueArn"]}]
    )


def _forget() -> None:
    read_secret.cache_clear()
    for function in ("data_v2", "data_quality_monitor"):
        bootstrap = importlib.import_module(f"the_alchemiser.{function}.bootstrap")
        for made in vars(bootstrap).values():
            if hasattr(made, "cache_clear") and made.__module__ == bootstrap.__name__:
                made.cache_clear()


def _call(function: str, event: object) -> Any:
    handler = importlib.import_module(f"the_alchemiser.{function}.lambda_handler")
    return handler.lambda_handler(event, None)


def test_bars_are_seeded_checked_and_found_good(world: World) -> None:
    seeded = world.call("data_v2", {"as_of": "2022-03-15"})
    checked = world.call("data_quality_monitor", {"as_of": "2022-03-15"})

    assert (seeded["statusCode"], seeded["body"]["status"]) == (200, "success")
    assert seeded["body"]["refreshed"] == 2
    assert checked["body"]["status"] == "success", checked["body"]["issues"]
    assert checked["body"]["checked"] == 2
    (told,) = world.published()
    assert (told["detail-type"], told["detail"]["success"]) == ("WorkflowCompleted", True)


def test_bars_that_the_second_source_contradicts_are_named(world: World) -> None:
    world.call("data_v2", {"symbols": ["KO"], "as_of": "2022-03-15"})
    world.market.tape.prices = Prices(
        days=world.market.tape.prices.days,
        closes={"KO": tuple(close * 2 for close in world.market.tape.prices.closes["KO"])},
    )

    checked = world.call("data_quality_monitor", {"symbols": ["KO"], "as_of": "2022-03-15"})

    assert checked["body"]["status"] == "issues_detected"
    assert checked["body"]["failed_symbols"] == ["KO"]


def test_a_requested_symbol_is_fetched_once_and_told(world: World) -> None:
    event = json.loads(EXAMPLE.read_text())
    event["detail"] |= {"symbol": "KO", "lookback_days": 3000}
    world.market.move_to(trading_moment(date(2022, 12, 29)))

    first = world.call("data_v2", event)
    second = world.call("data_v2", event)

    assert (first["body"]["status"], second["body"]["status"]) == ("success", "deduplicated")
    told = [each["detail"] for each in world.published()]
    assert [each["was_deduplicated"] for each in told] == [False, True]
    assert told[0]["bars_fetched"] == first["body"]["bars_fetched"] > 0


@pytest.mark.parametrize(
    ("function", "path"), [("data_v2", "/v2/stocks/bars"), ("data_quality_monitor", "/time_series")]
)
def test_a_refused_key_is_told_as_a_failure(world: World, function: str, path: str) -> None:
    if function == "data_quality_monitor":
        world.call("data_v2", {"symbols": ["KO"], "as_of": "2022-03-15"})
    world.market.faults.arm(Fault(kind=FaultKind.STATUS, path=path, value=Decimal(401), count=9))

    answer = world.call(function, {"symbols": ["KO"], "as_of": "2022-03-15"})

    assert (answer["statusCode"], answer["body"]["error_type"]) == (500, "ConfigurationError")
    (told,) = world.published()
    assert told["detail-type"] == "WorkflowFailed"
    assert told["source"] == "alchemiser.data"
    assert "a-broker" not in json.dumps(told)
    assert "a-vendor" not in json.dumps(told)
