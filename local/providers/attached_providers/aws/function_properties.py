"""What a Lambda function is described by, and what a change of it makes unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attached_providers.aws.limits import cross_field, pairings
from attached_providers.properties import Declared, Properties
from attached_providers.schema import says
from attached_providers.wire import Values

FUNCTION = Properties(
    "aws:lambda/function:Function",
    {
        "ephemeralStorage": says(computed=True, fields={"size": says(computed=True)}),
        "kmsKeyArn": says(api="KMSKeyArn"),
        "loggingConfig": says(computed=True, fields={"logGroup": says(computed=True)}),
        "memorySize": says(default=128),
        "snapStart": says(fields={"optimizationStatus": says(computed=True)}),
        "timeout": says(default=3),
        "tracingConfig": says(computed=True),
        "s3Bucket": says(kept=True, api="S3Bucket"),
        "s3Key": says(kept=True, api="S3Key"),
        "s3ObjectVersion": says(kept=True, api="S3ObjectVersion"),
        "sourceCodeHash": says(computed=True, kept=True),
        "architectures": says(computed=True),
        "name": says(replaces=True, computed=True, api="FunctionName"),
        "packageType": says(replaces=True, default="Zip"),
        "publish": says(default=False, kept=True),
        "reservedConcurrentExecutions": says(default=-1),
        "skipDestroy": says(default=False, kept=True),
    },
    unserved=(
        "capacityProviderConfig",
        "codeSha256",
        "durableConfig",
        "fileSystemConfig",
        "imageConfig",
        "imageUri",
        "publishTo",
        "replaceSecurityGroupsOnDestroy",
        "replacementSecurityGroupIds",
        "sourceKmsKeyArn",
        "tenancyConfig",
        "useResourceTimeoutForPropagation",
        "vpcConfig",
    ),
    also_given=("codeSha256",),
)
CODE = FUNCTION.only(
    "code", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash", "architectures"
)
OTHER = FUNCTION.only(
    "codeSigningConfigArn",
    "name",
    "packageType",
    "publish",
    "reservedConcurrentExecutions",
    "skipDestroy",
)
CONFIGURATION = Declared(lambda: FUNCTION.without(*CODE, *OTHER))


def check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a function whose code is nowhere or in two places, and what is not for its code."""
    yield from pairings.logging(new)
    yield from pairings.snapshots(new)
    yield from cross_field.standard(new, "deadLetterConfig", "targetArn")
    yield from code_faults(new, {"code": "filename", "imageUri": "image_uri"})
    names = [name.rpartition(":")[0] for name in new.get("layers") or () if isinstance(name, str)]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        what = "Two different versions of the same layer are not allowed to be referenced"
        yield "layers", f"InvalidParameterValueException: {what} in the same function: {twice}"
    if new.get("packageType") == "Zip":
        for name in ("handler", "runtime"):
            if not new.get(name):
                yield name, "handler and runtime must be set when PackageType is Zip"
    elif new.get("packageType") == "Image":
        # Nor could it be given: the attached provider serves no images.
        what = "Please provide ImageUri when PackageType is Image."
        yield "packageType", f"InvalidParameterValueException: {what}"


def code_faults(new: Values, kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Refuse no source of code, two of them, and half of one; `kinds` besides an object of S3."""
    kinds = {**kinds, "s3Bucket": "s3_bucket"}
    given = [told for name, told in kinds.items() if new.get(name)]
    one_of = f"`{','.join(sorted(kinds.values()))}`"
    if not given:
        yield "code", f"one of {one_of} must be specified"
    elif len(given) > 1:
        found = f"but `{','.join(sorted(given))}` were specified"
        yield "code", f"only one of {one_of} can be specified, {found}."
    if bool(new.get("s3Bucket")) != bool(new.get("s3Key")):
        yield "s3Key", "all of `s3_bucket,s3_key` must be specified"


def volatile(changed: frozenset[str], new: Values) -> Iterable[str]:
    """Name what a new configuration, code or version makes unknown."""
    code, config = not changed.isdisjoint(CODE), not changed.isdisjoint(CONFIGURATION)
    if code:
        yield from ("codeSha256", "sourceCodeSize")
    if code or config:
        yield "lastModified"
    if new.get("publish") and (code or config or "publish" in changed):
        yield from ("version", "qualifiedArn", "qualifiedInvokeArn")
