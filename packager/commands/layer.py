"""`python -m packager layer NAME`: build one layer and put it where Lambda can take it from."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from packager.build.layers import build_layer, find_layer_artifact
from packager.commands.in_project import in_project
from packager.inputs.keys import layer_key, require_digest, require_key
from packager.progress import say, step
from packager.project import Project
from packager.store.manifest import BuiltArtifact, summary
from packager.store.output import LAYERS, Output, output_folder
from packager.system import find_layer
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec, System


@click.command("layer")
@click.argument("name")
@click.option("--key", help="the key that is expected of its inputs")
@click.option("--sha256", help="the digest that the stage before ran, where it is promoted")
@click.option("--bucket", help="where the zip is uploaded, once")
@in_project
def command(
    project: Project, name: str, key: str | None, sha256: str | None, bucket: str | None
) -> int:
    """Build one layer, upload it where a bucket is given, print one JSON line."""
    layer = deliver_layer(project, name, key=key, sha256=sha256, bucket=bucket)
    sys.stdout.write(json.dumps(summary(layer)) + "\n")
    return 0


def deliver_layer(
    project: Project,
    name: str,
    *,
    key: str | None = None,
    sha256: str | None = None,
    bucket: str | None = None,
) -> BuiltArtifact:
    """Build and check a layer and put it into the bucket, or refuse what was not expected."""
    build = find_layer(project.system, name)
    spec, target = build.spec, Target.of(project.system, build.architecture)
    require_key(f"layer {spec.name}", key, layer_key(project.root, spec, target))
    if bucket:
        return _stored(project, spec, target, bucket, sha256)
    return _build(project.root, spec, target, Output(output_folder(project.root)))


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


def _stored(
    project: Project, spec: LayerSpec, target: Target, bucket: str, sha256: str | None
) -> BuiltArtifact:
    # boto3 takes longer to import than a layer that is already built takes to find.
    from packager.store.bucket import ArtifactBucket
    from packager.supply.stating import may_be_bettered, state_layer

    root, output = project.root, Output(output_folder(project.root))
    artifacts = ArtifactBucket.connect(bucket)
    key = layer_key(root, spec, target)
    said = artifacts.find_statement(spec.name, key)
    found = artifacts.find_layer(spec.name, key, output.slot(LAYERS, spec.name, key).archive)
    if found is not None and not may_be_bettered(said, root):
        require_digest(f"layer {spec.name}", sha256, found.sha256)
        say(f"layer {spec.name}: already in s3://{bucket}")
        return found
    built = _build(root, spec, target, output)
    require_digest(f"layer {spec.name}", sha256, built.sha256)
    twins = [name for name in _same_key(root, project.system, target, key) if name != spec.name]
    slot = output.slot(LAYERS, spec.name, key)
    # Twins have the same lock file: the first uploads, the others wait and have S3 copy it.
    with output.building(slot), step(f"layer {spec.name}: storing it in s3://{bucket}"):
        uploaded = artifacts.store_layer(built, twins)
        state_layer(artifacts, built, slot, root)
    say(f"layer {spec.name}: {built.zipped_bytes if uploaded else 0:,} bytes uploaded")
    return built
