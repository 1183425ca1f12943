"""Reads what another stack exports, before this one makes anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi


def stack_outputs_of(stage: str) -> Mapping[str, Any]:
    """Return the outputs of a stack of this project; end the program when there is no such stack.

    A StackReference would resolve only while resources are being made; this call answers at once.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stage}"
    try:
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name})
    except Exception as error:
        raise pulumi.RunError(
            f"Stack {stage} was expected to be deployed before this one, and cannot be read: "
            f"{error}. Deploy it first: `pulumi up --stack {stage}`."
        ) from error
    outputs: Mapping[str, Any] = (answer.value or {}).get("outputs") or {}
    return outputs
