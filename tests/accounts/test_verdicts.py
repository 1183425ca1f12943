"""The table of docs/controls.md, asked of an evaluator that somebody else wrote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from accounts.fence import fence
from accounts.names import Names
from accounts.state import state_bucket_policy
from tests.accounts.evaluator import verdicts
from tests.accounts.places import PLACES, ROLES
from tests.recorded_program import recorded

pytestmark = pytest.mark.integration

PAGE = Path(__file__).parents[2] / "docs/controls.md"
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def rows() -> list[tuple[str, ...]]:
    """Read the table."""
    section = (
        PAGE.read_text(encoding="utf-8").partition("## Who may do what")[2].partition("\n## ")[0]
    )
    cells = [
        tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
        for line in section.splitlines()
        if line.startswith("| ") and not line.startswith(("| role", "| ---"))
    ]
    numbers = {"DEV": PLACES["dev"].account_id, "PROD": PLACES["prod"].account_id}
    return [tuple(_numbered(cell, numbers) for cell in row) for row in cells]


def _numbered(cell: str, numbers: Mapping[str, str]) -> str:
    for name, number in numbers.items():
        cell = cell.replace(name, number)
    return cell


def question(role: str, action: str, resource: str, given: str) -> dict[str, Any]:
    """Put one row as the evaluator takes it."""
    stage, _, duty = role.partition(" ")
    own = PLACES[stage]
    asked: dict[str, Any] = {
        "principal": own.role_arn(duty),
        "action": action,
        "resource": resource,
        "context": dict(entry.split("=", 1) for entry in given.split("<br>") if entry),
        "documents": [EVERYTHING]
        if duty == "code"
        else list(ROLES[own.role(duty)].policies.values()),
        "boundary": fence(own) if duty == "code" else None,
    }
    asked["context"]["kms:CallerAccount"] = own.account_id
    return asked | _other_side(resource, asked["context"])


def _other_side(resource: str, context: dict[str, str]) -> dict[str, Any]:
    """Give the policy of the bucket or key that is asked for, and whose it is."""
    dev, prod = PLACES["dev"], PLACES["prod"]
    if resource.startswith(f"arn:aws:s3:::{prod.state_bucket}"):
        return {"resource_policy": state_bucket_policy(prod, (dev,)), "owner": prod.account_id}
    if resource.startswith(f"arn:aws:s3:::{dev.artifact_bucket}"):
        return {"resource_policy": _program_policy("artifacts-policy"), "owner": dev.account_id}
    if ":key/" not in resource:
        return {}
    if resource.endswith("key/topics"):
        return {"resource_policy": _program_policy("topics-key"), "owner": dev.account_id}
    if resource.endswith("key/secrets"):
        context["kms:ResourceAliases"] = dev.key_alias
    return {"resource_policy": _given_by_aws(dev), "owner": dev.account_id}


@cache
def _program_policy(name: str) -> Mapping[str, Any]:
    (found,) = (item for item in recorded("dev").resources.all if item.name == name)
    return found.document("policy")


def _given_by_aws(own: Names) -> dict[str, Any]:
    root = {"Effect": "Allow", "Principal": {"AWS": own.iam("root")}, "Action": "kms:*"}
    return {"Version": "2012-10-17", "Statement": [{**root, "Resource": "*"}]}


def test_the_table_is_what_the_evaluator_says() -> None:
    table = rows()

    found = verdicts([question(*row[:4]) for row in table])
    wrong = [
        (*row, verdict)
        for row, verdict in zip(table, found, strict=True)
        if (row[4] == "yes") != (verdict == "Allow")
    ]
    assert wrong == []


def test_the_table_says_of_every_role_what_it_may_and_what_not() -> None:
    told: dict[str, set[str]] = {}
    for role, *_, may in rows():
        told.setdefault(role, set()).add(may)

    assert {f"alchemiser-ci-{role.replace(' ', '-')}" for role in told} >= set(ROLES)
    assert all("no" in answers for answers in told.values())
    assert len(rows()) > 60


def test_a_bucket_admits_nobody_without_tls() -> None:
    dev = PLACES["dev"]
    for resource in (
        dev.s3(f"{dev.artifact_bucket}/layers/a.zip"),
        dev.s3(f"{dev.state_bucket}/.pulumi/meta.yaml"),
    ):
        asked = question("prod deploy", "s3:GetObject", resource, "")
        assert verdicts([asked, {**asked, "tls": False}]) == ["Allow", "Deny"]
