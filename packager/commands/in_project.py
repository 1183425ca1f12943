"""What every command takes: the project it is called in, and options of the target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

from blueprint import Architecture
from packager.project import Project, TargetChoice
from packager.system import load_system

_PYTHON = click.option("--python", help="another Python than the system's, such as 3.13")
_ARCHITECTURE = click.option(
    "--architecture",
    type=click.Choice([it.value for it in Architecture]),
    help="the one that all functions run on",
)
_SMALLEST = click.option(
    "--smallest",
    is_flag=True,
    help="compress anew what wheels bring: slower, and some per cent smaller",
)


def in_project(command: Callable[..., int]) -> Callable[..., int]:
    """Hand a command the project in the folder that it is called in."""

    def called(words: Sequence[str], /, **values: Any) -> int:
        root = Path.cwd()
        choice = TargetChoice(**{it.name: values.pop(it.name) for it in fields(TargetChoice)})
        system = choice.applied(load_system(root))
        project = Project(root=root, system=system, choice=choice, words=tuple(words))
        return command(project, **values)

    named = update_wrapper(click.pass_obj(called), command)
    return _PYTHON(_ARCHITECTURE(_SMALLEST(named)))
