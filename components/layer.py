"""Layers: built by a local command when their key changes, taken from the artifact bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import lambda_

from blueprint import LayerBuild
from blueprint.artifacts import layer_object
from blueprint.outputs import LayerOutput
from components.addresses import Addresses
from components.checkout_command import checkout_command
from components.resources import Resources, artifact_bucket
from components.stack_context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeLayerArgs:
    """Known in a preview already: nothing here has been built yet."""

    key: str
    """Digest of everything that decides the layer's bytes."""
    object: str
    """Where in the bucket it lies."""
    build: str
    """Command line that builds, checks and uploads it to `--bucket`; the same on every machine."""
    bucket: pulumi.Input[str]
    """Deployed name of the artifact bucket."""
    runtime: str
    architectures: tuple[str, ...]
    """Instruction sets of the functions that carry it."""
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
        super().__init__(args.addresses.token("CodeLayer"), name, None, opts)
        command = pulumi.Output.concat(args.build, " --bucket ", args.bucket)
        build = checkout_command(f"{name}-build", command, self)
        version = lambda_.LayerVersion(
            f"{name}-version",
            layer_name=args.addresses.name(name.replace("_", "-")),
            description=args.key,
            s3_bucket=args.bucket,
            s3_key=args.object,
            source_code_hash=args.key,
            compatible_runtimes=[args.runtime],
            compatible_architectures=list(args.architectures),
            skip_destroy=args.keep_versions,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[build]),
        )
        self.arn = version.arn
        self.facts = pulumi.Output.all(version.arn, version.version, build.stdout).apply(
            lambda made: _facts(args.key, *made)
        )
        self.register_outputs({"arn": version.arn})


@dataclass(frozen=True, slots=True)
class LayerCommands:
    """How layers are built, and what they have to become."""

    packager: str
    """Command line before the name of a command."""
    keys: Mapping[str, str]
    """Name -> input key."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Name -> SHA-256 of the zip, hex, where a stage before has run it."""

    def spell(self, build: LayerBuild, target_options: str) -> str:
        """Spell the command for one build of a layer, without its bucket."""
        key, digest = self.keys[build.name], self.digests.get(build.name)
        command = f"{self.packager} layer {build.spec.name} {target_options} --key {key}"
        return command if digest is None else f"{command} --sha256 {digest}"


def make_layers(
    context: StackContext, commands: LayerCommands, resources: Resources
) -> dict[str, CodeLayer]:
    """Make every layer of a system."""
    return {
        it.name: CodeLayer(
            it.name,
            CodeLayerArgs(
                key=commands.keys[it.name],
                object=layer_object(it.spec.name, commands.keys[it.name]),
                build=commands.spell(it, context.target_options(it.architecture)),
                bucket=artifact_bucket(context.system, resources),
                runtime=context.runtime,
                architectures=it.compatible,
                addresses=context.addresses,
                keep_versions=context.settings.keeps_layers,
            ),
            context.opts,
        )
        for it in context.system.layer_builds
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
