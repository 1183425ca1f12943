"""Keeps built layers in a bucket, which thereby is a build cache for every machine."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from packager.errors import StorageError
from packager.manifest import BuiltArtifact

ENDPOINT_VARIABLE = "ALCHEMISER_ENDPOINT"
_TIMEOUTS = Config(
    connect_timeout=10, read_timeout=120, retries={"mode": "standard", "max_attempts": 5}
)


def layer_object(name: str, key: str) -> str:
    """Say under which object key a layer's zip is kept."""
    return f"layers/{name}/{key}.zip"


@dataclass(frozen=True, slots=True)
class ArtifactBucket:
    """One bucket of artifacts, by an S3 client."""

    name: str
    client: Any

    @classmethod
    def connect(cls, name: str) -> ArtifactBucket:
        """Reach the bucket with the credentials, region and endpoint of the environment."""
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get(ENDPOINT_VARIABLE)
        return cls(name, boto3.client("s3", endpoint_url=endpoint, config=_TIMEOUTS))

    def store_layer(self, artifact: BuiltArtifact) -> bool:
        """Upload a layer's zip unless it is there already; tell whether it was uploaded."""
        content = artifact.path.read_bytes()
        found = hashlib.sha256(content)
        if found.hexdigest() != artifact.sha256:
            raise StorageError(
                f"{artifact.path}: expected SHA-256 {artifact.sha256}, found {found.hexdigest()}. "
                "The zip was changed after it was built; delete it and run again."
            )
        checksum = base64.b64encode(found.digest()).decode("ascii")
        key = layer_object(artifact.name, artifact.key)
        if self._checksum(key) == checksum:
            return False
        try:
            self.client.put_object(
                Bucket=self.name,
                Key=key,
                Body=content,
                ChecksumSHA256=checksum,
                ContentType="application/zip",
            )
        except (ClientError, BotoCoreError) as error:
            raise StorageError(f"s3://{self.name}/{key}: the upload failed: {error}") from error
        return True

    def _checksum(self, key: str) -> str | None:
        try:
            head = self.client.head_object(Bucket=self.name, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                return None
            raise StorageError(f"s3://{self.name}/{key}: {error}") from error
        found: str | None = head.get("ChecksumSHA256")
        return found
