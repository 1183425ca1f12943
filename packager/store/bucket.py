"""Keeps built layers in a bucket, which thereby is a build cache for every machine.

A layer's zip is uploaded in one request that S3 itself checks against its SHA-256, and its manifest
after it: what has a manifest is whole.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from blueprint.artifacts import (
    function_object,
    function_statement_object,
    layer_manifest_object,
    layer_object,
    layer_statement_object,
)
from packager.errors import StorageError
from packager.store.manifest import (
    BuiltArtifact,
    artifact_from,
    publish,
    read_manifest,
    recorded_form,
    require_one_digest,
)
from packager.store.output import LAYERS, Output

ENDPOINT_VARIABLE = "EMULATOR_ENDPOINT"
_TIMEOUTS = Config(
    connect_timeout=10, read_timeout=120, retries={"mode": "standard", "max_attempts": 5}
)
_READING = {"get_object", "head_object"}
_ABSENT = {"404", "NoSuchKey", "NotFound"}


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

    def store_layer(self, artifact: BuiltArtifact, twins: Iterable[str] = ()) -> bool:
        """Upload a layer unless the very same bytes are there; tell whether it was uploaded.

        DigestError where other bytes are there: they may be what some function runs. `twins` are
        layers with the same key: where one is in the bucket, S3 copies it.
        """
        content = artifact.path.read_bytes()
        _require_digest(str(artifact.path), content, artifact.sha256)
        key = layer_object(artifact.name, artifact.key)
        there = self._is_there(key, artifact)
        copied = not there and self._copy_twin(artifact, twins)
        if not there and not copied:
            self._put(key, content, artifact.sha256, "application/zip")
        if not there or self._manifest(artifact.name, artifact.key) is None:
            manifest = json.dumps(recorded_form(artifact), sort_keys=True).encode("utf-8")
            digest = hashlib.sha256(manifest).hexdigest()
            at = layer_manifest_object(artifact.name, artifact.key)
            self._put(at, manifest, digest, "application/json")
        return not there and not copied

    def store_statement(self, artifact: BuiltArtifact, statement: bytes) -> None:
        """Keep beside a layer what it was made from."""
        self._state(layer_statement_object(artifact.name, artifact.key), statement)

    def store_function_statement(self, artifact: BuiltArtifact, statement: bytes) -> None:
        """Keep what a function's zip was made from."""
        self._state(function_statement_object(artifact.name, artifact.sha256), statement)

    def find_statement(self, name: str, key: str) -> bytes | None:
        """Return what a layer was made from, or None where nothing says so."""
        return self._get(layer_statement_object(name, key))

    def find_function_statement(self, name: str, sha256: str) -> bytes | None:
        """Return what a function's zip was made from, or None where nothing says so."""
        return self._get(function_statement_object(name, sha256))

    def store_function(self, artifact: BuiltArtifact) -> bool:
        """Upload a function's zip unless the very same bytes are there; tell whether it was."""
        key = function_object(artifact.name, artifact.key)
        if self._is_there(key, artifact):
            return False
        content = artifact.path.read_bytes()
        _require_digest(str(artifact.path), content, artifact.sha256)
        self._put(key, content, artifact.sha256, "application/zip")
        return True

    def find_layer(self, name: str, key: str, path: Path) -> BuiltArtifact | None:
        """Return what the bucket says of a layer, or None where it is not there or not whole."""
        recorded = self._manifest(name, key)
        if recorded is None:
            return None
        artifact = artifact_from(recorded, name, path)
        whole = self._checksum(layer_object(name, key)) == _checksum(artifact.sha256)
        return artifact if whole else None

    def fetch_layer(self, name: str, key: str, output: Output) -> BuiltArtifact | None:
        """Download a layer into the build folder and verify it; None where it is not there."""
        slot = output.slot(LAYERS, name, key)
        artifact = self.find_layer(name, key, slot.archive)
        if artifact is None:
            return None
        with output.building(slot), output.workspace() as work:
            fetched = read_manifest(slot, name)
            if fetched is not None:
                return fetched
            content = self._get(layer_object(name, key))
            if content is None:
                return None
            _require_digest(f"s3://{self.name}/{layer_object(name, key)}", content, artifact.sha256)
            finished = work / "layer.zip"
            finished.write_bytes(content)
            publish(slot, finished, artifact)
            # Who takes it further says with it who built it, which was not this machine.
            if (statement := self.find_statement(name, key)) is not None:
                slot.statement.write_bytes(statement)
        return artifact

    def _is_there(self, key: str, artifact: BuiltArtifact) -> bool:
        """Tell whether an artifact's object is there, which no other bytes may be."""
        found = self._call("head_object", key, ChecksumMode="ENABLED")
        if found is None:
            return False
        digest = _hexadecimal(found.get("ChecksumSHA256"))
        require_one_digest(f"s3://{self.name}/{key}", artifact.key, digest, artifact.sha256)
        return True

    def _copy_twin(self, artifact: BuiltArtifact, twins: Iterable[str]) -> bool:
        for twin in twins:
            source = layer_object(twin, artifact.key)
            if self._checksum(source) == _checksum(artifact.sha256):
                self._call(
                    "copy_object",
                    layer_object(artifact.name, artifact.key),
                    CopySource={"Bucket": self.name, "Key": source},
                    ChecksumAlgorithm="SHA256",
                )
                return True
        return False

    def _manifest(self, name: str, key: str) -> dict[str, Any] | None:
        content = self._get(layer_manifest_object(name, key))
        if content is None:
            return None
        recorded: dict[str, Any] = json.loads(content)
        return recorded

    def _state(self, key: str, statement: bytes) -> None:
        digest = hashlib.sha256(statement).hexdigest()
        self._put(key, statement, digest, "application/json")

    def _put(self, key: str, content: bytes, sha256: str, kind: str) -> None:
        self._call(
            "put_object",
            key,
            Body=content,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=_checksum(sha256),
            ContentType=kind,
        )

    def _get(self, key: str) -> bytes | None:
        found = self._call("get_object", key)
        return None if found is None else bytes(found["Body"].read())

    def _checksum(self, key: str) -> str | None:
        found = self._call("head_object", key, ChecksumMode="ENABLED")
        return None if found is None else found.get("ChecksumSHA256")

    def _call(self, operation: str, key: str, **parameters: object) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = getattr(self.client, operation)(
                Bucket=self.name, Key=key, **parameters
            )
        except ClientError as error:
            if operation in _READING and error.response["Error"]["Code"] in _ABSENT:
                return None
            raise StorageError(f"s3://{self.name}/{key}: {operation} failed: {error}") from error
        except BotoCoreError as error:
            raise StorageError(f"s3://{self.name}/{key}: {operation} failed: {error}") from error
        return found


def _checksum(sha256: str) -> str:
    """Spell a digest as S3 does."""
    return base64.b64encode(bytes.fromhex(sha256)).decode("ascii")


def _hexadecimal(checksum: str | None) -> str:
    return "unknown" if checksum is None else base64.b64decode(checksum).hex()


def _require_digest(where: str, content: bytes, expected: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise StorageError(
            f"{where}: expected SHA-256 {expected}, found {found}. It is not what was built; "
            "delete it and run again."
        )
