"""A release: all published functions are proven, then their aliases move, then it is recorded.

The aliases wait for the proof of every function, so that a release goes live whole or not at all;
between the first alias and the last, two releases are mixed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import lambda_
from pulumi_command import local

from blueprint import FunctionSpec
from components.addresses import ALIAS
from components.checkout_command import checkout_command
from components.function import LambdaFunction
from components.layer import CodeLayer
from components.probes import probes
from components.release_digests import settings_digests, wiring_digest
from components.resources import Resources, artifact_bucket
from components.stack_context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseArgs:
    """What is published and what becomes of it."""

    context: StackContext
    functions: Mapping[str, LambdaFunction]
    layers: Mapping[str, CodeLayer]
    bucket: pulumi.Input[str] | None
    """Deployed name of the bucket that keeps releases; None where none are recorded."""
    failed_arn: pulumi.Input[str] | None
    """Standard queue for asynchronous calls that failed for good."""
    command: str | None
    """Command line before `prove` and `record`, the same on every machine; None does neither."""


class Release(pulumi.ComponentResource):
    """Lets a set of functions go live together, or not at all."""

    aliases: Mapping[str, lambda_.Alias]
    """What triggers attach to, by function."""
    live: pulumi.Output[dict[str, Any]]
    """The release that is live, as it was recorded."""

    def __init__(
        self, name: str, args: ReleaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.context.addresses.token("Release"), name, None, opts)
        proof = self._command(f"{name}-proof", "prove", args, _document(args, _published(args)))
        self.aliases = {
            spec.name: _alias(spec, args, proof) for spec in args.context.system.functions
        }
        # By what is live, for a hold that is lifted lets go live what was published long before.
        live = {name: it.function_version for name, it in self.aliases.items()}
        record = self._command(
            f"{name}-record",
            "record",
            args,
            {**_document(args, live), **_circumstances(args)} if args.command else {},
            after=list(self.aliases.values()),
        )
        self.live = (
            _unrecorded(args.functions) if record is None else record.stdout.apply(json.loads)
        )
        self.register_outputs({"live": self.live})

    def _command(
        self,
        name: str,
        verb: str,
        args: ReleaseArgs,
        document: Mapping[str, Any],
        after: Sequence[pulumi.Resource] = (),
    ) -> local.Command | None:
        if args.command is None:
            return None
        text = pulumi.Output.json_dumps(document, sort_keys=True)
        return checkout_command(name, f"{args.command} {verb}", self, stdin=text, after=after)


def make_release(
    context: StackContext,
    functions: Mapping[str, LambdaFunction],
    layers: Mapping[str, CodeLayer],
    resources: Resources,
    command: str | None = None,
) -> Release:
    """Let every function of a system go live; `command` proves and records, if there is one."""
    failed = context.system.failed_queue
    args = ReleaseArgs(
        context=context,
        functions=functions,
        layers=layers,
        bucket=artifact_bucket(context.system, resources) if command else None,
        failed_arn=failed and resources.queues[failed].arn,
        command=command,
    )
    return Release("release", args, context.opts)


def _alias(spec: FunctionSpec, args: ReleaseArgs, proof: pulumi.Resource | None) -> lambda_.Alias:
    function, held = args.functions[spec.name], args.context.settings.held
    # Both belong to the function, whose name their own begins with.
    alias = lambda_.Alias(
        f"{spec.name}-alias",
        name=ALIAS,
        description="What every trigger starts.",
        function_name=function.name,
        function_version=(
            str(held.functions[spec.name])
            if held is not None and spec.name in held.functions
            else function.version
        ),
        opts=pulumi.ResourceOptions(parent=function, depends_on=[] if proof is None else [proof]),
    )
    lambda_.FunctionEventInvokeConfig(
        f"{spec.name}-failures",
        function_name=function.name,
        qualifier=alias.name,
        maximum_retry_attempts=spec.async_retries,
        maximum_event_age_in_seconds=spec.async_age_s,
        destination_config=None
        if args.failed_arn is None
        else lambda_.FunctionEventInvokeConfigDestinationConfigArgs(
            on_failure=lambda_.FunctionEventInvokeConfigDestinationConfigOnFailureArgs(
                destination=args.failed_arn
            )
        ),
        opts=pulumi.ResourceOptions(parent=function),
    )
    return alias


def _published(args: ReleaseArgs) -> dict[str, pulumi.Output[str]]:
    return {name: it.version for name, it in args.functions.items()}


def _document(args: ReleaseArgs, versions: Mapping[str, pulumi.Output[str]]) -> dict[str, Any]:
    """Say of each function which version is meant; the command runs when one is another."""
    system, addresses = args.context.system, args.context.addresses
    return {
        "region": args.context.settings.region,
        "functions": {
            spec.name: {
                "function": args.functions[spec.name].name,
                "version": versions[spec.name],
                "alias": ALIAS,
                "probes": probes(spec, system, addresses),
            }
            for spec in system.functions
        },
    }


def _circumstances(args: ReleaseArgs) -> dict[str, Any]:
    layers = {
        name: layer.facts.apply(
            lambda facts: {
                "arn": facts["arn"],
                "version": str(facts["version"]),
                "key": facts["key"],
                "sha256": facts["sha256"],
            }
        )
        for name, layer in args.layers.items()
    }
    return {
        "bucket": args.bucket,
        "layers": layers,
        "settings": settings_digests(args.context.settings),
        "wiring": wiring_digest(args.context.system),
    }


def _unrecorded(functions: Mapping[str, LambdaFunction]) -> pulumi.Output[dict[str, Any]]:
    """Tell of what was published last, where nothing is recorded."""
    told = {
        name: {"version": it.version, "code_sha256": it.code_sha256, "layers": {}}
        for name, it in functions.items()
    }
    return pulumi.Output.from_input({"number": None, "functions": told})
