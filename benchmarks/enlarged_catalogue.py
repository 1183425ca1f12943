"""Catalogues of any number of functions, and checkouts that have the folders of all of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from blueprint import FunctionSpec, OnEvent, OnQueue, OnSchedule, System, Trigger

ROOT = Path(__file__).parents[1]


def enlarged(system: System, size: int) -> System:
    """Repeat the functions until there are as many as wanted, each with a folder of its own."""
    copies = range(size // len(system.functions))
    functions = tuple(_copy(spec, number) for number in copies for spec in system.functions)
    return replace(system, functions=functions)


def _copy(spec: FunctionSpec, number: int) -> FunctionSpec:
    if number == 0:
        return spec
    return replace(
        spec,
        name=f"{spec.name}_{number}",
        physical_name=f"{spec.physical_name}-{number}",
        # One function reads the queue; the others would fight over its messages.
        triggers=tuple(
            _renamed(trigger, number)
            for trigger in spec.triggers
            if not isinstance(trigger, OnQueue)
        ),
    )


def _renamed(trigger: Trigger, number: int) -> Trigger:
    if isinstance(trigger, OnEvent):
        return replace(trigger, rule=f"{trigger.rule}-{number}")
    if isinstance(trigger, OnSchedule):
        return replace(trigger, schedule=f"{trigger.schedule}-{number}")
    return trigger


@contextmanager
def checkout(system: System) -> Iterator[Path]:
    """Lend a checkout that has the folders of every function."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copy(ROOT / "__main__.py", root)
        for folder in ("the_alchemiser", "layers", "config", "strategies"):
            (root / folder).symlink_to(ROOT / folder)
        for spec in system.functions:
            original = _original(spec.name)
            shutil.copytree(
                ROOT / "functions" / original / "the_alchemiser" / original,
                root / "functions" / spec.name / "the_alchemiser" / spec.name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        yield root


def _original(name: str) -> str:
    head, _, tail = name.rpartition("_")
    return head if tail.isdecimal() else name
