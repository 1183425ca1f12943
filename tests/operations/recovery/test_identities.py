"""Ids that follow from what a create was given."""

from __future__ import annotations

from typing import Any

import pytest

from operations.recovery.identities import DERIVED, REPEATED, SEARCHED
from tests.operations.recovery.fake_cloud import FakeCloud
from tests.recorded_program import recorded

LAYER = "arn:aws:lambda:us-east-1:000000000000:layer:strategy"


def search(token: str, answers: dict[Any, Any], known: frozenset[str] = frozenset()) -> Any:
    inputs = {
        "name": "jobs",
        "layerName": "strategy",
        "description": "key-2",
        "functionName": "worker",
        "eventSourceArn": "arn:queue",
        "topic": "arn:topic",
        "protocol": "email",
        "endpoint": "a@b.test",
        "secretId": "arn:secret",
    }
    return SEARCHED[token](FakeCloud(answers), inputs, known)


def test_every_type_of_the_program_has_a_way_to_be_found() -> None:
    types = {made.type for made in recorded("local").resources.all if ":" in made.type}
    made = {token for token in types if token.startswith(("aws:", "command:", "pulumi:providers"))}

    assert made - {*DERIVED, *SEARCHED, *REPEATED} == set()
    assert "aws:lambda/function:Function" in made


@pytest.mark.parametrize(
    ("token", "inputs", "identity"),
    [
        ("aws:s3/bucket:Bucket", {"bucket": "b"}, "b"),
        ("aws:cloudwatch/eventRule:EventRule", {"eventBusName": "bus", "name": "r"}, "bus/r"),
        (
            "aws:cloudwatch/eventTarget:EventTarget",
            {"eventBusName": "bus", "rule": "r", "targetId": "t"},
            "bus-r-t",
        ),
        ("aws:iam/rolePolicy:RolePolicy", {"role": "r", "name": "p"}, "r:p"),
        (
            "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            {"functionName": "f", "qualifier": "live"},
            "f:live",
        ),
        (
            "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            {"functionName": "f"},
            "f",
        ),
        ("aws:scheduler/schedule:Schedule", {"groupName": "g", "name": "s"}, "g/s"),
    ],
)
def test_an_id_is_spelled_as_the_provider_does(
    token: str, inputs: dict[str, str], identity: str
) -> None:
    assert DERIVED[token](inputs) == identity


def test_a_layer_version_is_known_by_the_key_in_its_description() -> None:
    listed = [
        {"LayerVersionArn": f"{LAYER}:2", "Description": "key-2"},
        {"LayerVersionArn": f"{LAYER}:1", "Description": "key-1"},
    ]
    answers = {("lambda", "list_layer_versions"): listed}

    assert search("aws:lambda/layerVersion:LayerVersion", answers) == f"{LAYER}:2"


def test_a_layer_version_that_is_on_record_is_not_found_again() -> None:
    listed = [{"LayerVersionArn": f"{LAYER}:2", "Description": "key-2"}]
    answers = {("lambda", "list_layer_versions"): listed}

    assert (
        search("aws:lambda/layerVersion:LayerVersion", answers, frozenset({f"{LAYER}:2"})) is None
    )


@pytest.mark.parametrize(
    ("token", "answers", "identity"),
    [
        ("aws:sqs/queue:Queue", {("sqs", "get_queue_url"): {"QueueUrl": "http://q"}}, "http://q"),
        (
            "aws:sns/topic:Topic",
            {("sns", "list_topics"): [{"TopicArn": "arn:other"}, {"TopicArn": "arn:jobs"}]},
            "arn:jobs",
        ),
        (
            "aws:sns/topicSubscription:TopicSubscription",
            {
                ("sns", "list_subscriptions_by_topic"): [
                    {"Protocol": "email", "Endpoint": "x@b.test", "SubscriptionArn": "arn:1"},
                    {"Protocol": "email", "Endpoint": "a@b.test", "SubscriptionArn": "arn:2"},
                ]
            },
            "arn:2",
        ),
        ("aws:lambda/alias:Alias", {("lambda", "get_alias"): {"AliasArn": "arn:live"}}, "arn:live"),
        (
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            {("lambda", "list_event_source_mappings"): [{"UUID": "u-1"}]},
            "u-1",
        ),
        (
            "aws:secretsmanager/secret:Secret",
            {("secretsmanager", "describe_secret"): {"ARN": "arn:secret"}},
            "arn:secret",
        ),
        (
            "aws:secretsmanager/secretVersion:SecretVersion",
            {("secretsmanager", "get_secret_value"): {"ARN": "arn:secret", "VersionId": "v"}},
            "arn:secret|v",
        ),
        (
            "aws:kms/key:Key",
            {
                ("kms", "list_keys"): [{"KeyId": "k-1"}],
                ("kms", "describe_key"): {
                    "KeyMetadata": {"Description": "key-2", "KeyState": "Enabled"}
                },
            },
            "k-1",
        ),
    ],
)
def test_what_aws_numbers_is_looked_up(token: str, answers: dict[Any, Any], identity: str) -> None:
    assert search(token, answers) == identity


@pytest.mark.parametrize("token", sorted(SEARCHED))
def test_what_is_not_there_has_no_id(token: str) -> None:
    assert search(token, {}) is None


def test_a_secret_that_is_being_deleted_is_not_taken_for_the_new_one() -> None:
    answers = {("secretsmanager", "describe_secret"): {"ARN": "arn", "DeletedDate": "today"}}

    assert search("aws:secretsmanager/secret:Secret", answers) is None
