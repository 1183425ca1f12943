"""`python -m packager all`: build every layer and every function, and check what fits together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.answers import loaded_sources, remember
from packager.build.system import Artifacts, build_system
from packager.check.gates.function import function_faults, refuse
from packager.check.gates.sizes import total_unzipped_bytes
from packager.commands.in_project import in_project
from packager.inputs.parts import all_below, parts_of
from packager.progress import say
from packager.project import Project
from packager.store.manifest import BuiltArtifact
from packager.store.output import output_folder

if TYPE_CHECKING:
    from blueprint import System


@click.command("all")
@in_project
def command(project: Project) -> int:
    """Build every layer and every function, and check what fits together."""
    root, system = project.root, project.system
    layers, functions = build_system(root, system, output_folder(root))
    table = "\n".join(_table(system, layers, functions))
    say(table)
    faults: list[str] = []
    for spec in system.functions:
        carried = [layers[build.name] for build in system.carried(spec)]
        faults.extend(function_faults(functions[spec.name], carried))
    refuse("what was built does not fit together", faults)
    artifacts = [*layers.values(), *functions.values()]
    remember(project.words, f"{table}\n", _made_from(root, system, artifacts))
    return 0


def _table(system: System, layers: Artifacts, functions: Artifacts) -> Iterator[str]:
    yield f"{'':28}{'zipped':>12}{'unzipped':>14}{'with layers':>14}  of limit  key"
    for name, layer in layers.items():
        yield _row("layer", name, layer, layer.unzipped_bytes)
    for spec in system.functions:
        carried = [layers[build.name] for build in system.carried(spec)]
        built = functions[spec.name]
        yield _row("function", spec.name, built, total_unzipped_bytes(built, carried))


def _made_from(root: Path, system: System, artifacts: list[BuiltArtifact]) -> Iterator[str]:
    yield from all_below(root, parts_of(root, system))
    yield from loaded_sources()
    for artifact in artifacts:
        yield from (str(artifact.path), str(artifact.path.with_suffix(".json")))


def _row(kind: str, name: str, artifact: BuiltArtifact, total_bytes: int) -> str:
    part = total_bytes / UNZIPPED_LIMIT_BYTES
    return (
        f"{kind:9}{name:21}{artifact.zipped_bytes:>10,}{artifact.unzipped_bytes:>14,}"
        f"{total_bytes:>14,}{part:>10.1%}  {artifact.key[:12]}"
    )
