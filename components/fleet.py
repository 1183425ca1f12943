"""Makes every function of a system from its catalogue entry, its zip and its layers."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from blueprint import FunctionSpec, Shipping
from components.code import CodeSource
from components.code_signing import make_code_signing
from components.environment import variables
from components.function import LambdaFunction, LambdaFunctionArgs
from components.grants import statements
from components.layer import CodeLayer
from components.resources import Resources, directory
from components.stack_context import StackContext


def make_functions(
    context: StackContext,
    code: CodeSource,
    layers: Mapping[str, CodeLayer],
    resources: Resources,
    gate: pulumi.ResourceHook,
) -> dict[str, LambdaFunction]:
    """Publish every function; the gate runs before each is created or changed."""
    signing = make_code_signing(context)
    known = directory(context.system, context.addresses, resources)
    return {
        spec.name: LambdaFunction(
            spec.name,
            LambdaFunctionArgs(
                spec=spec,
                code=code,
                layer_arns=[layers[build.name].arn for build in context.system.carried(spec)],
                environment=variables(spec, context.system, context.settings, known),
                statements=statements(spec, context.system, context.addresses),
                log_retention_days=context.settings.log_retention_days,
                gate=gate,
                # Lambda takes none for a container image.
                code_signing=None if spec.shipping is Shipping.IMAGE else signing,
                addresses=context.addresses,
            ),
            _known_as(spec, context.opts),
        )
        for spec in context.system.functions
    }


def _known_as(spec: FunctionSpec, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Let the engine find a function by what it was called; its parts' names begin with that."""
    former = [pulumi.Alias(name=name) for name in spec.former_names]
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=former))
