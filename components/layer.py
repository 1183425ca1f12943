"""Layers: built by a local command when their key changes, taken from the artifact bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import lambda_

from blueprint.artifacts import layer_object
from blueprint.outputs import LayerOutput
from components.addresses import Addresses
from components.packager_command import packager_command
from components.stack_context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeLayerArgs:
    """What a layer needs to know."""

    key: str
    """Digest of everything that decides the layer's bytes."""
    build: str
    """Command line that builds, checks and uploads it to `--bucket`; the same on every machine."""
    bucket: pulumi.Input[str]
    """Deployed name of the artifact bucket."""
    runtime: str
    architecture: str
    addresses: Addresses
    keep_versions: bool
    """Leaves earlier versions in place, for functions that are rolled back to them."""


class CodeLayer(pulumi.ComponentResource):
    """Puts code on the path of the functions that carry it.

    The object's key contains the input key, so a preview knows what would be deployed without
    having built anything.
    """

    arn: pulumi.Output[str]
    """ARN of the current version."""
    facts: pulumi.Output[dict[str, Any]]
    """What outputs tell of it: ARN, version, key, digest and sizes."""

    def __init__(
        self, name: str, args: CodeLayerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("alchemiser:index:CodeLayer", name, None, opts)
        command = pulumi.Output.concat(args.build, " --bucket ", args.bucket)
        build = packager_command(f"{name}-build", command, self)
        version = lambda_.LayerVersion(
            f"{name}-version",
            layer_name=args.addresses.name(name.replace("_", "-")),
            description=args.key,
            s3_bucket=args.bucket,
            s3_key=layer_object(name, args.key),
            source_code_hash=args.key,
            compatible_runtimes=[args.runtime],
            compatible_architectures=[args.architecture],
            skip_destroy=args.keep_versions,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[build]),
        )
        self.arn = version.arn
        self.facts = pulumi.Output.all(version.arn, version.version, build.stdout).apply(
            lambda made: _facts(args.key, *made)
        )
        self.register_outputs({"arn": version.arn})


@dataclass(frozen=True, slots=True)
class LayerBuilds:
    """How layers are built, and what they have to become."""

    packager: str
    """Command line before the name of a command."""
    keys: Mapping[str, str]
    """Name -> input key."""
    digests: Mapping[str, str]
    """Name -> SHA-256 of the zip, hex, where a stage before has run it."""

    def command(self, name: str, target_options: str) -> str:
        """Spell the command for one layer, without its bucket."""
        build = f"{self.packager} layer {name} {target_options} --key {self.keys[name]}"
        digest = self.digests.get(name)
        return build if digest is None else f"{build} --sha256 {digest}"


def make_layers(
    context: StackContext, builds: LayerBuilds, bucket: pulumi.Input[str]
) -> dict[str, CodeLayer]:
    """Make every layer of a system."""
    return {
        spec.name: CodeLayer(
            spec.name,
            CodeLayerArgs(
                key=builds.keys[spec.name],
                build=builds.command(spec.name, context.target_options),
                bucket=bucket,
                runtime=context.runtime,
                architecture=context.architecture,
                addresses=context.addresses,
                keep_versions=context.settings.keeps_layers,
            ),
            context.opts,
        )
        for spec in context.system.layers
    }


def _facts(key: str, arn: str, version: str, report: str) -> dict[str, Any]:
    built = json.loads(report)
    return LayerOutput.written(
        arn=arn,
        version=int(version),
        key=key,
        sha256=built["sha256"],
        zipped_bytes=built["zipped_bytes"],
        unzipped_bytes=built["unzipped_bytes"],
    )
