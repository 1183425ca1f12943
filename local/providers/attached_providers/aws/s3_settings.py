"""What is configured on an S3 bucket: each setting is a resource whose id is the bucket's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attached_providers.aws.limits import cross_field, pairings
from attached_providers.aws.s3_setting import setting
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.schema import policy_text, says
from attached_providers.wire import Values

VERSIONING = Properties(
    "aws:s3/bucketVersioning:BucketVersioning",
    {
        "bucket": says(replaces=True),
        "mfa": says(kept=True),
        "versioningConfiguration": says(fields={"mfaDelete": says(computed=True, api="MFADelete")}),
        "expectedBucketOwner": says(replaces=True, kept=True),
    },
)


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


ACCESS = Properties(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    {
        "bucket": says(replaces=True),
        "blockPublicAcls": says(default=False),
        "blockPublicPolicy": says(default=False),
        "ignorePublicAcls": says(default=False),
        "restrictPublicBuckets": says(default=False),
        "skipDestroy": says(kept=True),
    },
)
_BLOCKED = ACCESS.without("bucket", "skipDestroy")


def _put_access(s3: Any, bucket: str, new: Values) -> None:
    wanted = to_api(_BLOCKED, new)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=wanted)


def _get_access(s3: Any, bucket: str, state: Values) -> Values:
    found = s3.get_public_access_block(Bucket=bucket)
    return from_api(_BLOCKED, found["PublicAccessBlockConfiguration"])


ENCRYPTION = Properties(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    {
        "bucket": says(replaces=True),
        "rules": says(
            ordered=False,
            fields={
                "applyServerSideEncryptionByDefault": says(
                    fields={
                        "sseAlgorithm": says(api="SSEAlgorithm"),
                        "kmsMasterKeyId": says(api="KMSMasterKeyID"),
                    }
                )
            },
            unserved=("blockedEncryptionTypes",),
        ),
        "expectedBucketOwner": says(replaces=True, kept=True),
    },
)


def _put_encryption(s3: Any, bucket: str, new: Values) -> None:
    wanted = to_api(ENCRYPTION, new, ["rules"])
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=wanted)


def _get_encryption(s3: Any, bucket: str, state: Values) -> Values:
    found = s3.get_bucket_encryption(Bucket=bucket)
    return from_api(ENCRYPTION, found["ServerSideEncryptionConfiguration"], ["rules"])


OWNERSHIP = Properties(
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    {
        "bucket": says(replaces=True),
    },
)


def _put_ownership(s3: Any, bucket: str, new: Values) -> None:
    wanted = {"Rules": [to_api(OWNERSHIP, new, ["rule"])["Rule"]]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=wanted)


def _get_ownership(s3: Any, bucket: str, state: Values) -> Values:
    found = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    return from_api(OWNERSHIP, {"Rule": found[0]}, ["rule"])


LOGGING = Properties(
    "aws:s3/bucketLogging:BucketLogging",
    {
        "bucket": says(replaces=True),
        "expectedBucketOwner": says(replaces=True, kept=True),
    },
    unserved=("targetGrants",),
)
_LOGGED = LOGGING.without("bucket", "expectedBucketOwner")


def _put_logging(s3: Any, bucket: str, new: Values) -> None:
    wanted = {"LoggingEnabled": {"TargetPrefix": "", **to_api(_LOGGED, new)}}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=wanted)


def _get_logging(s3: Any, bucket: str, state: Values) -> Values | None:
    found = s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled")
    return None if not found else from_api(_LOGGED, found)


def _put_policy(s3: Any, bucket: str, new: Values) -> None:
    s3.put_bucket_policy(Bucket=bucket, Policy=new["policy"])


def _get_policy(s3: Any, bucket: str, state: Values) -> Values:
    return {"policy": s3.get_bucket_policy(Bucket=bucket)["Policy"]}


def _check_policy(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a policy that S3 cannot read, and one that it has no room for."""
    yield from pairings.objects(new.get("policy"))
    yield from cross_field.policy(new, "s3", cross_field.BUCKET_POLICY_BYTES, "PolicyTooLarge")


POLICY = Properties(
    "aws:s3/bucketPolicy:BucketPolicy",
    {
        "bucket": says(replaces=True),
        "policy": policy_text(),
    },
)

ROWS = (
    setting(
        VERSIONING,
        (_put_versioning, _get_versioning, _suspend_versioning),
    ),
    setting(
        ACCESS,
        (_put_access, _get_access, lambda s3, name: s3.delete_public_access_block(Bucket=name)),
        "NoSuchPublicAccessBlockConfiguration",
    ),
    setting(
        ENCRYPTION,
        (
            _put_encryption,
            _get_encryption,
            lambda s3, name: s3.delete_bucket_encryption(Bucket=name),
        ),
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    setting(
        OWNERSHIP,
        (
            _put_ownership,
            _get_ownership,
            lambda s3, name: s3.delete_bucket_ownership_controls(Bucket=name),
        ),
        "OwnershipControlsNotFoundError",
    ),
    setting(
        POLICY,
        (_put_policy, _get_policy, lambda s3, name: s3.delete_bucket_policy(Bucket=name)),
        "NoSuchBucketPolicy",
        _check_policy,
    ),
    setting(
        LOGGING,
        (
            _put_logging,
            _get_logging,
            lambda s3, name: s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={}),
        ),
    ),
)
