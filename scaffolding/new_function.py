"""Makes a function that passes every check from its first minute, or changes nothing."""

from __future__ import annotations

import keyword
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from packager.system import load_system
from scaffolding import runbook
from scaffolding.edits import (
    constant,
    with_entry,
    with_named_table,
    with_paths,
    with_queue,
    with_table,
)
from scaffolding.rights import with_rights
from scaffolding.table_templates import variable
from scaffolding.table_templates import with_table as with_table_files
from scaffolding.templates import ENTRY, filled
from scaffolding.triggers import Asked, Trigger, UnknownTriggerError, trigger_of

if TYPE_CHECKING:
    from blueprint import System

CATALOGUE = "catalogue/functions.py"
PYPROJECT = "pyproject.toml"
STORAGE, MESSAGING = "catalogue/storage.py", "catalogue/messaging.py"
REFERENCES = "catalogue/references.py"
RIGHTS = "tests/functions/needed_rights.json"
RUNBOOK = "docs/runbook.md"
LONGEST_NAME = 30
"""With the system's and the stage's name it stays below Lambda's 64 characters."""

NEXT = """next:
  `make check test-unit local` tries it as it is, and `make day` shows it at work. Then work in
  service.py, and give it what else it needs in catalogue/functions.py. Keep event.json a good
  example of its Request: tests/functions/test_bad_input.py spoils it in every way."""

_PUBLISHES = "        publishes=(EventName.WORKFLOW_FAILED,),\n"

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RESOURCE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Refused(Exception):
    """The function cannot be made; nothing was changed."""


def make_function(root: Path, name: str, layer: str, asked: Asked | None = None) -> tuple[str, ...]:
    """Write all of a new function's files and list them; whatever fails leaves nothing behind."""
    asked = asked or Asked()
    system = load_system(root)
    _require_all(
        lambda: _require_free(root, system, name),
        lambda: _layers(system, layer),
        lambda: _require_new(system, asked),
    )
    layers = _layers(system, layer)
    try:
        trigger = trigger_of(root, _physical(name), asked)
        edited = _edited(root, name, layers, trigger, asked)
    except UnknownTriggerError as error:
        raise Refused(str(error)) from None
    files = with_table_files(trigger.files, asked.table) if asked.table else trigger.files
    written = {
        **{filled(path, name): filled(text, name) for path, text in files.items()},
        **edited,
    }
    with _undone_on_failure(root, name, written):
        for path, text in written.items():
            _write(root / path, text)
        _require_packaged(root, name)
    return tuple(written)


def _require_all(*checks: Callable[[], object]) -> None:
    """Refuse for all reasons at once."""
    reasons = []
    for check in checks:
        try:
            check()
        except Refused as refused:
            reasons.append(str(refused))
    if reasons:
        raise Refused("\n".join(reasons))


def _require_new(system: System, asked: Asked) -> None:
    # A queue has one reader, and a table that others rely on gets no items of another form.
    there = {
        "QUEUE": (asked.queue, {spec.name for spec in system.queues}),
        "TABLE": (asked.table, {spec.name for spec in system.tables}),
    }
    for word, (name, known) in there.items():
        if name and not _RESOURCE.fullmatch(name):
            raise Refused(
                f"{word}: expected lower-case letters, digits and single hyphens, found {name!r}"
            )
        if name in known:
            raise Refused(
                f"{word}: expected the name of a new one, and {name!r} is there; docs/how-to.md "
                "shows how an entry is changed to use it"
            )


def _require_free(root: Path, system: System, name: str) -> None:
    is_keyword = ", a keyword of Python" if keyword.iskeyword(name) else ""
    if not _NAME.fullmatch(name) or is_keyword or len(name) > LONGEST_NAME:
        raise Refused(
            f"NAME: expected a module's name of at most {LONGEST_NAME} lower-case letters, digits "
            f"and single underscores, found {name!r}{is_keyword}"
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


def _edited(
    root: Path, name: str, layers: tuple[str, ...], trigger: Trigger, asked: Asked
) -> dict[str, str]:
    """Give every file that lists functions, tables, queues, rights or alarms, as it is then."""
    entry = filled(ENTRY, name).replace("PHYSICAL", _physical(name))
    entry = entry.replace("TRIGGERS", trigger.entry).replace("GRANTS", _granted(asked.table))
    entry = entry.replace("PUBLISHES", _PUBLISHES if trigger.tells else "")
    entry = entry.replace("LAYERS", ", ".join(f'"{layer}"' for layer in layers))
    edits: dict[str, Callable[[str], str]] = {
        PYPROJECT: lambda text: with_paths(text, name),
        CATALOGUE: lambda text: with_entry(text, entry),
        RIGHTS: lambda text: with_rights(text, name, asked.table, tells=trigger.tells),
        RUNBOOK: lambda text: _told(text, name, trigger, asked),
    }
    if asked.table:
        edits[STORAGE] = lambda text: with_table(text, asked.table, name)
        edits[REFERENCES] = lambda text: with_named_table(text, asked.table)
    if asked.queue:
        edits[MESSAGING] = lambda text: with_queue(text, asked.queue, name)
    return {path: _changed(root, path, change) for path, change in edits.items()}


def _changed(root: Path, path: str, change: Callable[[str], str]) -> str:
    try:
        return change((root / path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(f"{path}: {error}") from None


def _granted(table: str) -> str:
    if not table:
        return ""
    name = constant(table)
    return (
        f"        grants=(items(at.{name}, PUT),),\n"
        f'        environment={{"{variable(table)}": at.{name}}},\n'
    )


def _told(text: str, name: str, trigger: Trigger, asked: Asked) -> str:
    text = runbook.with_function(text, name, _physical(name))
    if trigger.rule:
        text = runbook.with_rule(text, name, trigger.rule)
    return runbook.with_queue(text, name, asked.queue) if asked.queue else text


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
