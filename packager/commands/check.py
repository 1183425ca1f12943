"""`python -m packager check`: try every layer and function as Lambda will see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from packager.build.functions import build_function
from packager.build.layers import build_layer
from packager.check.built import check_function, check_smoke
from packager.commands.in_project import in_project
from packager.errors import GateError, PackagingError
from packager.progress import say
from packager.project import Project
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output, output_folder
from packager.target import Target


@click.command("check")
@in_project
def command(project: Project) -> int:
    """Run every gate on the built zips, imports and smoke tests included."""
    check_all(project)
    return 0


def check_all(project: Project) -> None:
    """Try everything, and raise GateError with all that is wrong."""
    root, system = project.root, project.system
    output = Output(output_folder(root))
    faults: list[str] = []
    layers: dict[str, BuiltArtifact] = {}
    for build in system.layer_builds:
        with _collecting(faults):
            target = Target.of(system, build.architecture)
            layers[build.name] = build_layer(root, build.spec, target, output.folder)
            passed = check_smoke(build.spec, layers[build.name], target, output)
            say(f"layer {build.name:24} smoke {passed}")
    for spec in system.functions:
        with _collecting(faults):
            target = Target.of(system, spec.architecture)
            names = [build.name for build in system.carried(spec)]
            carried = [layers[name] for name in names if name in layers]
            function = build_function(root, spec, target, output.folder)
            imports = check_function(spec, function, carried, target, output)
            say(f"function {spec.name:21} imports {imports}")
    if faults:
        raise GateError("\n".join(faults))


@contextmanager
def _collecting(faults: list[str]) -> Iterator[None]:
    """Go on after a failure, so that one run shows all of them."""
    try:
        yield
    except PackagingError as error:
        faults.append(str(error))
