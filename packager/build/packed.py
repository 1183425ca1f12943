"""Gathers what ships inside a function's own zip: its files, and the layers packed beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from packager.build.shipped_file import ShippedFile
from packager.build.wheel_content import locked_content
from packager.check.gates.binaries import binary_faults
from packager.check.gates.function import refuse
from packager.check.gates.never import never_faults
from packager.check.modules import clashes, importable_modules, namespaces_of
from packager.inputs.keys import locked
from packager.inputs.sources import SourceFile
from packager.store.manifest import Package
from packager.store.wheels import WheelStore
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec

_Part = tuple[str, Sequence[ShippedFile]]


def with_dependencies(
    root: Path,
    spec: FunctionSpec,
    own: Sequence[SourceFile],
    target: Target,
    store: WheelStore,
    work: Path,
) -> tuple[Sequence[ShippedFile], Mapping[str, Package]]:
    """Add the wheels of the locks of packed layers to a function's own files, under every gate."""
    parts: list[_Part] = [(f"function {spec.name}", own)]
    packages: dict[str, Package] = {}
    for layer in locked(spec.packed):
        folder = work / layer.name
        folder.mkdir()
        files, brought = locked_content(root, layer, target, store, folder)
        parts.append((f"layer {layer.name}", files))
        packages.update(brought)
    refuse(
        f"function {spec.name}, packed with its dependencies", list(_faults(spec, parts, target))
    )
    everything = [file for _, files in parts for file in files]
    return sorted(everything, key=lambda file: file.path), packages


def _faults(spec: FunctionSpec, parts: Sequence[_Part], target: Target) -> Iterator[str]:
    waived = [library for layer in spec.packed for library in layer.system_libraries]
    for (first, ours), (second, theirs) in combinations(parts, 2):
        shared = {file.path for file in ours} & {file.path for file in theirs}
        names = clashes(_modules(ours), _modules(theirs)) or tuple(sorted(shared))
        for name in names:
            yield (
                f"{name} is both in {first} and in {second}, and only one of them could be in the "
                "zip. Remove one, or take it out of one dependency group."
            )
    for _, files in parts[1:]:
        yield from binary_faults(files, target, waived)
        yield from never_faults((file.path for file in files), own=False)


def _modules(files: Sequence[ShippedFile]) -> tuple[str, ...]:
    return importable_modules((file.path for file in files), namespaces_of(files))
