"""Turns a lock into the files of a layer, each with the package that brought it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import LayerKind
from packager.build.distributions import owners, read_distributions
from packager.build.slimming import slim
from packager.build.wheels import install
from packager.inputs.keys import lock_path
from packager.inputs.locks import refuse_runtime_packages
from packager.inputs.sources import SourceFile
from packager.store.manifest import Package
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec


def installed_content(
    root: Path, spec: LayerSpec, target: Target, work: Path
) -> tuple[Sequence[SourceFile], Mapping[str, Package]]:
    """Install a layer's lock below a workspace, and choose what ships."""
    folder = work / "python"
    if spec.kind is LayerKind.GIT:
        _install_git(root, spec, target, folder)
    else:
        lock = lock_path(root, spec.name)
        refuse_runtime_packages(lock, layer=spec.name)
        install(lock, target, folder, layer=spec.name)
    files = slim(folder)
    return files, _packages(folder, files)


def _install_git(root: Path, spec: LayerSpec, target: Target, folder: Path) -> None:
    """Install a git layer's one wheel; what that needs is in the public layer beside it."""
    # Most systems have no such layer.
    from packager.inputs.git_wheels import locked_wheel

    lock, wheel = locked_wheel(root, spec, folder.parent)
    requirements = folder.parent / "requirements.txt"
    requirement = f"{lock.package} @ {wheel.as_uri()} --hash=sha256:{lock.sha256}\n"
    requirements.write_text(requirement, encoding="utf-8")
    install(requirements, target, folder, layer=spec.name, dependencies=False)


def _packages(folder: Path, files: Sequence[SourceFile]) -> Mapping[str, Package]:
    distributions = read_distributions(folder)
    owned = owners(distributions)
    sizes: Counter[str] = Counter()
    for file in files:
        owner = owned.get(file.path)
        if owner is not None:
            sizes[owner.name] += Path(file.location).stat().st_size
    return {
        distribution.name: Package(
            version=distribution.version, unzipped_bytes=sizes[distribution.name]
        )
        for distribution in distributions
    }
