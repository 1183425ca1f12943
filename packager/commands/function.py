"""`python -m packager function NAME`: build one function, and upload what is large."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from packager.build.functions import build_function
from packager.inputs.keys import require_key
from packager.progress import say
from packager.store.manifest import BuiltArtifact, summary
from packager.store.output import output_folder
from packager.system import find_function
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import System


def run(root: Path, system: System, options: Namespace) -> int:
    """Build the function, upload it where it is to go, and print what it measures."""
    spec = find_function(system, options.name)
    artifact = build_function(root, spec, Target.of(system, spec.architecture), output_folder(root))
    require_key(f"function {spec.name}", options.key, artifact.key)
    if options.bucket:
        _upload(root, artifact, options.bucket)
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
