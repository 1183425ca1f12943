"""Everything of a system packaged and checked before a program makes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from packager.build.functions import build_functions
from packager.build.layers import refuse_broken_layers
from packager.image.functions import require_deployable, require_images
from packager.inputs.keys import layer_keys
from packager.store.output import output_folder
from packager.store.promotion import require_promoted
from packager.supply.deployment import DeploymentGate

if TYPE_CHECKING:
    from blueprint import System
    from packager.store.manifest import BuiltArtifact


class Destination(Protocol):
    """What packaging asks of a stack's settings."""

    @property
    def endpoint(self) -> str | None:
        """Where the emulator answers; None for a stack on AWS."""

    @property
    def promoted_from(self) -> str | None:
        """The stage that has run what this one may run, if there is one."""

    @property
    def unzipped_budget_bytes(self) -> int:
        """What a function with its layers may have unzipped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Packaged:
    """A system's zips, and what is known of layers before they are built."""

    root: Path
    system: System
    destination: Destination
    zips: Mapping[str, BuiltArtifact]
    """By function."""
    images: Mapping[str, str]
    """Image tag of each function that ships as one."""
    layer_keys: Mapping[str, str]
    layer_digests: Mapping[str, str]
    """SHA-256 in hexadecimal of the layers that the stage before has run."""

    def gate(self, bucket: str | None, warn: Callable[[str], None]) -> DeploymentGate:
        """Give the check of functions on their way to a stack, and to its artifact bucket."""
        return DeploymentGate(
            root=self.root,
            system=self.system,
            output_dir=output_folder(self.root),
            bucket=bucket,
            budget_bytes=self.destination.unzipped_budget_bytes,
            warn=warn,
            insists=self.destination.endpoint is None,
        )


def package_system(
    root: Path,
    system: System,
    destination: Destination,
    outputs_of: Callable[[str], Mapping[str, Any]],
) -> Packaged:
    """Zip every function for a stack, or raise a PackagingError with what keeps it from that.

    `outputs_of` reads what another stage exports. Layers are built later, and only those whose
    key is new.
    """
    require_deployable(system, destination.endpoint, destination.promoted_from)
    output = output_folder(root)
    refuse_broken_layers(root, system, output)
    zips = build_functions(root, system, output)
    keys = layer_keys(root, system)
    images = require_images(root, system, output)
    return Packaged(
        root=root,
        system=system,
        destination=destination,
        zips=zips,
        images=images,
        layer_keys=keys,
        layer_digests=require_promoted(destination.promoted_from, outputs_of, zips, keys),
    )
