"""`python -m packager licences`: what ships under which licence, held to the project's policy."""

from __future__ import annotations

import click

from packager.build.system import build_system
from packager.commands.in_project import in_project
from packager.errors import GateError
from packager.progress import say
from packager.project import Project
from packager.store.output import output_folder
from packager.supply.inventory import ShippedDistribution, take_inventory
from packager.supply.licences import licence_faults, licence_of, read_policy
from packager.system import packager_settings


@click.command("licences")
@in_project
def command(project: Project) -> int:
    """List what ships under which licence, and hold it to the project's policy."""
    root, system = project.root, project.system
    policy = read_policy(root / "pyproject.toml", packager_settings(root))
    found: dict[tuple[str, str], ShippedDistribution] = {}
    places: dict[tuple[str, str], list[str]] = {}
    layers, functions = build_system(root, system, output_folder(root))
    for artifact in (*layers.values(), *functions.values()):
        for distribution in take_inventory(artifact).distributions:
            package = (distribution.name, distribution.version)
            found[package] = distribution
            places.setdefault(package, []).append(artifact.name)
    for package, distribution in sorted(found.items()):
        where = ", ".join(places[package])
        licence = "waived" if distribution.name in policy.waived else licence_of(distribution)
        say(f"{distribution.name:22}{distribution.version:14}{licence:52}{where}")
    faults = list(licence_faults(found.values(), policy))
    if faults:
        raise GateError("licences:\n" + "\n".join(f"  {fault}" for fault in faults))
    return 0
