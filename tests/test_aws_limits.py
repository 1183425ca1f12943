"""Our stand-ins of AWS refuse what AWS refuses for its size."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud import Cloud, in_process_cloud
from tests.fakes import RecordingPublisher, stamp
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.table import encode


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with in_process_cloud(monkeypatch) as made:
        yield made


def put(cloud: Cloud, number: int = 1, size: int = 1) -> dict[str, Any]:
    item = encode({"PK": f"A#{number}", "SK": "B", "text": "x" * size})
    return {"TableName": cloud.table(f"t{number}-{size}").name, "Item": item}


def test_an_item_of_more_than_400_kb_is_refused(cloud: Cloud) -> None:
    dynamodb = cloud.client("dynamodb")
    dynamodb.put_item(**put(cloud, size=399_000))
    with pytest.raises(ClientError, match="Item size"):
        dynamodb.put_item(**put(cloud, size=410_000))


def test_an_update_that_makes_an_item_larger_than_400_kb_is_refused(cloud: Cloud) -> None:
    dynamodb, first = cloud.client("dynamodb"), put(cloud, size=300_000)
    dynamodb.put_item(**first)
    with pytest.raises(ClientError, match="size"):
        dynamodb.update_item(
            TableName=first["TableName"],
            Key=encode({"PK": "A#1", "SK": "B"}),
            UpdateExpression="SET more = :more",
            ExpressionAttributeValues=encode({":more": "x" * 150_000}),
        )


def test_a_transaction_of_more_than_100_items_is_refused(cloud: Cloud) -> None:
    name = cloud.table().name
    parts = [
        {"Put": {"TableName": name, "Item": encode({"PK": f"A#{number}", "SK": "B"})}}
        for number in range(101)
    ]
    dynamodb = cloud.client("dynamodb")
    dynamodb.transact_write_items(TransactItems=parts[:100])
    with pytest.raises(ClientError, match="100"):
        dynamodb.transact_write_items(TransactItems=parts)


def test_a_batch_of_more_than_25_items_is_refused(cloud: Cloud) -> None:
    name = cloud.table().name
    parts = [
        {"PutRequest": {"Item": encode({"PK": f"A#{number}", "SK": "B"})}} for number in range(26)
    ]
    dynamodb = cloud.client("dynamodb")
    dynamodb.batch_write_item(RequestItems={name: parts[:25]})
    with pytest.raises(ClientError, match="25"):
        dynamodb.batch_write_item(RequestItems={name: parts})


def test_a_message_of_more_than_256_kb_is_refused(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x" * 262_144)
    with pytest.raises(ClientError, match="262144"):
        sqs.send_message(QueueUrl=url, MessageBody="x" * 262_145)


def test_a_mail_of_more_than_256_kb_is_refused(cloud: Cloud) -> None:
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="mail")["TopicArn"]
    with pytest.raises(ClientError, match="too long"):
        sns.publish(TopicArn=topic, Message="€" * 100_000)


def failure(reason: str) -> WorkflowFailed:
    return WorkflowFailed(
        **stamp().stamp("workflow-failed", "workflow-1", "x"),
        workflow_type="w",
        failure_reason=reason,
        failure_step="s",
    )


def test_an_event_of_more_than_256_kb_is_refused_by_the_bus(cloud: Cloud) -> None:
    entry = {"Source": "s", "DetailType": "t", "Detail": '"' + "x" * 262_144 + '"'}
    with pytest.raises(ClientError, match="over the limit"):
        cloud.client("events").put_events(Entries=[entry])


def test_an_event_of_more_than_256_kb_is_refused_by_what_only_records() -> None:
    publisher = RecordingPublisher()
    publisher.publish(failure("x" * 250_000))
    with pytest.raises(PermanentError, match="over the limit"):
        publisher.publish(failure("x" * 262_144))
    assert len(publisher.events) == 1


def test_numbers_add_up_to_nothing_and_go_on_from_there(cloud: Cloud) -> None:
    table = cloud.table()
    table.put_new({"PK": "A", "SK": "B", "sum": Decimal("1.00000000001")})
    for added in ("-1.00000000001", "0.00000000000", "2"):
        cloud.client("dynamodb").update_item(
            TableName=table.name,
            Key=encode({"PK": "A", "SK": "B"}),
            UpdateExpression="SET #sum = #sum + :added",
            ExpressionAttributeNames={"#sum": "sum"},
            ExpressionAttributeValues=encode({":added": Decimal(added)}),
        )
    assert (table.get({"PK": "A", "SK": "B"}) or {})["sum"] == 2
