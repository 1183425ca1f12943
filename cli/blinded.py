"""Previews a stack from a copy of its state in which there are no secrets.

Whoever writes a pull request writes the program that previews it, and could have it print whatever
the job may decrypt. So the job may decrypt nothing: it gets the stack's state as it lies in the
backend, and previews from a copy that says something else in place of every secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import yaml

from cli.engine.stack_file import PASSPHRASE, PROJECT, SALT, rehearsable
from operations.engine import CommandLine
from operations.errors import OperationError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""How the engine marks a secret in a state, where it is encrypted:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go"""

STAND_IN = "v1:ttx86P8QJ1Br+cm/:vp+79L8edx0rkno1TRWu8hZQTKymHYzr/nevit23NujL5f1N71168WBVsg=="
"""A word as JSON, encrypted by the passphrase of rehearsals."""

VALUES = "aws:secretsmanager/secretVersion:SecretVersion"
"""Resources that are nothing but a secret's value."""

SETTING = f"{PROJECT}:secret_values"
STATE = f".pulumi/stacks/{PROJECT}/{{stack}}.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Backend:
    """Where the real state lies."""

    url: str
    s3: S3Client

    def state(self, stack: str) -> dict[str, Any]:
        """Read a stack's checkpoint; raise OperationError where it cannot be."""
        parts = urlsplit(self.url)
        key = STATE.format(stack=stack)
        if parts.scheme == "file":
            text = (Path(unquote(parts.netloc + parts.path)).expanduser() / key).read_text()
        elif parts.scheme == "s3":
            prefix = parts.path.strip("/")
            found = self.s3.get_object(
                Bucket=parts.netloc, Key=f"{prefix}/{key}" if prefix else key
            )
            text = found["Body"].read().decode()
        else:
            raise OperationError(
                f"PULUMI_BACKEND_URL={self.url!r} was expected to be s3://… or file://…: a review "
                "previews from a copy of the state, which it reads there."
            )
        document: dict[str, Any] = json.loads(text)
        return document


def blinded_engine(stack: str, backend: Backend, root: Path, folder: Path) -> CommandLine:
    """Write a copy without secrets into a folder, and give a CLI that previews from it."""
    copy = folder / STATE.format(stack=stack)
    copy.parent.mkdir(parents=True)
    copy.write_text(json.dumps(blind_state(backend.state(stack))))
    (folder / ".pulumi/meta.yaml").write_text("version: 1\n")
    settings = folder / f"Pulumi.{stack}.yaml"
    settings.write_text(blind_settings((root / settings.name).read_text()))
    return CommandLine(
        stack=stack,
        command=("pulumi",),
        runs_pack=True,
        settings=settings,
        variables={
            "PULUMI_BACKEND_URL": f"file://{folder}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        },
    )


def blind_state(document: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a checkpoint with a word in place of every secret, and without their values at all."""
    checkpoint = document.get("checkpoint") or {}
    latest = checkpoint.get("latest") or {}
    resources = [
        _blind(entry) for entry in latest.get("resources") or [] if entry["type"] != VALUES
    ]
    providers = {"type": "passphrase", "state": {"salt": SALT}}
    blinded = {**latest, "secrets_providers": providers, "resources": resources}
    return {**document, "checkpoint": {**checkpoint, "latest": blinded}}


def blind_settings(text: str) -> str:
    """Copy a stack's file likewise: a secret that has no value in it is left as it is on AWS."""
    document = yaml.safe_load(rehearsable(text))
    document.get("config", {}).pop(SETTING, None)
    return yaml.safe_dump(document, sort_keys=False)


def _blind(value: Any) -> Any:
    if isinstance(value, list):
        return [_blind(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET:
        return {SIGNATURE: SECRET, "ciphertext": STAND_IN}
    return {key: _blind(item) for key, item in value.items()}
