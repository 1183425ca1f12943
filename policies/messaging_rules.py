"""Rules on queues, topics, event rules and schedules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.model import (
    Finding,
    Resource,
    Resources,
    Rule,
    denies_plain_text,
    each,
    listed,
    rule,
    statements,
)

QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC = "aws:sns/topic:Topic"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
SCHEDULE = "aws:scheduler/schedule:Schedule"
LONGEST_RETENTION_S = 1_209_600


@each(QUEUE, "sqs-encryption", "AwsSolutions-SQS2", "CKV_AWS_27")
def queue_encryption(queue: Resource) -> str | None:
    """Messages are encrypted at rest."""
    encrypted = queue.inputs.get("sqsManagedSseEnabled") or queue.inputs.get("kmsMasterKeyId")
    return None if encrypted else "not encrypted"


@rule("sqs-dead-letters", "AwsSolutions-SQS3", "SQSRedrivePolicy")
def dead_letters(resources: Resources) -> Iterator[Finding]:
    """A message that cannot be worked off is kept for as long as SQS can."""
    queues = {queue.inputs.get("name"): queue for queue in resources.of(QUEUE)}
    for queue in queues.values():
        redrive = queue.document("redrivePolicy")
        if not redrive:
            if queue.inputs.get("messageRetentionSeconds") != LONGEST_RETENTION_S:
                yield queue, "neither has a dead-letter queue nor keeps messages for 14 days"
            continue
        target = queues.get(str(redrive.get("deadLetterTargetArn")).rpartition(":")[2])
        if target is None:
            yield queue, "its dead-letter queue is not in this stack"
        elif bool(target.inputs.get("fifoQueue")) != bool(queue.inputs.get("fifoQueue")):
            yield queue, "it and its dead-letter queue are not of one kind (FIFO or standard)"
        elif target.document("redriveAllowPolicy").get("redrivePermission") != "byQueue":
            yield target, "takes dead letters from any queue"


@rule("sqs-tls-only", "AwsSolutions-SQS4", "CKV_AWS_72")
def queue_tls_only(resources: Resources) -> Iterator[Finding]:
    """Nobody reaches a queue without TLS."""
    closed = _closed(resources, QUEUE_POLICY)
    for queue in resources.of(QUEUE):
        if queue.inputs.get("name") not in closed:
            yield queue, "can be reached without TLS"


@each(TOPIC, "sns-encryption", "AwsSolutions-SNS2", "CKV_AWS_26")
def topic_encryption(topic: Resource) -> str | None:
    """Messages are encrypted with a key that alarms may use."""
    key = topic.inputs.get("kmsMasterKeyId")
    if not key:
        return "not encrypted"
    return "CloudWatch may not use alias/aws/sns" if key == "alias/aws/sns" else None


@rule("sns-tls-only", "AwsSolutions-SNS3")
def topic_tls_only(resources: Resources) -> Iterator[Finding]:
    """Nobody publishes to a topic without TLS."""
    closed = _closed(resources, "aws:sns/topicPolicy:TopicPolicy")
    for topic in resources.of(TOPIC):
        if topic.inputs.get("name") not in closed:
            yield topic, "can be published to without TLS"


@each(
    "aws:sns/topicSubscription:TopicSubscription",
    "sns-dead-letters",
    "Serverless-SNSRedrivePolicy",
)
def subscription_dead_letters(subscription: Resource) -> str | None:
    """A message that a subscriber does not take is kept."""
    return None if subscription.inputs.get("redrivePolicy") else "has no dead-letter queue"


@each(TARGET, "events-dead-letters", "Serverless-EventBusDLQ")
def target_dead_letters(target: Resource) -> str | None:
    """An event that cannot be delivered is kept instead of dropped after a day."""
    if not (target.inputs.get("deadLetterConfig") or {}).get("arn"):
        return "has no dead-letter queue"
    return None if target.inputs.get("retryPolicy") else "has no retry policy of its own"


@rule("events-dead-letters-admitted", "Serverless-EventBusDLQ")
def dead_letters_admitted(resources: Resources) -> Iterator[Finding]:
    """The bus's rules may send to the queue for what they cannot deliver."""
    admitted = any(
        "events.amazonaws.com" in listed(_services(statement))
        and statement.get("Condition", {}).get("ArnLike", {}).get("aws:SourceArn")
        for policy in resources.of(QUEUE_POLICY)
        for statement in statements(policy.document("policy"))
    )
    if not admitted:
        for target in resources.of(TARGET):
            yield target, "no queue admits events.amazonaws.com by aws:SourceArn"


@each("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "events-bus-closed", "AwsSolutions-EVB1")
def bus_closed(policy: Resource) -> str | None:
    """Only this account puts events on the bus."""
    open_ones = [
        item for item in statements(policy.document("policy")) if not item.get("Condition")
    ]
    return "admits others without a condition" if open_ones else None


@each(SCHEDULE, "schedule-dead-letters", "Scheduler dead letters")
def schedule_dead_letters(schedule: Resource) -> str | None:
    """A start that fails is tried again, then kept."""
    target = schedule.inputs.get("target", {})
    if not (target.get("deadLetterConfig") or {}).get("arn"):
        return "has no dead-letter queue"
    return None if target.get("retryPolicy") else "has no retry policy of its own"


@each(SCHEDULE, "schedule-timezone", "Scheduler timezone")
def schedule_timezone(schedule: Resource) -> str | None:
    """A schedule says in which time zone it is meant."""
    return None if schedule.inputs.get("scheduleExpressionTimezone") else "has no time zone"


def _closed(resources: Resources, type_token: str) -> set[str]:
    """Name the queues or topics to which a policy denies what comes without TLS."""
    return {
        str(arn).rpartition(":")[2]
        for policy in resources.of(type_token)
        for statement in statements(policy.document("policy"))
        if denies_plain_text(statement)
        for arn in listed(statement.get("Resource"))
    }


def _services(statement: Mapping[str, Any]) -> object:
    principal = statement.get("Principal")
    return principal.get("Service") if isinstance(principal, Mapping) else None


RULES: tuple[Rule, ...] = (
    queue_encryption, dead_letters, queue_tls_only, topic_encryption, topic_tls_only,
    subscription_dead_letters, target_dead_letters, dead_letters_admitted, bus_closed,
    schedule_dead_letters, schedule_timezone,
)  # fmt: skip
