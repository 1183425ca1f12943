"""`python -m packager layer NAME`: build one layer and put it where Lambda can take it from."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from packager.build.layers import build_layer, find_layer_artifact
from packager.inputs.keys import layer_key, require_digest, require_key
from packager.progress import say, step
from packager.store.manifest import BuiltArtifact, summary
from packager.store.output import LAYERS, Output, output_folder
from packager.system import find_layer
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec, System


def run(root: Path, system: System, options: Namespace) -> int:
    """Build, check and upload the layer, and print what it measures."""
    build = find_layer(system, options.name)
    spec, target = build.spec, Target.of(system, build.architecture)
    require_key(f"layer {spec.name}", options.key, layer_key(root, spec, target))
    artifact = (
        _deploy(root, system, spec, target, options)
        if options.bucket
        else _build(root, spec, target, Output(output_folder(root)))
    )
    sys.stdout.write(json.dumps(summary(artifact)) + "\n")
    return 0


def _build(root: Path, spec: LayerSpec, target: Target, output: Output) -> BuiltArtifact:
    artifact = find_layer_artifact(root, spec, target, output.folder)
    if artifact is None:
        with step(f"layer {spec.name}: building for Python {target.python}"):
            artifact = build_layer(root, spec, target, output.folder)
    # An interpreter to try it on takes longer to load than a layer that was tried takes to find.
    from packager.check.built import check_smoke

    say(f"layer {spec.name}: smoke test {check_smoke(spec, artifact, target, output)}")
    return artifact


def _same_key(root: Path, system: System, target: Target, key: str) -> list[str]:
    return [spec.name for spec in system.layers if layer_key(root, spec, target) == key]


def _deploy(
    root: Path, system: System, spec: LayerSpec, target: Target, options: Namespace
) -> BuiltArtifact:
    # boto3 takes longer to import than a layer that is already built takes to find.
    from packager.store.bucket import ArtifactBucket
    from packager.supply.stating import may_be_bettered, state_layer

    output, bucket = Output(output_folder(root)), options.bucket
    artifacts = ArtifactBucket.connect(bucket)
    key = layer_key(root, spec, target)
    said = artifacts.find_statement(spec.name, key)
    found = artifacts.find_layer(spec.name, key, output.slot(LAYERS, spec.name, key).archive)
    if found is not None and not may_be_bettered(said, root):
        require_digest(f"layer {spec.name}", options.sha256, found.sha256)
        say(f"layer {spec.name}: already in s3://{bucket}")
        return found
    built = _build(root, spec, target, output)
    require_digest(f"layer {spec.name}", options.sha256, built.sha256)
    twins = [name for name in _same_key(root, system, target, key) if name != spec.name]
    slot = output.slot(LAYERS, spec.name, key)
    # Twins have the same lock file: the first uploads, the others wait and have S3 copy it.
    with output.building(slot), step(f"layer {spec.name}: storing it in s3://{bucket}"):
        uploaded = artifacts.store_layer(built, twins)
        state_layer(artifacts, built, slot, root)
    say(f"layer {spec.name}: {built.zipped_bytes if uploaded else 0:,} bytes uploaded")
    return built
