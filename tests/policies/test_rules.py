from __future__ import annotations

import json

import pytest

from policies.model import Resource
from policies.rules import RULES, violations
from tests.policies.mutations import MUTATIONS, OTHER_WAYS
from tests.recorded_program import recorded


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_the_program_breaks_no_rule(stack: str, preview: bool) -> None:
    assert violations(recorded(stack, preview=preview).resources.all) == []


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_a_rule_fires_alone_when_it_alone_is_broken(name: str, preview: bool) -> None:
    broken = MUTATIONS[name](recorded("prod", preview=preview).resources.all)

    assert {violation.rule for violation in violations(broken)} == {name}


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_a_rule_fires_alone_however_it_is_broken(way: str) -> None:
    name, mutate = OTHER_WAYS[way]

    broken = mutate(recorded("prod").resources.all)

    assert {violation.rule for violation in violations(broken)} == {name}


def test_a_function_from_an_image_brings_its_own_python() -> None:
    inputs = {"packageType": "Image", "name": "n"}
    image = Resource(type="aws:lambda/function:Function", name="f", stack="dev", inputs=inputs)

    assert "lambda-runtime" not in {violation.rule for violation in violations([image])}


def test_every_rule_has_a_name_of_its_own_and_says_what_it_demands() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.meaning and rule.controls for rule in RULES)


def test_every_mutation_belongs_to_a_rule() -> None:
    assert set(MUTATIONS) == {rule.name for rule in RULES}


def queue_policy(**condition: object) -> list[Resource]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Condition": condition,
    }
    inputs = {"policy": json.dumps({"Statement": [statement]})}
    return [Resource(type="aws:sqs/queuePolicy:QueuePolicy", name="p", stack="dev", inputs=inputs)]


@pytest.mark.parametrize(
    ("condition", "is_open"),
    [
        ({}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::a-bucket"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:events:us-east-1:1:rule/bus/*"}}, False),
        ({"StringEquals": {"aws:SourceAccount": "1"}}, False),
    ],
)
def test_a_service_is_bound_to_an_account_by_it_or_by_an_arn_that_has_it(
    condition: dict[str, object], is_open: bool
) -> None:
    assert bool(violations(queue_policy(**condition))) == is_open


def test_a_violation_names_rule_resource_and_reason() -> None:
    broken = MUTATIONS["lambda-runtime"](recorded("prod").resources.all)

    (found,) = violations(broken)

    assert str(found).startswith("lambda-runtime: ")
    assert "'python3.8'" in str(found)
