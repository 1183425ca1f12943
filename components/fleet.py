"""Makes every function of a system from its catalogue entry, its zip and its layers."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.code import CodeSource
from components.directory import Places, directory
from components.environment import variables
from components.function import LambdaFunction, LambdaFunctionArgs
from components.grants import statements
from components.layer import CodeLayer
from components.site import Site


def make_functions(
    site: Site,
    code: CodeSource,
    layers: Mapping[str, CodeLayer],
    places: Places,
    gate: pulumi.ResourceHook,
) -> dict[str, LambdaFunction]:
    """Make every function; the gate runs before each is created or changed."""
    known = directory(site.system, site.addresses, places)
    overrides = site.settings.functions
    return {
        spec.name: LambdaFunction(
            spec.name,
            LambdaFunctionArgs(
                spec=spec,
                code=code,
                architecture=site.architecture,
                layer_arns=[layers[name].arn for name in spec.layers],
                environment=variables(spec, site.system, site.settings, known),
                statements=statements(spec, site.system, site.addresses),
                failed_arn=places.queues[site.system.failed_queue].arn,
                log_retention_days=site.settings.log_retention_days,
                pinned_version=overrides[spec.name].version if spec.name in overrides else None,
                gate=gate,
                addresses=site.addresses,
            ),
            site.opts,
        )
        for spec in site.system.functions
    }
