"""What duties are granted is what AWS can grant, and no more than is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from accounts.calls import read_calls
from accounts.fence import fence
from accounts.permissions import MANAGED_POLICY_CHARACTERS, characters
from blueprint.artifacts import DRIFT_NOTE
from tests.accounts.places import PLACES, ROLES
from tests.accounts.record import kinds_of

MOST_POLICIES = 10
"""Managed policies on one role, without asking for more:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

CALLS = read_calls()
POLICIES = {name: found for role in ROLES.values() for name, found in role.policies.items()}
FENCES = {f"{own.early}-boundary": fence(own) for own in PLACES.values()}
EACH = pytest.mark.parametrize("name", sorted(POLICIES))


def statements(name: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = POLICIES[name]["Statement"]
    return found


def formats(action: str) -> set[str]:
    """Give the ARNs that an action may name, as the service authorization reference spells them."""
    service, _, name = action.partition(":")
    data = get_action_data(service, name)
    assert data, f"AWS knows no action {action}"
    return {entry["resource_arn_format"] for entry in data[service]}


def condition_keys(action: str) -> set[str]:
    service, _, name = action.partition(":")
    found = {
        key for entry in get_action_data(service, name)[service] for key in entry["condition_keys"]
    }
    return {re.sub(r"\$\{\w+\}", "", key) for key in found}


def as_pattern(arn_format: str) -> str:
    """Turn the reference's spelling into an expression that our patterns must match."""
    parts = re.split(r"\$\{\w+\}", arn_format)
    return ".*".join(re.escape(part) for part in parts)


@pytest.mark.parametrize("name", sorted({**POLICIES, **FENCES}))
def test_a_policy_is_small_enough_to_be_attached(name: str) -> None:
    assert characters({**POLICIES, **FENCES}[name]) <= MANAGED_POLICY_CHARACTERS


@pytest.mark.parametrize("name", sorted(ROLES))
def test_a_role_has_no_more_policies_than_it_may(name: str) -> None:
    assert len(ROLES[name].policies) <= MOST_POLICIES


@EACH
def test_only_actions_that_know_no_resource_are_granted_on_all(name: str) -> None:
    for statement in statements(name):
        if "*" in statement["Resource"]:
            assert {format_ for action in statement["Action"] for format_ in formats(action)} == {
                "*"
            }


@EACH
def test_every_action_may_name_what_it_is_granted_on(name: str) -> None:
    for statement in statements(name):
        for action in statement["Action"]:
            known = [re.compile(as_pattern(entry)) for entry in formats(action) - {"*"}]
            for resource in set(statement["Resource"]) - {"*"}:
                assert any(it.fullmatch(resource) for it in known), f"{action} on {resource}"


@EACH
def test_every_condition_is_one_that_its_actions_know(name: str) -> None:
    everywhere = ("aws:PrincipalArn", "kms:ResourceAliases")
    for statement in statements(name):
        used = {key for keys in statement.get("Condition", {}).values() for key in keys}
        for action in statement["Action"]:
            known = condition_keys(action)
            unknown = {key for key in used if not key.startswith((*known, *everywhere))}
            assert unknown <= {"iam:PassedToService"}, f"{action}: {unknown}"


@EACH
def test_no_action_is_a_pattern(name: str) -> None:
    assert [a for it in statements(name) for a in it["Action"] if "*" in a] == []


@pytest.mark.parametrize(
    "name", [name for name in sorted(ROLES) if "drift" in name or "review" in name]
)
def test_a_role_that_looks_changes_nothing_but_its_own_note(name: str) -> None:
    looking = re.compile(r"^\w+:(Get|List|Describe)|^kms:Decrypt$")
    (own,) = (it for it in PLACES.values() if name.startswith(it.early))
    note = own.s3(f"{own.artifact_bucket}/{DRIFT_NOTE}")
    changing = {
        (action, resource)
        for document in ROLES[name].policies.values()
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
        if not looking.match(action)
    }

    assert changing == ({("s3:PutObject", note)} if name == own.role("drift") else set())


@pytest.mark.parametrize(("action", "kinds"), sorted(CALLS.kinds.items()))
def test_the_kinds_on_record_are_those_of_the_reference(
    action: str, kinds: tuple[str, ...]
) -> None:
    assert list(kinds) == kinds_of(action)


def test_what_no_resource_of_the_program_is_named_for_knows_none() -> None:
    for action, kinds in CALLS.kinds.items():
        assert bool(kinds) == bool(formats(action) - {"*"}), action


def test_no_action_is_on_record_for_two_reasons() -> None:
    for duty in CALLS.beyond:
        assert set(CALLS.beyond[duty]) & set(CALLS.recorded.get(duty, ())) == set()
        assert len(CALLS.beyond[duty]) == len(set(CALLS.beyond[duty]))
