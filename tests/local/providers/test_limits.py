"""What the attached provider refuses because the official one, or AWS, would."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from pulumi_aws import lambda_

from attached_providers.aws.limits.compute import RUNTIMES
from attached_providers.aws.types import LIMITS, ROWS
from attached_providers.limits import arn
from attached_providers.schema import Block, ListOf, MapOf, Prop
from attached_providers.wire import UNKNOWN_MARK
from tests.local.providers.engine import Engine, RefusedError
from tests.local.providers.lifecycles import LIVES, PROFILE, World, alarm, code, table, tls_only

ACCOUNT = "123456789012"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/role"
QUEUE_ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"
LAMBDA_ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:function"
GRANT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}],
    }
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
PLAIN: dict[str, dict[str, Any]] = {
    "aws:lambda/function:Function": {
        "name": "function",
        "role": ROLE_ARN,
        "handler": "handler.handle",
        "runtime": "python3.12",
        "code": code("one"),
    },
    "aws:lambda/codeSigningConfig:CodeSigningConfig": {
        "allowedPublishers": {"signingProfileVersionArns": [f"{PROFILE}/1"]}
    },
    "aws:lambda/layerVersion:LayerVersion": {"layerName": "layer", "code": code("one")},
    "aws:lambda/alias:Alias": {"name": "live", "functionName": "f", "functionVersion": "1"},
    "aws:lambda/permission:Permission": {
        "action": "lambda:InvokeFunction",
        "function": "f",
        "principal": "events.amazonaws.com",
    },
    "aws:lambda/eventSourceMapping:EventSourceMapping": {
        "functionName": LAMBDA_ARN,
        "eventSourceArn": QUEUE_ARN,
    },
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {"functionName": "f"},
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": {
        "functionName": "f",
        "recursiveLoop": "Terminate",
    },
    "aws:sqs/queue:Queue": {"name": "queue"},
    "aws:sqs/queuePolicy:QueuePolicy": {
        "queueUrl": f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/queue",
        "policy": tls_only("sqs"),
    },
    "aws:sns/topic:Topic": {"name": "topic"},
    "aws:sns/topicSubscription:TopicSubscription": {
        "topic": f"arn:aws:sns:us-east-1:{ACCOUNT}:topic",
        "protocol": "sqs",
        "endpoint": QUEUE_ARN,
    },
    "aws:cloudwatch/eventBus:EventBus": {"name": "bus"},
    "aws:cloudwatch/eventRule:EventRule": {"name": "rule", "eventPattern": '{"source": ["a"]}'},
    "aws:cloudwatch/eventTarget:EventTarget": {"rule": "rule", "arn": LAMBDA_ARN},
    "aws:scheduler/schedule:Schedule": {
        "name": "schedule",
        "scheduleExpression": "rate(1 hour)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {"arn": LAMBDA_ARN, "roleArn": ROLE_ARN},
    },
    "aws:scheduler/scheduleGroup:ScheduleGroup": {"name": "group"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": alarm(),
    "aws:cloudwatch/dashboard:Dashboard": {"dashboardName": "board", "dashboardBody": "{}"},
    "aws:cloudwatch/logGroup:LogGroup": {"name": "/group"},
    "aws:iam/role:Role": {"name": "role", "assumeRolePolicy": TRUST},
    "aws:iam/rolePolicy:RolePolicy": {"name": "policy", "role": "role", "policy": GRANT},
    "aws:s3/bucket:Bucket": {"bucket": "bucket"},
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": "bucket", "policy": tls_only("s3")},
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {"bucket": "bucket"},
    "aws:s3/bucketVersioning:BucketVersioning": {
        "bucket": "bucket",
        "versioningConfiguration": {"status": "Enabled"},
    },
    "aws:dynamodb/table:Table": table(),
    "aws:secretsmanager/secret:Secret": {"name": "secret"},
    "aws:ssm/parameter:Parameter": {"name": "/one", "type": "String", "value": "1"},
    "aws:kms/key:Key": {},
    "aws:kms/alias:Alias": {"name": "alias/one", "targetKeyId": "key"},
}
BY_CLASS = {token.rpartition(":")[2]: token for token in PLAIN if "kms/alias" not in token}
BY_CLASS["KeyAlias"] = "aws:kms/alias:Alias"


def policy(size: int, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": f"s3:{'a' * size}", "Resource": "*", **more}
    given = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [given]})


INDEX: dict[str, Any] = table()["globalSecondaryIndexes"][0]
ONE_RULE = {"id": "a", "status": "Enabled", "expiration": {"days": 1}}
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    # Lambda
    ("Function", {"timeout": 0}, "timeout", "in the range (1 - 900), got 0"),
    ("Function", {"timeout": 901}, "timeout", "in the range (1 - 900), got 901"),
    ("Function", {"memorySize": 127}, "memorySize", "in the range (128 - 10240), got 127"),
    ("Function", {"memorySize": 10_241}, "memorySize", "got 10241"),
    ("Function", {"name": "a" * 65}, "name", "length of name to be in the range (1 - 64)"),
    ("Function", {"name": "a b"}, "name", "must be valid function name"),
    ("Function", {"role": "role"}, "role", "is an invalid ARN"),
    ("Function", {"runtime": "python9.9"}, "runtime", 'to be one of ["dotnet10"'),
    ("Function", {"architectures": ["arm"]}, "architectures[0]", '["x86_64" "arm64"], got arm'),
    ("Function", {"architectures": ["x86_64", "arm64"]}, "architectures", "at most 1"),
    ("Function", {"ephemeralStorage": {"size": 511}}, "ephemeralStorage.size", "(512 - 10240)"),
    ("Function", {"tracingConfig": {"mode": "On"}}, "tracingConfig.mode", '"Active"'),
    ("Function", {"loggingConfig": {"logFormat": "XML"}}, "loggingConfig.logFormat", '"JSON"'),
    (
        "Function",
        {"reservedConcurrentExecutions": -2},
        "reservedConcurrentExecutions",
        "least (-1)",
    ),
    ("Function", {"handler": "a" * 129}, "handler", "(1 - 128)"),
    ("Function", {"description": "a" * 257}, "description", "(0 - 256)"),
    ("Function", {"layers": [f"{LAMBDA_ARN}:{n}:1" for n in range(6)]}, "layers", "at most 5"),
    (
        "Function",
        {"layers": [f"{LAMBDA_ARN}:layer:{n}" for n in (1, 2)]},
        "layers",
        "Two different versions of the same layer",
    ),
    ("Function", {"layers": ["layer"]}, "layers[0]", "is an invalid ARN"),
    (
        "Function",
        {"layers": [f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:one:1"]},
        "layers[0]",
        "Layers are expected to be in region us-east-1.",
    ),
    (
        "Function",
        {"layers": [f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:one:1"], "region": "eu-west-1"},
        "layers[0]",
        "Layers are expected to be in region eu-west-1.",
    ),
    (
        "Function",
        {"deadLetterConfig": {"targetArn": f"{QUEUE_ARN}.fifo"}},
        "deadLetterConfig.targetArn",
        "expected a standard queue",
    ),
    (
        "Function",
        {"runtime": "python3.11", "snapStart": {"applyOn": "PublishedVersions"}},
        "snapStart.applyOn",
        "python3.11 is not supported for SnapStart",
    ),
    ("Function", {"packageType": "Image"}, "packageType", "Please provide ImageUri"),
    ("Function", {"code": None}, "code", "one of `filename,image_uri,s3_bucket` must be specified"),
    (
        "Function",
        {"s3Bucket": "bucket", "s3Key": "key"},
        "code",
        "only one of `filename,image_uri,s3_bucket` can be specified, but `filename,s3_bucket`",
    ),
    ("Function", {"code": None, "s3Bucket": "bucket"}, "s3Key", "all of `s3_bucket,s3_key`"),
    ("Function", {"s3Key": "key"}, "s3Key", "all of `s3_bucket,s3_key` must be specified"),
    ("Function", {"handler": None}, "handler", "must be set when PackageType is Zip"),
    (
        "Function",
        {"environment": {"variables": {"AWS_REGION": "x"}}},
        "environment.variables",
        "Reserved keys used in this request: AWS_REGION",
    ),
    (
        "Function",
        {"environment": {"variables": {"A1": "x" * 4095}}},
        "environment.variables",
        "exceeded the 4KB limit",
    ),
    ("Function", {"environment": {"variables": {"1A": ""}}}, "environment.variables", "variable"),
    ("Function", {"tags": {"aws:a": "1"}}, "tags", "AWS's own"),
    ("Function", {"tags": {f"{n}": "" for n in range(51)}}, "tags", "at most 50"),
    ("LayerVersion", {"layerName": "a/b"}, "layerName", "valid layer name"),
    ("LayerVersion", {"code": None}, "code", "one of `filename,s3_bucket` must be specified"),
    ("LayerVersion", {"code": None, "s3Bucket": "bucket"}, "s3Key", "all of `s3_bucket,s3_key`"),
    ("LayerVersion", {"description": "a" * 257}, "description", "(0 - 256)"),
    ("LayerVersion", {"compatibleRuntimes": ["py"]}, "compatibleRuntimes[0]", "one of"),
    ("Alias", {"name": "12"}, "name", "not a number"),
    ("Alias", {"functionVersion": "live"}, "functionVersion", "must be a version"),
    ("Permission", {"action": "InvokeFunction"}, "action", "valid action"),
    ("Permission", {"sourceAccount": "1"}, "sourceAccount", "twelve-digit"),
    ("Permission", {"statementId": "a b"}, "statementId", "valid id"),
    ("EventSourceMapping", {"batchSize": 11}, "batchSize", "is 10, found 11"),
    (
        "EventSourceMapping",
        {"scalingConfig": {"maximumConcurrency": 1}},
        "scalingConfig.maximumConcurrency",
        "(2 - 1000), got 1",
    ),
    (
        "EventSourceMapping",
        {"eventSourceArn": f"{QUEUE_ARN}.fifo", "maximumBatchingWindowInSeconds": 1},
        "maximumBatchingWindowInSeconds",
        "is not supported for",
    ),
    ("EventSourceMapping", {"startingPosition": "LATEST"}, "startingPosition", "not supported"),
    ("EventSourceMapping", {"eventSourceArn": None}, "eventSourceArn", "one of `event_source_arn"),
    ("EventSourceMapping", {"eventSourceArn": ""}, "eventSourceArn", "one of `event_source_arn"),
    (
        "EventSourceMapping",
        {"eventSourceArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:queue"},
        "eventSourceArn",
        "the function's region us-east-1, found one in eu-west-1",
    ),
    (
        "EventSourceMapping",
        {"functionResponseTypes": ["All"]},
        "functionResponseTypes[0]",
        '["ReportBatchItemFailures"], got All',
    ),
    ("FunctionEventInvokeConfig", {"maximumRetryAttempts": 3}, "maximumRetryAttempts", "(0 - 2)"),
    (
        "FunctionEventInvokeConfig",
        {"maximumEventAgeInSeconds": 59},
        "maximumEventAgeInSeconds",
        "(60 - 21600)",
    ),
    (
        "FunctionEventInvokeConfig",
        {"destinationConfig": {"onFailure": {"destination": f"{QUEUE_ARN}.fifo"}}},
        "destinationConfig.onFailure.destination",
        "expected a standard queue",
    ),
    ("FunctionRecursionConfig", {"recursiveLoop": "Stop"}, "recursiveLoop", '"Allow"'),
    # Queues and topics
    ("Queue", {"visibilityTimeoutSeconds": 43_201}, "visibilityTimeoutSeconds", "(0 - 43200)"),
    ("Queue", {"messageRetentionSeconds": 59}, "messageRetentionSeconds", "(60 - 1209600)"),
    ("Queue", {"delaySeconds": 901}, "delaySeconds", "(0 - 900)"),
    ("Queue", {"receiveWaitTimeSeconds": 21}, "receiveWaitTimeSeconds", "(0 - 20)"),
    ("Queue", {"maxMessageSize": 1023}, "maxMessageSize", "(1024 - 1048576)"),
    ("Queue", {"name": "a" * 81}, "name", "invalid queue name"),
    ("Queue", {"name": "a" * 76 + ".fifo", "fifoQueue": True}, "name", "invalid queue name"),
    ("Queue", {"name": "a.b"}, "name", "invalid queue name"),
    ("Queue", {"contentBasedDeduplication": True}, "contentBasedDeduplication", "FIFO queue"),
    ("Queue", {"deduplicationScope": "messageGroup"}, "deduplicationScope", "no FIFO queue"),
    (
        "Queue",
        {"name": "a.fifo", "fifoQueue": True, "deduplicationScope": "group"},
        "deduplicationScope",
        '"queue"], got group',
    ),
    (
        "Queue",
        {"name": "a.fifo", "fifoQueue": True, "fifoThroughputLimit": "perMessageGroupId"},
        "fifoThroughputLimit",
        "requires deduplicationScope",
    ),
    (
        "Queue",
        {"kmsMasterKeyId": "key", "sqsManagedSseEnabled": True},
        "sqsManagedSseEnabled",
        "conflicts with kmsMasterKeyId",
    ),
    (
        "Queue",
        {"redrivePolicy": {"deadLetterTargetArn": f"{QUEUE_ARN}.fifo", "maxReceiveCount": 3}},
        "redrivePolicy",
        "must be same type of queue",
    ),
    (
        "Queue",
        {"redrivePolicy": {"deadLetterTargetArn": QUEUE_ARN, "maxReceiveCount": 0}},
        "redrivePolicy",
        "must be 1 to 1000",
    ),
    ("QueuePolicy", {"queueUrl": "queue"}, "queueUrl", "URL of a queue"),
    ("QueuePolicy", {"policy": ""}, "policy", "is an empty string"),
    ("QueuePolicy", {"policy": policy(8192)}, "policy", "of 8192 at most"),
    ("Topic", {"name": "a.b"}, "name", "invalid topic name"),
    ("Topic", {"name": "plain", "fifoTopic": True}, "name", "must end with .fifo"),
    ("Topic", {"name": "a.fifo"}, "name", "invalid topic name"),
    (
        "Topic",
        {"contentBasedDeduplication": True},
        "contentBasedDeduplication",
        "only be set for a FIFO topic",
    ),
    ("Topic", {"displayName": "a" * 101}, "displayName", "(0 - 100)"),
    ("Topic", {"tracingConfig": "On"}, "tracingConfig", '"PassThrough"'),
    (
        "Topic",
        {"deliveryPolicy": '{"http": {"defaultRetryPolicy": {}}}'},
        "deliveryPolicy",
        "Unexpected JSON member: http.defaultRetryPolicy",
    ),
    ("Topic", {"deliveryPolicy": {"healthyRetryPolicy": {}}}, "deliveryPolicy", "healthyRetryPol"),
    (
        "Topic",
        {"deliveryPolicy": {"http": {"defaultHealthyRetryPolicy": {"numRetries": 101}}}},
        "deliveryPolicy",
        "http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100",
    ),
    (
        "Topic",
        {"deliveryPolicy": {"http": {"defaultHealthyRetryPolicy": {"backoffFunction": "often"}}}},
        "deliveryPolicy",
        "backoffFunction must be one of linear",
    ),
    ("Topic", {"deliveryPolicy": {"http": []}}, "deliveryPolicy", "http must be an object"),
    (
        "TopicSubscription",
        {"deliveryPolicy": '{"http": {}}'},
        "deliveryPolicy",
        "Unexpected JSON member: http",
    ),
    ("TopicSubscription", {"topic": ""}, "topic", "at least 1"),
    ("TopicSubscription", {"protocol": "pigeon"}, "protocol", "got pigeon"),
    ("TopicSubscription", {"protocol": "email"}, "endpoint", "email endpoint"),
    ("TopicSubscription", {"endpoint": f"{QUEUE_ARN}.fifo"}, "endpoint", "FIFO SQS Queues"),
    # Events and schedules
    ("EventBus", {"name": "default"}, "name", "other than default"),
    ("EventBus", {"eventSourceName": "mine"}, "eventSourceName", "partner's event source"),
    ("EventBus", {"kmsKeyIdentifier": "a key"}, "kmsKeyIdentifier", "a key or its alias"),
    ("EventRule", {"eventBusName": "my bus"}, "eventBusName", "name or ARN of a bus"),
    ("EventRule", {"name": "a" * 65}, "name", "(1 - 64)"),
    ("EventRule", {"state": "ON"}, "state", '"DISABLED"'),
    ("EventRule", {"eventPattern": None}, "eventPattern", "must be specified"),
    ("EventRule", {"eventPattern": '{"source": "a"}'}, "eventPattern", "an object or an array"),
    ("EventRule", {"eventPattern": "{}"}, "eventPattern", "the pattern is empty"),
    ("EventRule", {"eventPattern": '{"source": []}'}, "eventPattern", "empty arrays"),
    ("EventRule", {"eventPattern": '{"detail": {}}'}, "eventPattern", "detail is empty"),
    (
        "EventRule",
        {"eventPattern": '{"detail": {"state": {"name": "on"}}}'},
        "eventPattern",
        '"detail.state.name" must be an object or an array',
    ),
    (
        "EventRule",
        {"eventPattern": '{"detail": {"name": [{"begins": "a"}]}}'},
        "eventPattern",
        "unrecognized match type begins",
    ),
    ("EventRule", {"eventPattern": json.dumps({"a": ["b" * 4096]})}, "eventPattern", "4096"),
    ("EventRule", {"scheduleExpression": "rate(1 hours)"}, "scheduleExpression", "not valid"),
    ("EventRule", {"scheduleExpression": "rate(1 minutes)"}, "scheduleExpression", "not valid"),
    ("EventRule", {"scheduleExpression": "rate(2 minute)"}, "scheduleExpression", "not valid"),
    (
        "EventRule",
        {"scheduleExpression": "rate(1 hour)", "eventBusName": "bus"},
        "scheduleExpression",
        "only on the default event bus",
    ),
    ("EventTarget", {"targetId": "a" * 65}, "targetId", "(1 - 64)"),
    ("EventTarget", {"arn": ""}, "arn", "Member must have length of at least 1"),
    ("EventTarget", {"eventBusName": ""}, "eventBusName", "at least 1"),
    ("EventTarget", {"input": "{}", "inputPath": "$"}, "inputPath", "conflicts with input"),
    (
        "EventTarget",
        {"deadLetterConfig": {"arn": f"{QUEUE_ARN}.fifo"}},
        "deadLetterConfig.arn",
        "expected a standard queue",
    ),
    ("EventTarget", {"arn": f"{QUEUE_ARN}.fifo"}, "sqsTarget", "SqsParameters must be specified"),
    (
        "EventTarget",
        {"retryPolicy": {"maximumRetryAttempts": 186}},
        "retryPolicy.maximumRetryAttempts",
        "(0 - 185)",
    ),
    (
        "EventTarget",
        {"retryPolicy": {"maximumEventAgeInSeconds": 59}},
        "retryPolicy.maximumEventAgeInSeconds",
        "(60 - 86400)",
    ),
    ("Schedule", {"state": "ON"}, "state", '"ENABLED"'),
    ("Schedule", {"target": {"arn": "", "roleArn": ROLE_ARN}}, "target.arn", "at least 1"),
    (
        "Schedule",
        {
            "target": {
                "arn": LAMBDA_ARN,
                "roleArn": ROLE_ARN,
                "eventbridgeParameters": {"source": "aws.mine", "detailType": "it"},
            }
        },
        "target.eventbridgeParameters.source",
        "not AWS's",
    ),
    ("ScheduleGroup", {"name": "default"}, "name", "Schedule group default already exists"),
    ("Schedule", {"scheduleExpressionTimezone": "Mars"}, "scheduleExpressionTimezone", "Mars"),
    (
        "Schedule",
        {"flexibleTimeWindow": {"mode": "FLEXIBLE"}},
        "flexibleTimeWindow.maximumWindowInMinutes",
        "required for mode FLEXIBLE",
    ),
    (
        "Schedule",
        {"flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 1441}},
        "flexibleTimeWindow.maximumWindowInMinutes",
        "(1 - 1440)",
    ),
    # Watching
    ("MetricAlarm", {"period": 45}, "period", "divisible by 60, got: 45"),
    ("MetricAlarm", {"statistic": "Mean"}, "statistic", '"SampleCount"'),
    ("MetricAlarm", {"statistic": None}, "statistic", "One of"),
    ("MetricAlarm", {"comparisonOperator": ">"}, "comparisonOperator", "got >"),
    ("MetricAlarm", {"treatMissingData": "bad"}, "treatMissingData", '"breaching"'),
    ("MetricAlarm", {"evaluationPeriods": 0}, "evaluationPeriods", "at least (1)"),
    ("MetricAlarm", {"datapointsToAlarm": 2}, "datapointsToAlarm", "less than or equal"),
    ("MetricAlarm", {"evaluationPeriods": 1441}, "evaluationPeriods", "<= 86400"),
    ("MetricAlarm", {"alarmActions": [""]}, "alarmActions[0]", "length of at least 1"),
    ("MetricAlarm", {"alarmActions": ["topic"]}, "alarmActions[0]", "is an invalid ARN"),
    ("MetricAlarm", {"alarmActions": [QUEUE_ARN] * 6}, "alarmActions", "at most 5"),
    (
        "MetricAlarm",
        {"alarmActions": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:topic"]},
        "alarmActions[0]",
        "Invalid region eu-west-1 specified. Only us-east-1 is supported.",
    ),
    ("Dashboard", {"dashboardName": "a b"}, "dashboardName", "letters, digits"),
    ("LogGroup", {"retentionInDays": 8}, "retentionInDays", "one of [0 1 3 5 7 14"),
    ("LogGroup", {"name": "a b"}, "name", "letters, digits"),
    # Rights
    ("Role", {"name": "a" * 65}, "name", "(1 - 64)"),
    ("Role", {"name": "a b"}, "name", "must match"),
    ("Role", {"maxSessionDuration": 3599}, "maxSessionDuration", "(3600 - 43200)"),
    ("Role", {"path": "a"}, "path", "begin and end with /"),
    (
        "Role",
        {"assumeRolePolicy": policy(9, Resource=None)},
        "assumeRolePolicy",
        "must contain a principal",
    ),
    (
        "Role",
        {"assumeRolePolicy": policy(2048, Principal="*", Resource=None)},
        "assumeRolePolicy",
        "LimitExceeded: ACLSizePerRole",
    ),
    ("RolePolicy", {"policy": policy(10_240)}, "policy", "LimitExceeded"),
    ("RolePolicy", {"policy": policy(9, Effect="allow")}, "policy", "Invalid effect: allow"),
    ("RolePolicy", {"policy": policy(9, Action="Scan")}, "policy", "prefaced by a vendor"),
    ("RolePolicy", {"policy": policy(9, Resource=[])}, "policy", "must contain resources"),
    ("RolePolicy", {"policy": policy(9, Action=[])}, "policy", "must contain actions"),
    (
        "RolePolicy",
        {"policy": policy(9, Condition={"StringEquals": {"a": {"b": "c"}}})},
        "policy",
        "StringEquals holds keys against values",
    ),
    ("RolePolicy", {"policy": "{}"}, "policy", "Missing required field Statement"),
    (
        "RolePolicy",
        {"policy": GRANT.replace("2012-10-17", "2026-01-01")},
        "policy",
        "valid version string, found 2026-01-01",
    ),
    (
        "Role",
        {"assumeRolePolicy": policy(9, Principal="*", Action="sts:AssumeRole")},
        "assumeRolePolicy",
        "Has prohibited field Resource",
    ),
    ("Role", {"description": "runs ☂"}, "description", "letters of Latin-1"),
    ("Role", {"tags": {"Name": "a", "name": "b"}}, "tags", "Tag keys are case insensitive"),
    ("Role", {"tags": {"a": "b;c"}}, "tags", "letters, digits, spaces"),
    ("RolePolicy", {"policy": tls_only("s3")}, "policy", "should not specify a principal"),
    # What is kept
    ("Bucket", {"bucket": "ab"}, "bucket", "InvalidBucketName"),
    ("Bucket", {"bucket": "a" * 64}, "bucket", "InvalidBucketName"),
    ("Bucket", {"bucket": "Bucket"}, "bucket", "InvalidBucketName"),
    ("Bucket", {"bucket": "192.168.0.1"}, "bucket", "InvalidBucketName"),
    ("BucketPolicy", {"policy": policy(20_480)}, "policy", "PolicyTooLarge"),
    (
        "BucketVersioning",
        {"versioningConfiguration": {"status": "On"}},
        "versioningConfiguration.status",
        '"Suspended"',
    ),
    (
        "BucketLifecycleConfiguration",
        {"rules": [{"id": "a", "status": "Enabled"}]},
        "rules[0]",
        "At least one action",
    ),
    (
        "BucketLifecycleConfiguration",
        {"rules": [{**ONE_RULE, "status": "On"}]},
        "rules[0].status",
        '["Enabled" "Disabled"], got On',
    ),
    ("Table", {"billingMode": "FREE"}, "billingMode", '"PROVISIONED"'),
    ("Table", {"billingMode": "PROVISIONED", "writeCapacity": 1}, "readCapacity", "at least 1"),
    ("Table", {"readCapacity": 1}, "readCapacity", "read_capacity can not be set when billing_mod"),
    ("Table", {"writeCapacity": 1}, "writeCapacity", 'billing_mode is "PAY_PER_REQUEST"'),
    (
        "Table",
        {"billingMode": "PROVISIONED", "readCapacity": 1, "writeCapacity": 1},
        "globalSecondaryIndexes[0].readCapacity",
        "read capacity must be > 0 when billing mode is PROVISIONED",
    ),
    ("Table", {"streamViewType": "KEYS_ONLY"}, "streamViewType", "StreamEnabled is not true"),
    (
        "Table",
        {"streamViewType": "KEYS_ONLY", "streamEnabled": False},
        "streamViewType",
        "StreamEnabled is not true",
    ),
    ("Table", {"streamEnabled": True}, "streamViewType", "is required when stream_enabled = true"),
    (
        "Table",
        {"globalSecondaryIndexes": [{**INDEX, "nonKeyAttributes": ["it"]}]},
        "globalSecondaryIndexes[0].nonKeyAttributes",
        "ProjectionType is ALL, but NonKeyAttributes is specified",
    ),
    (
        "Table",
        {"globalSecondaryIndexes": [{**INDEX, "projectionType": "INCLUDE"}]},
        "globalSecondaryIndexes[0].nonKeyAttributes",
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    (
        "Table",
        {"globalSecondaryIndexes": [INDEX, INDEX]},
        "globalSecondaryIndexes[1]",
        "Duplicate index name",
    ),
    ("Table", {"attributes": [{"name": "PK", "type": "X"}]}, "attributes[0].type", '"B" "N"'),
    ("Table", {"globalSecondaryIndexes": []}, "attributes", "Unused attributes: ['GSI1PK']"),
    ("Table", {"rangeKey": "OTHER"}, "attributes", "Unmatched: ['OTHER']"),
    ("Table", {"ttl": {"enabled": True}}, "ttl.attributeName", "missing"),
    ("Table", {"name": "ab"}, "name", "(3 - 255)"),
    ("Secret", {"recoveryWindowInDays": 6}, "recoveryWindowInDays", "(7 - 30), got 6"),
    ("Secret", {"name": "a b"}, "name", "name of a secret"),
    ("Parameter", {"type": "Text"}, "type", '"String"'),
    ("Parameter", {"name": "/aws/one"}, "name", "invalid name"),
    ("Key", {"deletionWindowInDays": 6}, "deletionWindowInDays", "(7 - 30)"),
    ("KeyAlias", {"targetKeyId": ""}, "targetKeyId", "at least 1"),
    ("KeyAlias", {"name": "one"}, "name", 'must begin with "alias/"'),
    ("KeyAlias", {"name": "alias/aws/one"}, "name", 'must begin with "alias/"'),
]
NAMES = [f"{kind}-{json.dumps(change, default=str)[:48]}" for kind, change, _, _ in REFUSED]


@pytest.mark.parametrize(("kind", "change", "path", "reason"), REFUSED, ids=NAMES)
def test_what_the_official_provider_or_aws_refuses_is_refused(
    engine: Engine, kind: str, change: dict[str, Any], path: str, reason: str
) -> None:
    failures = engine.failures(BY_CLASS[kind], {**PLAIN[BY_CLASS[kind]], **change})
    assert path in failures
    assert reason in failures[path]


@pytest.mark.parametrize("token", PLAIN)
def test_what_is_refused_differs_in_one_place_from_what_is_accepted(
    engine: Engine, token: str
) -> None:
    assert engine.failures(token, PLAIN[token]) == {}


@pytest.mark.parametrize("life", LIVES, ids=[life.token for life in LIVES])
def test_an_unknown_value_is_within_every_limit(world: World, life: Any) -> None:
    inputs = life.inputs(world)
    for name, value in inputs.items():
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            failures = world.engine.failures(life.token, {**inputs, name: UNKNOWN_MARK})
            assert failures == {}, name


@pytest.mark.parametrize("token", ROWS)
def test_every_limit_is_on_a_property_that_there_is(token: str) -> None:
    for path in LIMITS[token]:
        fields: Any = ROWS[token].inputs
        for step in path.split("."):
            prop: Prop = fields[step.rstrip("[]{}")]
            kind: Any = prop.kind
            while step.endswith(("[]", "{}")) and isinstance(kind, (ListOf, MapOf)):
                kind, step = kind.item, step[:-2]
            fields = kind.fields if isinstance(kind, Block) else {}


def test_runtimes_are_those_of_the_sdk() -> None:
    assert {item.value for item in lambda_.Runtime} == set(RUNTIMES)


ACCEPTED_SCHEDULES = (
    "rate(1 minute)",
    "rate(1 hours)",
    "rate(5 days)",
    "cron(0 4 ? * TUE-SAT *)",
    "cron(45 15 ? * MON-FRI *)",
    "cron(0/15 8-17 1,15 * ? 2030)",
    "cron(0 0 L * ? *)",
    "cron(0 0 ? * 6L *)",
    "cron(0 0 ? * 2#1 *)",
    "at(2030-01-31T09:00:00)",
)
REFUSED_SCHEDULES = (
    "rate(2 minute)",
    "cron(banana)",
    "cron(0 4 * * * *)",
    "cron(0 4 ? * ? *)",
    "cron(60 4 ? * 2 *)",
    "cron(0 24 ? * 2 *)",
    "cron(0 4 ? 13 2 *)",
    "cron(0 4 ? * 8 *)",
    "cron(0 4 ? * TUE)",
    "cron(0 4 ? * WEEKDAY *)",
    "rate(0 days)",
    "rate(5 weeks)",
    "at(2030-02-31T09:00:00)",
    "at(tomorrow)",
    "every day",
    "",
)


@pytest.mark.parametrize("expression", ACCEPTED_SCHEDULES)
def test_a_schedule_that_aws_takes_is_taken(engine: Engine, expression: str) -> None:
    token = BY_CLASS["Schedule"]
    assert engine.failures(token, {**PLAIN[token], "scheduleExpression": expression}) == {}


@pytest.mark.parametrize("expression", REFUSED_SCHEDULES)
def test_a_schedule_that_aws_refuses_is_refused(engine: Engine, expression: str) -> None:
    token = BY_CLASS["Schedule"]
    failures = engine.failures(token, {**PLAIN[token], "scheduleExpression": expression})
    assert "Invalid Schedule Expression" in failures["scheduleExpression"]


ARNS = (
    "arn:aws:s3:::bucket/key",
    "arn:aws:iam::123456789012:role/path/role",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws-us-gov:sns:us-gov-west-1:123456789012:topic",
    "arn:aws:automate:us-east-1:ec2:stop",
)
NO_ARNS = ("topic", "arn:aws:sns:mars:123456789012:topic", "arn:aws:sns:us-east-1:12:topic", "arn:")


@pytest.mark.parametrize("name", ARNS)
def test_an_arn_of_any_shape_is_taken(name: str) -> None:
    assert arn("role", name) is None


@pytest.mark.parametrize("name", NO_ARNS)
def test_what_is_no_arn_is_refused(name: str) -> None:
    assert arn("role", name) == f'"role" ({name}) is an invalid ARN: arn: invalid prefix'


def test_a_queue_must_outlast_the_function_that_it_starts(world: World) -> None:
    boto3.client("lambda").update_function_configuration(
        FunctionName=world.function["name"], Timeout=31
    )
    inputs = {"eventSourceArn": world.queue["arn"], "functionName": world.function["arn"]}
    with pytest.raises(
        RefusedError,
        match="InvalidParameterValueException: Queue visibility timeout: 30 seconds is less than",
    ):
        world.engine.create(BY_CLASS["EventSourceMapping"], inputs)
