"""Builds the zip of a layer: installed wheels, or shared sources, below python/."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from packager.errors import SourceError
from packager.gates.layer import check_layer
from packager.installation import installed_content
from packager.keys import Inputs, key_of, layer_inputs
from packager.manifest import BuiltArtifact, Package, publish, read_manifest
from packager.modules import importable_modules
from packager.output import Output, Slot
from packager.sources import SourceFile, layer_sources
from packager.target import Target

if TYPE_CHECKING:
    from catalogue.model import LayerSpec
    from packager.packing import Packer

KIND = "layers"
PREFIX = "python/"
"""Where Lambda looks for Python below a layer's root.

https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

Content = tuple[Sequence[SourceFile], Mapping[str, Package]]


def find_layer_artifact(
    root: Path, spec: LayerSpec, target: Target, output_dir: Path
) -> BuiltArtifact | None:
    """Return a layer's zip if a build folder has it for the sources and lock of this moment."""
    key = key_of(layer_inputs(root, spec, target))
    return read_manifest(Output(output_dir).slot(KIND, spec.name, key), spec.name)


def build_layer(
    root: Path, spec: LayerSpec, target: Target, output_dir: Path, packer: Packer | None = None
) -> BuiltArtifact:
    """Return a layer's zip below a build folder, made now if its sources or lock are new."""
    output = Output(output_dir)
    inputs = layer_inputs(root, spec, target)
    slot = output.slot(KIND, spec.name, key_of(inputs))
    found = read_manifest(slot, spec.name)
    if found is not None:
        return found
    with output.building(slot), output.workspace() as work:
        return (
            read_manifest(slot, spec.name)
            or _copy_twin(output, slot, spec.name, work)
            or _LayerBuild(root, spec, target, inputs).run(slot, work, packer)
        )


def _copy_twin(output: Output, slot: Slot, name: str, work: Path) -> BuiltArtifact | None:
    """Take over the zip of another layer with the same key: equal locks are built once."""
    for twin in output.twins(KIND, slot):
        found = read_manifest(twin, name)
        if found is not None:
            finished = work / "layer.zip"
            _link_or_copy(twin.archive, finished)
            artifact = replace(found, path=slot.archive)
            publish(slot, finished, artifact)
            return artifact
    return None


def _link_or_copy(source: Path, destination: Path) -> None:
    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)


@dataclass(frozen=True, slots=True)
class _LayerBuild:
    """One layer that has to be made."""

    root: Path
    spec: LayerSpec
    target: Target
    inputs: Inputs

    def run(self, slot: Slot, work: Path, packer: Packer | None) -> BuiltArtifact:
        """Gather, check, pack and publish."""
        # Packing needs the compressor, which a run that finds everything built never loads.
        from packager.packing import lent_or_new

        files, packages = self._content(work)
        finished = work / "layer.zip"
        with lent_or_new(packer) as own:
            written = own.pack(finished, files, PREFIX)
        self._require_unchanged()
        artifact = BuiltArtifact(
            name=self.spec.name,
            key=key_of(self.inputs),
            path=slot.archive,
            sha256=written.sha256,
            zipped_bytes=written.zipped_bytes,
            unzipped_bytes=written.unzipped_bytes,
            packages=packages,
            modules=importable_modules(file.path for file in files),
            inputs=self.inputs,
        )
        check_layer(artifact, files, self.target)
        publish(slot, finished, artifact)
        return artifact

    def _content(self, work: Path) -> Content:
        if self.spec.kind.value == "sources":
            return layer_sources(self.root, self.spec), {}
        return installed_content(self.root, self.spec, self.target, work)

    def _require_unchanged(self) -> None:
        if layer_inputs(self.root, self.spec, self.target) != self.inputs:
            raise SourceError(
                f"layer {self.spec.name}: its sources or lock changed while it was being built. "
                "Run it again."
            )
