"""DynamoDB tables; the id is the name. What is said of an index is in dynamodb_indexes."""

from __future__ import annotations

from functools import partial
from typing import Any

from attached_providers.aws import dynamodb_indexes as indexes
from attached_providers.aws import tagging
from attached_providers.aws.dynamodb_steps import encryption, steps, stream
from attached_providers.aws.limits import tables
from attached_providers.aws.session import Aws
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

TABLE = Properties(
    "aws:dynamodb/table:Table",
    {
        "attributes": says(ordered=False),
        "billingMode": says(default="PROVISIONED"),
        "deletionProtectionEnabled": says(default=False),
        "globalSecondaryIndexes": says(
            ordered=False,
            fields={
                "nonKeyAttributes": says(ordered=False),
                "rangeKey": says(computed=True),
                "hashKey": says(computed=True),
                "keySchemas": says(computed=True),
                "readCapacity": says(computed=True),
                "writeCapacity": says(computed=True),
            },
            unserved=("onDemandThroughput", "warmThroughput"),
        ),
        "hashKey": says(replaces=True, computed=True),
        "localSecondaryIndexes": says(
            replaces=True, ordered=False, fields={"nonKeyAttributes": says(ordered=False)}
        ),
        "name": says(replaces=True, computed=True),
        "pointInTimeRecovery": says(
            computed=True, fields={"recoveryPeriodInDays": says(computed=True)}
        ),
        "rangeKey": says(replaces=True),
        "readCapacity": says(computed=True),
        "serverSideEncryption": says(computed=True, fields={"kmsKeyArn": says(computed=True)}),
        "streamViewType": says(computed=True),
        "tableClass": says(default="STANDARD"),
        "ttl": says(computed=True, fields={"enabled": says(default=False)}),
        "writeCapacity": says(computed=True),
    },
    unserved=(
        "globalTableWitness",
        "importTable",
        "onDemandThroughput",
        "replicas",
        "restoreBackupArn",
        "restoreDateTime",
        "restoreSourceName",
        "restoreSourceTableArn",
        "restoreToLatestTime",
        "warmThroughput",
    ),
)
_BUSY = frozenset({"ResourceInUseException", "LimitExceededException"})


def create(aws: Aws, new: Values) -> str:
    """Make a table."""
    wanted: dict[str, Any] = {
        "TableName": new["name"],
        "AttributeDefinitions": indexes.definitions(new),
        "KeySchema": indexes.key_schema(new),
        "BillingMode": new["billingMode"],
        "TableClass": new["tableClass"],
        "DeletionProtectionEnabled": new["deletionProtectionEnabled"],
        "Tags": tagging.pairs(tagging.wanted(new)),
    }
    if new["billingMode"] == "PROVISIONED":
        wanted["ProvisionedThroughput"] = indexes.throughput(new)
    for name, api in (("global", "GlobalSecondaryIndexes"), ("local", "LocalSecondaryIndexes")):
        found = new.get(f"{name}SecondaryIndexes") or []
        if found:
            provisioned = name == "global" and new["billingMode"] == "PROVISIONED"
            wanted[api] = [indexes.definition(item, provisioned=provisioned) for item in found]
    if (new.get("serverSideEncryption") or {}).get("enabled"):
        wanted["SSESpecification"] = encryption(new)
    if new.get("streamEnabled"):
        wanted["StreamSpecification"] = stream(new)
    aws.client("dynamodb").create_table(**wanted)
    return str(new["name"])


def settle(aws: Aws, identity: str, new: Values) -> None:
    """Wait for the table, then switch on what can only be switched on once it is there."""
    wait(aws, identity)
    client = aws.client("dynamodb")
    ttl = new.get("ttl") or {}
    if ttl.get("attributeName") and _ttl(client, identity).get("enabled") != ttl.get("enabled"):
        client.update_time_to_live(
            TableName=identity,
            TimeToLiveSpecification={
                "AttributeName": ttl["attributeName"],
                "Enabled": bool(ttl.get("enabled")),
            },
        )
    recovery = new.get("pointInTimeRecovery")
    if recovery is not None and _recovery(client, identity) != recovery["enabled"]:
        days = recovery.get("recoveryPeriodInDays")
        client.update_continuous_backups(
            TableName=identity,
            PointInTimeRecoverySpecification={
                "PointInTimeRecoveryEnabled": recovery["enabled"],
                **({"RecoveryPeriodInDays": days} if days and recovery["enabled"] else {}),
            },
        )


def read(aws: Aws, identity: str, state: Values) -> Values | None:
    """Read a table with its time to live, backups and tags."""
    client = aws.client("dynamodb")
    found = client.describe_table(TableName=identity)["Table"]
    if found["TableStatus"] == "DELETING":
        return None
    billing = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    streaming = found.get("StreamSpecification", {})
    encrypted = found.get("SSEDescription", {})
    tags = client.list_tags_of_resource(ResourceArn=found["TableArn"]).get("Tags")
    throughput = found.get("ProvisionedThroughput", {})
    return {
        "name": identity,
        "arn": found["TableArn"],
        "billingMode": billing,
        "attributes": [
            {"name": item["AttributeName"], "type": item["AttributeType"]}
            for item in found["AttributeDefinitions"]
        ],
        **indexes.keys_of(found["KeySchema"]),
        "readCapacity": throughput.get("ReadCapacityUnits", 0),
        "writeCapacity": throughput.get("WriteCapacityUnits", 0),
        "globalSecondaryIndexes": indexes.described(found.get("GlobalSecondaryIndexes")),
        "localSecondaryIndexes": indexes.described(found.get("LocalSecondaryIndexes"), local=True),
        "tableClass": found.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        "deletionProtectionEnabled": found.get("DeletionProtectionEnabled", False),
        "streamEnabled": streaming.get("StreamEnabled", False),
        "streamViewType": streaming.get("StreamViewType", ""),
        "streamArn": found.get("LatestStreamArn", ""),
        "streamLabel": found.get("LatestStreamLabel", ""),
        "serverSideEncryption": {
            "enabled": encrypted.get("Status") in ("ENABLED", "ENABLING", "UPDATING"),
            "kmsKeyArn": encrypted.get("KMSMasterKeyArn", ""),
        },
        "ttl": _ttl(client, identity),
        "pointInTimeRecovery": {"enabled": _recovery(client, identity)},
        "region": aws.region,
        **tagging.read(aws, state, tagging.unpaired(tags)),
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Change the table in the single steps that DynamoDB allows, each awaited."""
    client = aws.client("dynamodb")
    for step in steps(change):
        aws.retry(partial(client.update_table, TableName=identity, **step), _BUSY)
        wait(aws, identity)
    if change.touches("tagsAll"):
        _retag(client, change)


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the table and wait until its name is free."""
    from botocore.exceptions import ClientError

    client = aws.client("dynamodb")
    aws.retry(lambda: client.delete_table(TableName=identity), _BUSY)

    def gone() -> bool:
        try:
            client.describe_table(TableName=identity)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return True
            raise
        return False

    aws.wait(gone, f"table {identity} to be removed")


def volatile(changed: frozenset[str], new: Values) -> tuple[str, ...]:
    """Name what another stream makes unknown."""
    streams = not changed.isdisjoint({"streamEnabled", "streamViewType"})
    return ("streamArn", "streamLabel") if streams else ()


def wait(aws: Aws, name: str) -> None:
    """Wait until the table and its indexes are at rest."""
    client = aws.client("dynamodb")

    def ready() -> bool:
        found = client.describe_table(TableName=name)["Table"]
        states = [item.get("IndexStatus") for item in found.get("GlobalSecondaryIndexes", [])]
        return found["TableStatus"] == "ACTIVE" and all(item == "ACTIVE" for item in states)

    aws.wait(ready, f"table {name} to be active", wait_s=1800)


def _ttl(client: Any, name: str) -> dict[str, Any]:
    found = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    enabled = found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return {"attributeName": found.get("AttributeName", "") if enabled else "", "enabled": enabled}


def _recovery(client: Any, name: str) -> bool:
    found = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = found.get("PointInTimeRecoveryDescription", {})
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")


def _retag(client: Any, change: Change) -> None:
    put, gone = tagging.turn(change)
    arn = change.old["arn"]
    if gone:
        client.untag_resource(ResourceArn=arn, TagKeys=gone)
    if put:
        client.tag_resource(ResourceArn=arn, Tags=tagging.pairs(put))


ROWS = (
    ResourceType(
        token=TABLE.token,
        props=TABLE,
        outputs=TABLE.outputs,
        create=create,
        settle=settle,
        read=read,
        update=update,
        delete=delete,
        check=tables.table,
        volatile=volatile,
        naming=Naming(longest=255),
        tagged=True,
    ),
)
