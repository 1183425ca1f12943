"""Rules on tables, buckets, keys and secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policies.model import (
    Finding,
    Resource,
    Resources,
    Rule,
    denies_plain_text,
    each,
    listed,
    rule,
    statements,
)

TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
GUARDED_STACKS = frozenset({"prod"})
FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


@each(TABLE, "dynamodb-recovery", "AwsSolutions-DDB3", "CKV_AWS_28")
def table_recovery(table: Resource) -> str | None:
    """A table can be restored to any second."""
    enabled = table.inputs.get("pointInTimeRecovery", {}).get("enabled")
    return None if enabled else "has no point-in-time recovery"


@each(TABLE, "dynamodb-encryption", "CKV_AWS_119")
def table_encryption(table: Resource) -> str | None:
    """A table is encrypted with a key whose use is logged."""
    enabled = table.inputs.get("serverSideEncryption", {}).get("enabled")
    return None if enabled else "is encrypted with a key that AWS shares"


@each(TABLE, "dynamodb-deletion-guard", "DynamoDB deletion protection")
def table_deletion_guard(table: Resource) -> str | None:
    """Tables of prod refuse to be deleted."""
    guarded = table.inputs.get("deletionProtectionEnabled") or table.stack not in GUARDED_STACKS
    return None if guarded else "can be deleted"


@each(BUCKET, "s3-deletion-guard", "S3 deletion protection")
def bucket_deletion_guard(bucket: Resource) -> str | None:
    """Buckets of prod are never emptied to be deleted."""
    emptied = bucket.inputs.get("forceDestroy") and bucket.stack in GUARDED_STACKS
    return "would be emptied and deleted" if emptied else None


def _beside(
    type_token: str, good: Callable[[Resource], bool], meaning: str, message: str
) -> Callable[[Resources], Iterator[Finding]]:
    """Demand of each bucket a resource of a type that names it and is good."""

    def check(resources: Resources) -> Iterator[Finding]:
        names = {item.inputs.get("bucket") for item in resources.of(type_token) if good(item)}
        for bucket in resources.of(BUCKET):
            if bucket.inputs.get("bucket") not in names:
                yield bucket, message

    check.__doc__ = meaning
    return check


def _rules(resource: Resource) -> list[Mapping[str, Any]]:
    return list(resource.inputs.get("rules") or ())


def _closed(policy: Resource) -> bool:
    own = f"arn:aws:s3:::{policy.inputs.get('bucket')}"
    return any(
        denies_plain_text(statement) and {own, f"{own}/*"} <= set(listed(statement.get("Resource")))
        for statement in statements(policy.document("policy"))
    )


public_access = rule(
    "s3-public-access", "AwsSolutions-S2", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"
)(
    _beside(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda block: all(block.inputs.get(flag) for flag in FLAGS),
        "Nobody can open a bucket to the public, by policy or by ACL.",
        "public access is not blocked in all four ways",
    )
)
bucket_tls_only = rule("s3-tls-only", "AwsSolutions-S10", "CKV_AWS_379")(
    _beside(
        "aws:s3/bucketPolicy:BucketPolicy",
        _closed,
        "Nobody reaches a bucket without TLS.",
        "can be reached without TLS",
    )
)
bucket_encryption = rule("s3-encryption", "CKV_AWS_19", "CKV_AWS_145 (key of S3's own)")(
    _beside(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda found: any("applyServerSideEncryptionByDefault" in item for item in _rules(found)),
        "Objects are encrypted by the bucket's own setting.",
        "encryption is left to a default",
    )
)
bucket_versioning = rule("s3-versioning", "CKV_AWS_21")(
    _beside(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda found: found.inputs.get("versioningConfiguration", {}).get("status") == "Enabled",
        "A replaced or deleted object can be brought back.",
        "keeps no earlier versions",
    )
)
bucket_lifecycle = rule("s3-lifecycle", "CKV_AWS_300", "CKV2_AWS_61")(
    _beside(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda found: any("abortIncompleteMultipartUpload" in item for item in _rules(found)),
        "Parts of uploads that were never finished go.",
        "unfinished uploads are kept for ever",
    )
)
bucket_ownership = rule("s3-ownership", "CKV2_AWS_65")(
    _beside(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        lambda found: found.inputs.get("rule", {}).get("objectOwnership") == "BucketOwnerEnforced",
        "Only policies decide who reads a bucket.",
        "ACLs are not switched off",
    )
)


@rule("s3-access-logs", "AwsSolutions-S1", "CKV_AWS_18")
def bucket_access_logs(resources: Resources) -> Iterator[Finding]:
    """Access to a bucket is logged, unless it is where the logs go."""
    logging = resources.of("aws:s3/bucketLogging:BucketLogging")
    logged = {item.inputs.get("bucket") for item in logging}
    targets = {item.inputs.get("targetBucket") for item in logging}
    for bucket in resources.of(BUCKET):
        if bucket.inputs.get("bucket") not in logged | targets:
            yield bucket, "access is not logged"


@each("aws:kms/key:Key", "kms-rotation", "CKV_AWS_7")
def key_rotation(key: Resource) -> str | None:
    """A key of our own changes every year."""
    return None if key.inputs.get("enableKeyRotation") else "is never changed"


RULES: tuple[Rule, ...] = (
    table_recovery, table_encryption, table_deletion_guard, bucket_deletion_guard, public_access,
    bucket_tls_only, bucket_encryption, bucket_versioning, bucket_lifecycle, bucket_ownership,
    bucket_access_logs, key_rotation,
)  # fmt: skip
