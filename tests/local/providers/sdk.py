"""Reads from the official SDK what a resource type takes and gives."""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any

import pulumi
from pulumi import _types

from attached_providers.schema import (
    ARCHIVE,
    FLAG,
    INTEGER,
    JSON,
    NUMBER,
    TEXT,
    Block,
    Kind,
    ListOf,
    MapOf,
    Prop,
)

SCALARS = {TEXT: str, INTEGER: int, NUMBER: float, FLAG: bool, JSON: str, ARCHIVE: pulumi.Archive}


@dataclass(frozen=True)
class Field:
    """One input as the SDK declares it."""

    kind: Any
    required: bool


@dataclass(frozen=True)
class Official:
    """What the SDK says of one resource type."""

    token: str
    inputs: dict[str, Field]
    outputs: frozenset[str]


@cache
def official(package: str, token: str) -> Official:
    """Read a resource type from the SDK package that declares it."""
    service, name = token.split(":")[1].partition("/")[0], token.split(":")[2]
    service = {"lambda": "lambda_"}.get(service, service)
    module = importlib.import_module(f"{package}.{service}")
    cls = getattr(module, name)
    # Where a nested type took the plain name, the resource's own arguments are InitArgs.
    args = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    registered = token if f"'{token}'" in inspect.getsource(cls) else "another token"
    return Official(registered, fields_of(args), frozenset(_types.resource_types(cls)))


def fields_of(args: type) -> dict[str, Field]:
    """Read the fields of an arguments class."""
    kinds = _types.input_type_types(args)
    given = inspect.signature(args).parameters
    names = _types.input_type_py_to_pulumi_names(args)
    return {
        name: Field(
            kind=kinds[name],
            required=python in given and given[python].default is inspect.Parameter.empty,
        )
        for python, name in names.items()
    }


def differences(prop: Prop, kind: Any, path: str) -> list[str]:
    """Name every place where a declared property is not of the SDK's type."""
    return _kind_differences(prop.kind, kind, path)


def _kind_differences(mine: Kind, theirs: Any, path: str) -> list[str]:
    choices = _choices(theirs)
    if isinstance(mine, Block):
        nested = [item for item in choices if inspect.isclass(item) and _types.is_input_type(item)]
        return _block_differences(mine, nested[0], path) if nested else [f"{path}: {theirs}"]
    if isinstance(mine, (ListOf, MapOf)):
        wanted = collections.abc.Sequence if isinstance(mine, ListOf) else collections.abc.Mapping
        nested = [item for item in choices if typing.get_origin(item) is wanted]
        if not nested:
            return [f"{path}: {theirs}"]
        return _kind_differences(mine.item, typing.get_args(nested[0])[-1], f"{path}[]")
    return [] if SCALARS[mine] in choices else [f"{path}: {theirs}"]


def _block_differences(mine: Block, theirs: type, path: str) -> list[str]:
    known = fields_of(theirs)
    found = [f"{path}.{name} is unknown" for name in mine.fields if name not in known]
    found += [
        f"{path}.{name} is required"
        for name, field in known.items()
        if field.required and not (name in mine.fields and mine.fields[name].required)
    ]
    for name, prop in mine.fields.items():
        if name in known:
            found += _kind_differences(prop.kind, known[name].kind, f"{path}.{name}")
    return found


def _choices(kind: Any) -> list[Any]:
    """Flatten a type into what it may be; Optional, Output and Awaitable are seen through."""
    origin = typing.get_origin(kind)
    if origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        return [item for part in typing.get_args(kind) for item in _choices(part)]
    if origin is pulumi.Output or origin is collections.abc.Awaitable:
        return [item for part in typing.get_args(kind) for item in _choices(part)]
    return [kind]
