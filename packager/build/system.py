"""Builds a whole system: wheels are installed side by side while other layers are compressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from packager.build.functions import build_function
from packager.build.layers import build_layer, find_layer_artifact
from packager.store.manifest import BuiltArtifact
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec, System

Artifacts = Mapping[str, BuiltArtifact]


def build_system(
    root: Path, system: System, target: Target, output_dir: Path
) -> tuple[Artifacts, Artifacts]:
    """Return all layers and all functions by name, in the catalogue's order."""
    found = {
        spec.name: find_layer_artifact(root, spec, target, output_dir) for spec in system.layers
    }
    missing = [spec for spec in system.layers if found[spec.name] is None]
    built = _build(root, missing, target, output_dir) if missing else {}
    layers = {name: artifact or built[name] for name, artifact in found.items()}
    functions = {
        spec.name: build_function(root, spec, target, output_dir) for spec in system.functions
    }
    return layers, functions


def _build(root: Path, specs: Sequence[LayerSpec], target: Target, output_dir: Path) -> Artifacts:
    # A run that finds everything built loads neither threads nor the compressor.
    from concurrent.futures import ThreadPoolExecutor

    from packager.build.packing import Packer

    with Packer() as packer, ThreadPoolExecutor(len(specs)) as installs:
        built = installs.map(
            lambda spec: build_layer(root, spec, target, output_dir, packer), specs
        )
        return {artifact.name: artifact for artifact in built}
