"""Builds the zip of a function: its sources, its data folders, and what is packed beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packager.check.modules import importable_modules
from packager.errors import SourceError
from packager.inputs.keys import Inputs, key_of, locked, packed_inputs
from packager.inputs.sources import SourceFile, packed_sources
from packager.store.manifest import BuiltArtifact, Package, made_once, publish
from packager.store.output import FUNCTIONS, Output, Slot
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec


def build_function(
    root: Path, spec: FunctionSpec, target: Target, output_dir: Path
) -> BuiltArtifact:
    """Return a function's zip below a build folder, made now if what goes into it is new."""
    output = Output(output_dir)
    files = packed_sources(root, spec)
    inputs = packed_inputs(root, spec, target, files)
    slot = output.slot(FUNCTIONS, spec.name, key_of(inputs))
    return made_once(
        output,
        slot,
        spec.name,
        lambda work: _Build(root, spec, target, files, inputs, slot, work).run(),
    )


@dataclass(frozen=True, slots=True)
class _Build:
    """One function's zip that has to be made."""

    root: Path
    spec: FunctionSpec
    target: Target
    own: tuple[SourceFile, ...]
    inputs: Inputs
    slot: Slot
    work: Path

    def run(self) -> BuiltArtifact:
        # Packing needs the compressor, which a run that finds everything built never loads.
        from packager.build.packing import Packer

        finished = self.work / "function.zip"
        files, packages = self._content()
        threads = None if packages else 1
        with Packer(threads) as packer:
            written = packer.pack(finished, files)
        if packed_inputs(self.root, self.spec, self.target, self.own) != self.inputs:
            raise SourceError(
                f"function {self.spec.name}: its sources changed while they were packed. "
                "Run it again."
            )
        artifact = BuiltArtifact(
            name=self.spec.name,
            key=key_of(self.inputs),
            path=self.slot.archive,
            sha256=written.sha256,
            zipped_bytes=written.zipped_bytes,
            unzipped_bytes=written.unzipped_bytes,
            packages=packages,
            modules=importable_modules(file.path for file in files),
            inputs=self.inputs,
        )
        publish(self.slot, finished, artifact)
        return artifact

    def _content(self) -> tuple[Sequence[SourceFile], Mapping[str, Package]]:
        if not locked(self.spec.packed):
            return self.own, {}
        # Installing needs uv as a subprocess and the gates, which most functions do without.
        from packager.build.packed import with_dependencies

        return with_dependencies(self.root, self.spec, self.own, self.target, self.work)
