"""What a layer must meet before it is put into the build folder, and so before any upload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from packager.check.gates.binaries import Loadable, binary_faults
from packager.check.gates.function import refuse
from packager.check.gates.never import never_faults
from packager.check.gates.sizes import own_size_faults
from packager.store.manifest import BuiltArtifact
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec


def check_layer(
    spec: LayerSpec, artifact: BuiltArtifact, files: Sequence[Loadable], target: Target
) -> None:
    """Refuse a layer with everything that is wrong with it, at once."""
    refuse(f"layer {artifact.name}", list(_faults(spec, artifact, files, target)))


def _faults(
    spec: LayerSpec, artifact: BuiltArtifact, files: Sequence[Loadable], target: Target
) -> Iterator[str]:
    yield from own_size_faults(artifact)
    yield from binary_faults(files, target, spec.system_libraries)
    yield from never_faults((file.path for file in files), own=not artifact.packages)
