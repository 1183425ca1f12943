"""What this checkout ships, as the packager knows it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprint import LayerBuild, System
from blueprint.outputs import LayerOutput, StackOutputs
from operations.child_environment import BUILD_TOKENS, without_tokens
from operations.commit import commit_of_checkout, contains, files_since
from operations.engine import ROOT
from operations.errors import OperationError
from operations.review import Sizes
from packager.build.functions import build_functions
from packager.inputs.explaining import differences
from packager.inputs.keys import Inputs, key_of, layer_inputs, layer_key, layer_keys
from packager.store.bucket import ArtifactBucket
from packager.store.manifest import BuiltArtifact, read_manifest
from packager.store.output import LAYERS, Output, output_folder
from packager.store.promotion import Shipment
from packager.target import Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkout:
    """One folder of sources and the build folder beside it."""

    root: Path
    system: System
    output: Output

    def shipment(self) -> Shipment:
        """Identify what would ship: small zips by their bytes, layers by their keys, unbuilt."""
        return Shipment(
            functions={name: artifact.sha256 for name, artifact in self.functions().items()},
            layers=layer_keys(self.root, self.system),
        )

    def functions(self) -> dict[str, BuiltArtifact]:
        """Build what is not built yet of the functions, which is quick, and tell of each."""
        return build_functions(self.root, self.system, self.output.folder)

    def contains(self, commit: str) -> bool:
        """Tell whether a commit is part of what is checked out."""
        return contains(self.root, commit)

    def commit(self) -> tuple[str | None, bool]:
        """Tell the commit, and whether files differ from it."""
        return commit_of_checkout(self.root)

    def files_since(self, commit: str) -> tuple[str, ...] | None:
        """Name the files that differ from a commit; None where it is not in this repository."""
        return files_since(self.root, commit)

    def sizes(self) -> Sizes:
        """Build what is not built yet and read every artifact's unzipped size."""
        command = [str(self.root / ".venv" / "bin" / "python"), "-m", "packager", "all"]
        done = subprocess.run(
            command,
            cwd=self.root,
            env=without_tokens(os.environ, keeping=BUILD_TOKENS),
            check=False,
            text=True,
            capture_output=True,
        )
        sys.stderr.write(done.stderr)
        if done.returncode != 0:
            raise OperationError(f"`python -m packager all` failed:\n{done.stderr.strip()}")
        layers = {build.name: self._layer_bytes(build) for build in self.system.layer_builds}
        functions = {name: it.unzipped_bytes for name, it in self.functions().items()}
        totals = {
            spec.name: functions[spec.name]
            + sum(layers[build.name] for build in self.system.carried(spec))
            for spec in self.system.functions
        }
        return Sizes(functions=functions, layers=layers, totals=totals)

    def shipping_report(self, base: str) -> str:
        """Say what differs from another commit in what ships, as Markdown, or why nobody can."""
        python = str(self.root / ".venv" / "bin" / "python")
        command = [python, "-m", "packager", "report", "--base", base]
        done = subprocess.run(command, cwd=self.root, check=False, text=True, capture_output=True)
        sys.stderr.write(done.stderr)
        if done.returncode != 0:
            return f"What ships could not be compared with {base}: {done.stderr.strip()}"
        return done.stdout.strip()

    def layer_changes(
        self, deployed: StackOutputs | None, bucket: Callable[[str], ArtifactBucket]
    ) -> dict[str, tuple[str, ...]]:
        """Say of each layer which of its inputs are others than those of the deployed one."""
        builds = self.system.layer_builds
        if deployed is None:
            return {build.name: () for build in builds}
        artifacts = bucket(deployed.buckets["artifacts"])
        return {
            build.name: tuple(
                _differences(
                    artifacts,
                    build.spec.name,
                    deployed.layers.get(build.name),
                    layer_inputs(self.root, build.spec, self._target(build)),
                )
            )
            for build in builds
        }

    def layer_folder(self, name: str) -> str:
        """Say in which folder of the artifact bucket a layer's zips are, whatever they run on."""
        found = (build.spec.name for build in self.system.layer_builds if build.name == name)
        return next(found, name)

    def _target(self, build: LayerBuild) -> Target:
        return Target.of(self.system, build.architecture)

    def _layer_bytes(self, build: LayerBuild) -> int:
        name = build.spec.name
        key = layer_key(self.root, build.spec, self._target(build))
        slot = self.output.slot(LAYERS, name, key)
        found = read_manifest(slot, name)
        if found is None:
            raise OperationError(f"layer {name}: expected a zip at {slot.archive}, found none")
        return found.unzipped_bytes


def this_checkout() -> Checkout:
    """Return the checkout that operations run in."""
    # A catalogue that cannot be imported must stop the operations that need it, and no others.
    from catalogue.system import SYSTEM

    return Checkout(root=ROOT, system=SYSTEM, output=Output(output_folder(ROOT)))


def _differences(
    artifacts: ArtifactBucket, name: str, deployed: LayerOutput | None, inputs: Inputs
) -> Iterator[str]:
    if deployed is None or deployed.key == key_of(inputs):
        return
    # What a layer was made of lies beside it in the bucket.
    found = artifacts.find_layer(name, deployed.key, Path())
    if found is not None:
        yield from differences(found.inputs, inputs)
