"""Everything of one account as one CloudFormation template, to be read before it is applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.calls import read_calls
from accounts.fence import fence
from accounts.names import AUDIENCE, ISSUER, Names
from accounts.roles import Accounts, Role, roles
from accounts.state import state_bucket_policy

Resource = Mapping[str, Any]

KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
"""State and the key to its secrets outlive whatever becomes of this stack."""


def template(accounts: Accounts) -> dict[str, Any]:
    """Write it; the issuer is none of it, for an account has one, which may be there already."""
    own = accounts.own
    found: dict[str, Resource] = {"Boundary": _policy(f"{own.early}-boundary", fence(own))}
    for role in roles(accounts, read_calls()):
        found |= _role(role)
    found |= _key(own)
    if own.state_account == own.account_id and accounts.promoted_to is None:
        found |= _state_bucket(accounts)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"What {own.system} needs in this account before {own.stage} is deployed.",
        "Metadata": {
            "Before": f"aws iam create-open-id-connect-provider --url https://{ISSUER} "
            f"--client-id-list {AUDIENCE}"
        },
        "Resources": found,
        "Outputs": {
            "SecretsProvider": {"Value": f"awskms://{own.key_alias}?region={own.region}"},
            "Backend": {"Value": f"s3://{own.state_bucket}?region={own.region}"},
        },
    }


def _role(role: Role) -> dict[str, Resource]:
    policies = {_id(name): _policy(name, found) for name, found in role.policies.items()}
    return {
        **policies,
        _id(role.name): {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": role.name,
                "Description": role.purpose,
                "AssumeRolePolicyDocument": role.trust,
                "ManagedPolicyArns": [{"Ref": name} for name in policies],
            },
        },
    }


def _policy(name: str, found: Mapping[str, Any]) -> Resource:
    properties = {"ManagedPolicyName": name, "PolicyDocument": found}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}


def _key(own: Names) -> dict[str, Resource]:
    administer = {
        "Effect": "Allow",
        "Principal": {"AWS": own.iam("root")},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {
        "SecretsKey": {
            "Type": "AWS::KMS::Key",
            **KEPT,
            "Properties": {
                "Description": f"Encrypts the secrets in the file and the state of {own.stage}",
                "EnableKeyRotation": True,
                "KeyPolicy": {"Version": "2012-10-17", "Statement": [administer]},
            },
        },
        "SecretsKeyAlias": {
            "Type": "AWS::KMS::Alias",
            "Properties": {"AliasName": own.key_alias, "TargetKeyId": {"Ref": "SecretsKey"}},
        },
    }


def _state_bucket(accounts: Accounts) -> dict[str, Resource]:
    own = accounts.own
    source = accounts.promoted_from
    others = (source,) if source is not None and source.account_id != own.account_id else ()
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return {
        "StateBucket": {
            "Type": "AWS::S3::Bucket",
            **KEPT,
            "Properties": {
                "BucketName": own.state_bucket,
                "VersioningConfiguration": {"Status": "Enabled"},
                "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
                "PublicAccessBlockConfiguration": dict.fromkeys(closed, True),
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            },
        },
        "StateBucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "StateBucket"},
                "PolicyDocument": state_bucket_policy(own, others),
            },
        },
    }


def _id(name: str) -> str:
    return "".join(part.title() for part in name.split("-"))
