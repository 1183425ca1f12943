"""`python -m packager dependencies`: what ships for nobody, is borrowed, or ships twice."""

from __future__ import annotations

import click

from packager.build.layers import PREFIX
from packager.build.system import build_system
from packager.commands.in_project import in_project
from packager.errors import GateError
from packager.progress import say
from packager.project import Project
from packager.store.output import output_folder
from packager.supply.dependencies import Finding, findings, parts_of
from packager.supply.waivers import read_waivers
from packager.system import packager_settings


@click.command("dependencies")
@in_project
def command(project: Project) -> int:
    """Name packages that ship for nobody, are borrowed, or ship twice."""
    root, system = project.root, project.system
    waived = read_waivers(root / "pyproject.toml", packager_settings(root), "dependencies")
    layers, functions = build_system(root, system, output_folder(root))
    of_layers = {name: parts_of(layer, PREFIX) for name, layer in layers.items()}
    carried = {
        spec.name: [
            parts_of(functions[spec.name], ""),
            *(of_layers[build.name] for build in system.carried(spec)),
        ]
        for spec in system.functions
    }
    found = findings(carried)
    for finding in found:
        reason = waived.get(finding.subject)
        say(f"{_spelled(finding)}{f' (waived: {reason})' if reason else ''}")
    subjects = {finding.subject for finding in found}
    faults = [_spelled(finding) for finding in found if finding.subject not in waived]
    faults += [f"{name}: waived, and not found any more" for name in waived if name not in subjects]
    if faults:
        raise GateError(
            "dependencies:\n  " + "\n  ".join(faults) + "\nTake a package out of its group in "
            "pyproject.toml, or waive the finding with its reason in "
            "[tool.packager.dependencies.waived]."
        )
    packages = {part.name for parts in of_layers.values() for part in parts if part.name}
    say(f"{len(packages)} packages in {len(layers)} layers: each is reached, none is borrowed")
    return 0


def _spelled(finding: Finding) -> str:
    return f"{finding.subject} {finding.said}"
