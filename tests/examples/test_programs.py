"""Examples show how little another system needs of the three rooms."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/*/Pulumi.yaml"))
ROOMS = ("blueprint", "components", "packager")
EACH = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def imported(file: Path) -> list[tuple[str, str]]:
    """List what a module takes from the rooms, with the module that it names."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ROOMS
        for alias in node.names
        if node.module is not None
    ]


@EACH
def test_a_program_has_at_most_forty_lines(example: Path) -> None:
    assert len((example / "__main__.py").read_text(encoding="utf-8").splitlines()) <= 40


@EACH
def test_an_example_imports_what_others_may_import(example: Path) -> None:
    found = [it for name in ("__main__.py", "system.py") for it in imported(example / name)]

    assert found
    assert [it for it in found if it[1] not in import_module(it[0]).__all__] == []


@pytest.mark.parametrize("room", ROOMS)
def test_whatever_a_room_lists_is_there(room: str) -> None:
    module = import_module(room)

    assert [name for name in module.__all__ if getattr(module, name, None) is None] == []
    with pytest.raises(AttributeError):
        _ = module.what_it_does_not_list
