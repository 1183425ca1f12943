"""Asks what stands in an account under a name for the tags that say whose it is.

What has no tags of its own (a permission, an alias, a schedule) is whose its holder is. Types that
are not here never stand in the way: AWS numbers them, or their create is an overwrite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from operations.recovery.cloud import Cloud
from operations.recovery.identities import BUCKET_SETTINGS

Inputs = Mapping[str, Any]
Tags = Mapping[str, str]

CLOSED: Tags = {"": "of an account that shows nothing of it"}
"""Stands for the tags of what exists and may not be looked at."""


def _log_group(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    groups = cloud.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=identity)
    arn = next((str(it["arn"]) for it in groups if it["logGroupName"] == identity), None)
    if arn is None:
        return None
    bare = arn.removesuffix(":*")
    return _tags(cloud.ask("logs", "list_tags_for_resource", resourceArn=bare), "tags")


def _bucket(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    try:
        if cloud.ask("s3", "head_bucket", Bucket=identity) is None:
            return None
        return _tags(cloud.ask("s3", "get_bucket_tagging", Bucket=identity) or {}, "TagSet")
    except ClientError as error:
        # Names of buckets are shared by all accounts.
        if error.response.get("Error", {}).get("Code") in {"403", "AccessDenied"}:
            return CLOSED
        raise


def _table(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    found = cloud.ask("dynamodb", "describe_table", TableName=identity)
    if found is None:
        return None
    arn = found["Table"]["TableArn"]
    return _tags(cloud.ask("dynamodb", "list_tags_of_resource", ResourceArn=arn), "Tags")


def _queue(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    return _tags(cloud.ask("sqs", "list_queue_tags", QueueUrl=identity), "Tags")


def _topic(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    return _tags(cloud.ask("sns", "list_tags_for_resource", ResourceArn=identity), "Tags")


def _role(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    found = cloud.ask("iam", "get_role", RoleName=identity)
    return None if found is None else _tags(found["Role"], "Tags")


def _role_policy(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    named = {"RoleName": inputs["role"], "PolicyName": inputs["name"]}
    if cloud.ask("iam", "get_role_policy", **named) is None:
        return None
    return _role(cloud, inputs, str(inputs["role"]))


def _function(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    return _tags(cloud.ask("lambda", "get_function", FunctionName=identity), "Tags")


def _alias(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    return _function(cloud, inputs, str(inputs["functionName"]))


def _mapping(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    found = cloud.ask("lambda", "get_event_source_mapping", UUID=identity)
    return None if found is None else _function(cloud, inputs, _unqualified(found["FunctionArn"]))


def _permission(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    function, qualifier = str(inputs["function"]), inputs.get("qualifier")
    options = {"Qualifier": qualifier} if qualifier else {}
    policy = cloud.ask("lambda", "get_policy", FunctionName=function, **options)
    if policy is None or f'"{identity}"' not in policy["Policy"]:
        return None
    return _function(cloud, inputs, _unqualified(function))


def _unqualified(arn: str) -> str:
    return ":".join(arn.split(":")[:7])


def _bus(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    found = cloud.ask("events", "describe_event_bus", Name=identity)
    return None if found is None else _of_events(cloud, found["Arn"])


def _rule(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    bus, _, name = identity.rpartition("/")
    found = cloud.ask("events", "describe_rule", Name=name, EventBusName=bus)
    return None if found is None else _of_events(cloud, found["Arn"])


def _of_events(cloud: Cloud, arn: str) -> Tags | None:
    return _tags(cloud.ask("events", "list_tags_for_resource", ResourceARN=arn), "Tags")


def _alarm(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    kinds = ["MetricAlarm", "CompositeAlarm"]
    found = cloud.ask("cloudwatch", "describe_alarms", AlarmNames=[identity], AlarmTypes=kinds)
    alarms = [it for kind in kinds for it in (found or {}).get(f"{kind}s", [])]
    if not alarms:
        return None
    arn = alarms[0]["AlarmArn"]
    return _tags(cloud.ask("cloudwatch", "list_tags_for_resource", ResourceARN=arn), "Tags")


def _schedule_group(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    found = cloud.ask("scheduler", "get_schedule_group", Name=identity)
    if found is None:
        return None
    return _tags(cloud.ask("scheduler", "list_tags_for_resource", ResourceArn=found["Arn"]), "Tags")


def _schedule(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    group, _, name = identity.rpartition("/")
    if cloud.ask("scheduler", "get_schedule", Name=name, GroupName=group) is None:
        return None
    return _schedule_group(cloud, inputs, group)


def _secret(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    return _tags(cloud.ask("secretsmanager", "describe_secret", SecretId=identity), "Tags")


def _key_alias(cloud: Cloud, inputs: Inputs, identity: str) -> Tags | None:
    found = cloud.ask("kms", "describe_key", KeyId=identity)
    if found is None:
        return None
    key = found["KeyMetadata"]["KeyId"]
    answer = cloud.ask("kms", "list_resource_tags", KeyId=key)
    return _tags(answer, "Tags", name="TagKey", value="TagValue")


def _tags(
    answer: Mapping[str, Any] | None, key: str, *, name: str = "Key", value: str = "Value"
) -> Tags | None:
    """Read tags in either of the spellings that AWS has; None where nothing answered."""
    if answer is None:
        return None
    found: Mapping[str, str] | Iterable[Mapping[str, str]] = answer.get(key) or {}
    return found if isinstance(found, Mapping) else {it[name]: it[value] for it in found}


OWNERS: Mapping[str, Callable[[Cloud, Inputs, str], Tags | None]] = {
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:dynamodb/table:Table": _table,
    "aws:sqs/queue:Queue": _queue,
    "aws:sns/topic:Topic": _topic,
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicy:RolePolicy": _role_policy,
    "aws:lambda/function:Function": _function,
    "aws:lambda/alias:Alias": _alias,
    "aws:lambda/eventSourceMapping:EventSourceMapping": _mapping,
    "aws:lambda/permission:Permission": _permission,
    "aws:cloudwatch/eventBus:EventBus": _bus,
    "aws:cloudwatch/eventRule:EventRule": _rule,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _alarm,
    "aws:scheduler/scheduleGroup:ScheduleGroup": _schedule_group,
    "aws:scheduler/schedule:Schedule": _schedule,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:kms/alias:Alias": _key_alias,
}
"""By type: the tags of what has an id; None where there is no such thing."""

NEVER_IN_THE_WAY = frozenset(
    {
        "aws:cloudwatch/dashboard:Dashboard",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:kms/key:Key",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
        "aws:lambda/layerVersion:LayerVersion",
        *(f"aws:s3/{name}" for name in BUCKET_SETTINGS),
        "aws:secretsmanager/secretVersion:SecretVersion",
        "aws:sns/topicPolicy:TopicPolicy",
        "aws:sns/topicSubscription:TopicSubscription",
        "aws:sqs/queuePolicy:QueuePolicy",
    }
)
"""Types whose create makes another one beside what is there, or writes over it."""
