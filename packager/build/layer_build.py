"""Makes the zip of one layer that has to be made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import LayerKind
from packager.build.installation import installed_content
from packager.build.packing import Packer, lent_or_new
from packager.check.gates.layer import check_layer
from packager.check.modules import importable_modules
from packager.errors import SourceError
from packager.inputs.keys import Inputs, key_of, layer_inputs
from packager.inputs.sources import SourceFile, layer_sources
from packager.store.manifest import BuiltArtifact, Package, publish, read_manifest
from packager.store.output import LAYERS, Output, Slot
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec

PREFIX = "python/"
"""Where Lambda looks for Python below a layer's root.

https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

Content = tuple[Sequence[SourceFile], Mapping[str, Package]]


def copy_twin(output: Output, slot: Slot, name: str, work: Path) -> BuiltArtifact | None:
    """Take over the zip of another layer with the same key: equal locks are built once."""
    for twin in output.twins(LAYERS, slot):
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
class LayerBuild:
    """One layer that has to be made."""

    root: Path
    spec: LayerSpec
    target: Target
    inputs: Inputs

    def run(self, slot: Slot, work: Path, packer: Packer | None) -> BuiltArtifact:
        """Gather, check, pack and publish."""
        draft, files = self._draft(slot, work)
        # Before packing, which is the slow part, and so before anything is written.
        check_layer(draft, files, self.target)
        finished = work / "layer.zip"
        with lent_or_new(packer) as own:
            written = own.pack(finished, files, PREFIX)
        self._require_unchanged()
        artifact = replace(
            draft,
            sha256=written.sha256,
            zipped_bytes=written.zipped_bytes,
            unzipped_bytes=written.unzipped_bytes,
        )
        publish(slot, finished, artifact)
        return artifact

    def _draft(self, slot: Slot, work: Path) -> tuple[BuiltArtifact, Sequence[SourceFile]]:
        """Say what the artifact will be, as far as that is known before it is packed."""
        files, packages = self._content(work)
        draft = BuiltArtifact(
            name=self.spec.name,
            key=key_of(self.inputs),
            path=slot.archive,
            sha256="",
            zipped_bytes=0,
            unzipped_bytes=sum(Path(file.location).stat().st_size for file in files),
            packages=packages,
            modules=importable_modules(file.path for file in files),
            inputs=self.inputs,
        )
        return draft, files

    def _content(self, work: Path) -> Content:
        if self.spec.kind is LayerKind.SOURCES:
            return layer_sources(self.root, self.spec), {}
        return installed_content(self.root, self.spec, self.target, work)

    def _require_unchanged(self) -> None:
        if layer_inputs(self.root, self.spec, self.target) != self.inputs:
            raise SourceError(
                f"layer {self.spec.name}: its sources or lock changed while it was being built. "
                "Run it again."
            )
