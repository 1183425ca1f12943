"""Makes verified, reproducible zips of layers and functions from sources and locks.

What `__all__` lists is what others may import; each is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packager.build.functions import build_function, build_functions
    from packager.build.layers import build_layer
    from packager.build.system import build_system
    from packager.errors import PackagingError
    from packager.image.functions import require_deployable, require_images
    from packager.inputs.keys import layer_key, layer_keys
    from packager.packaging import package_system
    from packager.store.output import output_folder
    from packager.store.promotion import require_promoted
    from packager.supply.deployment import DeploymentGate
    from packager.system import load_system
    from packager.target import Target

__all__ = [
    "DeploymentGate",
    "PackagingError",
    "Target",
    "build_function",
    "build_functions",
    "build_layer",
    "build_system",
    "layer_key",
    "layer_keys",
    "load_system",
    "output_folder",
    "package_system",
    "require_deployable",
    "require_images",
    "require_promoted",
]

_HOMES = {
    "DeploymentGate": "supply.deployment",
    "PackagingError": "errors",
    "Target": "target",
    "build_function": "build.functions",
    "build_functions": "build.functions",
    "build_layer": "build.layers",
    "build_system": "build.system",
    "layer_key": "inputs.keys",
    "layer_keys": "inputs.keys",
    "load_system": "system",
    "output_folder": "store.output",
    "package_system": "packaging",
    "require_deployable": "image.functions",
    "require_images": "image.functions",
    "require_promoted": "store.promotion",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
