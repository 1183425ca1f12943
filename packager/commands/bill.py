"""`python -m packager bill [NAME]`: CycloneDX bills of each zip that ships, and of the whole."""

from __future__ import annotations

import json
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING

import click

from packager.build.system import build_system
from packager.commands.in_project import in_project
from packager.errors import PackagingError
from packager.progress import say
from packager.project import Project
from packager.store.manifest import BuiltArtifact
from packager.store.output import output_folder
from packager.supply.bill import Bill, bill_of, bill_of_system
from packager.supply.inventory import take_inventory

if TYPE_CHECKING:
    from blueprint import System

FOLDER = "bills"
WHOLE = "system"


@click.command("bill")
@click.argument("name", required=False)
@in_project
def command(project: Project, name: str | None) -> int:
    """Write CycloneDX bills of materials of what ships."""
    root, system = project.root, project.system
    output = output_folder(root)
    known = names_of(system)
    if name is not None and name not in known:
        raise PackagingError(f"bill: expected one of {', '.join(known)}; found {name!r}")
    built = built_by_name(root, system, output)
    chosen = [name] if name else list(built)
    inventories = [take_inventory(built[artifact]) for artifact in chosen]
    folder = output / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for artifact, inventory in zip(chosen, inventories, strict=True):
        _write(folder, artifact, bill_of(inventory))
    if name is None:
        _write(folder, WHOLE, bill_of_system(root.resolve().name, inventories))
    return 0


def names_of(system: System) -> list[str]:
    """Name every layer and function, as `built_by_name` does."""
    functions = [spec.name for spec in system.functions]
    layers = [build.name for build in system.layer_builds]
    return [*(_layer_name(it, functions) for it in layers), *functions]


def built_by_name(root: Path, system: System, output: Path) -> dict[str, BuiltArtifact]:
    """Build all that is missing, and give every layer and function by its name."""
    layers, functions = build_system(root, system, output)
    return {**{_layer_name(name, functions): at for name, at in layers.items()}, **functions}


def _layer_name(name: str, functions: Container[str]) -> str:
    """Tell a layer from the function that it is for, which may have the same name."""
    return f"{name}-layer" if name in functions else name


def _write(folder: Path, name: str, bill: Bill) -> None:
    path = folder / f"{name}.cdx.json"
    path.write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    count = len(bill["components"])
    say(f"{path}: {count} part{'s' if count != 1 else ''}")
