"""How a function's code reaches Lambda: in the request, by way of the bucket, or as an image."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pulumi

from blueprint import FunctionSpec
from blueprint.artifacts import function_object
from blueprint.limits import INLINE_LIMIT_BYTES
from components.checkout_command import checkout_command
from components.image import ImageRepository, ImageRepositoryArgs, pinned
from components.resources import Resources, artifact_bucket
from components.stack_context import StackContext


class Zip(Protocol):
    """A built zip, as far as functions and outputs need it."""

    @property
    def key(self) -> str:
        """Digest of everything that decides its bytes."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def sha256(self) -> str:
        """Digest of its bytes, in hexadecimal."""

    @property
    def zipped_bytes(self) -> int:
        """Its own size."""

    @property
    def unzipped_bytes(self) -> int:
        """The size of its content."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """What a Lambda function is told of its code."""

    key: str
    """Digest of everything that decides what it is."""
    arguments: Mapping[str, Any]
    after: Sequence[pulumi.Resource] = ()
    """What has to be done before Lambda can take it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeSource:
    """Where functions' code comes from in one stack."""

    context: StackContext
    zips: Mapping[str, Zip]
    images: Mapping[str, str] = field(default_factory=dict)
    """Image tag of each function that ships as one."""
    resources: Resources
    packager: str
    """Command line of the packager, before its verb; the same on every machine."""

    def of(self, spec: FunctionSpec, parent: pulumi.Resource) -> Code:
        """Say how a function's code is passed on, and make what that needs."""
        if spec.name in self.images:
            return self._image(spec, parent)
        built = self.zips[spec.name]
        arguments = {
            "runtime": self.context.runtime,
            "handler": spec.handler,
            # A refresh forgets where an archive lay; this still tells which it was.
            "source_code_hash": b64encode(bytes.fromhex(built.sha256)).decode(),
        }
        if built.zipped_bytes <= INLINE_LIMIT_BYTES:
            inline = {**arguments, "code": pulumi.FileArchive(str(built.path))}
            return Code(key=built.key, arguments=inline)
        return self._stored(spec, built, arguments, parent)

    def _stored(
        self, spec: FunctionSpec, built: Zip, arguments: Mapping[str, Any], parent: pulumi.Resource
    ) -> Code:
        bucket = artifact_bucket(self.context.system, self.resources)
        tail = pulumi.Output.concat(f"--key {built.key} --bucket ", bucket)
        command = self._command("function", spec, tail)
        upload = checkout_command(f"{spec.name}-upload", command, parent)
        stored = {"s3_bucket": bucket, "s3_key": function_object(spec.name, built.key)}
        return Code(key=built.key, arguments={**arguments, **stored}, after=[upload])

    def _image(self, spec: FunctionSpec, parent: pulumi.Resource) -> Code:
        key = self.images[spec.name]
        repository = ImageRepository(
            spec.name,
            ImageRepositoryArgs(physical_name=spec.physical_name, addresses=self.context.addresses),
            pulumi.ResourceOptions(parent=parent),
        )
        tail = pulumi.Output.concat(f"--key {key} --repository ", repository.url)
        command = self._command("image", spec, tail)
        push = checkout_command(f"{spec.name}-image", command, parent)
        uri = pulumi.Output.all(repository.url, push.stdout).apply(lambda made: pinned(*made))
        return Code(
            key=key,
            arguments={"package_type": "Image", "image_uri": uri},
            after=[push, repository.policy],
        )

    def _command(
        self, verb: str, spec: FunctionSpec, tail: pulumi.Input[str]
    ) -> pulumi.Output[str]:
        options = self.context.target_options(spec.architecture)
        start = f"{self.packager} {verb} {spec.name} {options} "
        return pulumi.Output.concat(start, tail)
