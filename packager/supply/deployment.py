"""Checks one function by name with the layers that it will carry, and keeps who built it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.build.functions import build_function
from packager.build.obtaining import obtain_layer
from packager.check.built import PASSED, check_function
from packager.errors import GateError
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.system import find_function
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerBuild, System


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentGate:
    """Every gate for functions on their way to a stack; call it with a function's name."""

    root: Path
    system: System
    output_dir: Path
    bucket: str | None
    """Artifact bucket, from which a machine that built nothing gets the layers."""
    budget_bytes: int = UNZIPPED_LIMIT_BYTES
    warn: Callable[[str], None]
    """Told of a check that could not be run here."""
    insists: bool = False
    """Whether a check that could not be run counts as failed, as for what goes to AWS."""

    def __call__(self, name: str) -> None:
        """Raise a GateError with all that is wrong, before anything is deployed."""
        spec = find_function(self.system, name)
        target = Target.of(self.system, spec.architecture)
        carried = [self._obtained(build) for build in self.system.carried(spec)]
        function = build_function(self.root, spec, target, self.output_dir)
        imports = check_function(
            spec, function, carried, target, Output(self.output_dir), self.budget_bytes
        )
        if self.bucket is not None and carried:
            # Without a layer in it, the bucket need not be there yet.
            self._state(function, self.bucket)
        if imports == PASSED:
            return
        untried = f"function {name}: its imports were not tried: {imports}"
        if self.insists:
            raise GateError(
                f"{untried}. What goes to AWS is tried first: let `.venv/bin/uv python install "
                f"{target.python}` fetch it, or deploy from Linux on {target.architecture}."
            )
        self.warn(untried)

    def _state(self, function: BuiltArtifact, bucket: str) -> None:
        """Keep what a function was made from, for whoever promotes it."""
        # boto3 takes longer to import than most checks take.
        from packager.store.bucket import ArtifactBucket
        from packager.supply.stating import state_function

        state_function(ArtifactBucket.connect(bucket), function, self.root)

    def _obtained(self, build: LayerBuild) -> BuiltArtifact:
        target = Target.of(self.system, build.architecture)
        return obtain_layer(self.root, build.spec, target, self.output_dir, self.bucket)
