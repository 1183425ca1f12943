"""The single steps in which DynamoDB lets a table be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attached_providers.aws import dynamodb_indexes as indexes
from attached_providers.resource import Change
from attached_providers.wire import Values


def steps(change: Change) -> Iterator[dict[str, Any]]:
    """Give the updates in the order in which they are to be made."""
    new = change.new
    provisioned = new["billingMode"] == "PROVISIONED"
    if change.touches("billingMode", "readCapacity", "writeCapacity"):
        throughput = {"ProvisionedThroughput": indexes.throughput(new)} if provisioned else {}
        yield {"BillingMode": new["billingMode"], **throughput}
    if change.touches("streamEnabled", "streamViewType"):
        yield from _stream_steps(change)
    if change.touches("serverSideEncryption"):
        yield {"SSESpecification": encryption(new)}
    if change.touches("deletionProtectionEnabled"):
        yield {"DeletionProtectionEnabled": bool(new.get("deletionProtectionEnabled"))}
    if change.touches("tableClass"):
        yield {"TableClass": new["tableClass"]}
    if change.touches("globalSecondaryIndexes"):
        yield from indexes.steps(change, provisioned=provisioned)


def _stream_steps(change: Change) -> Iterator[dict[str, Any]]:
    """End the old stream and begin a new one: a stream's view cannot be changed."""
    if change.old.get("streamEnabled"):
        yield {"StreamSpecification": {"StreamEnabled": False}}
    if change.new.get("streamEnabled"):
        yield {"StreamSpecification": stream(change.new)}


def encryption(new: Values) -> dict[str, Any]:
    """Spell the encryption that is asked for."""
    said = new.get("serverSideEncryption") or {}
    if not said.get("enabled"):
        return {"Enabled": False}
    key = {"KMSMasterKeyId": said["kmsKeyArn"]} if said.get("kmsKeyArn") else {}
    return {"Enabled": True, "SSEType": "KMS", **key}


def stream(new: Values) -> dict[str, Any]:
    """Spell the stream that is asked for."""
    return {"StreamEnabled": True, "StreamViewType": new["streamViewType"]}
