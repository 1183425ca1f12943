"""KMS keys (id key id) and aliases (id alias/name)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.limits import contents, cross_field, pairings
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import policy_text, says
from attached_providers.wire import Values


def _same_key(old: Any, new: Any) -> bool:
    """Treat a key's id and its ARN as one, as KMS does."""
    return str(old).rpartition("/")[2] == str(new).rpartition("/")[2]


KEY = Properties(
    "aws:kms/key:Key",
    {
        "bypassPolicyLockoutSafetyCheck": says(default=False, kept=True),
        "customerMasterKeySpec": says(replaces=True, default="SYMMETRIC_DEFAULT", api="KeySpec"),
        "deletionWindowInDays": says(kept=True),
        "description": says(computed=True),
        "enableKeyRotation": says(default=False),
        "isEnabled": says(default=True),
        "keyUsage": says(replaces=True, default="ENCRYPT_DECRYPT"),
        "multiRegion": says(replaces=True, computed=True),
        "policy": policy_text(computed=True),
        "rotationPeriodInDays": says(computed=True),
    },
    unserved=("customKeyStoreId", "xksKeyId"),
)
ALIAS = Properties(
    "aws:kms/alias:Alias",
    {
        "name": says(replaces=True, computed=True),
        "targetKeyId": says(equal=_same_key),
    },
    unserved=("namePrefix",),
)
_SENT = ("customerMasterKeySpec", "description", "keyUsage", "multiRegion", "policy")


def _create(aws: Aws, new: Values) -> str:
    kms, tags = aws.client("kms"), tagging.pairs(tagging.wanted(new), "TagKey", "TagValue")
    wanted = {**to_api(KEY, new, _SENT), **({"Tags": tags} if tags else {})}
    answer = aws.retry(
        lambda: kms.create_key(**wanted), {"MalformedPolicyDocumentException"}, "principals"
    )
    return str(answer["KeyMetadata"]["KeyId"])


def _settle(aws: Aws, identity: str, new: Values) -> None:
    """Switch rotation and use on or off, where they are not as they are to be."""
    kms = aws.client("kms")
    if new.get("enableKeyRotation"):
        period = to_api(KEY, new, ["rotationPeriodInDays"])
        kms.enable_key_rotation(KeyId=identity, **period)
    elif kms.get_key_rotation_status(KeyId=identity).get("KeyRotationEnabled"):
        kms.disable_key_rotation(KeyId=identity)
    enabled = kms.describe_key(KeyId=identity)["KeyMetadata"]["Enabled"]
    if enabled and not new.get("isEnabled", True):
        kms.disable_key(KeyId=identity)
    if not enabled and new.get("isEnabled", True):
        kms.enable_key(KeyId=identity)


def _read(aws: Aws, identity: str, state: Values) -> Values | None:
    kms = aws.client("kms")
    found = kms.describe_key(KeyId=identity)["KeyMetadata"]
    if found["KeyState"] == "PendingDeletion":
        return None
    rotation = kms.get_key_rotation_status(KeyId=identity)
    tags = kms.list_resource_tags(KeyId=identity).get("Tags")
    return {
        **from_api(KEY, found, ["customerMasterKeySpec", "description", "keyUsage", "multiRegion"]),
        "policy": kms.get_key_policy(KeyId=identity, PolicyName="default")["Policy"],
        "isEnabled": found["Enabled"],
        "enableKeyRotation": rotation.get("KeyRotationEnabled", False),
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
        "arn": found["Arn"],
        "keyId": found["KeyId"],
        "id": found["KeyId"],
        "region": aws.region,
        **tagging.read(aws, state, tagging.unpaired(tags, "TagKey", "TagValue")),
    }


def _update(aws: Aws, identity: str, change: Change) -> None:
    kms, new = aws.client("kms"), change.new
    if change.touches("description"):
        kms.update_key_description(KeyId=identity, Description=new.get("description") or "")
    if change.touches("policy") and new.get("policy"):
        kms.put_key_policy(KeyId=identity, PolicyName="default", Policy=new["policy"])
    if change.touches("tagsAll"):
        put, gone = tagging.turn(change)
        if gone:
            kms.untag_resource(KeyId=identity, TagKeys=gone)
        if put:
            kms.tag_resource(KeyId=identity, Tags=tagging.pairs(put, "TagKey", "TagValue"))


def _delete(aws: Aws, identity: str, state: Values) -> None:
    """Schedule the deletion: KMS never deletes at once."""
    kms = aws.client("kms")
    if kms.describe_key(KeyId=identity)["KeyMetadata"]["KeyState"] == "PendingDeletion":
        return
    days = state.get("deletionWindowInDays") or 30
    kms.schedule_key_deletion(KeyId=identity, PendingWindowInDays=days)


def _create_alias(aws: Aws, new: Values) -> str:
    aws.client("kms").create_alias(AliasName=new["name"], TargetKeyId=new["targetKeyId"])
    return str(new["name"])


def _read_alias(aws: Aws, identity: str, state: Values) -> Values | None:
    pages = aws.client("kms").get_paginator("list_aliases").paginate()
    aliases = (item for page in pages for item in page["Aliases"])
    found = next((item for item in aliases if item["AliasName"] == identity), None)
    if found is None or not found.get("TargetKeyId"):
        return None
    arn = str(found["AliasArn"])
    return {
        "name": identity,
        "targetKeyId": found["TargetKeyId"],
        "targetKeyArn": arn.removesuffix(identity) + f"key/{found['TargetKeyId']}",
        "arn": arn,
        "region": aws.region,
    }


def _update_alias(aws: Aws, identity: str, change: Change) -> None:
    aws.client("kms").update_alias(AliasName=identity, TargetKeyId=change.new["targetKeyId"])


def _delete_alias(aws: Aws, identity: str, state: Values) -> None:
    aws.client("kms").delete_alias(AliasName=identity)


def _check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a policy that KMS has no room for or cannot read, and rotation where there is none."""
    error = "LimitExceededException: Policy"
    yield from cross_field.policy(new, "kms", cross_field.KEY_POLICY_BYTES, error)
    yield from contents.rotation(new)
    yield from pairings.key_use(new)


ROWS = (
    ResourceType(
        token=KEY.token,
        props=KEY,
        outputs=KEY.outputs,
        create=_create,
        settle=_settle,
        read=_read,
        update=_update,
        delete=_delete,
        check=_check,
        tagged=True,
    ),
    ResourceType(
        token=ALIAS.token,
        props=ALIAS,
        outputs=ALIAS.outputs,
        create=_create_alias,
        read=_read_alias,
        update=_update_alias,
        delete=_delete_alias,
        naming=Naming(longest=256, prefix="alias/"),
    ),
)
