"""Asks AWS itself, one by one, for everything that a template names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from accounts.bootstrap import has_issuer
from accounts.names import ISSUER, Names
from accounts.roles import Accounts
from accounts.template import template

if TYPE_CHECKING:
    from accounts.clients import Clients

Properties = Mapping[str, Any]
ABSENT = "is not there"
OTHER = "is there, and is another than this program writes"


def missing(clients: Clients, accounts: Accounts) -> Iterator[str]:
    """Name what an account lacks, or has otherwise than it should."""
    if not has_issuer(clients):
        yield f"OpenID Connect provider {ISSUER}: {ABSENT}"
    resources = template(accounts)["Resources"]
    for resource in resources.values():
        name, ask = QUESTIONS.get(resource["Type"], ("", None))
        if ask is None:
            continue
        properties = resource["Properties"]
        problem = _asked(ask, clients, accounts.own, properties)
        if problem is not None:
            yield f"{resource['Type']} {_shown(properties, name)}: {problem}"


def _shown(properties: Properties, name: str) -> str:
    value = properties[name]
    return value if isinstance(value, str) else str(value.get("Ref", value))


Question = Callable[["Clients", Names, Properties], str | None]


def _asked(ask: Question, clients: Clients, own: Names, properties: Properties) -> str | None:
    try:
        return ask(clients, own, properties)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in {"NoSuchEntity", "NoSuchBucket", "NoSuchBucketPolicy", "404"}:
            return ABSENT
        raise


def _policy(clients: Clients, own: Names, wanted: Properties) -> str | None:
    arn = own.iam(f"policy/{wanted['ManagedPolicyName']}")
    version = clients.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = clients.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    return _same(found["Document"], wanted["PolicyDocument"])


def _role(clients: Clients, own: Names, wanted: Properties) -> str | None:
    name = wanted["RoleName"]
    found = clients.iam.get_role(RoleName=name)["Role"]
    attached = clients.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    if len(attached) != len(wanted["ManagedPolicyArns"]):
        return f"has {len(attached)} policies instead of {len(wanted['ManagedPolicyArns'])}"
    return _same(found["AssumeRolePolicyDocument"], wanted["AssumeRolePolicyDocument"])


def _alias(clients: Clients, own: Names, wanted: Properties) -> str | None:
    pages = clients.kms.get_paginator("list_aliases").paginate()
    found = {entry["AliasName"] for page in pages for entry in page["Aliases"]}
    return None if wanted["AliasName"] in found else ABSENT


def _bucket(clients: Clients, own: Names, wanted: Properties) -> str | None:
    found = clients.s3.get_bucket_versioning(Bucket=wanted["BucketName"])
    return None if found.get("Status") == "Enabled" else "keeps no versions"


def _bucket_policy(clients: Clients, own: Names, wanted: Properties) -> str | None:
    found = clients.s3.get_bucket_policy(Bucket=own.state_bucket)["Policy"]
    return _same(json.loads(found), wanted["PolicyDocument"])


def _same(found: object, wanted: object) -> str | None:
    document = json.loads(found) if isinstance(found, str) else found
    return None if document == json.loads(json.dumps(wanted)) else OTHER


QUESTIONS: Mapping[str, tuple[str, Question]] = {
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", _policy),
    "AWS::IAM::Role": ("RoleName", _role),
    "AWS::KMS::Alias": ("AliasName", _alias),
    "AWS::S3::Bucket": ("BucketName", _bucket),
    "AWS::S3::BucketPolicy": ("Bucket", _bucket_policy),
}
"""By type: what names it for a person, and how AWS is asked. A key is asked for by its alias."""
