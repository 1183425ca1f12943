"""What is configured on an S3 bucket: each setting is a resource whose id is the bucket's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attached_providers.aws.limits import cross_field, pairings
from attached_providers.aws.s3_setting import setting
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.schema import block, blocks, flag, policy_text, text
from attached_providers.wire import Values

VERSIONING = {
    "mfa": text(kept=True),
    "versioningConfiguration": block(
        {
            "status": text(required=True),
            "mfaDelete": text(computed=True, api="MFADelete"),
        },
        required=True,
    ),
}


def _put_versioning(s3: Any, bucket: str, new: Values) -> None:
    wanted = to_api(VERSIONING, new, ["versioningConfiguration"])["VersioningConfiguration"]
    if wanted["Status"] != "Disabled":
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=wanted)


def _get_versioning(s3: Any, bucket: str, state: Values) -> Values | None:
    found = s3.get_bucket_versioning(Bucket=bucket)
    said = (state.get("versioningConfiguration") or {}).get("status")
    if "Status" not in found and said != "Disabled":
        return None
    return from_api(
        VERSIONING,
        {"VersioningConfiguration": {"Status": "Disabled", **found}},
        ["versioningConfiguration"],
    )


def _suspend_versioning(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


ACCESS = {
    "blockPublicAcls": flag(default=False),
    "blockPublicPolicy": flag(default=False),
    "ignorePublicAcls": flag(default=False),
    "restrictPublicBuckets": flag(default=False),
}


def _put_access(s3: Any, bucket: str, new: Values) -> None:
    wanted = to_api(ACCESS, new)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=wanted)


def _get_access(s3: Any, bucket: str, state: Values) -> Values:
    found = s3.get_public_access_block(Bucket=bucket)
    return from_api(ACCESS, found["PublicAccessBlockConfiguration"])


ENCRYPTION = {
    "rules": blocks(
        {
            "applyServerSideEncryptionByDefault": block(
                {
                    "sseAlgorithm": text(required=True, api="SSEAlgorithm"),
                    "kmsMasterKeyId": text(api="KMSMasterKeyID"),
                }
            ),
            "bucketKeyEnabled": flag(),
        },
        ordered=False,
        required=True,
    )
}


def _put_encryption(s3: Any, bucket: str, new: Values) -> None:
    wanted = to_api(ENCRYPTION, new)
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=wanted)


def _get_encryption(s3: Any, bucket: str, state: Values) -> Values:
    found = s3.get_bucket_encryption(Bucket=bucket)
    return from_api(ENCRYPTION, found["ServerSideEncryptionConfiguration"])


OWNERSHIP = {"rule": block({"objectOwnership": text(required=True)}, required=True)}


def _put_ownership(s3: Any, bucket: str, new: Values) -> None:
    wanted = {"Rules": [to_api(OWNERSHIP, new)["Rule"]]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=wanted)


def _get_ownership(s3: Any, bucket: str, state: Values) -> Values:
    found = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    return from_api(OWNERSHIP, {"Rule": found[0]})


LOGGING = {
    "targetBucket": text(required=True),
    "targetPrefix": text(required=True),
    "targetObjectKeyFormat": block(
        {
            "partitionedPrefix": block({"partitionDateSource": text(required=True)}),
            "simplePrefix": block({}),
        }
    ),
}


def _put_logging(s3: Any, bucket: str, new: Values) -> None:
    wanted = {"LoggingEnabled": {"TargetPrefix": "", **to_api(LOGGING, new)}}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=wanted)


def _get_logging(s3: Any, bucket: str, state: Values) -> Values | None:
    found = s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled")
    return None if not found else from_api(LOGGING, found)


def _put_policy(s3: Any, bucket: str, new: Values) -> None:
    s3.put_bucket_policy(Bucket=bucket, Policy=new["policy"])


def _get_policy(s3: Any, bucket: str, state: Values) -> Values:
    return {"policy": s3.get_bucket_policy(Bucket=bucket)["Policy"]}


def _check_policy(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a policy that S3 cannot read, and one that it has no room for."""
    yield from pairings.objects(new.get("policy"))
    yield from cross_field.policy(new, "s3", cross_field.BUCKET_POLICY_BYTES, "PolicyTooLarge")


_OWNER = {"expectedBucketOwner": text(replaces=True, kept=True)}

ROWS = (
    setting(
        "aws:s3/bucketVersioning:BucketVersioning",
        {**VERSIONING, **_OWNER},
        (_put_versioning, _get_versioning, _suspend_versioning),
    ),
    setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {**ACCESS, "skipDestroy": flag(kept=True)},
        (_put_access, _get_access, lambda s3, name: s3.delete_public_access_block(Bucket=name)),
        "NoSuchPublicAccessBlockConfiguration",
    ),
    setting(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {**ENCRYPTION, **_OWNER},
        (
            _put_encryption,
            _get_encryption,
            lambda s3, name: s3.delete_bucket_encryption(Bucket=name),
        ),
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    setting(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        OWNERSHIP,
        (
            _put_ownership,
            _get_ownership,
            lambda s3, name: s3.delete_bucket_ownership_controls(Bucket=name),
        ),
        "OwnershipControlsNotFoundError",
    ),
    setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        {"policy": policy_text(required=True)},
        (_put_policy, _get_policy, lambda s3, name: s3.delete_bucket_policy(Bucket=name)),
        "NoSuchBucketPolicy",
        _check_policy,
    ),
    setting(
        "aws:s3/bucketLogging:BucketLogging",
        {**LOGGING, **_OWNER},
        (
            _put_logging,
            _get_logging,
            lambda s3, name: s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={}),
        ),
    ),
)
