"""One life of each resource type: what it is made of, and a change with its outcome."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from attached_providers.wire import ARCHIVE_MARK, ASSET_MARK, SIGNATURE
from tests.local.providers.engine import Engine, Resource

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def tls_only(service: str, **more: Any) -> dict[str, Any]:
    """Return a policy on a resource of a service."""
    statement = {
        "Sid": "tls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": f"{service}:*",
        "Resource": f"arn:aws:{service}:::x",
    }
    return {"Version": "2012-10-17", "Statement": [statement], **more}


READ_ONLY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}],
}

WIDGET = '{"widgets": [{"type": "text", "properties": {"markdown": "#"}}]}'


def code(text: str) -> dict[str, Any]:
    """Return an archive with one file, as the engine sends it."""
    asset = {SIGNATURE: ASSET_MARK, "text": text, "hash": text}
    return {SIGNATURE: ARCHIVE_MARK, "assets": {"handler.py": asset}, "hash": f"of {text}"}


@dataclass
class World:
    """Makes what a resource needs beside it."""

    engine: Engine
    place: str = "1"
    """Tells this world's buckets from those of others: their names are everyone's."""
    made: dict[tuple[str, str], Resource] = field(default_factory=dict)

    def need(self, token: str, inputs: dict[str, Any], which: str = "") -> Resource:
        if (token, which) not in self.made:
            self.made[token, which] = self.engine.create(token, inputs)
        return self.made[token, which]

    @property
    def role(self) -> Resource:
        return self.need("aws:iam/role:Role", {"name": "role", "assumeRolePolicy": TRUST})

    @property
    def bucket(self) -> Resource:
        return self.need("aws:s3/bucket:Bucket", {"bucket": f"bucket-{self.place}"})

    @property
    def queue(self) -> Resource:
        return self.need("aws:sqs/queue:Queue", {"name": "queue"})

    @property
    def topic(self) -> Resource:
        return self.need("aws:sns/topic:Topic", {"name": "topic"})

    @property
    def bus(self) -> Resource:
        return self.need("aws:cloudwatch/eventBus:EventBus", {"name": "bus"})

    @property
    def key(self) -> Resource:
        return self.need("aws:kms/key:Key", {"description": "key"})

    @property
    def other_key(self) -> Resource:
        return self.need("aws:kms/key:Key", {"description": "other"}, "other")

    def alarm(self, name: str) -> Resource:
        return self.need("aws:cloudwatch/metricAlarm:MetricAlarm", alarm(name=name), name)

    @property
    def secret(self) -> Resource:
        inputs = {"name": "secret", "recoveryWindowInDays": 0}
        return self.need("aws:secretsmanager/secret:Secret", inputs)

    @property
    def rule(self) -> Resource:
        pattern = json.dumps({"source": ["a"]})
        inputs = {"name": "rule", "eventBusName": self.bus["name"], "eventPattern": pattern}
        return self.need("aws:cloudwatch/eventRule:EventRule", inputs)

    @property
    def function(self) -> Resource:
        return self.need("aws:lambda/function:Function", function(self))


Inputs = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Life:
    """A resource type's inputs, the inputs that change, and what the change comes to."""

    token: str
    inputs: Inputs
    changed: Inputs
    replaces: bool = False
    importable: bool = True
    """False where AWS does not give back what a replacement hangs on, as with the official one."""
    identity: str | None = None
    """Id to import by, where it is another one than the recorded."""


def function(world: World) -> dict[str, Any]:
    """Describe a small function."""
    return {
        "name": "function",
        "role": world.role["arn"],
        "handler": "handler.handle",
        "runtime": "python3.12",
        "code": code("one"),
        "environment": {"variables": {"STAGE": "test"}},
        "publish": True,
        "timeout": 10,
    }


def alarm(**more: Any) -> dict[str, Any]:
    """Describe an alarm on a function's errors."""
    return {
        "name": "alarm",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "Errors",
        "namespace": "AWS/Lambda",
        "period": 60,
        "statistic": "Sum",
        "threshold": 0,
        "dimensions": {"FunctionName": "function"},
        **more,
    }


def index(projection: str) -> list[dict[str, Any]]:
    """Describe the table's one index; another projection makes it anew."""
    keys = {"hashKey": "GSI1PK", "rangeKey": "SK"}
    return [{"name": "GSI1", **keys, "projectionType": projection}]


KEYS = [{"name": name, "type": "S"} for name in ("PK", "SK")]


def table(**more: Any) -> dict[str, Any]:
    """Describe a table with one index."""
    return {
        "name": "table",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "PK",
        "rangeKey": "SK",
        "attributes": [*KEYS, {"name": "GSI1PK", "type": "S"}],
        "globalSecondaryIndexes": index("ALL"),
        "pointInTimeRecovery": {"enabled": True},
        "ttl": {"attributeName": "expires_at", "enabled": True},
        **more,
    }


def schedule(world: World, **more: Any) -> dict[str, Any]:
    """Describe a schedule that sends to a queue."""
    return {
        "name": "schedule",
        "scheduleExpression": "rate(1 hour)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {"arn": world.queue["arn"], "roleArn": world.role["arn"]},
        **more,
    }


def on(what: str, prop: str, **props: Any) -> Inputs:
    """Describe a setting of one of the world's resources."""
    return lambda world: {prop: getattr(world, what).id, **props}


BUCKET = ("bucket", "bucket")
RULES = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)


def encryption(algorithm: str) -> dict[str, Any]:
    """Describe one encryption rule."""
    return {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}]}


def expiry(days: int) -> dict[str, Any]:
    """Describe one lifecycle rule."""
    rule = {"id": "old", "status": "Enabled", "expiration": {"days": days}}
    return {"rules": [{**rule, "filter": {"prefix": "tmp/"}}]}


def logging(world: World, prefix: str) -> dict[str, Any]:
    """Describe a bucket that logs into itself."""
    return {"bucket": world.bucket.id, "targetBucket": world.bucket.id, "targetPrefix": prefix}


def access(value: bool) -> dict[str, Any]:
    """Describe all four switches of a public access block."""
    ways = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return dict.fromkeys(ways, value)


S3 = [
    Life(
        "aws:s3/bucket:Bucket",
        lambda world: {"bucket": f"first-{world.place}", "tags": {"a": "1"}},
        lambda world: {"bucket": f"first-{world.place}", "tags": {"a": "2"}},
    ),
    Life(
        "aws:s3/bucketVersioning:BucketVersioning",
        on(*BUCKET, versioningConfiguration={"status": "Enabled"}),
        on(*BUCKET, versioningConfiguration={"status": "Suspended"}),
    ),
    Life(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        on(*BUCKET, **access(True)),
        on(*BUCKET, **access(False)),
    ),
    Life(ENCRYPTION, on(*BUCKET, **encryption("AES256")), on(*BUCKET, **encryption("aws:kms"))),
    Life(RULES, on(*BUCKET, **expiry(30)), on(*BUCKET, **expiry(60))),
    Life(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        on(*BUCKET, rule={"objectOwnership": "BucketOwnerEnforced"}),
        on(*BUCKET, rule={"objectOwnership": "BucketOwnerPreferred"}),
    ),
    Life(
        "aws:s3/bucketPolicy:BucketPolicy",
        on(*BUCKET, policy=tls_only("s3")),
        on(*BUCKET, policy=tls_only("s3", Id="other")),
    ),
]
MESSAGES = [
    Life(
        "aws:sqs/queue:Queue",
        lambda world: {"name": "first.fifo", "fifoQueue": True, "delaySeconds": 5},
        lambda world: {"name": "first.fifo", "fifoQueue": True, "delaySeconds": 6},
    ),
    Life(
        "aws:sqs/queuePolicy:QueuePolicy",
        on("queue", "queueUrl", policy=tls_only("sqs")),
        on("queue", "queueUrl", policy=tls_only("sqs", Id="other")),
    ),
    Life(
        "aws:sns/topic:Topic",
        lambda world: {"name": "first", "displayName": "one"},
        lambda world: {"name": "first", "displayName": "two", "tags": {"a": "1"}},
    ),
    Life(
        "aws:sns/topicPolicy:TopicPolicy",
        on("topic", "arn", policy=tls_only("sns")),
        on("topic", "arn", policy=tls_only("sns", Id="other")),
    ),
    Life(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda world: {
            "topic": world.topic["arn"],
            "protocol": "sqs",
            "endpoint": world.queue["arn"],
        },
        lambda world: {
            "topic": world.topic["arn"],
            "protocol": "sqs",
            "endpoint": world.queue["arn"],
            "rawMessageDelivery": True,
        },
    ),
    Life(
        "aws:cloudwatch/eventBus:EventBus",
        lambda world: {"name": "first"},
        lambda world: {"name": "first", "tags": {"a": "1"}},
    ),
    Life(
        "aws:cloudwatch/eventRule:EventRule",
        lambda world: {"name": "first", "eventPattern": '{"source": ["a"]}'},
        lambda world: {"name": "first", "eventPattern": '{"source": ["b"]}'},
    ),
    Life(
        "aws:cloudwatch/eventTarget:EventTarget",
        lambda world: {
            "rule": world.rule["name"],
            "eventBusName": world.bus["name"],
            "targetId": "first",
            "arn": world.queue["arn"],
        },
        lambda world: {
            "rule": world.rule["name"],
            "eventBusName": world.bus["name"],
            "targetId": "first",
            "arn": world.queue["arn"],
            "retryPolicy": {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 60},
        },
        identity="bus/rule/first",
    ),
    Life(
        "aws:scheduler/schedule:Schedule",
        schedule,
        lambda world: schedule(world, state="DISABLED", description="off"),
    ),
    Life(
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        lambda world: {"name": "first"},
        lambda world: {"name": "first", "tags": {"a": "1"}},
    ),
]
FUNCTIONS = [
    Life(
        "aws:lambda/function:Function",
        lambda world: {**function(world), "name": "first"},
        lambda world: {**function(world), "name": "first", "memorySize": 256},
    ),
    Life(
        "aws:lambda/layerVersion:LayerVersion",
        lambda world: {"layerName": "layer", "code": code("one"), "description": "key 1"},
        lambda world: {"layerName": "layer", "code": code("two"), "description": "key 2"},
        replaces=True,
        importable=False,
    ),
    Life(
        "aws:lambda/alias:Alias",
        lambda world: {
            "name": "live",
            "functionName": world.function["name"],
            "functionVersion": "1",
        },
        lambda world: {
            "name": "live",
            "functionName": world.function["name"],
            "functionVersion": "$LATEST",
        },
        identity="function/live",
    ),
    Life(
        "aws:lambda/permission:Permission",
        lambda world: {
            "statementId": "first",
            "action": "lambda:InvokeFunction",
            "function": world.function["name"],
            "principal": "events.amazonaws.com",
            "sourceArn": world.rule["arn"],
        },
        lambda world: {
            "statementId": "first",
            "action": "lambda:InvokeFunction",
            "function": world.function["name"],
            "principal": "scheduler.amazonaws.com",
            "sourceArn": world.rule["arn"],
        },
        replaces=True,
        identity="function/first",
    ),
    Life(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        lambda world: {
            "eventSourceArn": world.queue["arn"],
            "functionName": world.function["arn"],
            "batchSize": 1,
        },
        lambda world: {
            "eventSourceArn": world.queue["arn"],
            "functionName": world.function["arn"],
            "batchSize": 2,
        },
    ),
]
OTHERS = [
    Life(
        "aws:iam/role:Role",
        lambda world: {"name": "first", "assumeRolePolicy": TRUST, "maxSessionDuration": 7200},
        lambda world: {"name": "first", "assumeRolePolicy": TRUST, "description": "more"},
    ),
    Life(
        "aws:iam/rolePolicy:RolePolicy",
        lambda world: {"name": "first", "role": world.role["name"], "policy": READ_ONLY},
        lambda world: {
            "name": "first",
            "role": world.role["name"],
            "policy": {**READ_ONLY, "Id": "other"},
        },
    ),
    Life(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda world: {"name": "/first", "retentionInDays": 7},
        lambda world: {"name": "/first", "retentionInDays": 30, "tags": {"a": "1"}},
    ),
    Life(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda world: alarm(),
        lambda world: alarm(threshold=1.5, treatMissingData="notBreaching"),
    ),
    Life(
        "aws:cloudwatch/dashboard:Dashboard",
        lambda world: {"dashboardName": "first", "dashboardBody": '{"widgets": []}'},
        lambda world: {
            "dashboardName": "first",
            "dashboardBody": '{"widgets": [{"type": "text", "properties": {"markdown": "#"}}]}',
        },
    ),
    Life(
        "aws:dynamodb/table:Table",
        lambda world: table(),
        lambda world: table(globalSecondaryIndexes=index("KEYS_ONLY"), tags={"a": "1"}),
    ),
    Life(
        "aws:kms/key:Key",
        lambda world: {"description": "one", "enableKeyRotation": True},
        lambda world: {"description": "two", "enableKeyRotation": False},
    ),
    Life(
        "aws:kms/alias:Alias",
        on("key", "targetKeyId", name="alias/first"),
        on("other_key", "targetKeyId", name="alias/first"),
    ),
    Life(
        "aws:secretsmanager/secret:Secret",
        lambda world: {"name": "first", "recoveryWindowInDays": 0},
        lambda world: {"name": "first", "recoveryWindowInDays": 0, "description": "more"},
    ),
    Life(
        "aws:secretsmanager/secretVersion:SecretVersion",
        lambda world: {"secretId": world.secret["arn"], "secretString": "one"},
        lambda world: {"secretId": world.secret["arn"], "secretString": "two"},
        replaces=True,
    ),
    Life(
        "aws:ssm/parameter:Parameter",
        lambda world: {"name": "/first", "type": "String", "value": "one"},
        lambda world: {"name": "/first", "type": "String", "value": "two"},
    ),
]
LIVES = [*S3, *MESSAGES, *FUNCTIONS, *OTHERS]
PROFILE = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/ours"
ONLY_AGAINST_A_STAND_IN = [
    Life(
        "aws:lambda/codeSigningConfig:CodeSigningConfig",
        lambda world: {"allowedPublishers": {"signingProfileVersionArns": [f"{PROFILE}/1"]}},
        lambda world: {
            "allowedPublishers": {"signingProfileVersionArns": [f"{PROFILE}/1", f"{PROFILE}/2"]},
            "policies": {"untrustedArtifactOnDeployment": "Enforce"},
        },
    ),
]
"""Neither moto nor MiniStack has the calls (test_code_signing)."""
ONLY_ON_MINISTACK = [
    Life(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        lambda world: {"alarmName": "all", "alarmRule": f"ALARM({world.alarm('a')['name']})"},
        lambda world: {"alarmName": "all", "alarmRule": f"ALARM({world.alarm('b')['name']})"},
    ),
    Life(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        lambda world: {"functionName": world.function["name"], "maximumRetryAttempts": 1},
        lambda world: {"functionName": world.function["name"], "maximumRetryAttempts": 2},
    ),
    Life(
        "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
        lambda world: {"functionName": world.function["name"], "recursiveLoop": "Allow"},
        lambda world: {"functionName": world.function["name"], "recursiveLoop": "Terminate"},
    ),
    Life(
        "aws:s3/bucketLogging:BucketLogging",
        lambda world: logging(world, "one/"),
        lambda world: logging(world, "two/"),
    ),
]
KEPT = {
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "aws:sns/topicPolicy:TopicPolicy",
}
"""Types that AWS cannot take away, only set back to what it gives everyone."""
ONCE = {"aws:scheduler/scheduleGroup:ScheduleGroup"}
"""Types whose second removal moto answers with an error of its own."""
NOT_IN_PROCESS = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "moto has no such call",
    "aws:lambda/codeSigningConfig:CodeSigningConfig": "neither moto nor MiniStack has such calls",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "moto keeps the first one",
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": "moto has no such call",
    "aws:s3/bucketLogging:BucketLogging": "moto wants an ACL that buckets no longer have",
}
"""Types whose life is lived elsewhere (test_lives_on_ministack, test_code_signing), and why."""
