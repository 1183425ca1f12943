"""Builds the zip of a function from its own sources and its data folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from packager.errors import SourceError
from packager.keys import Inputs, digests, inputs_of, key_of
from packager.manifest import BuiltArtifact, publish, read_manifest
from packager.modules import importable_modules
from packager.output import FUNCTIONS, Output, Slot
from packager.sources import SourceFile, function_sources
from packager.target import Target

if TYPE_CHECKING:
    from catalogue.model import FunctionSpec


def build_function(
    root: Path, spec: FunctionSpec, target: Target, output_dir: Path
) -> BuiltArtifact:
    """Return a function's zip below a build folder, made now if its sources are new."""
    output = Output(output_dir)
    files = function_sources(root, spec)
    inputs = inputs_of("function", target, files=digests(files))
    slot = output.slot(FUNCTIONS, spec.name, key_of(inputs))
    found = read_manifest(slot, spec.name)
    if found is not None:
        return found
    with output.building(slot):
        return read_manifest(slot, spec.name) or _build(output, slot, spec.name, inputs, files)


def _build(
    output: Output, slot: Slot, name: str, inputs: Inputs, files: tuple[SourceFile, ...]
) -> BuiltArtifact:
    # Packing needs the compressor, which a run that finds everything built never loads.
    from packager.packing import Packer

    with output.workspace() as work, Packer(threads=1) as packer:
        finished = work / "function.zip"
        written = packer.pack(finished, files)
        if digests(files) != inputs["files"]:
            raise SourceError(
                f"function {name}: its sources changed while they were packed. Run it again."
            )
        artifact = BuiltArtifact(
            name=name,
            key=key_of(inputs),
            path=slot.archive,
            sha256=written.sha256,
            zipped_bytes=written.zipped_bytes,
            unzipped_bytes=written.unzipped_bytes,
            packages={},
            modules=importable_modules(file.path for file in files),
            inputs=inputs,
        )
        publish(slot, finished, artifact)
    return artifact
