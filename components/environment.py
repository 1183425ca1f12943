"""Fills in a function's environment variables."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from blueprint import AtOnce, FunctionSpec, OnQueue, Reference, Setting, System
from components.settings import StackSettings

Directory = Mapping[Reference, pulumi.Input[str]]
"""What a client needs to reach each thing in the catalogue."""


def variables(
    spec: FunctionSpec, system: System, settings: StackSettings, directory: Directory
) -> dict[str, pulumi.Input[str]]:
    """Resolve a function's own variables and those that all functions get."""
    declared = {**system.environment, **spec.environment}
    resolved = {
        name: _at_once(value.queue, system)
        if isinstance(value, AtOnce)
        else _value(value, settings, directory)
        for name, value in declared.items()
    }
    if settings.endpoint is not None:
        resolved["AWS_ENDPOINT_URL"] = settings.endpoint
    return resolved


def _value(
    value: Reference | Setting | str, settings: StackSettings, directory: Directory
) -> pulumi.Input[str]:
    if isinstance(value, Reference):
        return directory[value]
    if isinstance(value, Setting):
        own = {"stage": settings.stage, "log_level": settings.log_level}
        return own.get(value.name) or settings.application[value.name]
    return value


def _at_once(queue: str, system: System) -> str:
    """Add up how many messages of a queue its functions are given at the same time."""
    triggers = (trigger for spec in system.functions for trigger in spec.triggers)
    started = (each for each in triggers if isinstance(each, OnQueue) and each.queue == queue)
    return str(sum(each.maximum_concurrency for each in started))
