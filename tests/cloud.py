"""An AWS in this process, for tests in which a conditional write decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from tests import moto_numbers, moto_queries
from tests.aws_limits import refuse_too_large
from tests.quick_moto import mock_aws
from the_alchemiser.shared.aws import client as shared_client
from the_alchemiser.shared.table import Table

REGION = "us-east-1"

moto_numbers.mend()
moto_queries.mend()


class Cloud:
    """Clients of the in-process AWS, and the tables made in it."""

    def client(self, service: str) -> Any:
        return _client(service)

    def listening(self, bus: str) -> Callable[[], list[dict[str, Any]]]:
        """Make a bus with a queue behind it; give what asks the queue for all that came."""
        events, sqs = self.client("events"), self.client("sqs")
        events.create_event_bus(Name=bus)
        url = sqs.create_queue(QueueName="heard")["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        everything = json.dumps({"source": [{"prefix": ""}]})
        events.put_rule(Name="all", EventBusName=bus, EventPattern=everything)
        target = {"Id": "heard", "Arn": asked["Attributes"]["QueueArn"]}
        events.put_targets(Rule="all", EventBusName=bus, Targets=[target])

        def heard() -> list[dict[str, Any]]:
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

        return heard

    def table(self, name: str = "records", indexes: Sequence[str] = ()) -> Table:
        """Make a table with string keys PK and SK, and such indexes, as the catalogue's are."""
        keys = ["PK", "SK", *(f"{index}{part}" for index in indexes for part in ("PK", "SK"))]
        made = [
            {
                "IndexName": index,
                "KeySchema": _key_schema(f"{index}PK", f"{index}SK"),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in indexes
        ]
        self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=_key_schema("PK", "SK"),
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            **({"GlobalSecondaryIndexes": made} if made else {}),
        )
        return Table(self.client("dynamodb"), name)


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


@cache
def _client(service: str) -> Any:
    # Making a client takes longer than most tests; moto answers one made for an earlier test too.
    return boto3.client(  # type: ignore[call-overload]
        service,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def _one_at_a_time(call: Callable[..., Any]) -> Callable[..., Any]:
    # A write to DynamoDB is atomic; moto's is only if no other thread runs meanwhile.
    lock = RLock()

    def locked(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        with lock:
            refuse_too_large(self.meta.service_model.endpoint_prefix, operation, parameters)
            return call(self, operation, parameters)

    return locked


@contextmanager
def in_process_cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Keep every AWS call of the test inside this process."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    call = BaseClient._make_api_call  # type: ignore[attr-defined]
    monkeypatch.setattr(BaseClient, "_make_api_call", _one_at_a_time(call))
    shared_client.cache_clear()
    with mock_aws():
        yield Cloud()
    shared_client.cache_clear()
