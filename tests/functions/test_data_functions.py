"""The two data functions as Lambda calls them: settings, secrets, tables, bucket and vendors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.market.bars import Restatement
from local.market.broker import Broker
from local.market.faults import Fault, FaultKind
from local.market.hours import trading_moment
from local.market.prices import Prices
from tests.cloud import Cloud
from tests.fakes import CountingIds
from tests.functions.deployed import BAD_DATA, BARS, BROKER, BUS, FETCH_REQUESTS, TWELVEDATA
from tests.simulated_market import opened, served
from the_alchemiser.data_quality_monitor import bootstrap as monitor
from the_alchemiser.data_quality_monitor.lambda_handler import handle as handle_check
from the_alchemiser.data_quality_monitor.service import QualityCheck
from the_alchemiser.data_quality_monitor.settings import MonitorSettings
from the_alchemiser.data_v2 import bootstrap as data_v2
from the_alchemiser.data_v2.lambda_handler import handle as handle_data
from the_alchemiser.data_v2.settings import DataSettings
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.secrets import read_secret
from the_alchemiser.shared.wiring import RealClients
from the_alchemiser.strategy_v2 import bootstrap as strategy
from the_alchemiser.strategy_v2.lambda_handler import handle as handle_evaluation
from the_alchemiser.strategy_v2.service import StrategyWorker
from the_alchemiser.strategy_v2.settings import WorkerSettings

EXAMPLE = Path(__file__).parents[1] / "events" / "MarketDataFetchRequested.json"
BUCKET = BARS


@dataclass
class World:
    cloud: Cloud
    market: Broker
    environment: dict[str, str]
    folder: Path

    def call(self, function: str, event: object) -> Any:
        """Give an event to a function as Lambda would, to one that just started."""
        return COMPOSED[function](self, event)

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
def world(cloud: Cloud, served_market: tuple[Broker, str], tmp_path: Path) -> Iterator[World]:
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
    environment = {
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
    }
    _make_places(cloud)
    read_secret.cache_clear()
    # /tmp is shared by all tests of this machine.
    yield World(cloud, market, environment, tmp_path / "cache")
    read_secret.cache_clear()


def _package(root: Path) -> Path:
    allocations = json.dumps({"files": ["pair.clj"], "allocations": {"pair.clj": 1}})
    for name, text in (
        ("config/strategy.dev.json", allocations),
        ("config/strategy.prod.json", allocations),
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


def _data(world: World, event: object) -> Any:
    clock, ids, clients = SystemClock(), CountingIds(), RealClients()

    def data() -> data_v2.Data:
        settings = DataSettings.from_environment(world.environment)
        return data_v2.compose(settings, clients, clock, ids, world.folder, lambda _s: None)

    return handle_data(
        event, None, data, lambda: data_v2.compose_failures(world.environment, clients, clock, ids)
    )


def _monitor(world: World, event: object) -> Any:
    clock, ids, clients = SystemClock(), CountingIds(), RealClients()

    def check() -> QualityCheck:
        settings = MonitorSettings.from_environment(world.environment)
        return monitor.compose(settings, clients, clock, ids, world.folder)

    return handle_check(
        event, None, check, lambda: monitor.compose_failures(world.environment, clients, clock, ids)
    )


def _strategy(world: World, event: object) -> Any:
    clock, ids, clients = SystemClock(), CountingIds(), RealClients()

    def worker() -> StrategyWorker:
        settings = WorkerSettings.from_environment(world.environment)
        return strategy.compose(settings, clients, clock, ids)

    return handle_evaluation(
        event, worker, lambda: strategy.compose_failures(world.environment, clients, clock, ids)
    )


EVALUATION = {
    "session_id": "workflow-1",
    "correlation_id": "workflow-1",
    "dsl_file": "pair.clj",
    "allocation": "1",
    "strategy_number": 1,
    "total_strategies": 1,
    "as_of": "2022-03-15",
}

COMPOSED: dict[str, Callable[[World, object], Any]] = {
    "data_v2": _data,
    "data_quality_monitor": _monitor,
    "strategy_v2": _strategy,
}


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


def test_a_split_that_one_side_alone_has_worked_in_stops_who_reads_the_symbol(
    world: World,
) -> None:
    """The stored closes before five days ago are 20 times those of today's shares."""
    world.call("data_v2", {"as_of": "2022-03-15"})
    split = Restatement(symbol="KO", day=date(2022, 3, 10), ratio=Decimal(20))
    world.market.tape.restatements.append(split)
    last_days = {"KO": list(world.market.tape.prices.closes["KO"])}
    position = world.market.tape.prices.position(date(2022, 3, 10))
    last_days["KO"][position:] = [close * 20 for close in last_days["KO"][position:]]
    world.market.tape.prices = replace(
        world.market.tape.prices,
        closes={**world.market.tape.prices.closes, "KO": tuple(last_days["KO"])},
    )

    checked = world.call("data_quality_monitor", {"as_of": "2022-03-15"})

    assert checked["body"]["failed_symbols"] == ["KO"]
    (issue,) = checked["body"]["issues"]
    assert "stored 20 times" in issue["issue"]
    told = {each["detail-type"]: each["detail"] for each in world.published()}
    assert "stored 20 times" in told["WorkflowFailed"]["failure_reason"]
    stopped = world.call("strategy_v2", EVALUATION)
    assert stopped["statusCode"] == 500
    (failure,) = [each["detail"] for each in world.published()]
    assert failure["ends"] == "signal"
    assert "KO: its stored bars are in doubt" in failure["failure_reason"]

    world.call("data_v2", {"symbols": ["KO"], "full_seed": True, "as_of": "2022-03-15"})
    healed = world.call("data_quality_monitor", {"as_of": "2022-03-15"})
    assert healed["body"]["status"] == "success", healed["body"]["issues"]
    assert world.call("strategy_v2", EVALUATION)["statusCode"] == 200


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
