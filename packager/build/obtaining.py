"""Gets a layer by the shortest way: from the build folder, from the bucket, or by building."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from packager.build.layers import build_layer, find_layer_artifact
from packager.inputs.keys import layer_key
from packager.progress import say
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec


def obtain_layer(
    root: Path, spec: LayerSpec, target: Target, output_dir: Path, bucket: str | None = None
) -> BuiltArtifact:
    """Return a layer whose zip is in the build folder; `bucket` is where others may have put it."""
    found = find_layer_artifact(root, spec, target, output_dir)
    if found is None and bucket is not None:
        # boto3 takes longer to import than a layer that is already built takes to find.
        from packager.store.bucket import ArtifactBucket

        key = layer_key(root, spec, target)
        found = ArtifactBucket.connect(bucket).fetch_layer(spec.name, key, Output(output_dir))
        if found is not None:
            say(f"layer {spec.name}: downloaded from s3://{bucket}")
    return found or build_layer(root, spec, target, output_dir)
