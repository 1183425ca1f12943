"""What AWS runs right now, asked of AWS itself."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore.config import Config
from botocore.exceptions import ClientError

from operations.errors import OperationError
from operations.history import Version

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


PATIENT = Config(read_timeout=300, retries={"mode": "standard", "max_attempts": 5})
"""What the first call of a version may take that imports everything, on a busy machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an invocation gave back."""

    status: int
    """200 when the handler returned; 500 when it raised, or never started."""
    payload: bytes
    log: str = ""
    """The last 4 KB that the function logged meanwhile."""


class Live(Protocol):
    """What operations ask of AWS about functions and layers."""

    def code_digest(self, function: str, qualifier: str) -> str | None:
        """Return the base64 SHA-256 of the code behind a qualifier, or None when it is gone."""

    def alias_version(self, function: str, alias: str) -> str | None:
        """Return the version that an alias points at, or None when it is gone."""

    def move_alias(self, function: str, alias: str, version: str) -> None:
        """Let an alias point at another published version."""

    def layer_digest(self, layer_version_arn: str) -> str | None:
        """Return the base64 SHA-256 of a layer version, or None when it is gone."""

    def layer_key(self, layer_version_arn: str) -> str | None:
        """Return the key that a layer version was built from, or None when it is gone."""

    def version(self, function: str, number: str) -> Version | None:
        """Return one published version, or None when it is gone."""

    def versions(self, function: str) -> tuple[Version, ...]:
        """Return the published versions, oldest first."""

    def answer(self, function: str, qualifier: str, event: bytes) -> Answer:
        """Invoke and wait."""

    def layer_versions(self, layer_arn: str) -> tuple[str, ...]:
        """Return the numbers of a layer's versions, oldest first."""

    def delete_version(self, function: str, number: str) -> None:
        """Delete one published version of a function."""

    def delete_layer_version(self, layer_arn: str, number: str) -> None:
        """Delete one version of a layer."""


DIGEST_CHARACTERS = 16
"""Enough of a digest to tell settings apart."""

_GONE = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class LambdaApi:
    """Live over the Lambda API."""

    client: LambdaClient

    def code_digest(self, function: str, qualifier: str) -> str | None:
        """Ask for the configuration behind the qualifier."""
        found = self._ask("get_function_configuration", FunctionName=function, Qualifier=qualifier)
        return str(found["CodeSha256"]) if found else None

    def alias_version(self, function: str, alias: str) -> str | None:
        """Ask for the alias."""
        found = self._ask("get_alias", FunctionName=function, Name=alias)
        return str(found["FunctionVersion"]) if found else None

    def move_alias(self, function: str, alias: str, version: str) -> None:
        """Update the alias; calls that follow get the version."""
        try:
            self.client.update_alias(FunctionName=function, Name=alias, FunctionVersion=version)
        except ClientError as error:
            raise _failure("move the alias of", f"{function} to {version}", error) from error

    def layer_digest(self, layer_version_arn: str) -> str | None:
        """Ask for the layer version by its ARN."""
        found = self._ask("get_layer_version_by_arn", Arn=layer_version_arn)
        return str(found["Content"]["CodeSha256"]) if found else None

    def versions(self, function: str) -> tuple[Version, ...]:
        """List every page and leave $LATEST out."""
        try:
            pages = self.client.get_paginator("list_versions_by_function").paginate(
                FunctionName=function
            )
            found = [entry for page in pages for entry in page["Versions"]]
        except ClientError as error:
            raise _failure("list the versions of", function, error) from error
        published = [_version(entry) for entry in found if entry["Version"] != "$LATEST"]
        return tuple(sorted(published, key=lambda version: int(version.number)))

    def layer_key(self, layer_version_arn: str) -> str | None:
        """Ask for the layer version by its ARN; the program writes the key into its description."""
        found = self._ask("get_layer_version_by_arn", Arn=layer_version_arn)
        return str(found.get("Description", "")) if found else None

    def version(self, function: str, number: str) -> Version | None:
        """Ask for the configuration behind the number."""
        found = self._ask("get_function_configuration", FunctionName=function, Qualifier=number)
        return _version(found) if found else None

    def answer(self, function: str, qualifier: str, event: bytes) -> Answer:
        """Invoke and wait; an error in the handler is told by its status."""
        try:
            reply = self.client.invoke(
                FunctionName=function, Qualifier=qualifier, Payload=event, LogType="Tail"
            )
        except ClientError as error:
            raise _failure("invoke", f"{function}:{qualifier}", error) from error
        return Answer(
            status=500 if reply.get("FunctionError") else int(reply["StatusCode"]),
            payload=reply["Payload"].read(),
            log=base64.b64decode(reply.get("LogResult", "")).decode("utf-8", "replace"),
        )

    def layer_versions(self, layer_arn: str) -> tuple[str, ...]:
        """List every page."""
        try:
            pages = self.client.get_paginator("list_layer_versions").paginate(LayerName=layer_arn)
            found = [int(entry["Version"]) for page in pages for entry in page["LayerVersions"]]
        except ClientError as error:
            raise _failure("list the versions of", layer_arn, error) from error
        return tuple(str(number) for number in sorted(found))

    def delete_version(self, function: str, number: str) -> None:
        """Delete it by its number; without one, Lambda would take the whole function."""
        if not number.isdecimal():
            raise OperationError(f"expected the number of a version of {function}, found {number}")
        try:
            self.client.delete_function(FunctionName=function, Qualifier=number)
        except ClientError as error:
            raise _failure("delete", f"{function}:{number}", error) from error

    def delete_layer_version(self, layer_arn: str, number: str) -> None:
        """Delete it; functions that run on it go on, and new versions cannot."""
        try:
            self.client.delete_layer_version(LayerName=layer_arn, VersionNumber=int(number))
        except ClientError as error:
            raise _failure("delete", f"{layer_arn}:{number}", error) from error

    def _ask(self, verb: str, **arguments: str) -> dict[str, Any] | None:
        try:
            reply: dict[str, Any] = getattr(self.client, verb)(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == _GONE:
                return None
            raise _failure(verb, ", ".join(arguments.values()), error) from error
        return reply


def _version(entry: Any) -> Version:
    return Version(
        number=entry["Version"],
        published_at=datetime.fromisoformat(entry["LastModified"].replace("+0000", "+00:00")),
        code_sha256=entry["CodeSha256"],
        description=entry.get("Description", ""),
        layers=tuple(layer["Arn"] for layer in entry.get("Layers", [])),
        settings=_settings_digest(entry),
    )


_CARRIED = ("Environment", "MemorySize", "Timeout", "Runtime", "Handler", "Architectures")
"""Settings that a published version keeps; concurrency and triggers belong to the function."""


def _settings_digest(entry: Any) -> str:
    carried = {name: entry.get(name) for name in _CARRIED}
    text = json.dumps(carried, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_CHARACTERS]


def _failure(verb: str, what: str, error: ClientError) -> OperationError:
    return OperationError(f"AWS refused to {verb} {what}: {error}")
