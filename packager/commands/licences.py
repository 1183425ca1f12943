"""`python -m packager licences`: what ships under which licence, held to the project's policy."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from packager.build.system import build_system
from packager.errors import GateError
from packager.progress import say
from packager.store.output import output_folder
from packager.supply.inventory import ShippedDistribution, take_inventory
from packager.supply.licences import licence_faults, licence_of, read_policy
from packager.system import packager_settings

if TYPE_CHECKING:
    from blueprint import System


def run(root: Path, system: System, options: Namespace) -> int:
    """List every package once, with where it ships, and refuse what the policy does not allow."""
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
