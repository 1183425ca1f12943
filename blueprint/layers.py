"""Lambda layers, by where their content comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from blueprint.platforms import Architecture


@dataclass(frozen=True, kw_only=True, slots=True)
class GitSource:
    """One package in a git repository that may be private."""

    repository: str
    """Address over HTTPS, without credentials: the token comes from the environment."""
    commit: str
    """The full 40 digits; a branch or tag could come to mean something else."""
    subdirectory: str = ""
    """Where the package's pyproject.toml is, if not at the repository's root."""


class LayerKind(Enum):
    """Where a layer's content comes from."""

    DEPENDENCIES = "dependencies"
    SOURCES = "sources"
    GIT = "git"


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerSpec:
    """One Lambda layer."""

    name: str
    """Folder below layers/, and the name in outputs."""
    purpose: str
    kind: LayerKind = LayerKind.DEPENDENCIES
    group: str | None = None
    """Dependency group in pyproject.toml from which a DEPENDENCIES layer's lock is exported."""
    sources: tuple[str, ...] = ()
    """Root-relative folders that a SOURCES layer ships, at the same paths below python/."""
    git: GitSource | None = None
    """Repository and commit of a GIT layer's one package."""
    smoke: str = ""
    """Statement run offline against the built layer, as proof that slimming broke nothing."""
    keep: tuple[str, ...] = ()
    """Patterns of files below python/ that ship although slimming would leave them out."""
    strip: tuple[str, ...] = ()
    """Packages whose shared objects ship without what only debuggers and linkers read."""
    own_runtime_packages: tuple[str, ...] = ()
    """Packages that the runtime has too, and that this layer ships in a release of its own."""
    system_libraries: tuple[str, ...] = ()
    """Shared libraries, by file name, that are taken to be on the runtime's image."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerBuild:
    """One layer for the functions of one instruction set, or for all where its content allows."""

    spec: LayerSpec
    architecture: Architecture
    """What it is built for."""
    compatible: tuple[Architecture, ...]
    """What its functions run on."""

    @property
    def name(self) -> str:
        """Name in outputs and in the names of what is deployed."""
        if self.architecture is Architecture.X86_64:
            return self.spec.name
        return f"{self.spec.name}-{self.architecture}"
