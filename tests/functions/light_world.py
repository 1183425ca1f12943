"""The five light functions as Lambda runs them, on an AWS in this process."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.cloud import Cloud
from tests.fakes import CountingIds
from tests.functions.deployed import (
    BUS,
    LEDGER,
    MAIL,
    NAMESPACE,
    REPORTS,
    RUNS,
    SESSIONS,
    alias,
)
from tests.functions.rights import check
from the_alchemiser.shared.broker import Broker
from the_alchemiser.shared.broker_access import BrokerSettings
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.publish import EventBridgePublisher, EventPublisher
from the_alchemiser.shared.handling import Response
from the_alchemiser.shared.settings import FunctionSettings

ROOT = Path(__file__).parents[2]
FUNCTIONS = {
    "coordinator_v2": "CoordinatorSettings",
    "aggregator_v2": "AggregatorSettings",
    "trade_aggregator": "TradeAggregatorSettings",
    "notifications_v2": "NotificationSettings",
    "metrics_v2": "MetricsSettings",
}
"""The light functions, and what each reads its environment with."""


class Bus:
    """An event bus that keeps what was put on it."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        check("events", "PutEvents", {"Entries": Entries})
        self.entries.extend(Entries)
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}

    def take(self, event_type: str) -> list[dict[str, Any]]:
        """Return the deliveries of one type, as rules would make them."""
        return [
            {
                "version": "0",
                "detail-type": entry["DetailType"],
                "source": entry["Source"],
                "detail": json.loads(entry["Detail"]),
            }
            for entry in self.entries
            if entry["DetailType"] == event_type
        ]


class Functions:
    """A Lambda service that keeps what was invoked."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803
        check("lambda", "Invoke", {"FunctionName": FunctionName})
        assert (FunctionName, InvocationType) == (alias("strategy_v2"), "Event")
        self.payloads.append(json.loads(Payload))


class Context:
    """What Lambda tells a handler about its invocation."""

    aws_request_id = "5f1c9a51-7a52-4c8e-9f2e-0d7c64d4bb11"


CONTEXT = Context()


class LightWorld:
    """Tables, bucket, topic, bus and the five handlers."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.bus = Bus()
        self.functions = Functions()
        self.sessions = cloud.table(SESSIONS)
        self.runs = cloud.table(RUNS)
        self.ledger = cloud.table(LEDGER)
        cloud.client("s3").create_bucket(Bucket=REPORTS)
        topic = cloud.client("sns").create_topic(Name=MAIL)["TopicArn"]
        queue = cloud.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
        cloud.client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:inbox"
        )
        self.inbox = queue
        self.environment = {
            "APP__STAGE": "dev",
            "EVENT_BUS_NAME": BUS,
            "AGGREGATION_TABLE_NAME": SESSIONS,
            "STRATEGY_FUNCTION_NAME": alias("strategy_v2"),
            "STRATEGY__DSL_ALLOCATIONS": "calm-mix.clj=0.6,pair.clj=0.4",
            "EXECUTION_RUNS_TABLE_NAME": RUNS,
            "TRADE_LEDGER__TABLE_NAME": LEDGER,
            "PERFORMANCE_REPORTS_BUCKET": REPORTS,
            "SNS_NOTIFICATION_TOPIC_ARN": topic,
            "ALPACA__ENDPOINT": "https://paper-api.alpaca.markets",
            "METRICS_NAMESPACE": NAMESPACE,
            "LAMBDA_TASK_ROOT": str(ROOT),
        }

    def call(self, function: str, event: object, context: object = CONTEXT) -> Response:
        """Give an event to a function as Lambda would, to one that just started."""
        package = f"the_alchemiser.{function}"
        bootstrap = import_module(f"{package}.bootstrap")
        settings = getattr(import_module(f"{package}.settings"), FUNCTIONS[function])
        clock, ids = SystemClock(), CountingIds()

        def composed() -> Any:
            read = settings.from_environment(self.environment)
            return bootstrap.compose(read, self, clock, ids)

        def failures() -> Any:
            return bootstrap.compose_failures(self.environment, self, clock, ids)

        handle: Any = import_module(f"{package}.lambda_handler").handle
        told = [context] if function == "coordinator_v2" else []
        answer: Response = handle(event, *told, composed, failures)
        return answer

    def aws(self, service: str) -> Any:
        special = {"events": self.bus, "lambda": self.functions}
        return special[service] if service in special else self.cloud.client(service)

    def publisher(self, settings: FunctionSettings) -> EventPublisher:
        return EventBridgePublisher(self.aws("events"), settings.event_bus_name)

    def broker(self, settings: BrokerSettings) -> Broker:
        raise AssertionError("no light function talks to the broker")

    def mails(self) -> list[dict[str, Any]]:
        answer = self.cloud.client("sqs").receive_message(
            QueueUrl=self.inbox, MaxNumberOfMessages=10
        )
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def stored(self) -> list[Any]:
        """Return everything that is kept anywhere."""
        items = [
            item
            for table in (self.sessions, self.runs, self.ledger)
            for item in table.scan("PK > :nothing", {":nothing": " "})
        ]
        objects = self.cloud.client("s3").list_objects_v2(Bucket=REPORTS).get("Contents", [])
        return [*items, *objects]
