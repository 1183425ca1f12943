"""Texts with a grammar of their own: what AWS refuses of them is refused before it is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from attached_providers.aws.limits import contents
from attached_providers.aws.limits.iam_grammar import policy_faults, resource_faults, trust_faults
from attached_providers.aws.limits.patterns import pattern_faults
from tests.local.providers.engine import Engine
from tests.local.providers.lifecycles import tls_only
from tests.local.providers.test_limits import BY_CLASS, PLAIN

MATCHES: list[tuple[Any, bool]] = [
    ({"exists": True}, True),
    ({"exists": "yes"}, False),
    ({"numeric": [">", 0, "<=", 5]}, True),
    ({"numeric": ["<", "x"]}, False),
    ({"numeric": [">", 5, "<", 1]}, False),
    ({"numeric": ["<", 5, ">", 1]}, False),
    ({"numeric": ["=", 5, "<", 9]}, False),
    ({"numeric": ["~", 1]}, False),
    ({"numeric": [">", 1e10]}, False),
    ({"prefix": "a"}, True),
    ({"prefix": {"equals-ignore-case": "a"}}, True),
    ({"prefix": 1}, False),
    ({"suffix": ["x"]}, False),
    ({"equals-ignore-case": 1}, False),
    ({"cidr": "10.0.0.0/24"}, True),
    ({"cidr": "10.0.0.0"}, False),
    ({"wildcard": "a*b"}, True),
    ({"wildcard": "a**b"}, False),
    ({"anything-but": ["a", 1]}, True),
    ({"anything-but": {"prefix": ["a", "b"]}}, True),
    ({"anything-but": {"bogus": "x"}}, False),
    ({"anything-but": []}, False),
]


@pytest.mark.parametrize(("match", "taken"), MATCHES)
def test_a_match_is_given_what_its_kind_takes(match: Any, taken: bool) -> None:
    assert (list(pattern_faults({"source": [match]})) == []) == taken


def test_alternatives_are_two_at_least() -> None:
    assert list(pattern_faults({"$or": [{"a": ["b"]}]})) == [
        '"$or" must have at least two alternatives'
    ]


GRANT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::kept/*"}
GRANTS: list[tuple[dict[str, Any], str]] = [
    ({"Resource": "kept"}, 'must be in ARN format or "*"'),
    ({"Resource": "arn:aws:s3"}, 'must be in ARN format or "*"'),
    ({"Condition": {"Sometimes": {"a": "b"}}}, "Invalid Condition type : Sometimes."),
    ({"Sid": "a b"}, "must be alpha-numeric"),
    ({"NotAction": "s3:*"}, "Action and NotAction in one statement"),
    ({"Resources": "*"}, "unknown field Resources of a statement"),
    ({"Action": "s3:Get Object"}, "prefaced by a vendor"),
]


@pytest.mark.parametrize(("change", "told"), GRANTS)
def test_a_grant_is_in_the_grammar(change: dict[str, Any], told: str) -> None:
    faults = list(policy_faults({"Version": "2012-10-17", "Statement": [{**GRANT, **change}]}))

    assert any(told in fault for fault in faults), faults


@pytest.mark.parametrize(
    "operator",
    ["StringEquals", "ForAllValues:StringLikeIfExists", "Null", "NotIpAddress", "ArnNotLike"],
)
def test_a_condition_that_iam_has_is_taken(operator: str) -> None:
    statement = {**GRANT, "Condition": {operator: {"a": "b"}}}

    assert list(policy_faults({"Statement": [statement]})) == []


def test_an_id_is_given_once() -> None:
    told = policy_faults({"Statement": [{**GRANT, "Sid": "a"}, {**GRANT, "Sid": "a"}]})

    assert "found a twice" in " ".join(told)


def test_a_trust_is_about_sts() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}

    assert "STS AssumeRole actions" in " ".join(trust_faults({"Statement": statement}))


@pytest.mark.parametrize("document", [{}, {"Statement": []}, {"Statement": [GRANT]}])
def test_a_policy_on_a_resource_says_for_whom(document: dict[str, Any]) -> None:
    assert list(resource_faults(document))


RULES: list[tuple[str, bool]] = [
    ("ALARM(a)", True),
    ('ALARM("a b") AND NOT (OK(c) OR TRUE)', True),
    ("ALARM('a')", True),
    ("ALARM(", False),
    ("ALARM(a) XOR ALARM(b)", False),
    ("(ALARM(a)", False),
    ("ALARM(a))", False),
    ("ALARM(a) ALARM(b)", False),
    ("AND ALARM(a)", False),
    ("NOT", False),
]


@pytest.mark.parametrize(("rule", "taken"), RULES)
def test_a_rule_over_alarms_is_an_expression(rule: str, taken: bool) -> None:
    assert (list(contents.composite({"alarmRule": rule})) == []) == taken


METRIC = {"type": "metric", "width": 24, "properties": {}}
BODIES: list[tuple[Any, str]] = [
    ({"widgets": {}}, "must be an array"),
    ({"widgets": [{**METRIC, "type": "pie"}]}, "allowed values, found type pie"),
    ({"widgets": [{**METRIC, "width": 25}]}, "width should be 1 to 24, found 25"),
    ({"widgets": [{"type": "metric"}]}, "should have required property 'properties'"),
]


@pytest.mark.parametrize(("body", "told"), BODIES)
def test_a_dashboard_has_widgets_that_can_be_shown(body: Any, told: str) -> None:
    assert list(contents.dashboard({"dashboardBody": json.dumps({"widgets": [METRIC]})})) == []
    assert told in str(list(contents.dashboard({"dashboardBody": json.dumps(body)})))


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "Queue",
        {"redriveAllowPolicy": '{"redrivePermission": "some"}'},
        "redriveAllowPolicy",
        "some",
    ),
    ("Queue", {"policy": '{"Statement": []}'}, "policy", "Missing required field Statement"),
    ("QueuePolicy", {"policy": "{}"}, "policy", "Missing required field Statement"),
    ("BucketPolicy", {"policy": "{}"}, "policy", "Missing required field Statement"),
    (
        "TopicSubscription",
        {"protocol": "email", "endpoint": "a@b.cc", "rawMessageDelivery": True},
        "rawMessageDelivery",
        "[email] does not support raw message delivery",
    ),
    (
        "TopicSubscription",
        {"filterPolicy": '{"a": "b"}'},
        "filterPolicy",
        '"a" must be an object or an array',
    ),
    ("Bucket", {"bucket": "kept--x-s3"}, "bucket", "InvalidBucketName"),
    ("Bucket", {"bucket": "amzn-s3-demo-kept"}, "bucket", "InvalidBucketName"),
    ("BucketLifecycleConfiguration", {"rules": []}, "rules", "one rule at least"),
    ("Function", {"handler": "a b"}, "handler", "must have no spaces"),
    (
        "Alias",
        {"routingConfig": {"additionalVersionWeights": {"1": 1.5}}},
        "routingConfig.additionalVersionWeights.1",
        "(0 - 1), got 1.5",
    ),
    ("Permission", {"principal": ""}, "principal", "must be a principal"),
    (
        "EventSourceMapping",
        {"filterCriteria": {"filters": [{"pattern": "x"}]}},
        "filterCriteria.filters[0].pattern",
        "Invalid filter pattern definition",
    ),
    ("EventTarget", {"input": "{"}, "input", "JSON syntax error in input for target"),
    (
        "EventTarget",
        {"inputTransformer": {"inputTemplate": "x", "inputPaths": {"AWS.x": "$.a"}}},
        "inputTransformer.inputPaths",
        "invalid key AWS.x",
    ),
    ("Schedule", {"startDate": "tomorrow"}, "startDate", "valid RFC3339 date"),
    (
        "Schedule",
        {"startDate": "2030-01-02T00:00:00Z", "endDate": "2030-01-01T00:00:00Z"},
        "endDate",
        "must come after the StartDate",
    ),
    ("LogGroup", {"name": "AWS/mine"}, "name", "not below aws/"),
    ("MetricAlarm", {"threshold": None}, "threshold", "requires a threshold"),
    ("MetricAlarm", {"unit": "Apples"}, "unit", "to be one of"),
    (
        "Key",
        {"customerMasterKeySpec": "RSA_2048", "enableKeyRotation": True},
        "enableKeyRotation",
        "UnsupportedOperationException",
    ),
    (
        "Key",
        {"rotationPeriodInDays": 90, "enableKeyRotation": False},
        "rotationPeriodInDays",
        "requires enable_key_rotation",
    ),
    ("Parameter", {"value": "a" * 4097}, "value", "4096 characters at most"),
    ("Parameter", {"value": "b", "allowedPattern": "a"}, "value", "PatternMismatch"),
    ("Parameter", {"allowedPattern": "["}, "allowedPattern", "InvalidAllowedPattern"),
]

ROLE = "arn:aws:iam::123456789012:role/worker"
WORKER = "arn:aws:lambda:us-east-1:123456789012:function:worker"
REFUSED += [
    (
        "Function",
        {"deadLetterConfig": {"targetArn": "arn:aws:s3:::x"}},
        "deadLetterConfig.targetArn",
        "a queue or a topic",
    ),
    ("Function", {"role": "arn:aws:iam::123456789012:user/x"}, "role", "must be a role"),
    (
        "Function",
        {"layers": ["arn:aws:lambda:us-east-1:123456789012:layer:x"]},
        "layers[0]",
        "layer version",
    ),
    (
        "Function",
        {"loggingConfig": {"logFormat": "Text", "systemLogLevel": "INFO"}},
        "loggingConfig.systemLogLevel",
        "JSON",
    ),
    ("Table", {"rangeKey": "PK"}, "rangeKey", "have the same name"),
    (
        "Queue",
        {"redriveAllowPolicy": '{"redrivePermission": "byQueue"}'},
        "redriveAllowPolicy",
        "go with byQueue",
    ),
    ("QueuePolicy", {"policy": json.dumps(tls_only("s3"))}, "policy", "out of service scope: s3:*"),
    (
        "BucketPolicy",
        {"policy": json.dumps(tls_only("sqs"))},
        "policy",
        "out of service scope: sqs:*",
    ),
    ("TopicSubscription", {"protocol": "lambda", "endpoint": ROLE}, "endpoint", "lambda endpoint"),
    ("TopicSubscription", {"protocol": "sms", "endpoint": "nobody"}, "endpoint", "sms endpoint"),
    (
        "TopicSubscription",
        {"filterPolicyScope": "MessageBody"},
        "filterPolicyScope",
        "filter_policy is required",
    ),
    (
        "TopicSubscription",
        {"redrivePolicy": '{"deadLetterTargetArn": "x"}'},
        "redrivePolicy",
        "invalid arn",
    ),
    ("EventTarget", {"inputPath": "a"}, "inputPath", "must be a JSON path"),
    ("EventTarget", {"deadLetterConfig": {"arn": ROLE}}, "deadLetterConfig.arn", "must be a queue"),
    (
        "Schedule",
        {"target": {"arn": WORKER, "roleArn": ROLE, "input": "{"}},
        "target.input",
        "well-formed JSON",
    ),
    (
        "Schedule",
        {"target": {"arn": WORKER, "roleArn": WORKER}},
        "target.roleArn",
        "must be a role",
    ),
    ("Role", {"permissionsBoundary": "arn:aws:s3:::x"}, "permissionsBoundary", "must be a policy"),
    ("Permission", {"principalOrgId": "x"}, "principalOrgId", "organisation"),
    (
        "EventSourceMapping",
        {"eventSourceArn": "arn:aws:kinesis:us-east-1:123456789012:stream/x"},
        "startingPosition",
        "required for",
    ),
    ("MetricAlarm", {"namespace": None}, "namespace", "requires namespace"),
    ("MetricAlarm", {"period": None}, "period", "requires period"),
    ("MetricAlarm", {"dimensions": {"a": ""}}, "dimensions", "1-255"),
    (
        "MetricAlarm",
        {"comparisonOperator": "LessThanLowerThreshold"},
        "comparisonOperator",
        "anomalies",
    ),
    ("Key", {"keyUsage": "SIGN_VERIFY"}, "keyUsage", "not compatible with KeySpec"),
    ("Parameter", {"name": "a/b"}, "name", "invalid name"),
    ("Parameter", {"value": ""}, "value", "1 character at least"),
    (
        "BucketLifecycleConfiguration",
        {
            "rules": [
                {
                    "id": "a",
                    "status": "Enabled",
                    "transitions": [{"days": 10, "storageClass": "STANDARD_IA"}],
                }
            ]
        },
        "rules[0].transitions",
        "is too small: 10",
    ),
]
PRINCIPALS: list[tuple[Any, bool]] = [
    ("*", True),
    ({"Service": "lambda.amazonaws.com"}, True),
    ({"AWS": "123456789012"}, True),
    ({"AWS": ["arn:aws:iam::123456789012:root"]}, True),
    ({"AWS": "12"}, False),
    ({"Service": []}, False),
    ({"Servce": "lambda.amazonaws.com"}, False),
    ("x", False),
]


@pytest.mark.parametrize(("principal", "taken"), PRINCIPALS)
def test_a_principal_is_one_that_iam_knows(principal: Any, taken: bool) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}

    assert (list(trust_faults({"Statement": statement})) == []) == taken


@pytest.mark.parametrize(("kind", "change", "path", "reason"), REFUSED)
def test_each_is_refused_where_it_stands(
    engine: Engine, kind: str, change: dict[str, Any], path: str, reason: str
) -> None:
    plain = PLAIN[BY_CLASS[kind]]

    assert engine.failures(BY_CLASS[kind], plain) == {}
    assert reason in engine.failures(BY_CLASS[kind], {**plain, **change})[path]
