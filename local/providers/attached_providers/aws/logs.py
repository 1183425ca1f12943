"""CloudWatch log groups."""

from __future__ import annotations

from attached_providers.aws import tagging
from attached_providers.aws.session import Aws
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

GROUP = Properties(
    "aws:cloudwatch/logGroup:LogGroup",
    {
        "name": says(replaces=True, computed=True),
        "logGroupClass": says(replaces=True, computed=True),
        "retentionInDays": says(default=0),
        "skipDestroy": says(default=False, kept=True),
    },
    unserved=("deletionProtectionEnabled", "namePrefix"),
)


def create(aws: Aws, new: Values) -> str:
    """Make a log group; one of that name is AWS's to refuse."""
    logs, name = aws.client("logs"), str(new["name"])
    options = {
        "kmsKeyId": new.get("kmsKeyId"),
        "logGroupClass": new.get("logGroupClass"),
        "tags": tagging.wanted(new),
    }
    logs.create_log_group(logGroupName=name, **{k: v for k, v in options.items() if v})
    return name


def settle(aws: Aws, identity: str, new: Values) -> None:
    """Set how long its lines are kept."""
    days = new.get("retentionInDays")
    if days:
        aws.client("logs").put_retention_policy(logGroupName=identity, retentionInDays=days)


def read(aws: Aws, identity: str, state: Values) -> Values | None:
    """Read a log group by its whole name."""
    logs = aws.client("logs")
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=identity)
    groups = (group for page in pages for group in page["logGroups"])
    found = next((group for group in groups if group["logGroupName"] == identity), None)
    if found is None:
        return None
    arn = str(found["arn"]).removesuffix(":*")
    return {
        "name": identity,
        "arn": arn,
        "region": aws.region,
        "retentionInDays": found.get("retentionInDays", 0),
        "kmsKeyId": found.get("kmsKeyId"),
        "logGroupClass": found.get("logGroupClass", "STANDARD"),
        **tagging.read(aws, state, logs.list_tags_for_resource(resourceArn=arn).get("tags")),
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Change retention, key and tags."""
    logs, new = aws.client("logs"), change.new
    if change.touches("retentionInDays") and not new.get("retentionInDays"):
        logs.delete_retention_policy(logGroupName=identity)
    if change.touches("kmsKeyId"):
        if new.get("kmsKeyId"):
            logs.associate_kms_key(logGroupName=identity, kmsKeyId=new["kmsKeyId"])
        else:
            logs.disassociate_kms_key(logGroupName=identity)
    if change.touches("tagsAll"):
        put, gone = tagging.turn(change)
        arn = change.old.get("arn") or aws.arn("logs", f"log-group:{identity}")
        if gone:
            logs.untag_resource(resourceArn=arn, tagKeys=gone)
        if put:
            logs.tag_resource(resourceArn=arn, tags=put)


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the log group, unless it is to outlive the stack."""
    if not state.get("skipDestroy"):
        aws.client("logs").delete_log_group(logGroupName=identity)


ROWS = (
    ResourceType(
        token=GROUP.token,
        props=GROUP,
        outputs=GROUP.outputs,
        create=create,
        settle=settle,
        read=read,
        update=update,
        delete=delete,
        naming=Naming(longest=512),
        tagged=True,
    ),
)
