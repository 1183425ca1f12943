"""What must hold of a request besides action and resource, so that a role reaches no further."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accounts.names import Names

Condition = Mapping[str, Mapping[str, Any]]


def _fenced(own: Names) -> Condition:
    # Else one could make a role that may do everything, and pass it to a function of one's own.
    return {"StringEquals": {"iam:PermissionsBoundary": own.boundary_arn}}


def _passed(own: Names) -> Condition:
    services = ["lambda.amazonaws.com", "scheduler.amazonaws.com"]
    return {"StringEquals": {"iam:PassedToService": services}}


def _mapped(own: Names) -> Condition:
    # A mapping is known by a UUID; what tells whose it is, is its function.
    function = own.arn("lambda", f"function:{own.prefix}*")
    return {"ArnLike": {"lambda:FunctionArn": function}}


def _tagged(own: Names) -> Condition:
    tags = {"aws:RequestTag/system": own.system, "aws:RequestTag/stage": own.stage}
    return {"StringEquals": tags}


def _newly_tagged(own: Names) -> Condition:
    # What a key is given as it is made. One that is in use has an alias, and is left alone.
    return {**_tagged(own), "Null": {"kms:ResourceAliases": "true"}}


def _named_key(own: Names) -> Condition:
    # A key is known by an id; what tells whose it is, is its alias.
    return {"ForAnyValue:StringLike": {"kms:ResourceAliases": f"alias/{own.prefix}*"}}


CONDITIONS: Mapping[str, Callable[[Names], Condition]] = {
    "iam:CreateRole": _fenced,
    "iam:PutRolePermissionsBoundary": _fenced,
    "iam:PutRolePolicy": _fenced,
    "iam:PassRole": _passed,
    "lambda:CreateEventSourceMapping": _mapped,
    "lambda:DeleteEventSourceMapping": _mapped,
    "lambda:UpdateEventSourceMapping": _mapped,
    "kms:CreateKey": _tagged,
    "kms:TagResource": _newly_tagged,
    "kms:DescribeKey": _named_key,
    "kms:GetKeyPolicy": _named_key,
    "kms:GetKeyRotationStatus": _named_key,
    "kms:ListResourceTags": _named_key,
}

BY_THE_KEY_ITSELF = frozenset(
    {
        "kms:DisableKeyRotation",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
    }
)
"""Granted by the policy of a key to the role that made it (components/encryption_key.py), and by
nothing else. A grant here would have to go by tags or aliases, and whoever may put those on a key
may then have any key."""
