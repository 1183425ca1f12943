"""S3 buckets; what is configured on a bucket is in s3_settings."""

from __future__ import annotations

from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.session import Aws
from attached_providers.failures import ProviderError
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

# Hosted zones of S3 endpoints (AWS General Reference, "Amazon S3 endpoints and quotas").
HOSTED_ZONES = {
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
    "ca-central-1": "Z1QDHH18159H29",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}

BUCKET = Properties(
    "aws:s3/bucket:Bucket",
    {
        "bucket": says(replaces=True, computed=True),
        "forceDestroy": says(default=False, kept=True),
        "objectLockEnabled": says(replaces=True, computed=True, kept=True),
    },
    unserved=(
        "accelerationStatus",
        "acl",
        "bucketNamespace",
        "bucketPrefix",
        "corsRules",
        "grants",
        "lifecycleRules",
        "logging",
        "objectLockConfiguration",
        "policy",
        "replicationConfiguration",
        "requestPayer",
        "serverSideEncryptionConfiguration",
        "versioning",
        "website",
    ),
)


def create(aws: Aws, new: Values) -> str:
    """Make a bucket; one that is there is refused, which us-east-1 itself does not do."""
    s3, name = aws.client("s3"), new["bucket"]
    if new.get("bucketPrefix") and not name:
        raise ProviderError("bucketPrefix is not supported by the attached provider; set bucket")
    if _exists(s3, name):
        raise ProviderError(f"creating S3 Bucket ({name}): BucketAlreadyExists")
    options: dict[str, Any] = {}
    if aws.region != "us-east-1":
        options["CreateBucketConfiguration"] = {"LocationConstraint": aws.region}
    if new.get("objectLockEnabled"):
        options["ObjectLockEnabledForBucket"] = True
    s3.create_bucket(Bucket=name, **options)
    return str(name)


def _exists(s3: Any, name: str) -> bool:
    from botocore.exceptions import ClientError

    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        # Another account's is refused by the create itself, and better told.
        return False
    return True


def settle(aws: Aws, identity: str, new: Values) -> None:
    """Put the tags on."""
    if tagging.wanted(new):
        _tag(aws, identity, tagging.wanted(new))


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a bucket's existence, place and tags."""
    s3 = aws.client("s3")
    s3.head_bucket(Bucket=identity)
    region = s3.get_bucket_location(Bucket=identity).get("LocationConstraint") or "us-east-1"
    return {
        "bucket": identity,
        "arn": f"arn:{aws.partition}:s3:::{identity}",
        "bucketDomainName": f"{identity}.s3.{aws.domain}",
        "bucketRegionalDomainName": f"{identity}.s3.{region}.{aws.domain}",
        "bucketRegion": region,
        "region": region,
        "hostedZoneId": HOSTED_ZONES.get(region, ""),
        **tagging.read(aws, state, _tags(aws, identity)),
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Change the tags; forceDestroy is only recorded."""
    if change.touches("tagsAll"):
        _tag(aws, identity, tagging.wanted(change.new))


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the bucket, with all that is in it when forceDestroy says so."""
    s3 = aws.client("s3")
    if state.get("forceDestroy"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=identity):
            _remove(s3, identity, page.get("Versions", []) + page.get("DeleteMarkers", []))
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=identity):
            _remove(s3, identity, page.get("Contents", []))
    s3.delete_bucket(Bucket=identity)


def _remove(s3: Any, bucket: str, found: list[dict[str, Any]]) -> None:
    keys = [{k: item[k] for k in ("Key", "VersionId") if k in item} for item in found]
    if not keys:
        return
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    for error in answer.get("Errors", []):
        raise ProviderError(f"s3://{bucket}/{error.get('Key')}: {error.get('Code')}")


def _tags(aws: Aws, bucket: str) -> dict[str, str]:
    from botocore.exceptions import ClientError

    try:
        return tagging.unpaired(aws.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        raise


def _tag(aws: Aws, bucket: str, tags: dict[str, str]) -> None:
    s3 = aws.client("s3")
    if tags:
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tagging.pairs(tags)})
    else:
        s3.delete_bucket_tagging(Bucket=bucket)


ROWS = (
    ResourceType(
        token=BUCKET.token,
        props=BUCKET,
        outputs=BUCKET.outputs,
        create=create,
        settle=settle,
        read=read,
        update=update,
        delete=delete,
        naming=Naming(prop="bucket", longest=63, lower=True),
        tagged=True,
    ),
)
