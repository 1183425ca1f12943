"""A name of a stored attribute that changes anywhere is noticed."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.cloud import Cloud
from tests.shared.records.lives import LIVES
from tests.shared.records.stored import ITEMS
from the_alchemiser import shared
from the_alchemiser.shared.ledger.lot import LOTS_BY_SYMBOL
from the_alchemiser.shared.table import Item, Table

pytestmark = pytest.mark.lengthy

OWNERS = [(record, owner) for record, owners in LIVES.items() for owner in owners]


def attributes(item: Item | list[Any]) -> Iterator[str]:
    """Name every attribute of an item, and of what it holds; not the names of strategies."""
    for name, value in item.items() if isinstance(item, dict) else ():
        yield name
        if name != "strategy_weights":
            for each in value if isinstance(value, list) else [value]:
                yield from attributes(each)


SHARED = Path(str(shared.__file__)).parent
ATTRIBUTES = sorted({name for item in ITEMS.values() for name in attributes(item)})


@cache
def tree(owner: str) -> tuple[ast.Module, str]:
    path = SHARED / f"{owner.replace('.', '/')}.py"
    return ast.parse(path.read_text()), str(path)


def named(name: str) -> re.Pattern[str]:
    """Match a name in the texts of code, where it is no placeholder of an expression."""
    return re.compile(rf"(?<![#:\w]){re.escape(name)}\b")


@cache
def texts(owner: str) -> str:
    """Give all texts that a module's code says, prose excepted."""
    parsed, _ = tree(owner)
    prose = {id(node.value) for node in ast.walk(parsed) if isinstance(node, ast.Expr)}
    return "\n".join(
        node.value
        for node in ast.walk(parsed)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    )


class Rename(ast.NodeTransformer):
    """Changes a name wherever a text says it."""

    def __init__(self, name: str) -> None:
        self.pattern = named(name)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str):
            return node
        text = self.pattern.sub(lambda match: f"{match[0]}_renamed", node.value)
        return ast.copy_location(ast.Constant(text), node)


@cache
def renamed(owner: str, name: str) -> Any | None:
    """Compile a module in which a name was changed; None where it is not said."""
    if not named(name).search(texts(owner)):
        return None
    parsed, path = tree(owner)
    changed: ast.Module = Rename(name).visit(deepcopy(parsed))
    return compile(changed, path, "exec")


@cache
def as_it_is(owner: str) -> Any:
    parsed, path = tree(owner)
    return compile(parsed, path, "exec")


@contextmanager
def loaded(record: str, codes: Mapping[str, Any]) -> Iterator[Mapping[str, ModuleType]]:
    """Run a record's code, changed or not, in modules of their own that know one another."""
    names = {owner: f"the_alchemiser.shared.{owner}" for owner in LIVES[record]}
    kept = {name: sys.modules.get(name) for name in names.values()}
    made: dict[str, ModuleType] = {}
    try:
        for owner, name in names.items():
            sys.modules[name] = made[owner] = ModuleType(name)
            exec(codes.get(owner) or as_it_is(owner), vars(made[owner]))
        yield made
    finally:
        for name, module in kept.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


class Tables:
    """Gives each life a table of its own."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.made = 0

    def new(self) -> Table:
        self.made += 1
        return self.cloud.table(f"records-{self.made}", indexes=(LOTS_BY_SYMBOL,))


def problems(record: str, owner: str, codes: Mapping[str, Any], table: Table) -> Iterator[str]:
    """Say what goes wrong with a record whose code is this; one after the other."""
    try:
        with loaded(record, codes) as modules:
            yield from LIVES[record][owner](table, modules)
    # Code that reads a name which nobody writes may fail in any way.
    except Exception as error:
        yield f"{type(error).__name__}: {error}"


def is_noticed(record: str, owner: str, codes: Mapping[str, Any], table: Table) -> bool:
    found = problems(record, owner, codes, table)
    first = next(found, None)
    found.close()  # type: ignore[attr-defined]
    return first is not None


@pytest.fixture
def tables(cloud: Cloud) -> Tables:
    return Tables(cloud)


@pytest.mark.parametrize(("record", "owner"), OWNERS)
def test_each_record_lives_as_it_is_stored(record: str, owner: str, tables: Tables) -> None:
    assert list(problems(record, owner, {}, tables.new())) == []


@pytest.mark.parametrize(("record", "owner"), OWNERS)
def test_a_name_that_one_module_changes_is_noticed(record: str, owner: str, tables: Tables) -> None:
    codes = {name: code for name in ATTRIBUTES if (code := renamed(owner, name)) is not None}
    assert codes
    unnoticed = [
        name
        for name, code in codes.items()
        if not is_noticed(record, owner, {owner: code}, tables.new())
    ]
    assert unnoticed == []


@pytest.mark.parametrize("record", LIVES)
def test_a_name_that_all_of_them_change_is_noticed(record: str, tables: Tables) -> None:
    unnoticed = []
    for name in ATTRIBUTES:
        codes = {
            owner: code for owner in LIVES[record] if (code := renamed(owner, name)) is not None
        }
        lives = {LIVES[record][owner]: owner for owner in codes}.values()
        if codes and not any(is_noticed(record, each, codes, tables.new()) for each in lives):
            unnoticed.append(name)
    assert unnoticed == []


def test_every_stored_name_has_an_owner() -> None:
    owned = {name for _, owner in OWNERS for name in ATTRIBUTES if renamed(owner, name)}
    assert set(ATTRIBUTES) <= owned
