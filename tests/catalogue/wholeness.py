"""Whether the catalogue can be built on: what is wrong with each of its entries, found once."""

from __future__ import annotations

import ast
import importlib
import traceback
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import LayerKind
from blueprint.validation import problems
from the_alchemiser.shared.settings import FunctionSettings

if TYPE_CHECKING:
    from blueprint import FunctionSpec, System

ROOT = Path(__file__).parents[2]
REST = "all else"
"""What is of no function alone."""
ENTRIES = (*sorted(path.name for path in (ROOT / "functions").iterdir()), REST)
FROM_LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "LAMBDA_TASK_ROOT"}
"""Variables that Lambda itself sets."""


@cache
def faults() -> Mapping[str, tuple[str, ...]]:
    """Say what is wrong, by the entry that it is wrong with; empty when nothing is."""
    try:
        system: System = importlib.import_module("catalogue.system").SYSTEM
    except Exception as error:
        return {_entry_at(error): (f"{_where(error)}: {error}",)}
    found: dict[str, list[str]] = defaultdict(list)
    for problem in problems(system):
        found[_named(problem)].append(problem)
    for spec in system.functions:
        found[spec.name if spec.name in ENTRIES else REST] += _wrong(spec, system)
    found[REST] += _wrong_layers(system)
    return {entry: tuple(wrong) for entry, wrong in found.items() if wrong}


def told() -> str:
    """Say in one line which entries are wrong."""
    return f"the catalogue is not whole: {', '.join(faults())}; see tests/catalogue/test_whole.py"


def _wrong(spec: FunctionSpec, system: System) -> Iterator[str]:
    code = ROOT / (spec.source or f"functions/{spec.name}")
    module, _, attribute = spec.handler.rpartition(".")
    file = code / f"{module.replace('.', '/')}.py"
    if not file.is_file():
        yield f"handler {spec.handler}: expected {file.relative_to(ROOT)}, found none"
        return
    if f"def {attribute}(" not in file.read_text(encoding="utf-8"):
        yield f"handler {spec.handler}: expected a function {attribute} in {file.name}, found none"
    for folder in spec.data:
        if not (ROOT / folder).is_dir():
            yield f"data {folder}: expected this folder, found none"
    settings = settings_class(spec.name).model_fields.values()
    given = {*spec.environment, *system.environment, *FROM_LAMBDA}
    for name in sorted(str(it.alias) for it in settings if it.is_required()):
        if name not in given:
            yield f"environment: expected {name}, which its settings require; found none"
    for name in sorted({*spec.environment} - {str(it.alias) for it in settings}):
        yield f"environment: found {name}, which none of its settings reads"


def settings_class(function: str) -> type[FunctionSettings]:
    """Give the class by which a function reads its environment."""
    module = importlib.import_module(f"the_alchemiser.{function}.settings")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, FunctionSettings)
        and value.__module__ == module.__name__
    )
    return found


def _wrong_layers(system: System) -> Iterator[str]:
    for layer in system.layers:
        sources = layer.sources if layer.kind is LayerKind.SOURCES else ()
        wanted = [*sources, *([f"layers/{layer.name}"] if layer.group else [])]
        for folder in wanted:
            if not (ROOT / folder).is_dir():
                yield f"layer {layer.name}: expected the folder {folder}, found none"


def _named(problem: str) -> str:
    """Find the function that a problem of the whole is about."""
    words = problem.replace("'", " ").replace(":", " ").split()
    return next((word for word in words if word in ENTRIES), REST)


def _frame(error: BaseException) -> traceback.FrameSummary | None:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [it for it in frames if Path(it.filename).is_relative_to(ROOT / "catalogue")]
    return ours[-1] if ours else None


def _where(error: BaseException) -> str:
    frame = _frame(error)
    return "catalogue" if frame is None else f"{Path(frame.filename).name}:{frame.lineno}"


def _entry_at(error: BaseException) -> str:
    """Find the function in whose entry an exception arose."""
    frame = _frame(error)
    if frame is None or frame.lineno is None:
        return REST
    for node in ast.walk(ast.parse(Path(frame.filename).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.lineno <= frame.lineno <= (node.end_lineno or 0):
            for word in node.keywords:
                if word.arg == "name" and isinstance(word.value, ast.Constant):
                    return word.value.value if word.value.value in ENTRIES else REST
    return REST


THROUGH_PROGRAMS = (
    "artifacts",
    "cli/test_command_line.py",
    "cli/test_failures.py",
    "day",
    "docs/test_how_to.py",
    "engine",
    "functions",
    "scaffolding",
)
"""Tests that meet the catalogue in programs which they start, or in roles that they are held to."""


def stands_on_catalogue(module: Path) -> bool:
    """Tell whether a module of tests would fail for a wrong entry alone."""
    name = module.relative_to(ROOT / "tests")
    if name == Path("catalogue/test_whole.py"):
        return False
    if any(name.is_relative_to(place) for place in THROUGH_PROGRAMS):
        return True
    return f"tests.{'.'.join(name.with_suffix('').parts)}" in _depending()


@cache
def _depending() -> frozenset[str]:
    """Name every module that imports the catalogue, directly or not."""
    # Only a catalogue that is not whole is worth the second that this takes.
    import grimp

    rooms = [init.parent.name for init in ROOT.glob("*/__init__.py")]
    graph = grimp.build_graph("tests", *rooms)
    return frozenset(graph.find_downstream_modules("catalogue", as_package=True))
