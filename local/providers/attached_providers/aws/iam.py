"""IAM roles and their inline policies."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from attached_providers.aws import tagging
from attached_providers.aws.identities import in_two
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import policy_text, says
from attached_providers.wire import Values

ROLE = Properties(
    "aws:iam/role:Role",
    {
        "assumeRolePolicy": policy_text(api="AssumeRolePolicyDocument"),
        "maxSessionDuration": says(default=3600),
        "name": says(replaces=True, computed=True, api="RoleName"),
        "path": says(replaces=True, default="/"),
        "forceDetachPolicies": says(default=False, kept=True),
    },
    unserved=("inlinePolicies", "managedPolicyArns", "namePrefix"),
)
_SENT = ROLE.without("forceDetachPolicies")
ROLE_POLICY = Properties(
    "aws:iam/rolePolicy:RolePolicy",
    {
        "name": says(replaces=True, computed=True),
        "policy": policy_text(),
        "role": says(replaces=True),
    },
    unserved=("namePrefix",),
)


def create_role(aws: Aws, new: Values) -> str:
    """Make a role; its trust may name a principal that IAM does not see yet."""
    iam = aws.client("iam")
    wanted = {**to_api(_SENT, new), "Tags": tagging.pairs(tagging.wanted(new))}
    aws.retry(lambda: iam.create_role(**wanted), {"MalformedPolicyDocument"}, "principal")
    return str(new["name"])


def read_role(aws: Aws, identity: str, state: Values) -> Values:
    """Read a role."""
    found = aws.client("iam").get_role(RoleName=identity)["Role"]
    boundary = (found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    return {
        **from_api(ROLE, found, ["description", "maxSessionDuration", "name", "path"]),
        "assumeRolePolicy": document_text(found["AssumeRolePolicyDocument"]),
        "permissionsBoundary": boundary,
        "arn": found["Arn"],
        "uniqueId": found["RoleId"],
        "createDate": found["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        **tagging.read(aws, state, tagging.unpaired(found.get("Tags"))),
    }


def update_role(aws: Aws, identity: str, change: Change) -> None:
    """Change what changed, each by its own call."""
    iam, new = aws.client("iam"), change.new
    if change.touches("assumeRolePolicy"):
        document = new["assumeRolePolicy"]
        iam.update_assume_role_policy(RoleName=identity, PolicyDocument=document)
    if change.touches("description", "maxSessionDuration"):
        wanted = to_api(ROLE, {"description": "", **new}, ["description", "maxSessionDuration"])
        iam.update_role(RoleName=identity, **wanted)
    if change.touches("permissionsBoundary"):
        _bound(iam, identity, new.get("permissionsBoundary"))
    if change.touches("tagsAll"):
        put, gone = tagging.turn(change)
        if gone:
            iam.untag_role(RoleName=identity, TagKeys=gone)
        if put:
            iam.tag_role(RoleName=identity, Tags=tagging.pairs(put))


def _bound(iam: Any, role: str, boundary: str | None) -> None:
    if boundary:
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
    else:
        iam.delete_role_permissions_boundary(RoleName=role)


def delete_role(aws: Aws, identity: str, state: Values) -> None:
    """Remove the role; with forceDetachPolicies also what is attached to it."""
    iam = aws.client("iam")
    if state.get("forceDetachPolicies"):
        for policy in iam.list_attached_role_policies(RoleName=identity)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=identity, PolicyArn=policy["PolicyArn"])
        for name in iam.list_role_policies(RoleName=identity)["PolicyNames"]:
            iam.delete_role_policy(RoleName=identity, PolicyName=name)
    iam.delete_role(RoleName=identity)


def document_text(document: Any) -> str:
    """Return a policy as text, whichever way the SDK hands it over."""
    import json

    return unquote(document) if isinstance(document, str) else json.dumps(document)


def _put_policy(aws: Aws, new: Values) -> str:
    role, name = new["role"], new["name"]
    aws.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=new["policy"])
    return f"{role}:{name}"


def _read_policy(aws: Aws, identity: str, state: Values) -> Values:
    role, name = in_two(identity, "a role policy", "role:policy")
    found = aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
    return {"role": role, "name": name, "policy": document_text(found["PolicyDocument"])}


def _delete_policy(aws: Aws, identity: str, state: Values) -> None:
    role, name = in_two(identity, "a role policy", "role:policy")
    aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _update_policy(aws: Aws, identity: str, change: Change) -> None:
    _put_policy(aws, change.new)


ROWS = (
    ResourceType(
        token=ROLE.token,
        props=ROLE,
        outputs=ROLE.outputs,
        create=create_role,
        read=read_role,
        update=update_role,
        delete=delete_role,
        check=cross_field.role,
        naming=Naming(longest=64),
        tagged=True,
        regional=False,
    ),
    ResourceType(
        token=ROLE_POLICY.token,
        props=ROLE_POLICY,
        create=_put_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_delete_policy,
        check=cross_field.role_policy,
        naming=Naming(longest=128),
        regional=False,
    ),
)
