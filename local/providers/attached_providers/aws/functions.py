"""Lambda functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.archives import archive_bytes
from attached_providers.aws.function_properties import (
    CODE,
    CONFIGURATION,
    FUNCTION,
    OTHER,
    check,
    volatile,
)
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.failures import ProviderError
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.wire import Values

# What AWS says while a role that was just made is not yet seen by Lambda.
_UNSEEN_ROLE = "role"
_BUSY = frozenset({"ResourceConflictException"})


def create(aws: Aws, new: Values) -> str:
    """Make a function and wait until it can be used."""
    client, name = aws.client("lambda"), str(new["name"])
    wanted = {
        **to_api(CONFIGURATION, _cleaned(new)),
        **to_api(OTHER, new, ["name", "packageType", "publish", "codeSigningConfigArn"]),
        **to_api(CODE, new, ["architectures"]),
        "Code": _code(new),
        "Tags": tagging.wanted(new),
    }
    aws.retry(
        lambda: client.create_function(**wanted), {"InvalidParameterValueException"}, _UNSEEN_ROLE
    )
    return name


def settle(aws: Aws, identity: str, new: Values) -> None:
    """Wait until the function is ready, then reserve what concurrency it is to have."""
    _wait(aws, identity)
    reserved = new.get("reservedConcurrentExecutions", -1)
    client = aws.client("lambda")
    found = client.get_function_concurrency(FunctionName=identity)
    if found.get("ReservedConcurrentExecutions", -1) == reserved:
        return
    if reserved < 0:
        client.delete_function_concurrency(FunctionName=identity)
    else:
        client.put_function_concurrency(
            FunctionName=identity, ReservedConcurrentExecutions=reserved
        )


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a function, and the newest version where versions are published."""
    client = aws.client("lambda")
    found = client.get_function(FunctionName=identity)
    config = found["Configuration"]
    arn = config["FunctionArn"]
    version = _newest(client, identity) if state.get("publish") else "$LATEST"
    signing = client.get_function_code_signing_config(FunctionName=identity)
    return {
        **from_api(CONFIGURATION, _flat(config)),
        **from_api(CODE, config, ["architectures"]),
        **from_api(OTHER, config, ["name", "packageType"]),
        "codeSigningConfigArn": signing.get("CodeSigningConfigArn"),
        "reservedConcurrentExecutions": found.get("Concurrency", {}).get(
            "ReservedConcurrentExecutions", -1
        ),
        "arn": arn,
        "qualifiedArn": f"{arn}:{version}",
        "invokeArn": invoke_arn(aws, arn),
        "qualifiedInvokeArn": invoke_arn(aws, f"{arn}:{version}"),
        "responseStreamingInvokeArn": invoke_arn(aws, arn, "response-streaming-invocations"),
        "codeSha256": config["CodeSha256"],
        "sourceCodeSize": config["CodeSize"],
        "lastModified": config["LastModified"],
        "version": version,
        "signingJobArn": config.get("SigningJobArn", ""),
        "signingProfileVersionArn": config.get("SigningProfileVersionArn", ""),
        "region": aws.region,
        **tagging.read(aws, state, found.get("Tags")),
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Change configuration, then code, each awaited; then publish when versions are kept."""
    client, new = aws.client("lambda"), change.new
    if change.touches("codeSigningConfigArn"):
        _sign(client, identity, new.get("codeSigningConfigArn"))
    config_changed = change.touches(*CONFIGURATION)
    if config_changed:
        names = [name for name in CONFIGURATION if name in change.names]
        wanted = {**_cleared(names), **to_api(CONFIGURATION, _cleaned(new), names)}
        aws.retry(
            lambda: client.update_function_configuration(FunctionName=identity, **wanted),
            _BUSY | {"InvalidParameterValueException"},
            _UNSEEN_ROLE if change.touches("role") else "in progress",
        )
        _wait(aws, identity)
    code_changed = change.touches(*CODE)
    if code_changed:
        wanted = {**_code(new), **to_api(CODE, new, ["architectures"])}
        aws.retry(lambda: client.update_function_code(FunctionName=identity, **wanted), _BUSY)
        _wait(aws, identity)
    if new.get("publish") and (config_changed or code_changed or change.touches("publish")):
        aws.retry(lambda: client.publish_version(FunctionName=identity), _BUSY)
    if change.touches("tagsAll"):
        retag(client, change.old["arn"], change)


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the function with all its versions, unless it is to outlive the stack."""
    if not state.get("skipDestroy"):
        aws.client("lambda").delete_function(FunctionName=identity)


def retag(client: Any, arn: str, change: Change) -> None:
    """Bring the tags of anything of Lambda's to what is wanted."""
    put, gone = tagging.turn(change)
    if gone:
        client.untag_resource(Resource=arn, TagKeys=gone)
    if put:
        client.tag_resource(Resource=arn, Tags=put)


def invoke_arn(aws: Aws, arn: str, action: str = "invocations") -> str:
    """Spell the ARN under which API Gateway invokes a function."""
    dated = "2021-11-15" if action != "invocations" else "2015-03-31"
    path = f"apigateway:{aws.region}:lambda:path/{dated}/functions"
    return f"arn:{aws.partition}:{path}/{arn}/{action}"


def _code(new: Values) -> dict[str, Any]:
    if new.get("code"):
        return {"ZipFile": archive_bytes(new["code"])}
    return to_api(CODE, new, ["s3Bucket", "s3Key", "s3ObjectVersion"])


def _cleaned(new: Values) -> dict[str, Any]:
    """Leave out what AWS alone decides inside a block."""
    snap = new.get("snapStart")
    return {**new, "snapStart": {"applyOn": snap["applyOn"]}} if snap else dict(new)


def _cleared(names: Iterable[str]) -> dict[str, Any]:
    """Return what to send for a property that the program no longer gives."""
    empty: dict[str, Any] = {
        "deadLetterConfig": {"TargetArn": ""},
        "description": "",
        "environment": {"Variables": {}},
        "kmsKeyArn": "",
        "layers": [],
        "snapStart": {"ApplyOn": "None"},
    }
    sent = {"kmsKeyArn": "KMSKeyArn"}
    return {
        sent.get(name, name[0].upper() + name[1:]): empty[name] for name in names if name in empty
    }


def _flat(config: dict[str, Any]) -> dict[str, Any]:
    layers = [layer["Arn"] for layer in config.get("Layers", [])]
    snap = config.get("SnapStart", {})
    shown = snap if snap.get("ApplyOn", "None") != "None" else None
    return {**config, "Layers": layers, "SnapStart": shown}


def _newest(client: Any, name: str) -> str:
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    versions = [item["Version"] for page in pages for item in page["Versions"]]
    return max((item for item in versions if item != "$LATEST"), key=int, default="$LATEST")


def _sign(client: Any, name: str, arn: str | None) -> None:
    if arn:
        client.put_function_code_signing_config(FunctionName=name, CodeSigningConfigArn=arn)
    else:
        client.delete_function_code_signing_config(FunctionName=name)


def _wait(aws: Aws, name: str) -> None:
    client = aws.client("lambda")

    def ready() -> bool:
        config = client.get_function_configuration(FunctionName=name)
        state, last = config.get("State", "Active"), config.get("LastUpdateStatus", "Successful")
        if state == "Failed" or last == "Failed":
            why = config.get("StateReason") or config.get("LastUpdateStatusReason")
            raise ProviderError(f"Lambda function {name} could not be made ready: {why}")
        return state in ("Active", "Inactive") and last == "Successful"

    aws.wait(ready, f"Lambda function {name} to be ready")


ROWS = (
    ResourceType(
        token=FUNCTION.token,
        props=FUNCTION,
        outputs=FUNCTION.outputs,
        create=create,
        settle=settle,
        read=read,
        update=update,
        delete=delete,
        check=check,
        volatile=volatile,
        naming=Naming(longest=64),
        tagged=True,
    ),
)
