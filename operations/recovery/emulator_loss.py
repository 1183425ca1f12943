"""Notices that the emulator forgot what the stack's record says it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from local.progress import say
from operations.recovery.cloud import Cloud
from operations.recovery.deployment import Deployment
from operations.recovery.mending import StackCommands, import_deployment

Inputs = Mapping[str, Any]

WITNESSES: Mapping[str, Callable[[Cloud, Inputs], object]] = {
    "aws:iam/role:Role": lambda cloud, made: cloud.ask("iam", "get_role", RoleName=made["name"]),
    "aws:sqs/queue:Queue": lambda cloud, made: cloud.ask(
        "sqs", "get_queue_url", QueueName=made["name"]
    ),
    "aws:dynamodb/table:Table": lambda cloud, made: cloud.ask(
        "dynamodb", "describe_table", TableName=made["name"]
    ),
    "aws:s3/bucket:Bucket": lambda cloud, made: cloud.ask(
        "s3", "head_bucket", Bucket=made["bucket"]
    ),
    "aws:cloudwatch/logGroup:LogGroup": lambda cloud, made: next(
        cloud.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=made["name"]),
        None,
    ),
}
"""One of each kind is asked for: a person may have deleted one, and only a new start loses all."""


def is_lost(deployment: Deployment, cloud: Cloud) -> bool:
    """Tell whether nothing of what was made is there any more."""
    asked = set()
    for resource in deployment.resources:
        witness = WITNESSES.get(str(resource["type"]))
        if witness is None or resource["type"] in asked:
            continue
        asked.add(resource["type"])
        try:
            if witness(cloud, resource.get("inputs", {})) is not None:
                return False
        except ClientError:
            # Who refuses has not forgotten: a stack file with another account is no loss.
            return False
    return bool(asked)


def forget_lost(commands: StackCommands, stack: str, deployment: Deployment) -> None:
    """Empty the record, so that the next `up` makes everything, layers included."""
    count = sum(1 for entry in deployment.resources if entry.get("custom"))
    say(
        f"MiniStack no longer holds anything of stack {stack}: it was restarted or reset and keeps "
        f"nothing on disk. The {count} resources on record are gone and will be made anew."
    )
    import_deployment(commands, stack, deployment.with_resources([]))
