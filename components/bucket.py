"""S3 buckets, with everything that makes one private and tidy."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import s3

from blueprint import BucketSpec
from blueprint.artifacts import PROMOTED_PREFIXES
from components.addresses import Addresses
from components.policy_documents import Statement, document, service_may, tls_only
from components.stack_context import StackContext

Encryption = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
ABORT_UPLOAD_DAYS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketArgs:
    """A bucket is private whatever is said here; the rest of it is chosen."""

    spec: BucketSpec
    addresses: Addresses
    protect: bool
    """Refuses deletion; without it the bucket is emptied and deleted with its stack."""
    logged: tuple[str, ...] = ()
    """Buckets that write their access log here."""
    promoted_by: str | None = None
    """Role of another account that may read what is promoted."""
    log_bucket: pulumi.Input[str] | None = None
    """Deployed name of the bucket that gets this one's access log."""


class Bucket(pulumi.ComponentResource):
    """Keeps objects encrypted and versioned, closed to the public, reachable over TLS only."""

    name: pulumi.Output[str]
    """Deployed name."""
    arn: pulumi.Output[str]
    """Its ARN."""

    def __init__(
        self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("Bucket"), name, None, opts)
        spec = args.spec
        bucket = s3.Bucket(
            f"{name}-bucket",
            bucket=args.addresses.bucket(spec.name),
            force_destroy=not args.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self._close(name, bucket, args)
        self._tidy(name, bucket, spec)
        self._log(name, bucket, args)
        self.name = bucket.bucket
        self.arn = bucket.arn
        self.register_outputs({"name": bucket.bucket, "arn": bucket.arn})

    def _close(self, name: str, bucket: s3.Bucket, args: BucketArgs) -> None:
        child = pulumi.ResourceOptions(parent=self)
        s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[
                s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=Encryption(sse_algorithm="AES256")
                )
            ],
            opts=child,
        )
        s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=document(_statements(args)),
            opts=child,
        )

    def _tidy(self, name: str, bucket: s3.Bucket, spec: BucketSpec) -> None:
        child = pulumi.ResourceOptions(parent=self)
        versioning = s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled"
            ),
            opts=child,
        )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=[_lifecycle(spec)],
            # Rules on old versions are refused while the bucket has no versioning.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )

    def _log(self, name: str, bucket: s3.Bucket, args: BucketArgs) -> None:
        if args.log_bucket is None:
            return
        s3.BucketLogging(
            f"{name}-logging",
            bucket=bucket.bucket,
            target_bucket=args.log_bucket,
            target_prefix=f"{args.spec.name}/",
            opts=pulumi.ResourceOptions(parent=self),
        )


def make_buckets(context: StackContext) -> dict[str, Bucket]:
    """Make every bucket of a system, those that take others' access logs first."""
    specs = context.system.buckets
    made: dict[str, Bucket] = {}
    for spec in sorted(specs, key=lambda spec: spec.logs_to is not None):
        args = BucketArgs(
            spec=spec,
            addresses=context.addresses,
            protect=context.settings.protect,
            promoted_by=(
                context.settings.promoted_by
                if spec.name == context.system.artifact_bucket
                else None
            ),
            logged=tuple(other.name for other in specs if other.logs_to == spec.name),
            log_bucket=made[spec.logs_to].name if spec.logs_to else None,
        )
        made[spec.name] = Bucket(spec.name, args, context.opts)
    return made


def _lifecycle(spec: BucketSpec) -> s3.BucketLifecycleConfigurationRuleArgs:
    expiration = (
        None
        if spec.expire_days is None
        else s3.BucketLifecycleConfigurationRuleExpirationArgs(days=spec.expire_days)
    )
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="tidy",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        abort_incomplete_multipart_upload=(
            s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=ABORT_UPLOAD_DAYS
            )
        ),
        expiration=expiration,
        noncurrent_version_expiration=(
            s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=spec.noncurrent_days
            )
        ),
    )


def _statements(args: BucketArgs) -> list[Statement]:
    own = args.addresses.bucket_arn(args.spec.name)
    logs = [
        service_may(
            f"LogOf{''.join(part.title() for part in source.split('-'))}",
            "logging.s3.amazonaws.com",
            "s3:PutObject",
            f"{own}/{source}/*",
            account_id=args.addresses.account_id,
            source_arn=args.addresses.bucket_arn(source),
        )
        for source in args.logged
    ]
    promotion = _promotion(own, args.promoted_by) if args.promoted_by else []
    return [tls_only("s3:*", [own, f"{own}/*"]), *logs, *promotion]


def _promotion(bucket: str, role: str) -> list[Statement]:
    # By the account and a condition: a principal that is named must be there already.
    root = f"{role.partition(':role/')[0]}:root"
    who = {
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Condition": {"ArnEquals": {"aws:PrincipalArn": role}},
    }
    return [
        {
            "Sid": "Promote",
            "Action": "s3:GetObject",
            "Resource": [f"{bucket}/{prefix}*" for prefix in PROMOTED_PREFIXES],
            **who,
        },
        # Without it S3 answers 403 for an object that is not there.
        {"Sid": "FindPromoted", "Action": "s3:ListBucket", "Resource": bucket, **who},
    ]
