"""What each duty may do: one small managed policy for each family of services."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from accounts.calls import Calls
from accounts.conditions import BY_THE_KEY_ITSELF, CONDITIONS
from accounts.names import Names
from accounts.resources import patterns

Statement = Mapping[str, Any]
Document = Mapping[str, Any]

MANAGED_POLICY_CHARACTERS = 6_144
"""Of a managed policy, white space not counted:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "compute": ("lambda", "ecr"),
    "identity": ("iam", "kms", "secretsmanager"),
    "storage": ("s3", "dynamodb"),
    "messages": ("sqs", "sns", "events", "scheduler"),
    "watching": ("cloudwatch", "logs"),
}
"""Services by the policy that grants them."""

DUTIES: Mapping[str, tuple[str, ...]] = {
    "review": ("review",),
    "drift": ("drift",),
    "deploy": ("deploy", "teardown", "drift"),
    "promotion": ("promotion",),
    "operate": ("operate", "drift"),
}
"""The calls that each duty makes; a deployment reads all that it may change."""

BY_BEGINNING: Mapping[str, tuple[str, ...]] = {"cloudwatch:DescribeAlarms": ("cloudwatch/alarms",)}
"""Actions that are asked for the beginning of a name, which IAM reads as all there are."""


def documents(duty: str, own: Names, calls: Calls) -> dict[str, Document]:
    """Write the policies of a duty, by the families that they are about."""
    actions = {action for source in DUTIES[duty] for action in calls.of(source)}
    found = {}
    for family, services in FAMILIES.items():
        granted = [action for action in actions if action.partition(":")[0] in services]
        if written := list(_statements(granted, own, calls)):
            found[family] = document(written)
    return found


def document(statements: Sequence[Statement]) -> Document:
    """Write a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def characters(document: Document) -> int:
    """Count a document as IAM does."""
    return len(json.dumps(document, separators=(",", ":")))


def _statements(actions: Iterable[str], own: Names, calls: Calls) -> Iterator[Statement]:
    together: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for action in sorted(set(actions) - BY_THE_KEY_ITSELF):
        condition = CONDITIONS[action](own) if action in CONDITIONS else {}
        resources = patterns(_kinds(action, calls), own)
        together[resources, json.dumps(condition, sort_keys=True)].append(action)
    for (resources, limits), named in together.items():
        statement = {"Effect": "Allow", "Action": named, "Resource": list(resources)}
        yield statement if limits == "{}" else {**statement, "Condition": json.loads(limits)}


def _kinds(action: str, calls: Calls) -> tuple[str, ...]:
    kinds = BY_BEGINNING.get(action, calls.kinds[action])
    # Of an alias and its key, the key's own policy answers for the key.
    return ("kms/alias",) if "kms/alias" in kinds else kinds
