"""What the SDK's own classes say of a resource type: names, kinds, and what must be given."""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pulumi
from pulumi import _types

from attached_providers.schema import ANYTHING, ARCHIVE, FLAG, INTEGER, NUMBER, TEXT, Scalar

_MODULES = {"lambda": "lambda_", "local": "local"}
"""Where a service's name is a word of Python."""
_SCALARS: tuple[tuple[type, Scalar], ...] = (
    (pulumi.Archive, ARCHIVE),
    (bool, FLAG),
    (int, INTEGER),
    (float, NUMBER),
    (str, TEXT),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One property as the SDK declares it."""

    annotation: Any
    required: bool = False


@cache
def inputs(token: str) -> Mapping[str, Field]:
    """Give what a program may say of a resource type, by its names on the wire."""
    module, name = _place(token)
    # Where a nested type took the plain name, the resource's own arguments are InitArgs.
    return fields(getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args"))


@cache
def outputs(token: str) -> Mapping[str, Field]:
    """Give what a resource type tells beside its inputs."""
    module, name = _place(token)
    found = _types.resource_types(getattr(module, name))
    return {key: Field(kind) for key, kind in found.items() if key not in inputs(token)}


def fields(arguments: type) -> Mapping[str, Field]:
    """Give the fields of an arguments class."""
    kinds = _types.input_type_types(arguments)
    asked = inspect.signature(arguments).parameters
    return {
        name: Field(
            kinds[name],
            required=python in asked and asked[python].default is inspect.Parameter.empty,
        )
        for python, name in _types.input_type_py_to_pulumi_names(arguments).items()
    }


def scalar(annotation: Any) -> Scalar:
    """Give the kind of a plain value."""
    found = choices(annotation)
    for python, kind in _SCALARS:
        if any(inspect.isclass(item) and issubclass(item, python) for item in found):
            return kind
    return ANYTHING


def items(annotation: Any, container: type) -> Any:
    """Give the type of a list's or a map's items; None for what is neither."""
    for item in choices(annotation):
        if typing.get_origin(item) is container:
            return typing.get_args(item)[-1]
    return None


def nested(annotation: Any) -> type | None:
    """Give the arguments class of a nested object; None for what is none."""
    for item in choices(annotation):
        if inspect.isclass(item) and _types.is_input_type(item):
            return item
    return None


def choices(annotation: Any) -> list[Any]:
    """Flatten a type into what it may be; Optional, Output and Awaitable are seen through."""
    seen_through = (
        typing.Union,
        types.UnionType,
        pulumi.Output,
        collections.abc.Awaitable,
    )
    if typing.get_origin(annotation) in seen_through:
        return [item for part in typing.get_args(annotation) for item in choices(part)]
    return [annotation]


def _place(token: str) -> tuple[Any, str]:
    package, where, name = token.split(":")
    service = where.partition("/")[0]
    return importlib.import_module(f"pulumi_{package}.{_MODULES.get(service, service)}"), name
