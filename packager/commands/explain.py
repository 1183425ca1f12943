"""`python -m packager explain [NAME]`: why a key is another than at the last build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from packager.commands.in_project import in_project
from packager.errors import SourceError
from packager.inputs.explaining import differences
from packager.inputs.keys import Inputs, function_inputs, key_of, layer_inputs
from packager.progress import say
from packager.project import Project
from packager.store.manifest import recorded_inputs
from packager.store.output import FUNCTIONS, LAYERS, output_folder
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import System


@click.command("explain")
@click.argument("name", required=False)
@in_project
def command(project: Project, name: str | None) -> int:
    """Say why a key is another than at the last build here."""
    root, system = project.root, project.system
    names = [*(spec.name for spec in system.layers), *(spec.name for spec in system.functions)]
    if name not in (None, *names):
        raise SourceError(f"explain: expected one of {', '.join(names)}; found {name!r}")
    for kind, known, inputs in _subjects(root, system):
        if name in (None, known):
            folder = output_folder(root) / kind / known
            for line in _explain(folder, known, inputs):
                say(line)
    return 0


def _subjects(root: Path, system: System) -> Iterator[tuple[str, str, Inputs]]:
    for build in system.layer_builds:
        target = Target.of(system, build.architecture)
        yield LAYERS, build.spec.name, layer_inputs(root, build.spec, target)
    for function in system.functions:
        target = Target.of(system, function.architecture)
        yield FUNCTIONS, function.name, function_inputs(root, function, target)


def _explain(folder: Path, name: str, inputs: Inputs) -> Iterator[str]:
    key = key_of(inputs)
    recorded = recorded_inputs(folder, name)
    if recorded is None:
        damaged = ", or its record is damaged" if list(folder.glob("*.json")) else ""
        yield f"{name}: never built here{damaged}; its key is {key[:12]}"
        return
    before, earlier = recorded
    if before == key:
        yield f"{name}: nothing changed since it was built as {key[:12]}"
    else:
        yield f"{name}: {before[:12]} -> {key[:12]}, because"
        yield from (f"  {line}" for line in differences(earlier, inputs))
