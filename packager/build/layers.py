"""Finds the zip of a layer, or has it made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from packager.inputs.keys import key_of, layer_inputs, layer_key
from packager.store.manifest import BuiltArtifact, made_once, read_manifest
from packager.store.output import LAYERS, Output
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec
    from packager.build.packing import Packer


def find_layer_artifact(
    root: Path, spec: LayerSpec, target: Target, output_dir: Path
) -> BuiltArtifact | None:
    """Return a layer's zip if a build folder has it for the sources and lock of this moment."""
    slot = Output(output_dir).slot(LAYERS, spec.name, layer_key(root, spec, target))
    return read_manifest(slot, spec.name)


def build_layer(
    root: Path, spec: LayerSpec, target: Target, output_dir: Path, packer: Packer | None = None
) -> BuiltArtifact:
    """Return a layer's zip below a build folder, made now if its sources or lock are new."""
    output = Output(output_dir)
    inputs = layer_inputs(root, spec, target)
    slot = output.slot(LAYERS, spec.name, key_of(inputs))

    def make(work: Path) -> BuiltArtifact:
        # Installing and packing load much that a run that finds everything built does without.
        from packager.build.layer_build import LayerBuild, copy_twin

        twin = copy_twin(output, slot, spec.name, work)
        return twin or LayerBuild(root, spec, target, inputs).run(slot, work, packer)

    return made_once(output, slot, spec.name, make)
