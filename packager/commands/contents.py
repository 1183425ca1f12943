"""`python -m packager contents NAME [--budget BYTES]`: what is in a layer or a function."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint import LayerKind
from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.build.wheel_content import choose_files
from packager.commands.in_project import in_project
from packager.errors import PackagingError
from packager.inputs.sources import SourceFile, layer_sources, packed_sources
from packager.project import Project
from packager.store.output import Output, output_folder
from packager.store.wheels import WheelStore
from packager.supply.contents import OWN, Held, left_out_table, table_of, to_drop
from packager.supply.dependencies import imported
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec, LayerSpec, System


@click.command("contents")
@click.argument("name")
@click.option(
    "--budget",
    type=click.IntRange(min=0),
    metavar="BYTES",
    help="unzipped, a function's with layers",
)
@in_project
def command(project: Project, name: str, budget: int | None) -> int:
    """List what is in a layer or a function, and what to drop to fit a budget."""
    root, system = project.root, project.system
    found = list(_Contents(root, system).of(name))
    carriers = [it for it in system.functions if name == it.name or name in _layers(it)]
    if not found:
        known = sorted({it.name for it in system.layers} | {it.name for it in system.functions})
        raise PackagingError(f"contents: expected one of {', '.join(known)}; found {name!r}")
    users = _Users(root, system, carriers)
    fits = [_tell(users, what, files, budget) for what, files in found]
    return 0 if all(fits) else 1


def _layers(spec: FunctionSpec) -> set[str]:
    return {*spec.layers, *(layer.name for layer in spec.packed)}


def _tell(users: _Users, what: str, files: Sequence[Held], budget_bytes: int | None) -> bool:
    shipping = [file for file in files if not file.rule]
    total = sum(file.unzipped_bytes for file in shipping)
    lines = [
        f"{what}: {total:,} bytes unzipped in {len(shipping):,} files, "
        f"{total / UNZIPPED_LIMIT_BYTES:.1%} of {UNZIPPED_LIMIT_BYTES:,}",
        *table_of(shipping),
    ]
    left_out = [file for file in files if file.rule]
    if left_out:
        lines += ["left out:", *left_out_table(left_out)]
    too_many = 0 if budget_bytes is None else total - budget_bytes
    if too_many > 0:
        lines.append(f"over its budget of {budget_bytes:,} bytes by {too_many:,}. To fit, drop")
        lines += _advice(users, shipping, too_many)
    sys.stdout.write("\n".join(lines) + "\n")
    return too_many <= 0


def _advice(users: _Users, files: Sequence[Held], too_many: int) -> Iterator[str]:
    sizes: dict[str, int] = {}
    modules: dict[str, set[str]] = {}
    for file in files:
        if file.package != OWN:
            sizes[file.package] = sizes.get(file.package, 0) + file.unzipped_bytes
            modules.setdefault(file.package, set()).add(file.path.split("/")[0].split(".")[0])
    for package in to_drop(sizes, too_many):
        importing = ", ".join(users.of(modules[package])) or "no function's own code"
        yield f"  {package:40}{sizes[package]:>14,}  imported by {importing}"
    if sum(sizes.values()) < too_many:
        yield "  and that is not enough: what is left is our own code"


class _Users:
    """Knows the code of ours that runs on an artifact."""

    def __init__(self, root: Path, system: System, functions: Sequence[FunctionSpec]) -> None:
        carried = {name for it in functions for name in it.layers}
        self.parts = [
            *((f"function {it.name}", packed_sources(root, it)) for it in functions),
            *(
                (f"layer {it.name}", layer_sources(root, it))
                for it in system.layers
                if it.sources and it.name in carried
            ),
        ]

    def of(self, modules: set[str]) -> Iterator[str]:
        """Name a file of each function or layer that imports one of these modules."""
        for name, files in self.parts:
            for file in files:
                if file.path.endswith(".py") and _imports(file, modules):
                    yield f"{name} ({file.path})"
                    break


def _imports(file: SourceFile, modules: set[str]) -> bool:
    return any(name.split(".")[0] in modules for name in imported(file.read()))


class _Contents:
    """Reads what would be in artifacts from sources and wheels; builds nothing."""

    def __init__(self, root: Path, system: System) -> None:
        self.root = root
        self.system = system
        self.output = Output(output_folder(root))
        self.store = WheelStore(self.output.wheels)

    def of(self, name: str) -> Iterator[tuple[str, list[Held]]]:
        """Find the layer and the function of a name, either of which may not be."""
        for build in self.system.layer_builds:
            if name in {build.name, build.spec.name}:
                target = Target.of(self.system, build.architecture)
                yield f"layer {build.name}", list(self._layer(build.spec, target))
        for function in self.system.functions:
            if name == function.name:
                target = Target.of(self.system, function.architecture)
                yield f"function {name} with its layers", list(self._function(function, target))

    def _function(self, spec: FunctionSpec, target: Target) -> Iterator[Held]:
        yield from _own(packed_sources(self.root, spec))
        carried = [layer for layer in self.system.layers if layer.name in spec.layers]
        packed = [layer for layer in spec.packed if not layer.sources]
        for layer in (*carried, *packed):
            yield from self._layer(layer, target)

    def _layer(self, spec: LayerSpec, target: Target) -> Iterator[Held]:
        if spec.kind is LayerKind.SOURCES:
            yield from _own(layer_sources(self.root, spec))
            return
        with self.output.workspace() as work:
            chosen = choose_files(self.root, spec, target, self.store, work)
        shipping = [(file, "") for file in chosen.shipping]
        for file, rule in (*shipping, *chosen.left_out):
            index = file.wheel.index
            yield Held(
                package=f"{index.name} {index.version}",
                path=file.path,
                unzipped_bytes=file.unzipped_bytes,
                rule=rule,
            )


def _own(files: Sequence[SourceFile]) -> Iterator[Held]:
    for file in files:
        yield Held(package=OWN, path=file.path, unzipped_bytes=file.unzipped_bytes)
