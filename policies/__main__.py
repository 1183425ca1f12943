"""The policy pack: `pulumi preview --policy-pack policies`."""

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

ROOT = Path(__file__).resolve().parent.parent


def lend(package: str) -> None:
    """Let a room of this checkout be imported: Pulumi starts a pack inside its own folder."""
    spec = spec_from_file_location(package, ROOT / package / "__init__.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"expected the room {package} in {ROOT}, found none")
    module = sys.modules[package] = module_from_spec(spec)
    spec.loader.exec_module(module)


for room in ("blueprint", "policies"):
    lend(room)

PolicyPack("alchemiser", import_module("policies.pack").policies(), EnforcementLevel.MANDATORY)
