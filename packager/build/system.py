"""Builds a whole system: wheels are installed side by side while other layers are compressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import Architecture
from packager.build.functions import build_functions
from packager.build.layers import build_layer, find_layer_artifact
from packager.store.manifest import BuiltArtifact
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerBuild, System

Artifacts = Mapping[str, BuiltArtifact]


def build_system(root: Path, system: System, output_dir: Path) -> tuple[Artifacts, Artifacts]:
    """Return all builds of layers and all functions by name, in the catalogue's order."""
    targets = {kind: Target.of(system, kind) for kind in Architecture}
    found = {
        build.name: find_layer_artifact(root, build.spec, targets[build.architecture], output_dir)
        for build in system.layer_builds
    }
    missing = [build for build in system.layer_builds if found[build.name] is None]
    built = _build(root, missing, targets, output_dir) if missing else {}
    layers = {name: artifact or built[name] for name, artifact in found.items()}
    return layers, build_functions(root, system, output_dir)


def _build(
    root: Path,
    builds: Sequence[LayerBuild],
    targets: Mapping[Architecture, Target],
    output_dir: Path,
) -> Artifacts:
    # A run that finds everything built loads neither threads nor the compressor.
    from concurrent.futures import ThreadPoolExecutor

    from packager.build.packing import Packer

    with Packer() as packer, ThreadPoolExecutor(len(builds)) as installs:
        built = installs.map(
            lambda it: build_layer(root, it.spec, targets[it.architecture], output_dir, packer),
            builds,
        )
        return {build.name: artifact for build, artifact in zip(builds, built, strict=True)}
