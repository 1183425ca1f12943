"""What this checkout ships, as the packager knows it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprint import ARCHITECTURE, PYTHON_VERSION, System
from blueprint.outputs import LayerOutput, StackOutputs
from operations.errors import OperationError
from operations.review import Sizes
from packager.build.functions import build_function
from packager.inputs.explaining import differences
from packager.inputs.keys import Inputs, key_of, layer_inputs, layer_key
from packager.store.bucket import ArtifactBucket
from packager.store.manifest import read_manifest
from packager.store.output import LAYERS, Output
from packager.store.promotion import Shipment
from packager.target import Target

TARGET = Target(PYTHON_VERSION, ARCHITECTURE)
"""What dev and prod run on; the local stack may differ."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkout:
    """One folder of sources and the build folder beside it."""

    root: Path
    system: System
    output: Output

    def shipment(self) -> Shipment:
        """Identify what would ship: small zips by their bytes, layers by their keys, unbuilt."""
        zips = {
            spec.name: build_function(self.root, spec, TARGET, self.output.folder)
            for spec in self.system.functions
        }
        return Shipment(
            functions={name: artifact.sha256 for name, artifact in zips.items()},
            layers={spec.name: layer_key(self.root, spec, TARGET) for spec in self.system.layers},
        )

    def sizes(self) -> Sizes:
        """Build what is not built yet and read every artifact's unzipped size."""
        command = [str(self.root / ".venv" / "bin" / "python"), "-m", "packager", "all"]
        done = subprocess.run(command, cwd=self.root, check=False, text=True, capture_output=True)
        sys.stderr.write(done.stderr)
        if done.returncode != 0:
            raise OperationError(f"`python -m packager all` failed:\n{done.stderr.strip()}")
        layers = {spec.name: self._layer_bytes(spec.name) for spec in self.system.layers}
        functions = {
            spec.name: build_function(self.root, spec, TARGET, self.output.folder).unzipped_bytes
            for spec in self.system.functions
        }
        totals = {
            spec.name: functions[spec.name] + sum(layers[name] for name in spec.layers)
            for spec in self.system.functions
        }
        return Sizes(functions=functions, layers=layers, totals=totals)

    def layer_changes(
        self, deployed: StackOutputs | None, bucket: Callable[[str], ArtifactBucket]
    ) -> dict[str, tuple[str, ...]]:
        """Say of each layer which of its inputs are others than those of the deployed one."""
        layers = {spec.name: layer_inputs(self.root, spec, TARGET) for spec in self.system.layers}
        if deployed is None:
            return dict.fromkeys(layers, ())
        artifacts = bucket(deployed.buckets["artifacts"])
        return {
            name: tuple(_differences(artifacts, name, deployed.layers.get(name), inputs))
            for name, inputs in layers.items()
        }

    def _layer_bytes(self, name: str) -> int:
        spec = next(spec for spec in self.system.layers if spec.name == name)
        slot = self.output.slot(LAYERS, name, layer_key(self.root, spec, TARGET))
        found = read_manifest(slot, name)
        if found is None:
            raise OperationError(f"layer {name}: expected a zip at {slot.archive}, found none")
        return found.unzipped_bytes


def _differences(
    artifacts: ArtifactBucket, name: str, deployed: LayerOutput | None, inputs: Inputs
) -> Iterator[str]:
    if deployed is None or deployed.key == key_of(inputs):
        return
    # What a layer was made of lies beside it in the bucket.
    found = artifacts.find_layer(name, deployed.key, Path())
    if found is not None:
        yield from differences(found.inputs, inputs)
