"""How each resource type's id follows from what its create was given.

Every resource has a fixed physical name, so most ids are that name; what AWS numbers itself is
looked up by what makes it the only one of its kind. Ids are spelled as the AWS provider does
(the section "Import" of each resource in the provider's reference).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from operations.recovery.cloud import Cloud

Inputs = Mapping[str, Any]
Known = frozenset[str]


def _named(key: str) -> Callable[[Inputs], str]:
    return lambda inputs: str(inputs[key])


def _joined(separator: str, *keys: str) -> Callable[[Inputs], str]:
    return lambda inputs: separator.join(str(inputs[key]) for key in keys if inputs.get(key))


BUCKET_SETTINGS = (
    "bucketVersioning:BucketVersioning",
    "bucketPublicAccessBlock:BucketPublicAccessBlock",
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "bucketOwnershipControls:BucketOwnershipControls",
    "bucketPolicy:BucketPolicy",
    "bucketLogging:BucketLogging",
    "bucketNotification:BucketNotification",
)

DERIVED: Mapping[str, Callable[[Inputs], str]] = {
    "aws:s3/bucket:Bucket": _named("bucket"),
    **{f"aws:s3/{name}": _named("bucket") for name in BUCKET_SETTINGS},
    "aws:dynamodb/table:Table": _named("name"),
    "aws:sqs/queuePolicy:QueuePolicy": _named("queueUrl"),
    "aws:sns/topicPolicy:TopicPolicy": _named("arn"),
    "aws:cloudwatch/eventBus:EventBus": _named("name"),
    "aws:cloudwatch/eventRule:EventRule": _joined("/", "eventBusName", "name"),
    "aws:cloudwatch/eventTarget:EventTarget": _joined("-", "eventBusName", "rule", "targetId"),
    "aws:cloudwatch/logGroup:LogGroup": _named("name"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _named("name"),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _named("alarmName"),
    "aws:cloudwatch/dashboard:Dashboard": _named("dashboardName"),
    "aws:iam/role:Role": _named("name"),
    "aws:iam/rolePolicy:RolePolicy": _joined(":", "role", "name"),
    "aws:lambda/function:Function": _named("name"),
    "aws:lambda/permission:Permission": _named("statementId"),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _joined(
        ":", "functionName", "qualifier"
    ),
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": _named("functionName"),
    "aws:scheduler/schedule:Schedule": _joined("/", "groupName", "name"),
    "aws:scheduler/scheduleGroup:ScheduleGroup": _named("name"),
    "aws:kms/alias:Alias": _named("name"),
    "aws:ssm/parameter:Parameter": _named("name"),
}


def _queue(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    answer = cloud.ask("sqs", "get_queue_url", QueueName=inputs["name"])
    return str(answer["QueueUrl"]) if answer else None


def _topic(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    arns = (entry["TopicArn"] for entry in cloud.pages("sns", "list_topics", "Topics"))
    return next((arn for arn in arns if arn.rpartition(":")[2] == inputs["name"]), None)


def _subscription(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    found = cloud.pages(
        "sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=inputs["topic"]
    )
    wanted = (inputs["protocol"], inputs["endpoint"])
    matching = (
        str(entry["SubscriptionArn"])
        for entry in found
        if (entry["Protocol"], entry["Endpoint"]) == wanted
    )
    return next(matching, None)


def _layer_version(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    found = cloud.pages(
        "lambda", "list_layer_versions", "LayerVersions", LayerName=inputs["layerName"]
    )
    # The description carries the input key, so an equal one is the same layer.
    matching = (
        str(entry["LayerVersionArn"])
        for entry in found
        if entry.get("Description") == inputs.get("description")
    )
    return next((arn for arn in matching if arn not in known), None)


def _alias(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    answer = cloud.ask(
        "lambda", "get_alias", FunctionName=inputs["functionName"], Name=inputs["name"]
    )
    return str(answer["AliasArn"]) if answer else None


def _event_source_mapping(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    found = cloud.pages(
        "lambda",
        "list_event_source_mappings",
        "EventSourceMappings",
        FunctionName=inputs["functionName"],
        EventSourceArn=inputs["eventSourceArn"],
    )
    return next((str(entry["UUID"]) for entry in found if entry["UUID"] not in known), None)


def _secret(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    answer = cloud.ask("secretsmanager", "describe_secret", SecretId=inputs["name"])
    return None if answer is None or answer.get("DeletedDate") else str(answer["ARN"])


def _secret_version(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    answer = cloud.ask("secretsmanager", "get_secret_value", SecretId=inputs["secretId"])
    return f"{answer['ARN']}|{answer['VersionId']}" if answer else None


def _key(cloud: Cloud, inputs: Inputs, known: Known) -> str | None:
    for entry in cloud.pages("kms", "list_keys", "Keys"):
        answer = cloud.ask("kms", "describe_key", KeyId=entry["KeyId"])
        found = answer["KeyMetadata"] if answer else {}
        same = found.get("Description") == inputs.get("description")
        if same and found.get("KeyState") == "Enabled" and entry["KeyId"] not in known:
            return str(entry["KeyId"])
    return None


SEARCHED: Mapping[str, Callable[[Cloud, Inputs, Known], str | None]] = {
    "aws:sqs/queue:Queue": _queue,
    "aws:sns/topic:Topic": _topic,
    "aws:sns/topicSubscription:TopicSubscription": _subscription,
    "aws:lambda/layerVersion:LayerVersion": _layer_version,
    "aws:lambda/alias:Alias": _alias,
    "aws:lambda/eventSourceMapping:EventSourceMapping": _event_source_mapping,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:secretsmanager/secretVersion:SecretVersion": _secret_version,
    "aws:kms/key:Key": _key,
}

REPEATED = frozenset({"command:local:Command", "pulumi:providers:aws", "pulumi:providers:command"})
"""Types that leave nothing of their own behind: their create is simply done again."""
