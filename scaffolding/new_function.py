"""Makes a function that passes every check from its first minute, or changes nothing."""

from __future__ import annotations

import keyword
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from packager.system import load_system
from scaffolding.edits import with_entry, with_paths
from scaffolding.templates import ENTRY, FILES, filled
from scaffolding.triggers import Trigger, UnknownTriggerError, trigger_of

if TYPE_CHECKING:
    from blueprint import System

CATALOGUE = "catalogue/functions.py"
PYPROJECT = "pyproject.toml"
LONGEST_NAME = 30
"""With the system's and the stage's name it stays below Lambda's 64 characters."""

NEXT = """next:
  `make check test-unit local` tries it as it is. Then give it what else starts it and grants in
  catalogue/functions.py, and work in service.py. Keep event.json a good example of its Request:
  tests/functions/test_bad_input.py spoils it in every way."""

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class Refused(Exception):
    """The function cannot be made; nothing was changed."""


def make_function(
    root: Path, name: str, layer: str, *, event: str = "", schedule: str = ""
) -> tuple[str, ...]:
    """Write all of a new function's files and list them; whatever fails leaves nothing behind."""
    system = load_system(root)
    _require_free(root, system, name)
    layers = _layers(system, layer)
    try:
        trigger = trigger_of(root, _physical(name), event, schedule)
    except UnknownTriggerError as error:
        raise Refused(str(error)) from None
    files = {**FILES, **(trigger.files or {})}
    written = {
        **{filled(path, name): filled(text, name) for path, text in files.items()},
        **_edited(root, name, layers, trigger),
    }
    with _undone_on_failure(root, name, written):
        for path, text in written.items():
            _write(root / path, text)
        _require_packaged(root, name)
    return tuple(written)


def _require_free(root: Path, system: System, name: str) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > LONGEST_NAME:
        raise Refused(
            f"NAME: expected a module's name of at most {LONGEST_NAME} lower-case letters, digits "
            f"and single underscores, found {name!r}"
        )
    taken = {spec.name for spec in system.functions}
    deployed = {spec.physical_name for spec in system.functions}
    folders = [f"functions/{name}", f"tests/functions/{name}", f"the_alchemiser/{name}"]
    if name in taken or _physical(name) in deployed:
        raise Refused(f"NAME: {name!r} is taken: the catalogue has a function of that name")
    for folder in folders:
        if (root / folder).exists():
            raise Refused(f"NAME: {name!r} is taken: {folder} is there")


def _layers(system: System, layer: str) -> tuple[str, ...]:
    ours = tuple(spec.name for spec in system.layers if spec.sources)
    known = [spec.name for spec in system.layers if spec.name not in ours]
    if layer not in known:
        raise Refused(f"LAYER: expected one of {', '.join(known)}; found {layer!r}")
    return (layer, *ours)


def _edited(root: Path, name: str, layers: tuple[str, ...], trigger: Trigger) -> dict[str, str]:
    entry = filled(ENTRY, name).replace("PHYSICAL", _physical(name))
    entry = entry.replace("TRIGGERS", trigger.entry)
    entry = entry.replace("LAYERS", ", ".join(f'"{layer}"' for layer in layers))
    catalogue = (root / CATALOGUE).read_text(encoding="utf-8")
    pyproject = (root / PYPROJECT).read_text(encoding="utf-8")
    try:
        return {PYPROJECT: with_paths(pyproject, name), CATALOGUE: with_entry(catalogue, entry)}
    except ValueError as error:
        raise Refused(f"{CATALOGUE}: {error}") from None


def _physical(name: str) -> str:
    return name.replace("_", "-")


@contextmanager
def _undone_on_failure(root: Path, name: str, written: Mapping[str, str]) -> Iterator[None]:
    before = {path: (root / path).read_bytes() for path in written if (root / path).exists()}
    try:
        yield
    except BaseException:
        for folder in (f"functions/{name}", f"tests/functions/{name}"):
            shutil.rmtree(root / folder, ignore_errors=True)
        for path, content in before.items():
            (root / path).write_bytes(content)
        raise


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _require_packaged(root: Path, name: str) -> None:
    """Have the catalogue as it now is read and the function zipped, by a process that is new."""
    done = subprocess.run(
        [sys.executable, "-m", "packager", "function", name],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Refused(f"function {name} could not be packaged:\n{done.stderr.strip()}")
