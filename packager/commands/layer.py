"""`python -m packager layer NAME`: build one layer and put it where Lambda can take it from."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from packager.errors import SourceError
from packager.keys import layer_key
from packager.layers import build_layer, find_layer_artifact
from packager.manifest import BuiltArtifact, summary
from packager.output import output_folder
from packager.progress import say, step
from packager.system import find_layer, load_system
from packager.target import Target


def run(root: Path, target: Target, options: Namespace) -> int:
    """Build, check and upload the layer, and print what it measures."""
    spec = find_layer(load_system(root), options.name)
    _require_key(options.key, layer_key(root, spec, target), spec.name)
    output_dir = output_folder(root)
    artifact = find_layer_artifact(root, spec, target, output_dir)
    if artifact is None:
        with step(f"layer {spec.name}: building for Python {target.python}"):
            artifact = build_layer(root, spec, target, output_dir)
    if options.bucket:
        _upload(artifact, options.bucket)
    sys.stdout.write(json.dumps(summary(artifact)) + "\n")
    return 0


def _upload(artifact: BuiltArtifact, bucket: str) -> None:
    # boto3 takes longer to import than a layer that is already built takes to find.
    from packager.storage import ArtifactBucket

    uploaded = ArtifactBucket.connect(bucket).store_layer(artifact)
    say(f"layer {artifact.name}: {'uploaded' if uploaded else 'already in the bucket'}")


def _require_key(expected: str | None, found: str, name: str) -> None:
    if expected is not None and expected != found:
        raise SourceError(
            f"layer {name}: expected the key {expected}, found {found}: its sources or lock "
            "changed after the deployment was planned. Run the deployment again."
        )
