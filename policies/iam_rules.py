"""Rules on who may do what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.model import (
    Finding,
    Resource,
    Resources,
    Rule,
    account,
    each,
    listed,
    rule,
    statements,
)

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
WITHOUT_RESOURCES = frozenset(
    {"xray:PutTelemetryRecords", "xray:PutTraceSegments", "cloudwatch:PutMetricData"}
)
"""Actions for which AWS knows no resource to name."""
RESOURCE_POLICIES = {
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:kms/key:Key": "policy",
}


@each(ROLE_POLICY, "iam-no-wildcards", "AwsSolutions-IAM5", "CKV_AWS_355", "CKV_AWS_290")
def no_wildcards(policy: Resource) -> str | None:
    """A role is allowed named actions on named resources."""
    for statement in statements(policy.document("policy")):
        actions = [str(action) for action in listed(statement.get("Action"))]
        if any("*" in action for action in actions):
            return f"allows {', '.join(actions)}"
        unnamed = "*" in listed(statement.get("Resource"))
        if unnamed and not set(actions) <= WITHOUT_RESOURCES:
            return f"allows {', '.join(actions)} on *"
    return None


@each(ROLE, "iam-narrow-trust", "CKV_AWS_60", "CKV_AWS_61")
def narrow_trust(role: Resource) -> str | None:
    """One service may assume a role, and only for this account."""
    for statement in statements(role.document("assumeRolePolicy")):
        services = listed(statement.get("Principal", {}).get("Service"))
        if len(services) != 1 or services == [None] or "AWS" in statement["Principal"]:
            return "trusts something else than one service"
        if not _names_account(statement):
            return f"trusts {services[0]} for every account"
    return None


@each(ROLE, "iam-boundary", "NIST.800-53 AC-6")
def fenced(role: Resource) -> str | None:
    """No role on AWS may reach beyond its stack, whatever its policy says."""
    if role.stack == "local" or role.inputs.get("permissionsBoundary"):
        return None
    return "has no permissions boundary"


@rule("iam-no-managed-policies", "AwsSolutions-IAM4", "CKV_AWS_274")
def no_managed_policies(resources: Resources) -> Iterator[Finding]:
    """No role gets its rights from a policy that AWS or somebody else may change."""
    for role in resources.of(ROLE):
        if role.inputs.get("managedPolicyArns"):
            yield role, "has managed policies"
    for attachment in resources.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        yield attachment, "attaches a managed policy"


@rule("resource-policy-not-public", "CKV_AWS_168", "CKV_AWS_169", "CKV_AWS_385", "CKV_AWS_387")
def resource_policy_not_public(resources: Resources) -> Iterator[Finding]:
    """What a resource allows, it allows to this account."""
    for type_token, key in RESOURCE_POLICIES.items():
        for resource in resources.of(type_token):
            for statement in statements(resource.document(key)):
                if _open(statement):
                    yield resource, f"statement {statement.get('Sid')!r} is open to other accounts"


def _open(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    named = principal if isinstance(principal, Mapping) else {"AWS": principal}
    wide = "Service" in named or "*" in listed(named.get("AWS"))
    return statement.get("Effect") == "Allow" and wide and not _names_account(statement)


def _names_account(statement: Mapping[str, Any]) -> bool:
    condition = statement.get("Condition", {})
    equals = condition.get("StringEquals", {})
    source = account(condition.get("ArnLike", {}).get("aws:SourceArn"))
    return bool(equals.get("aws:SourceAccount") or equals.get("kms:CallerAccount") or source)


RULES: tuple[Rule, ...] = (
    no_wildcards, narrow_trust, fenced, no_managed_policies, resource_policy_not_public,
)  # fmt: skip
