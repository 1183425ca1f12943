"""One way to break each rule, and nothing but it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from policies.model import Resource

Mutation = Callable[[Sequence[Resource]], list[Resource]]

FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
SCHEDULE = "aws:scheduler/schedule:Schedule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def edit(type_token: str, change: Callable[[dict[str, Any]], None], name: str = "") -> Mutation:
    """Change the inputs of the first resource of a type, or of the one whose name starts so."""

    def mutate(resources: Sequence[Resource]) -> list[Resource]:
        changed = list(resources)
        index = next(
            index
            for index, item in enumerate(changed)
            if item.type == type_token and item.name.startswith(name)
        )
        inputs = json.loads(json.dumps(changed[index].inputs, default=str))
        change(inputs)
        changed[index] = replace(changed[index], inputs=inputs)
        return changed

    return mutate


def drop(type_token: str, name: str = "") -> Mutation:
    """Take the first resource of a type away, or the one whose name starts so."""

    def mutate(resources: Sequence[Resource]) -> list[Resource]:
        doomed = next(
            item for item in resources if item.type == type_token and item.name.startswith(name)
        )
        return [item for item in resources if item is not doomed]

    return mutate


def add(type_token: str, **inputs: object) -> Mutation:
    """Put one more resource beside the others."""
    extra = Resource(type=type_token, name="extra", stack="prod", inputs=inputs)
    return lambda resources: [*resources, extra]


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda inputs: inputs.pop(key)


def having(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda inputs: inputs.update(values)


def policy(change: Callable[[dict[str, Any]], None], key: str = "policy") -> Callable[..., None]:
    """Change the first statement of a policy that is held as JSON text."""

    def inside(inputs: dict[str, Any]) -> None:
        document = json.loads(inputs[key])
        change(document["Statement"][0])
        inputs[key] = json.dumps(document)

    return inside


def variable(name: str, value: str) -> Callable[[dict[str, Any]], None]:
    return lambda inputs: inputs["environment"]["variables"].update({name: value})


def no_dead_letters_of_target(inputs: dict[str, Any]) -> None:
    inputs["target"].pop("deadLetterConfig")


def unadmitted(inputs: dict[str, Any]) -> None:
    document = json.loads(inputs["policy"])
    document["Statement"] = [
        item
        for item in document["Statement"]
        if item.get("Principal") != {"Service": "events.amazonaws.com"}
    ]
    inputs["policy"] = json.dumps(document)


MUTATIONS: dict[str, Mutation] = {
    "lambda-runtime": edit(FUNCTION, having(runtime="python3.8")),
    "lambda-sizes": edit(FUNCTION, without("memorySize")),
    "lambda-tracing": edit(FUNCTION, having(tracingConfig={"mode": "PassThrough"})),
    "lambda-published": edit(FUNCTION, having(publish=False)),
    "lambda-signed": add("aws:lambda/codeSigningConfig:CodeSigningConfig"),
    "lambda-layers": edit(FUNCTION, having(layers=["arn"] * 6)),
    "lambda-no-plain-secrets": edit(FUNCTION, variable("ALPACA__SECRET", "hunter2")),
    "layer-by-content": edit(
        "aws:lambda/layerVersion:LayerVersion", having(s3Key="layers/strategy/latest.zip")
    ),
    "lambda-permission-scoped": edit("aws:lambda/permission:Permission", without("sourceArn")),
    "lambda-async-failures": drop("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"),
    "lambda-recursion": edit(
        "aws:lambda/functionRecursionConfig:FunctionRecursionConfig", having(recursiveLoop="Allow")
    ),
    "lambda-log-group": drop("aws:cloudwatch/logGroup:LogGroup"),
    "trigger-alias": edit(
        TARGET,
        having(arn="arn:aws:lambda:us-east-1:222222222222:function:alchemiser-prod-portfolio"),
    ),
    "queue-visibility": edit(QUEUE, having(visibilityTimeoutSeconds=900), "execution-queue"),
    "queue-concurrency": edit(MAPPING, having(scalingConfig={"maximumConcurrency": 11})),
    "iam-no-wildcards": edit(ROLE_POLICY, policy(lambda item: item.update(Resource="*"))),
    "iam-narrow-trust": edit(ROLE, policy(lambda item: item.pop("Condition"), "assumeRolePolicy")),
    "iam-boundary": edit(ROLE, having(permissionsBoundary=None)),
    "iam-no-managed-policies": edit(
        ROLE, having(managedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"])
    ),
    "resource-policy-not-public": add(
        QUEUE_POLICY,
        policy=json.dumps(
            {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}]}
        ),
    ),
    "sqs-encryption": edit(QUEUE, having(sqsManagedSseEnabled=False)),
    "sqs-dead-letters": edit(QUEUE, having(messageRetentionSeconds=345_600), "undelivered-events"),
    "sqs-tls-only": drop(QUEUE_POLICY, "execution-policy"),
    "sns-encryption": edit("aws:sns/topic:Topic", having(kmsMasterKeyId="alias/aws/sns")),
    "sns-tls-only": drop("aws:sns/topicPolicy:TopicPolicy"),
    "sns-dead-letters": add("aws:sns/topicSubscription:TopicSubscription", protocol="email"),
    "events-dead-letters": edit(TARGET, without("deadLetterConfig")),
    "events-dead-letters-admitted": edit(QUEUE_POLICY, unadmitted, "undelivered-events"),
    "events-bus-closed": add(
        "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
        policy=json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": "1"}}}),
    ),
    "schedule-dead-letters": edit(SCHEDULE, no_dead_letters_of_target),
    "schedule-timezone": edit(SCHEDULE, without("scheduleExpressionTimezone")),
    "dynamodb-recovery": edit(TABLE, having(pointInTimeRecovery={"enabled": False})),
    "dynamodb-encryption": edit(TABLE, without("serverSideEncryption")),
    "dynamodb-deletion-guard": edit(TABLE, having(deletionProtectionEnabled=False)),
    "s3-deletion-guard": edit(BUCKET, having(forceDestroy=True)),
    "s3-public-access": edit(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", having(blockPublicAcls=False)
    ),
    "s3-tls-only": edit(
        "aws:s3/bucketPolicy:BucketPolicy", policy(lambda item: item.pop("Condition"))
    ),
    "s3-encryption": drop(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ),
    "s3-versioning": edit(
        "aws:s3/bucketVersioning:BucketVersioning",
        having(versioningConfiguration={"status": "Suspended"}),
    ),
    "s3-lifecycle": edit(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda inputs: inputs["rules"][0].pop("abortIncompleteMultipartUpload"),
    ),
    "s3-ownership": drop("aws:s3/bucketOwnershipControls:BucketOwnershipControls"),
    "s3-access-logs": drop("aws:s3/bucketLogging:BucketLogging"),
    "kms-rotation": edit("aws:kms/key:Key", having(enableKeyRotation=False)),
    "logs-retention": edit("aws:cloudwatch/logGroup:LogGroup", having(retentionInDays=30)),
    "alarm-actions": edit(ALARM, having(alarmActions=[])),
    "alarm-coverage": drop(ALARM, "portfolio-errors"),
}


def other_trust(inputs: dict[str, Any]) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    inputs["assumeRolePolicy"] = json.dumps({"Statement": statement})


def away_from_here(inputs: dict[str, Any]) -> None:
    redrive = json.loads(inputs["redrivePolicy"])
    inputs["redrivePolicy"] = json.dumps(redrive | {"deadLetterTargetArn": "arn:aws:sqs:x:1:gone"})


OTHER_WAYS: dict[str, tuple[str, Mutation]] = {
    "anybody may start a function": (
        "lambda-permission-scoped",
        edit("aws:lambda/permission:Permission", having(principal="*")),
    ),
    "a bucket of any account may start a function": (
        "lambda-permission-scoped",
        edit("aws:lambda/permission:Permission", having(sourceArn="arn:aws:s3:::anybodys")),
    ),
    "a queue of another stack starts a function": (
        "queue-visibility",
        edit(MAPPING, having(eventSourceArn="arn:aws:sqs:us-east-1:1:elsewhere")),
    ),
    "a queue starts as many as it likes": (
        "queue-concurrency",
        edit(MAPPING, without("scalingConfig")),
    ),
    "an action is a pattern": (
        "iam-no-wildcards",
        edit(ROLE_POLICY, policy(lambda item: item.update(Action="s3:*"))),
    ),
    "anybody may assume a role": ("iam-narrow-trust", edit(ROLE, other_trust)),
    "a managed policy is attached from beside": (
        "iam-no-managed-policies",
        add(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            policyArn="arn:aws:iam::aws:policy/x",
        ),
    ),
    "a dead-letter queue is elsewhere": (
        "sqs-dead-letters",
        edit(QUEUE, away_from_here, "execution-queue"),
    ),
    "a FIFO queue's dead letters go to a standard queue": (
        "sqs-dead-letters",
        edit(QUEUE, having(fifoQueue=False), "execution-dead-letters"),
    ),
    "a dead-letter queue admits any queue": (
        "sqs-dead-letters",
        edit(
            QUEUE,
            having(redriveAllowPolicy=json.dumps({"redrivePermission": "allowAll"})),
            "execution-dead-letters",
        ),
    ),
    "a topic has no key at all": (
        "sns-encryption",
        edit("aws:sns/topic:Topic", without("kmsMasterKeyId")),
    ),
    "logs are kept for ever": (
        "logs-retention",
        edit("aws:cloudwatch/logGroup:LogGroup", without("retentionInDays")),
    ),
    "an alarm is muted": ("alarm-actions", edit(ALARM, having(actionsEnabled=False))),
    "a target has no retries of its own": (
        "events-dead-letters",
        edit(TARGET, without("retryPolicy")),
    ),
    "a variable holds a key by its look": (
        "lambda-no-plain-secrets",
        edit(FUNCTION, variable("HARMLESS", "AKIAABCDEFGHIJKLMNOP")),
    ),
}
"""Name -> rule and mutation, for rules that can be broken in more than one way."""
