"""Fits a catalogue to one stack: its sizes, its limits, its Python."""

from __future__ import annotations

import platform
import sys
from dataclasses import replace

from blueprint import Architecture, FunctionSpec, OnQueue, System, Trigger
from components.settings import FunctionSettings, StackSettings

UNCHANGED = FunctionSettings()


def with_overrides(system: System, settings: StackSettings) -> System:
    """Apply a stack's overrides and caps to every function, and choose what they run on."""
    sized = tuple(_sized(spec, settings) for spec in system.functions)
    fitted = replace(
        system,
        functions=sized,
        python=_python(system, settings),
        smallest=system.smallest or settings.smallest_layers,
    )
    return fitted.on(machine_architecture()) if settings.architecture == "at-hand" else fitted


def machine_architecture(machine: str = platform.machine()) -> Architecture:
    """Say which instruction set this machine has, as Lambda spells it."""
    return Architecture.ARM64 if machine.lower() in {"arm64", "aarch64"} else Architecture.X86_64


def moved_functions(declared: System, fitted: System) -> tuple[str, ...]:
    """Name the functions that a stack runs on another instruction set than their entries say."""
    return tuple(
        spec.name
        for spec, fits in zip(declared.functions, fitted.functions, strict=True)
        if spec.architecture is not fits.architecture
    )


def consumer_timeout_s(queue: str, system: System) -> int:
    """Find the longest timeout among the functions that a queue starts; 0 where it starts none."""
    return max(
        (
            spec.timeout_s
            for spec in system.functions
            for trigger in spec.triggers
            if isinstance(trigger, OnQueue) and trigger.queue == queue
        ),
        default=0,
    )


def _python(system: System, settings: StackSettings) -> str:
    if settings.python == "at-hand":
        return f"{sys.version_info.major}.{sys.version_info.minor}"
    return settings.python or system.python


def _sized(spec: FunctionSpec, settings: StackSettings) -> FunctionSpec:
    override = settings.functions.get(spec.name, UNCHANGED)
    reserved = _capped_or_none(spec.reserved_concurrency, settings.concurrency_cap)
    return replace(
        spec,
        memory_mb=override.memory_mb or _capped(spec.memory_mb, settings.memory_cap_mb),
        timeout_s=override.timeout_s or spec.timeout_s,
        reserved_concurrency=(override.reserved_concurrency or reserved)
        if settings.reserves_concurrency
        else None,
        triggers=tuple(_limited(trigger, settings) for trigger in spec.triggers),
    )


def _limited(trigger: Trigger, settings: StackSettings) -> Trigger:
    if not isinstance(trigger, OnQueue):
        return trigger
    limit = _capped(trigger.maximum_concurrency, settings.concurrency_cap)
    return replace(trigger, maximum_concurrency=limit)


def _capped(value: int, cap: int | None) -> int:
    return value if cap is None else min(value, cap)


def _capped_or_none(value: int | None, cap: int | None) -> int | None:
    return None if value is None else _capped(value, cap)
