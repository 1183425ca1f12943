from __future__ import annotations

import json
from typing import Any

import pytest

from tests.recorded_program import ENDPOINT, recorded, run, stack_config, unwrapped

FUNCTION = "aws:lambda/function:Function"
STACKS = ("local", "dev", "prod")


def facts(stack: str) -> dict[str, Any]:
    run = recorded(stack)
    execution = run.one(FUNCTION, "execution_v2-function").inputs
    mapping = run.one("aws:lambda/eventSourceMapping:EventSourceMapping", "execution_v2-execution")
    return {
        "memory": execution["memorySize"],
        "timeout": execution["timeout"],
        "reserved": execution["reservedConcurrentExecutions"],
        "at once": mapping.inputs["scalingConfig"]["maximumConcurrency"],
        "broker": execution["environment"]["variables"]["ALPACA__ENDPOINT"],
        "step wait": execution["environment"]["variables"]["EXECUTION__STEP_WAIT_S"],
        "log level": execution["environment"]["variables"]["LOG_LEVEL"],
        "log days": {
            item.inputs["retentionInDays"] for item in run.of("aws:cloudwatch/logGroup:LogGroup")
        },
        "secret recovery": {
            item.inputs["recoveryWindowInDays"]
            for item in run.of("aws:secretsmanager/secret:Secret")
        },
    }


EXPECTED: dict[str, dict[str, Any]] = {
    "local": {
        "memory": 256,
        "timeout": 30,
        "reserved": 8,
        "at once": 8,
        "broker": "http://127.0.0.1:4580",
        "step wait": "0.2",
        "log level": "DEBUG",
        "log days": {1},
        "secret recovery": {0},
    },
    "dev": {
        "memory": 1024,
        "timeout": 600,
        "reserved": 10,
        "at once": 8,
        "broker": "https://paper-api.alpaca.markets",
        "step wait": "10",
        "log level": "DEBUG",
        "log days": {30},
        "secret recovery": {0},
    },
    "prod": {
        "memory": 1024,
        "timeout": 600,
        "reserved": 10,
        "at once": 8,
        "broker": "https://api.alpaca.markets",
        "step wait": "10",
        "log level": "INFO",
        "log days": {365},
        "secret recovery": {30},
    },
}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("fact", EXPECTED["dev"])
def test_stacks_differ_exactly_as_their_files_say(stack: str, fact: str) -> None:
    assert facts(stack)[fact] == EXPECTED[stack][fact]


@pytest.mark.parametrize("stack", STACKS)
def test_no_name_of_one_stack_occurs_in_another(stack: str) -> None:
    others = {f"alchemiser-{other}-" for other in STACKS if other != stack}

    text = repr([resource.inputs for resource in recorded(stack).resources.all])

    assert not [name for name in others if name in text]


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_has_the_same_parts(stack: str) -> None:
    def parts(name: str) -> set[tuple[str, str]]:
        ignored = {
            "aws:secretsmanager/secretVersion:SecretVersion",
            "aws:sns/topicSubscription:TopicSubscription",
        }
        found = recorded(name).resources.all
        return {(item.type, item.name) for item in found if item.type not in ignored}

    assert parts(stack) == parts("dev")


def test_every_resource_belongs_to_the_stacks_own_account() -> None:
    (provider,) = recorded("dev").of("pulumi:providers:aws")

    assert unwrapped(provider.inputs["accessKey"]) == "111111111111"


def test_a_rehearsed_stack_sends_every_service_to_the_emulator() -> None:
    (provider,) = recorded("dev").of("pulumi:providers:aws")

    assert ENDPOINT in provider.inputs["endpoints"]
    assert json.loads(provider.inputs["s3UsePathStyle"]) is True
    # With the default of 25 an emulator that died is told of after minutes.
    assert json.loads(provider.inputs["maxRetries"]) == 3


def test_a_stack_on_aws_is_bound_to_its_account_and_to_no_endpoint() -> None:
    aws = run("dev", stack_config("dev"), environ={})
    (provider,) = aws.of("pulumi:providers:aws")

    assert json.loads(provider.inputs["allowedAccountIds"]) == ["111111111111"]
    assert not {"accessKey", "secretKey", "endpoints"} & set(provider.inputs)


def test_functions_on_aws_are_told_of_no_endpoint() -> None:
    aws = run("dev", stack_config("dev"), environ={})

    assert not [
        function.name
        for function in aws.of(FUNCTION)
        if "AWS_ENDPOINT_URL" in function.inputs["environment"]["variables"]
    ]


def test_every_resource_is_tagged_with_system_and_stage() -> None:
    (provider,) = recorded("prod").of("pulumi:providers:aws")

    tags = json.loads(provider.inputs["defaultTags"])["tags"]
    assert tags == {"system": "alchemiser", "stage": "prod"}
