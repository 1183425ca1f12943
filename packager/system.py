"""Finds the system to package: pyproject.toml says where its catalogue is."""

from __future__ import annotations

import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from packager.errors import PackagingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalogue.model import FunctionSpec, LayerSpec, System


def load_system(root: Path) -> System:
    """Import what `[tool.packager] catalogue = "module:NAME"` names."""
    setting = _setting(root)
    module, colon, attribute = setting.partition(":")
    if not (module and colon and attribute):
        raise PackagingError(
            f'{root / "pyproject.toml"}: [tool.packager] catalogue: expected "module:NAME", '
            f"found {setting!r}"
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return cast("System", getattr(import_module(module), attribute))


def catalogue_package(root: Path) -> str:
    """Name the folder or module at the root that the catalogue is in."""
    return _setting(root).partition(":")[0].partition(".")[0]


def find_layer(system: System, name: str) -> LayerSpec:
    """Return the layer of this name."""
    layers = {spec.name: spec for spec in system.layers}
    return layers.get(name) or _refuse("layer", name, layers)


def find_function(system: System, name: str) -> FunctionSpec:
    """Return the function of this name."""
    functions = {spec.name: spec for spec in system.functions}
    return functions.get(name) or _refuse("function", name, functions)


def _refuse(what: str, name: str, known: Iterable[str]) -> NoReturn:
    raise PackagingError(f"{what}: expected one of {', '.join(known)}; found {name!r}")


def _setting(root: Path) -> str:
    file = root / "pyproject.toml"
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
        return str(settings["tool"]["packager"]["catalogue"])
    except FileNotFoundError:
        raise PackagingError(f"{file}: expected the project's pyproject.toml, found none") from None
    except KeyError:
        raise PackagingError(f"{file}: expected [tool.packager] catalogue, found none") from None
