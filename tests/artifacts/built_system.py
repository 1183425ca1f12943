"""All zips of the real catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blueprint import FunctionSpec
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.target import Target


@dataclass(frozen=True)
class BuiltSystem:
    """The seventeen zips, and where they are."""

    layers: Mapping[str, BuiltArtifact]
    functions: Mapping[str, BuiltArtifact]
    target: Target
    output: Output

    def carried(self, spec: FunctionSpec) -> list[BuiltArtifact]:
        return [self.layers[name] for name in spec.layers]

    @property
    def zips(self) -> list[BuiltArtifact]:
        return [*self.layers.values(), *self.functions.values()]
