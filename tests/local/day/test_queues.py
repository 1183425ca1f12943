from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from local.day.mailbox import subscribed
from tests.day.mover import move_messages
from tests.quick_moto import mock_aws

ATTRIBUTES = {"FifoQueue": "true"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield lambda service: boto3.client(service, region_name="us-east-1")


def test_a_mail_lands_in_the_mailbox_and_the_mailbox_goes_away(aws: Any) -> None:
    sns, sqs = aws("sns"), aws("sqs")
    topic = sns.create_topic(Name="notifications")["TopicArn"]
    with subscribed(sns, sqs, topic) as mailbox:
        sns.publish(TopicArn=topic, Subject="[SUCCESS]", Message="done")
        [mail] = mailbox.read()
        assert (mail.subject, mail.body) == ("[SUCCESS]", "done")
        assert mailbox.read() == ()
    assert not sqs.list_queues().get("QueueUrls")
    assert not sns.list_subscriptions()["Subscriptions"]


def test_what_a_killed_watcher_left_is_not_read(aws: Any) -> None:
    sns, sqs = aws("sns"), aws("sqs")
    topic = sns.create_topic(Name="notifications")["TopicArn"]
    left = sqs.create_queue(QueueName="alchemiser-local-mailbox")["QueueUrl"]
    sqs.send_message(QueueUrl=left, MessageBody='{"Message": "old"}')
    with subscribed(sns, sqs, topic) as mailbox:
        assert mailbox.read() == ()


def test_dead_letters_go_back_in_their_groups(aws: Any) -> None:
    sqs = aws("sqs")
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes=ATTRIBUTES)["QueueUrl"]
    target = sqs.create_queue(QueueName="target.fifo", Attributes=ATTRIBUTES)["QueueUrl"]
    for number in range(3):
        sqs.send_message(
            QueueUrl=dead,
            MessageBody=f"trade {number}",
            MessageGroupId=f"SYM{number}",
            MessageDeduplicationId=str(number),
        )
    assert move_messages(sqs, dead, target) == 3
    assert move_messages(sqs, dead, target) == 0
    received = sqs.receive_message(
        QueueUrl=target, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )["Messages"]
    assert {(message["Body"], message["Attributes"]["MessageGroupId"]) for message in received} == {
        (f"trade {number}", f"SYM{number}") for number in range(3)
    }
