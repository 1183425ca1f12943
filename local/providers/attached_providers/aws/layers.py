"""Lambda layer versions: immutable, every change makes a new one; the id is the version's ARN."""

from __future__ import annotations

from collections.abc import Iterator

from attached_providers.aws.archives import archive_bytes
from attached_providers.aws.function_properties import code_faults
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.failures import ProviderError
from attached_providers.properties import Declared, Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

VERSION = Properties(
    "aws:lambda/layerVersion:LayerVersion",
    {
        "code": says(replaces=True),
        "s3Bucket": says(replaces=True, kept=True, api="S3Bucket"),
        "s3Key": says(replaces=True, kept=True, api="S3Key"),
        "s3ObjectVersion": says(replaces=True, kept=True, api="S3ObjectVersion"),
        "compatibleArchitectures": says(replaces=True, ordered=False),
        "compatibleRuntimes": says(replaces=True, ordered=False),
        "description": says(replaces=True),
        "layerName": says(replaces=True),
        "licenseInfo": says(replaces=True),
        "skipDestroy": says(replaces=True, default=False, kept=True),
        "sourceCodeHash": says(replaces=True, computed=True, kept=True),
    },
)
CONTENT = VERSION.only("s3Bucket", "s3Key", "s3ObjectVersion")
LAYER = Declared(lambda: VERSION.without(*CONTENT, "code", "skipDestroy", "sourceCodeHash"))


def create(aws: Aws, new: Values) -> str:
    """Publish a version."""
    code = new.get("code")
    content = {"ZipFile": archive_bytes(code)} if code else to_api(CONTENT, new)
    answer = aws.client("lambda").publish_layer_version(Content=content, **to_api(LAYER, new))
    return str(answer["LayerVersionArn"])


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a version."""
    layer, version = parts(identity)
    client = aws.client("lambda")
    found = client.get_layer_version(LayerName=layer, VersionNumber=version)
    content = found["Content"]
    return {
        **from_api(LAYER, found),
        "layerName": layer.rpartition(":")[2],
        "arn": identity,
        "layerArn": layer,
        "version": str(version),
        "codeSha256": content.get("CodeSha256"),
        "sourceCodeSize": content.get("CodeSize"),
        "createdDate": found["CreatedDate"],
        "signingJobArn": content.get("SigningJobArn", ""),
        "signingProfileVersionArn": content.get("SigningProfileVersionArn", ""),
        "region": aws.region,
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Change nothing: whatever differs makes a new version."""


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the version, unless it is to outlive the stack."""
    layer, version = parts(identity)
    if not state.get("skipDestroy"):
        # By name: MiniStack answers 204 to an ARN and keeps the version.
        name = layer.rpartition(":")[2]
        aws.client("lambda").delete_layer_version(LayerName=name, VersionNumber=version)


def check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a layer without content and one with two sources of it."""
    return code_faults(new, {"code": "filename"})


def parts(identity: str) -> tuple[str, int]:
    """Split a version's ARN into the layer's ARN and the version number."""
    layer, _, version = identity.rpartition(":")
    if not version.isdigit() or ":layer:" not in identity:
        raise ProviderError(f"expected the ARN of a layer version, found {identity}")
    return layer, int(version)


ROWS = (
    ResourceType(
        token=VERSION.token,
        props=VERSION,
        outputs=VERSION.outputs,
        create=create,
        read=read,
        update=update,
        delete=delete,
        check=check,
    ),
)
