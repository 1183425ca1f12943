"""Lambda functions: role, log group, code, published version and the alias that is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, lambda_

from blueprint import FunctionSpec
from components.addresses import ALIAS, Addresses
from components.code import CodeSource
from components.gate import GATED_SUFFIX
from components.policy_documents import Statement
from components.role import ServiceRole, ServiceRoleArgs


@dataclass(frozen=True, kw_only=True, slots=True)
class LambdaFunctionArgs:
    """What a function needs to know."""

    spec: FunctionSpec
    code: CodeSource
    layer_arns: Sequence[pulumi.Input[str]]
    environment: Mapping[str, pulumi.Input[str]]
    statements: list[Statement]
    failed_arn: pulumi.Input[str] | None
    """Standard queue for asynchronous calls that failed for good."""
    log_retention_days: int
    pinned_version: int | None
    """Version that the alias stays on after a rollback; None follows the newest."""
    gate: pulumi.ResourceHook
    """Runs before the function is created or changed, and stops it by raising."""
    addresses: Addresses


class LambdaFunction(pulumi.ComponentResource):
    """Runs code under a role of its own; triggers attach to its alias, never to the newest code."""

    name: pulumi.Output[str]
    """Deployed name."""
    arn: pulumi.Output[str]
    """Its ARN, without a version."""
    alias_arn: pulumi.Output[str]
    """ARN of the alias."""
    version: pulumi.Output[str]
    """The newest published version."""
    code_sha256: pulumi.Output[str]
    """Digest of the deployed zip, as Lambda reports it."""

    def __init__(
        self, name: str, args: LambdaFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("LambdaFunction"), name, None, opts)
        function = self._function(name, args)
        self.alias = self._alias(name, function, args)
        self._guard(name, function, args)
        self.name = function.name
        self.arn = function.arn
        self.alias_arn = self.alias.arn
        self.version = function.version
        self.code_sha256 = function.code_sha256
        self.register_outputs({"arn": function.arn, "alias_arn": self.alias.arn})

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

    def _alias(
        self, name: str, function: lambda_.Function, args: LambdaFunctionArgs
    ) -> lambda_.Alias:
        return lambda_.Alias(
            f"{name}-alias",
            name=ALIAS,
            description="What every trigger starts.",
            function_name=function.name,
            function_version=(
                function.version if args.pinned_version is None else str(args.pinned_version)
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _guard(self, name: str, function: lambda_.Function, args: LambdaFunctionArgs) -> None:
        lambda_.FunctionEventInvokeConfig(
            f"{name}-failures",
            function_name=function.name,
            qualifier=self.alias.name,
            maximum_retry_attempts=args.spec.async_retries,
            maximum_event_age_in_seconds=args.spec.async_age_s,
            destination_config=None
            if args.failed_arn is None
            else lambda_.FunctionEventInvokeConfigDestinationConfigArgs(
                on_failure=lambda_.FunctionEventInvokeConfigDestinationConfigOnFailureArgs(
                    destination=args.failed_arn
                )
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        lambda_.FunctionRecursionConfig(
            f"{name}-recursion",
            function_name=function.name,
            recursive_loop="Terminate",
            opts=pulumi.ResourceOptions(parent=self),
        )
