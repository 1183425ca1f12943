"""`python -m packager function NAME`: build one function, and upload what is large."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from packager.build.functions import build_function
from packager.commands.in_project import in_project
from packager.inputs.keys import require_key
from packager.progress import say
from packager.project import Project
from packager.store.manifest import BuiltArtifact, summary
from packager.store.output import output_folder
from packager.system import find_function
from packager.target import Target


@click.command("function")
@click.argument("name")
@click.option("--key", help="the key that is expected of its inputs")
@click.option("--bucket", help="where the zip is uploaded, once")
@in_project
def command(project: Project, name: str, key: str | None, bucket: str | None) -> int:
    """Build one function, upload it where a bucket is given, print one JSON line."""
    root, spec = project.root, find_function(project.system, name)
    target = Target.of(project.system, spec.architecture)
    artifact = build_function(root, spec, target, output_folder(root))
    require_key(f"function {spec.name}", key, artifact.key)
    if bucket:
        _upload(root, artifact, bucket)
    sys.stdout.write(json.dumps(summary(artifact)) + "\n")
    return 0


def _upload(root: Path, artifact: BuiltArtifact, bucket: str) -> None:
    # boto3 takes longer to import than a function that is already built takes to find.
    from packager.store.bucket import ArtifactBucket
    from packager.supply.stating import state_function

    artifacts = ArtifactBucket.connect(bucket)
    uploaded = artifacts.store_function(artifact)
    state_function(artifacts, artifact, root)
    say(f"function {artifact.name}: {artifact.zipped_bytes if uploaded else 0:,} bytes uploaded")
