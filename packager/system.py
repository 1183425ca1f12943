"""Finds the system to package: pyproject.toml says where its catalogue is."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from packager.errors import PackagingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from blueprint import FunctionSpec, LayerBuild, System


def load_system(root: Path) -> System:
    """Import what `[tool.packager] catalogue = "module:NAME"` names."""
    setting = _setting(root)
    module, colon, attribute = setting.partition(":")
    if not (module and colon and attribute):
        raise PackagingError(
            f'{root / "pyproject.toml"}: [tool.packager] catalogue: expected "module:NAME", '
            f"found {setting!r}"
        )
    try:
        system = cast("System", getattr(import_module(module), attribute))
    except (ImportError, AttributeError) as error:
        where = f"{root / 'pyproject.toml'}: [tool.packager] catalogue: {setting}"
        raise PackagingError(
            f"{where} cannot be used: {error}; Python finds it from {root}, or by PYTHONPATH"
        ) from error
    for spec in system.functions:
        for layer in spec.layers:
            _require_layer(system, spec.name, layer)
    return system


def _require_layer(system: System, function: str, layer: str) -> None:
    known = [spec.name for spec in system.layers]
    if layer not in known:
        raise PackagingError(
            f"function {function}: layers: expected some of {', '.join(known)}; found {layer!r}. "
            "Correct its entry in the catalogue."
        )


def catalogue_package(root: Path) -> str:
    """Name the folder or module at the root that the catalogue is in."""
    return _setting(root).partition(":")[0].partition(".")[0]


def find_layer(system: System, name: str) -> LayerBuild:
    """Return the layer of this name, as its first functions carry it."""
    layers = {build.spec.name: build for build in reversed(system.layer_builds)}
    return layers.get(name) or _refuse("layer", name, [spec.name for spec in system.layers])


def find_function(system: System, name: str) -> FunctionSpec:
    """Find an entry by its name; PackagingError with all names where there is none."""
    functions = {spec.name: spec for spec in system.functions}
    return functions.get(name) or _refuse("function", name, functions)


def _refuse(what: str, name: str, known: Iterable[str]) -> NoReturn:
    raise PackagingError(f"{what}: expected one of {', '.join(known)}; found {name!r}")


def packager_settings(root: Path) -> Mapping[str, Any]:
    """Read [tool.packager] of the project's pyproject.toml; empty where it is not there."""
    file = root / "pyproject.toml"
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PackagingError(f"{file}: expected the project's pyproject.toml, found none") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackagingError(f"{file}: expected TOML, found what is none: {error}") from None
    found: Mapping[str, Any] = settings.get("tool", {}).get("packager", {})
    return found


def packager_setting(root: Path, name: str) -> str | None:
    """Read one setting of [tool.packager]; None where it is not given."""
    found = packager_settings(root).get(name)
    return None if found is None else str(found)


def _setting(root: Path) -> str:
    found = packager_setting(root, "catalogue")
    if found is None:
        file = root / "pyproject.toml"
        raise PackagingError(f"{file}: expected [tool.packager] catalogue, found none")
    return found
