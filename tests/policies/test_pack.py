from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pulumi_policy import StackValidationPolicy
from pulumi_policy.proxy import unknown_checking_proxy

from policies.model import UNKNOWN, Resource
from policies.pack import plain, policies
from policies.rules import RULES
from tests.policies.mutations import MUTATIONS
from tests.recorded_program import recorded

BY_NAME = {policy.name: policy for policy in policies()}


def urn(resource: Resource) -> str:
    return f"urn:pulumi:{resource.stack}::alchemiser::{resource.type}::{resource.name}"


def validate(name: str, resources: list[Resource]) -> list[tuple[str, str | None]]:
    """Run one policy as Pulumi does, with inputs behind the proxies that guard unknowns."""
    policy = BY_NAME[name]
    assert isinstance(policy, StackValidationPolicy)
    seen = [
        SimpleNamespace(
            urn=urn(item), resource_type=item.type, props=unknown_checking_proxy(dict(item.inputs))
        )
        for item in resources
    ]
    reported: list[tuple[str, str | None]] = []

    def report(message: str, where: str | None = None) -> None:
        reported.append((message, where))

    run: Any = policy.validate
    run(SimpleNamespace(resources=seen), report)
    return reported


def test_every_rule_is_a_policy() -> None:
    assert set(BY_NAME) == {rule.name for rule in RULES}


def test_a_policy_says_which_controls_it_enforces() -> None:
    assert "CKV_AWS_50" in str(BY_NAME["lambda-tracing"].description)


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_a_policy_sees_nothing_in_the_first_preview_of_the_program(name: str) -> None:
    assert validate(name, list(recorded("prod", preview=True).resources.all)) == []


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_a_policy_fires_in_a_preview_with_unknowns(name: str) -> None:
    broken = MUTATIONS[name](recorded("prod", preview=True).resources.all)

    reported = validate(name, broken)

    assert reported
    assert all(where and where.startswith("urn:pulumi:prod::") for _, where in reported)


def test_unknowns_are_replaced_at_every_depth() -> None:
    guarded = unknown_checking_proxy({"a": {"b": [UNKNOWN, 1]}, "c": UNKNOWN})

    assert plain(guarded) == {"a": {"b": [UNKNOWN, 1]}, "c": UNKNOWN}
