"""The one explicit AWS provider, so that no other account or region can be hit by accident."""

from __future__ import annotations

import pulumi_aws as aws

from components.settings import StackSettings

EMULATED = (
    "cloudwatch",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda_",
    "logs",
    "s3",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sts",
)
"""Services that are sent to the endpoint of a stack that has one."""


def provider(settings: StackSettings, system: str) -> aws.Provider:
    """Make the provider for a stack's account, or for its emulator."""
    tags = aws.ProviderDefaultTagsArgs(tags={"system": system, "stage": settings.stage})
    if settings.endpoint is None:
        return aws.Provider(
            "aws",
            region=settings.region,
            allowed_account_ids=[settings.account_id],
            default_tags=tags,
        )
    return aws.Provider(
        "aws",
        region=settings.region,
        # The emulator takes a twelve-digit access key for the account, which keeps stacks apart.
        access_key=settings.account_id,
        secret_key="emulated",
        default_tags=tags,
        endpoints=[aws.ProviderEndpointArgs(**dict.fromkeys(EMULATED, settings.endpoint))],
        # It throttles nobody, so patience would only hide for minutes that it has stopped.
        max_retries=3,
        s3_use_path_style=True,
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
    )
