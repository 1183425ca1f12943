"""The services of AWS by which an account is looked at and changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient


@dataclass(frozen=True, kw_only=True, slots=True)
class Clients:
    """One client for each service, of one account and region."""

    cloudformation: CloudFormationClient
    iam: IAMClient
    kms: KMSClient
    s3: S3Client
    sts: STSClient

    @classmethod
    def of(cls, session: boto3.Session, endpoint_url: str | None) -> Clients:
        """Make them all."""
        return cls(
            cloudformation=session.client("cloudformation", endpoint_url=endpoint_url),
            iam=session.client("iam", endpoint_url=endpoint_url),
            kms=session.client("kms", endpoint_url=endpoint_url),
            s3=session.client("s3", endpoint_url=endpoint_url),
            sts=session.client("sts", endpoint_url=endpoint_url),
        )
