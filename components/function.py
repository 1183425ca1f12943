"""Lambda functions: role, log group, code and published version; `release` makes it live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, lambda_

from blueprint import FunctionSpec
from components.addresses import Addresses
from components.code import CodeSource
from components.gate import GATED_SUFFIX
from components.policy_documents import Statement
from components.role import ServiceRole, ServiceRoleArgs


@dataclass(frozen=True, kw_only=True, slots=True)
class LambdaFunctionArgs:
    """What is published; what becomes live is up to the release."""

    spec: FunctionSpec
    code: CodeSource
    layer_arns: Sequence[pulumi.Input[str]]
    environment: Mapping[str, pulumi.Input[str]]
    statements: list[Statement]
    log_retention_days: int
    gate: pulumi.ResourceHook
    """Runs before the function is created or changed, and stops it by raising."""
    addresses: Addresses
    code_signing: pulumi.Input[str] | None = None
    """ARN of what says whose signatures its code and layers must bear."""


class LambdaFunction(pulumi.ComponentResource):
    """Runs code under a role of its own; publishing a version starts nothing and moves nothing."""

    name: pulumi.Output[str]
    """Deployed name."""
    arn: pulumi.Output[str]
    """Its ARN, without a version."""
    version: pulumi.Output[str]
    """The newest published version."""
    code_sha256: pulumi.Output[str]
    """Digest of the deployed zip, as Lambda reports it."""

    def __init__(
        self, name: str, args: LambdaFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("LambdaFunction"), name, None, opts)
        function = self._function(name, args)
        self._guard(name, function)
        self.name = function.name
        self.arn = function.arn
        self.version = function.version
        self.code_sha256 = function.code_sha256
        self.register_outputs({"arn": function.arn})

    def _function(self, name: str, args: LambdaFunctionArgs) -> lambda_.Function:
        spec, addresses = args.spec, args.addresses
        role = ServiceRole(
            name,
            ServiceRoleArgs(
                physical_name=spec.physical_name,
                service="lambda.amazonaws.com",
                purpose=spec.purpose,
                statements=args.statements,
                addresses=addresses,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        # Made before the function, or Lambda would make one that keeps its lines for ever.
        log_group = cloudwatch.LogGroup(
            f"{name}-logs",
            name=addresses.log_group(spec.physical_name),
            retention_in_days=args.log_retention_days,
            opts=pulumi.ResourceOptions(parent=self),
        )
        code = args.code.of(spec, self)
        return lambda_.Function(
            f"{name}{GATED_SUFFIX}",
            name=addresses.name(spec.physical_name),
            # A version keeps it, so that history can tell what each was built from.
            description=f"{spec.purpose} Key: {code.key}",
            role=role.arn,
            architectures=[spec.architecture],
            **code.arguments,
            layers=list(args.layer_arns),
            memory_size=spec.memory_mb,
            timeout=spec.timeout_s,
            reserved_concurrent_executions=spec.reserved_concurrency,
            environment=lambda_.FunctionEnvironmentArgs(variables=dict(args.environment)),
            tracing_config=lambda_.FunctionTracingConfigArgs(mode="Active"),
            logging_config=lambda_.FunctionLoggingConfigArgs(
                log_format="JSON", log_group=log_group.name
            ),
            snap_start=(
                lambda_.FunctionSnapStartArgs(apply_on="PublishedVersions")
                if spec.snap_start
                else None
            ),
            code_signing_config_arn=args.code_signing,
            publish=True,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=list(code.after),
                # From zip to image is a replacement, and a deployed name is free only once.
                delete_before_replace=True,
                hooks=pulumi.ResourceHookBinding(
                    before_create=[args.gate], before_update=[args.gate]
                ),
            ),
        )

    def _guard(self, name: str, function: lambda_.Function) -> None:
        lambda_.FunctionRecursionConfig(
            f"{name}-recursion",
            function_name=function.name,
            recursive_loop="Terminate",
            opts=pulumi.ResourceOptions(parent=self),
        )
