"""What a Lambda function is described by, and what a change of it makes unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attached_providers.aws.limits import pairings
from attached_providers.schema import archive, block, flag, integer, text, text_map, texts
from attached_providers.wire import Values

CONFIGURATION = {
    "deadLetterConfig": block({"targetArn": text(required=True)}),
    "description": text(),
    "environment": block({"variables": text_map()}),
    "ephemeralStorage": block({"size": integer(computed=True)}, computed=True),
    "handler": text(),
    "kmsKeyArn": text(api="KMSKeyArn"),
    "layers": texts(),
    "loggingConfig": block(
        {
            "logFormat": text(required=True),
            "applicationLogLevel": text(),
            "logGroup": text(computed=True),
            "systemLogLevel": text(),
        },
        computed=True,
    ),
    "memorySize": integer(default=128),
    "role": text(required=True),
    "runtime": text(),
    "snapStart": block({"applyOn": text(required=True), "optimizationStatus": text(computed=True)}),
    "timeout": integer(default=3),
    "tracingConfig": block({"mode": text(required=True)}, computed=True),
}
CODE = {
    "code": archive(),
    "s3Bucket": text(kept=True, api="S3Bucket"),
    "s3Key": text(kept=True, api="S3Key"),
    "s3ObjectVersion": text(kept=True, api="S3ObjectVersion"),
    "sourceCodeHash": text(kept=True, computed=True),
    "architectures": texts(computed=True),
}
OTHER = {
    "codeSigningConfigArn": text(),
    "name": text(replaces=True, computed=True, api="FunctionName"),
    "packageType": text(default="Zip", replaces=True),
    "publish": flag(default=False, kept=True),
    "reservedConcurrentExecutions": integer(default=-1),
    "skipDestroy": flag(default=False, kept=True),
}
OUTPUTS = {
    name: text()
    for name in (
        "arn",
        "codeSha256",
        "invokeArn",
        "lastModified",
        "qualifiedArn",
        "qualifiedInvokeArn",
        "responseStreamingInvokeArn",
        "signingJobArn",
        "signingProfileVersionArn",
        "version",
    )
} | {"sourceCodeSize": integer()}


def check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a function without code and one with two sources of it."""
    yield from pairings.logging(new)
    sources = [name for name in ("code", "s3Bucket", "imageUri") if new.get(name)]
    if len(sources) != 1:
        found = ", ".join(sources) or "none"
        yield "code", f"expected exactly one of code, s3Bucket (with s3Key), found {found}"
    names = [name.rpartition(":")[0] for name in new.get("layers") or () if isinstance(name, str)]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        what = "Two different versions of the same layer are not allowed to be referenced"
        yield "layers", f"InvalidParameterValueException: {what} in the same function: {twice}"
    if new.get("packageType") == "Zip":
        missing = [name for name in ("handler", "runtime") if not new.get(name)]
        for name in missing:
            yield name, f"missing required property {name}: packageType is Zip"


def volatile(changed: frozenset[str], new: Values) -> Iterable[str]:
    """Name what a new configuration, code or version makes unknown."""
    code, config = not changed.isdisjoint(CODE), not changed.isdisjoint(CONFIGURATION)
    if code:
        yield from ("codeSha256", "sourceCodeSize")
    if code or config:
        yield "lastModified"
    if new.get("publish") and (code or config or "publish" in changed):
        yield from ("version", "qualifiedArn", "qualifiedInvokeArn")
