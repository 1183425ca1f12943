"""`python -m packager all`: build every layer and every function, and check them together."""

from __future__ import annotations

from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from packager.functions import build_function
from packager.layers import build_layer, find_layer_artifact
from packager.manifest import BuiltArtifact
from packager.output import output_folder
from packager.progress import say
from packager.system import load_system
from packager.target import Target

if TYPE_CHECKING:
    from catalogue.model import LayerSpec, System


def run(root: Path, target: Target, options: Namespace) -> int:
    """Build what is missing and say what there is."""
    system = load_system(root)
    output_dir = output_folder(root)
    layers = _layers(root, system, target, output_dir)
    functions = [build_function(root, spec, target, output_dir) for spec in system.functions]
    for artifact in (*layers, *functions):
        say(
            f"{artifact.name:24} {artifact.key[:12]} {artifact.zipped_bytes:>12,} zipped "
            f"{artifact.unzipped_bytes:>12,} unzipped"
        )
    return 0


def _layers(root: Path, system: System, target: Target, output_dir: Path) -> list[BuiltArtifact]:
    found = {
        spec.name: find_layer_artifact(root, spec, target, output_dir) for spec in system.layers
    }
    missing = [spec for spec in system.layers if found[spec.name] is None]
    if missing:
        built = _build(root, missing, target, output_dir)
        found.update({artifact.name: artifact for artifact in built})
    return [artifact for artifact in found.values() if artifact is not None]


def _build(
    root: Path, specs: list[LayerSpec], target: Target, output_dir: Path
) -> list[BuiltArtifact]:
    # Packing needs the compressor, which a run that finds everything built never loads.
    from packager.packing import Packer

    with Packer() as packer, ThreadPoolExecutor(len(specs)) as installs:
        return list(
            installs.map(lambda spec: build_layer(root, spec, target, output_dir, packer), specs)
        )
