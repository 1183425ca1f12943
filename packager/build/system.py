"""Builds a whole system: layers side by side, and equal ones once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from blueprint import Architecture
from packager.build.functions import build_function, build_functions
from packager.build.layers import build_layer, find_layer_artifact
from packager.inputs.keys import layer_key
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.store.wheels import WheelStore
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
    if not missing:
        return cast("Artifacts", found), build_functions(root, system, output_dir)
    built, functions = _build(root, system, missing, targets, output_dir)
    return {name: artifact or built[name] for name, artifact in found.items()}, functions


def _build(
    root: Path,
    system: System,
    builds: Sequence[LayerBuild],
    targets: Mapping[Architecture, Target],
    output_dir: Path,
) -> tuple[Artifacts, Artifacts]:
    """Build layers side by side with one another, and with the functions."""
    # A run that finds everything built loads neither threads nor the compressor.
    from concurrent.futures import ThreadPoolExecutor

    from packager.build.packing import Packer

    wheels = WheelStore(Output(output_dir).wheels)
    by_key: dict[str, list[LayerBuild]] = {}
    for build in builds:
        key = layer_key(root, build.spec, targets[build.architecture])
        by_key.setdefault(key, []).append(build)
    with Packer() as packer, ThreadPoolExecutor(os.cpu_count()) as threads:

        def build_equal(equal: Sequence[LayerBuild]) -> list[BuiltArtifact]:
            """Build the first, whose zip the others take over."""
            return [
                build_layer(root, it.spec, targets[it.architecture], output_dir, packer, wheels)
                for it in equal
            ]

        groups = list(by_key.values())
        made = threads.map(build_equal, groups)
        functions = threads.map(
            lambda it: build_function(
                root, it, targets[it.architecture], output_dir, packer, wheels
            ),
            system.functions,
        )
        layers = {
            build.name: artifact
            for group, artifacts in zip(groups, made, strict=True)
            for build, artifact in zip(group, artifacts, strict=True)
        }
        return layers, {it.name: it for it in functions}
