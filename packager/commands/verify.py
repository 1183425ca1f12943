"""`python -m packager verify`: build everything twice under different conditions, and compare."""

from __future__ import annotations

import click

from packager.check.reproducibility import TWICE, build_tree, compare, copy_tree
from packager.commands.in_project import in_project
from packager.errors import GateError
from packager.inputs.parts import parts_of
from packager.progress import say, step
from packager.project import Project
from packager.store.output import Output, output_folder


@click.command("verify")
@in_project
def command(project: Project) -> int:
    """Build everything twice under different conditions and compare the bytes."""
    parts = parts_of(project.root, project.system)
    output = Output(output_folder(project.root))
    with output.workspace() as work:
        builds = []
        for conditions in TWICE:
            with step(f"building under umask {conditions.umask:03o}, {conditions.variables}"):
                tree = copy_tree(project.root, parts, conditions, work)
                builds.append(build_tree(tree, project.choice, conditions, output.wheels))
        faults = list(compare(*builds))
        count = len(list(builds[0].glob("*/*/*.zip")))
    if faults:
        raise GateError("the two builds differ:\n" + "\n".join(f"  {fault}" for fault in faults))
    say(f"{count} zips, byte for byte the same")
    return 0
