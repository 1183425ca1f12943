"""Stops a function before AWS is touched when what would be deployed breaks a rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pulumi

GATED = ("sourceCodeHash", "imageUri", "layers", "runtime", "handler")
"""A function that changes in none of these runs what has been checked before."""

GATED_SUFFIX = "-function"
"""What the Lambda resource of a function has behind the function's name."""


def function_gate(check: Callable[[str], None]) -> pulumi.ResourceHook:
    """Run a check on a function's name before it is created, or updated in what ships."""

    async def before(args: pulumi.ResourceHookArgs) -> None:
        if changed(args.old_inputs, args.new_inputs):
            # In a thread: functions are updated side by side, and a check takes seconds.
            await asyncio.to_thread(check, args.name.removesuffix(GATED_SUFFIX))

    return pulumi.ResourceHook("function-gate", before)


def changed(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Say whether anything that ships differs between two sets of inputs."""
    if not old or not new:
        return True
    return any(old.get(key) != new.get(key) for key in GATED)
