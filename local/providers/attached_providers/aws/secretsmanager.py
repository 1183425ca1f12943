"""Secrets Manager: secrets (id ARN) and their versions (id ARN|version)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.identities import in_two
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

SECRET = Properties(
    "aws:secretsmanager/secret:Secret",
    {
        "forceOverwriteReplicaSecret": says(default=False, kept=True),
        "name": says(replaces=True, computed=True),
        "recoveryWindowInDays": says(default=30, kept=True),
    },
    unserved=("namePrefix", "policy", "replicas", "type"),
)
VERSION = Properties(
    "aws:secretsmanager/secretVersion:SecretVersion",
    {
        "secretId": says(replaces=True),
        "secretBinary": says(replaces=True, secret=True),
        "secretString": says(replaces=True, secret=True),
        "secretStringWo": says(secret=True, kept=True),
        "secretStringWoVersion": says(replaces=True),
        "versionStages": says(computed=True, ordered=False),
    },
)
_SENT = ("description", "kmsKeyId", "name")


def _create(aws: Aws, new: Values) -> str:
    client, tags = aws.client("secretsmanager"), tagging.pairs(tagging.wanted(new))
    wanted = {**to_api(SECRET, new, _SENT), **({"Tags": tags} if tags else {})}
    # A secret of the same name that was just removed for good frees the name a little later.
    answer = aws.retry(
        lambda: client.create_secret(**wanted), {"InvalidRequestException"}, "deletion"
    )
    return str(answer["ARN"])


def _read(aws: Aws, identity: str, state: Values) -> Values | None:
    found = aws.client("secretsmanager").describe_secret(SecretId=identity)
    if found.get("DeletedDate"):
        return None
    return {
        **from_api(SECRET, found, _SENT),
        "arn": found["ARN"],
        "id": found["ARN"],
        "region": aws.region,
        **tagging.read(aws, state, tagging.unpaired(found.get("Tags"))),
    }


def _update(aws: Aws, identity: str, change: Change) -> None:
    client = aws.client("secretsmanager")
    if change.touches("description", "kmsKeyId"):
        wanted = to_api(SECRET, {"description": "", **change.new}, ["description", "kmsKeyId"])
        client.update_secret(SecretId=identity, **wanted)
    if change.touches("tagsAll"):
        put, gone = tagging.turn(change)
        if gone:
            client.untag_resource(SecretId=identity, TagKeys=gone)
        if put:
            client.tag_resource(SecretId=identity, Tags=tagging.pairs(put))


def _delete(aws: Aws, identity: str, state: Values) -> None:
    days = state.get("recoveryWindowInDays", 30)
    how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    aws.client("secretsmanager").delete_secret(SecretId=identity, **how)


def _create_version(aws: Aws, new: Values) -> str:
    content = to_api(VERSION, new, ["secretString"])
    if new.get("secretStringWo"):
        content = {"SecretString": new["secretStringWo"]}
    if new.get("secretBinary"):
        content = {"SecretBinary": base64.b64decode(new["secretBinary"])}
    stages = to_api(VERSION, new, ["versionStages"])
    answer = aws.client("secretsmanager").put_secret_value(
        SecretId=new["secretId"], **content, **stages
    )
    return f"{answer['ARN']}|{answer['VersionId']}"


def _read_version(aws: Aws, identity: str, state: Values) -> Values | None:
    from botocore.exceptions import ClientError

    secret, version = in_two(identity, "a secret version", "ARN|version")
    if state.get("secretStringWoVersion"):
        return _look_at_version(aws, secret, version, state)
    try:
        found = aws.client("secretsmanager").get_secret_value(SecretId=secret, VersionId=version)
    except ClientError as error:
        if _is_leaving(error):
            return None
        raise
    binary = found.get("SecretBinary")
    return {
        "secretId": state.get("secretId") or secret,
        "secretString": found.get("SecretString"),
        "secretBinary": base64.b64encode(binary).decode() if binary else None,
        "versionStages": sorted(found.get("VersionStages", [])),
        "versionId": version,
        "arn": found["ARN"],
        "secretArn": found["ARN"],
        "hasSecretStringWo": False,
        "region": aws.region,
    }


def _look_at_version(aws: Aws, secret: str, version: str, state: Values) -> Values | None:
    """Read all but the value, as the official provider does of what is only written.

    https://github.com/hashicorp/terraform-provider-aws/pull/44876
    """
    for found in _versions(aws, secret):
        if found["VersionId"] == version:
            return {
                "secretId": state.get("secretId") or secret,
                "secretStringWoVersion": state["secretStringWoVersion"],
                "versionStages": sorted(found.get("VersionStages", [])),
                "versionId": version,
                "arn": secret,
                "secretArn": secret,
                "hasSecretStringWo": True,
                "region": aws.region,
            }
    return None


def _versions(aws: Aws, secret: str) -> Iterator[Values]:
    # botocore knows no pages of this call, though it has some.
    wanted: dict[str, Any] = {"SecretId": secret, "IncludeDeprecated": True}
    while True:
        page = aws.client("secretsmanager").list_secret_version_ids(**wanted)
        yield from page["Versions"]
        if not page.get("NextToken"):
            return
        wanted["NextToken"] = page["NextToken"]


def _update_version(aws: Aws, identity: str, change: Change) -> None:
    """Move stages; the value itself is never changed in place."""
    secret, version = in_two(identity, "a secret version", "ARN|version")
    client = aws.client("secretsmanager")
    old, new = (set(side.get("versionStages") or ()) for side in (change.old, change.new))
    holders = client.describe_secret(SecretId=secret).get("VersionIdsToStages", {})
    for stage in sorted(new - old):
        holder = next((item for item, stages in holders.items() if stage in stages), None)
        options = {"RemoveFromVersionId": holder} if holder else {}
        client.update_secret_version_stage(
            SecretId=secret, VersionStage=stage, MoveToVersionId=version, **options
        )
    for stage in sorted(old - new - {"AWSCURRENT"}):
        client.update_secret_version_stage(
            SecretId=secret, VersionStage=stage, RemoveFromVersionId=version
        )


def _delete_version(aws: Aws, identity: str, state: Values) -> None:
    """Take the version's stages away; AWSCURRENT can only go with the secret."""
    from botocore.exceptions import ClientError

    secret, version = in_two(identity, "a secret version", "ARN|version")
    client = aws.client("secretsmanager")
    for stage in state.get("versionStages") or ():
        if stage == "AWSCURRENT":
            continue
        try:
            client.update_secret_version_stage(
                SecretId=secret, VersionStage=stage, RemoveFromVersionId=version
            )
        except ClientError as error:
            # Another version may hold the stage by now; then there is nothing to take away.
            if error.response["Error"]["Code"] != "InvalidParameterException":
                raise


def _is_leaving(error: Exception) -> bool:
    return "marked for deletion" in str(error) or "marked deleted" in str(error)


def _check_version(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a version without a value and one with two."""
    ways = ("secretString", "secretBinary", "secretStringWo")
    if sum(bool(new.get(way)) for way in ways) != 1:
        yield "secretString", f"expected exactly one of {', '.join(ways)}"
    if bool(new.get("secretStringWo")) != bool(new.get("secretStringWoVersion")):
        yield "secretStringWoVersion", "expected together with secretStringWo, and not without"


ROWS = (
    ResourceType(
        token=SECRET.token,
        props=SECRET,
        outputs=SECRET.outputs,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        naming=Naming(longest=512),
        tagged=True,
    ),
    ResourceType(
        token=VERSION.token,
        props=VERSION,
        outputs=VERSION.outputs,
        create=_create_version,
        read=_read_version,
        update=_update_version,
        delete=_delete_version,
        check=_check_version,
    ),
)
