"""Names everything in a project that decides what is built of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from packager.inputs.git_locks import LAYERS_FOLDER
from packager.inputs.patterns import is_never_folder
from packager.inputs.sources import FUNCTIONS_FOLDER
from packager.system import catalogue_package

if TYPE_CHECKING:
    from blueprint import System

_ALWAYS = ("pyproject.toml", LAYERS_FOLDER, FUNCTIONS_FOLDER)
"""What a build reads besides the catalogue and what that names."""


def parts_of(root: Path, system: System) -> list[str]:
    """Name the files and folders that a build reads, relative to the project."""
    sources = {source for layer in system.layers for source in layer.sources}
    data = {folder for function in system.functions for folder in function.data}
    return sorted({*sources, *data, *_ALWAYS, catalogue_package(root)})


def all_below(root: Path, parts: list[str]) -> Iterator[str]:
    """Name every file and folder of some parts, as far as any of it could ship."""
    for part in parts:
        yield str(root / part)
        for folder, folders, files in os.walk(root / part):
            folders[:] = [name for name in folders if not is_never_folder(name)]
            yield from (os.path.join(folder, name) for name in (*folders, *files))  # noqa: PTH118
