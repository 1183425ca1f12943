"""Holds what was called in recorded runs against what the role of the workflow allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.calls import read_calls
from accounts.names import Names
from accounts.resources import patterns
from tests.accounts.evaluator import verdicts
from tests.accounts.places import PLACES, ROLES
from tests.accounts.record import ALWAYS_ALLOWED
from tests.recorded_program import recorded


def refused(actions: Iterable[str], stage: str, duty: str) -> set[str]:
    """Name the actions that the role of a duty would be refused on the stack's own resources."""
    asked = sorted(set(actions) - ALWAYS_ALLOWED)
    found = verdicts([_question(action, PLACES[stage], duty) for action in asked])
    return {action for action, verdict in zip(asked, found, strict=True) if verdict != "Allow"}


def _question(action: str, own: Names, duty: str) -> dict[str, Any]:
    kinds = read_calls().kinds.get(action, ())
    question: dict[str, Any] = {
        "principal": own.role_arn(duty),
        "action": action,
        # Any of the kind will do.
        "resource": patterns(kinds, own)[0].replace("*", "x") if kinds else "*",
        "documents": list(ROLES[own.role(duty)].policies.values()),
        "context": _context(action, own),
    }
    if kinds == ("kms/key",):
        (key,) = recorded(own.stage).of("aws:kms/key:Key")
        question |= {"resource_policy": key.document("policy"), "owner": own.account_id}
    return question


def _context(action: str, own: Names) -> dict[str, str]:
    named = "" if action == "kms:TagResource" else f"alias/{own.prefix}topics"
    return {
        "iam:PermissionsBoundary": own.boundary_arn,
        "aws:RequestTag/system": own.system,
        "aws:RequestTag/stage": own.stage,
        "kms:CallerAccount": own.account_id,
        "lambda:FunctionArn": own.arn("lambda", f"function:{own.prefix}execution"),
        **({"kms:ResourceAliases": named} if named else {}),
    }
