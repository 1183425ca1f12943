"""Limits of queues, topics, buses, rules and schedules."""

from __future__ import annotations

from collections.abc import Mapping

from attached_providers.aws import schedule_expressions as expressions
from attached_providers.limits import (
    Limits,
    arn,
    between,
    every,
    filled,
    items,
    long,
    one_of,
    shaped,
)

RETRY = {
    "retryPolicy.maximumEventAgeInSeconds": between(60, 86_400),
    "retryPolicy.maximumRetryAttempts": between(0, 185),
}


def another_than_default(path: str, value: str) -> str | None:
    """Refuse to make the group that every account has.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html
    """
    told = f"ConflictException: Schedule group {value} already exists. ({path})"
    return told if value == "default" else None


BUS = every(
    filled,
    shaped(
        r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:\d{12}:event-bus/)?[/.\-_A-Za-z0-9]+",
        "must be the name or ARN of a bus",
    ),
)
NAME = shaped(r"[0-9A-Za-z_.-]+", "must be letters, digits, dots, underscores and hyphens")

LIMITS: Mapping[str, Limits] = {
    "aws:sqs/queue:Queue": {
        "deduplicationScope": one_of("messageGroup", "queue"),
        "delaySeconds": between(0, 900),
        "fifoThroughputLimit": one_of("perQueue", "perMessageGroupId"),
        "kmsDataKeyReusePeriodSeconds": between(60, 86_400),
        "maxMessageSize": between(1024, 1_048_576),
        "messageRetentionSeconds": between(60, 1_209_600),
        "name": shaped(r"[0-9A-Za-z_-]{1,80}|[0-9A-Za-z_-]{1,75}\.fifo", "invalid queue name"),
        "receiveWaitTimeSeconds": between(0, 20),
        "visibilityTimeoutSeconds": between(0, 43_200),
    },
    "aws:sqs/queuePolicy:QueuePolicy": {
        "queueUrl": shaped(r"https?://.+/[0-9]{12}/.+", "must be the URL of a queue"),
    },
    "aws:sns/topic:Topic": {
        "displayName": long(0, 100),
        "fifoThroughputScope": one_of("Topic", "MessageGroup"),
        "name": shaped(r"[0-9A-Za-z_-]{1,256}|[0-9A-Za-z_-]{1,251}\.fifo", "invalid topic name"),
        "signatureVersion": between(1, 2),
        "tracingConfig": one_of("Active", "PassThrough"),
        **{
            f"{service}{outcome}FeedbackRoleArn": arn
            for service in ("application", "firehose", "http", "lambda", "sqs")
            for outcome in ("Failure", "Success")
        },
        **{
            f"{service}SuccessFeedbackSampleRate": between(0, 100)
            for service in ("application", "firehose", "http", "lambda", "sqs")
        },
    },
    "aws:sns/topicPolicy:TopicPolicy": {"arn": every(filled, arn)},
    "aws:sns/topicSubscription:TopicSubscription": {
        "filterPolicyScope": one_of("MessageAttributes", "MessageBody"),
        "protocol": one_of(
            *("application", "email", "email-json", "firehose", "http", "https"),
            *("lambda", "sms", "sqs"),
        ),
        "subscriptionRoleArn": arn,
        "topic": every(filled, arn),
    },
    "aws:cloudwatch/eventBus:EventBus": {
        "deadLetterConfig.arn": arn,
        "description": long(0, 512),
        "eventSourceName": every(
            long(1, 256),
            shaped(r"aws\.partner(/[.\-_A-Za-z0-9]+){2,}", "must be a partner's event source"),
        ),
        "kmsKeyIdentifier": every(
            long(0, 2048), shaped(r"[a-zA-Z0-9_\-/:]*", "must be a key or its alias")
        ),
        "name": every(
            long(1, 256),
            shaped(r"(?!default$)[/.\-_A-Za-z0-9]+", "must be a bus name other than default"),
        ),
    },
    "aws:cloudwatch/eventRule:EventRule": {
        "description": long(0, 512),
        "eventBusName": BUS,
        "eventPattern": long(0, 4096),
        "name": every(long(1, 64), NAME),
        "roleArn": arn,
        "scheduleExpression": expressions.rule_schedule,
        "state": one_of("DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
    },
    "aws:cloudwatch/eventTarget:EventTarget": {
        "arn": every(filled, arn),
        "deadLetterConfig.arn": every(arn, shaped(r"arn:[^:]+:sqs:.+", "must be a queue")),
        "eventBusName": BUS,
        "input": long(0, 8192),
        "inputPath": every(long(0, 256), shaped(r"(\$.*)?", "must be a JSON path")),
        "inputTransformer.inputPaths{}": shaped(r"\$.*", "must be a JSON path"),
        "inputTransformer.inputPaths": items(100),
        "inputTransformer.inputTemplate": long(1, 8192),
        "roleArn": arn,
        "rule": every(long(1, 64), NAME),
        "sqsTarget.messageGroupId": long(1, 100),
        "targetId": every(long(1, 64), NAME),
        **RETRY,
    },
    "aws:scheduler/schedule:Schedule": {
        "actionAfterCompletion": one_of("NONE", "DELETE"),
        "description": long(0, 512),
        "flexibleTimeWindow.maximumWindowInMinutes": between(1, 1440),
        "flexibleTimeWindow.mode": one_of("OFF", "FLEXIBLE"),
        "groupName": every(long(1, 64), NAME),
        "kmsKeyArn": arn,
        "name": every(long(1, 64), NAME),
        "scheduleExpression": expressions.schedule,
        "scheduleExpressionTimezone": expressions.timezone,
        "state": one_of("ENABLED", "DISABLED"),
        "target.arn": every(filled, arn),
        "target.deadLetterConfig.arn": every(filled, arn),
        "target.eventbridgeParameters.detailType": every(filled, long(1, 128)),
        "target.eventbridgeParameters.source": every(
            long(1, 256), shaped(r"\$.*|(?!aws\.)[/.\-_A-Za-z0-9]+", "must be a source, not AWS's")
        ),
        "target.kinesisParameters.partitionKey": every(filled, long(1, 256)),
        "target.sqsParameters.messageGroupId": every(filled, long(1, 128)),
        "target.roleArn": every(arn, shaped(r"arn:[^:]+:iam::\d{12}:role/.+", "must be a role")),
        **{f"target.{path}": rule for path, rule in RETRY.items()},
    },
    "aws:scheduler/scheduleGroup:ScheduleGroup": {
        "name": every(long(1, 64), NAME, another_than_default)
    },
}
