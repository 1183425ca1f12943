"""What a layer must meet before it is put into the build folder, and so before any upload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packager.check.gates.binaries import Loadable, binary_faults
from packager.check.gates.function import refuse
from packager.check.gates.never import never_faults
from packager.check.gates.sizes import own_size_faults
from packager.store.manifest import BuiltArtifact
from packager.target import Target


def check_layer(artifact: BuiltArtifact, files: Sequence[Loadable], target: Target) -> None:
    """Refuse a layer with everything that is wrong with it, at once."""
    refuse(f"layer {artifact.name}", list(_faults(artifact, files, target)))


def _faults(artifact: BuiltArtifact, files: Sequence[Loadable], target: Target) -> Iterator[str]:
    yield from own_size_faults(artifact)
    yield from binary_faults(files, target)
    yield from never_faults((file.path for file in files), own=not artifact.packages)
