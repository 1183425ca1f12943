"""Makes every function of a system from its catalogue entry, its zip and its layers."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.code import CodeSource
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
    """Make every function; the gate runs before each is created or changed."""
    known = directory(context.system, context.addresses, resources)
    overrides = context.settings.functions
    return {
        spec.name: LambdaFunction(
            spec.name,
            LambdaFunctionArgs(
                spec=spec,
                code=code,
                architecture=context.architecture,
                layer_arns=[layers[name].arn for name in spec.layers],
                environment=variables(spec, context.system, context.settings, known),
                statements=statements(spec, context.system, context.addresses),
                failed_arn=resources.queues[context.system.failed_queue].arn,
                log_retention_days=context.settings.log_retention_days,
                pinned_version=overrides[spec.name].version if spec.name in overrides else None,
                gate=gate,
                addresses=context.addresses,
            ),
            context.opts,
        )
        for spec in context.system.functions
    }
