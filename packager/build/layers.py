"""Finds the zip of a layer, or has it made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import LayerKind
from packager.inputs.keys import Inputs, key_of, layer_inputs, layer_key
from packager.inputs.sources import layer_sources
from packager.store.manifest import BuiltArtifact, copy_twin, made_once, read_manifest
from packager.store.output import LAYERS, Output
from packager.store.wheels import WheelStore
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec, System
    from packager.build.artifact import Content, Recipe
    from packager.build.packing import Packer

PREFIX = "python/"
"""Where Lambda looks for Python below a layer's root.

https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""


def find_layer_artifact(
    root: Path, spec: LayerSpec, target: Target, output_dir: Path
) -> BuiltArtifact | None:
    """Return a layer's zip if a build folder has it for the sources and lock of this moment."""
    slot = Output(output_dir).slot(LAYERS, spec.name, layer_key(root, spec, target))
    return read_manifest(slot, spec.name)


def refuse_broken_layers(root: Path, system: System, output_dir: Path) -> None:
    """Raise SourceError for sources of layers that do not compile, long before one is built."""
    from packager.check.syntax import refuse_broken

    store = WheelStore(Output(output_dir).wheels)
    for build in system.layer_builds:
        if build.spec.kind is LayerKind.SOURCES:
            key = layer_key(root, build.spec, Target.of(system, build.architecture))
            files = layer_sources(root, build.spec)
            refuse_broken(root, f"layer {build.spec.name}", files, key, store)


def build_layer(
    root: Path,
    spec: LayerSpec,
    target: Target,
    output_dir: Path,
    packer: Packer | None = None,
    wheels: WheelStore | None = None,
) -> BuiltArtifact:
    """Return a layer's zip below a build folder, made now if its sources or lock are new.

    Builds that share `packer` and `wheels` compress and read what they have in common once.
    """
    output = Output(output_dir)
    inputs = layer_inputs(root, spec, target)
    slot = output.slot(LAYERS, spec.name, key_of(inputs))
    store = wheels or WheelStore(output.wheels)

    def make(work: Path) -> BuiltArtifact:
        # Equal locks are built once.
        twin = copy_twin(output.twins(LAYERS, slot), slot, spec.name, work)
        return twin or _recipe(root, spec, target, inputs, store).make(slot, work, packer)

    return made_once(output, slot, spec.name, make)


def _recipe(
    root: Path, spec: LayerSpec, target: Target, inputs: Inputs, store: WheelStore
) -> Recipe:
    # Wheels and packing load much that a run that finds everything built does without.
    from packager.build.artifact import Recipe
    from packager.check.gates.layer import check_layer

    return Recipe(
        what=f"layer {spec.name}",
        name=spec.name,
        prefix=PREFIX,
        inputs=inputs,
        inputs_now=lambda: layer_inputs(root, spec, target),
        gather=lambda work: _content(root, spec, target, key_of(inputs), store, work),
        check=lambda artifact, files: check_layer(spec, artifact, files, target),
    )


def _content(
    root: Path, spec: LayerSpec, target: Target, key: str, store: WheelStore, work: Path
) -> Content:
    from packager.build.wheel_content import locked_content
    from packager.check.syntax import refuse_broken

    if spec.kind is LayerKind.SOURCES:
        files = layer_sources(root, spec)
        refuse_broken(root, f"layer {spec.name}", files, key, store)
        return files, {}
    return locked_content(root, spec, target, store, work)
