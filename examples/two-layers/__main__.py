"""A function on two layers as a stack."""

from pathlib import Path

import pulumi
from system import SYSTEM

from blueprint import require_whole
from components import (
    CodeSource,
    LayerCommands,
    StackConfig,
    StackContext,
    export_outputs,
    fit,
    function_gate,
    make_functions,
    make_layers,
    make_release,
    make_resources,
    stack_settings,
)
from packager import DeploymentGate, build_functions, layer_keys, output_folder

ROOT, PACKAGER = Path(__file__).parent, "python -m packager"
settings = stack_settings(StackConfig.from_pulumi(), require_whole(SYSTEM))
system, output = fit(SYSTEM, settings), output_folder(ROOT)
zips = build_functions(ROOT, system, output)
context = StackContext.of(system, settings)
resources = make_resources(context)
layers = make_layers(context, LayerCommands(PACKAGER, layer_keys(ROOT, system)), resources)
code = CodeSource(context=context, zips=zips, resources=resources, packager=PACKAGER)
bucket, warn = context.artifact_bucket, pulumi.log.warn
gate = DeploymentGate(root=ROOT, system=system, output_dir=output, bucket=bucket, warn=warn)
functions = make_functions(context, code, layers, resources, function_gate(gate))
release = make_release(context, functions, layers, resources)
export_outputs(context, functions, layers, zips, resources, release)
