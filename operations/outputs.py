"""A stack's outputs, as far as operations are told why there are none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from blueprint.outputs import NoOutputsError, OutputsError, StackOutputs
from operations.errors import NeverDeployedError, OperationError
from operations.serving import Aliased


def parse_outputs(text: str, stack: str) -> StackOutputs:
    """Read `pulumi stack output --json`; raise OperationError when nothing is deployed."""
    try:
        return StackOutputs.parse(text, stack)
    except OutputsError as error:
        kind = NeverDeployedError if isinstance(error, NoOutputsError) else OperationError
        raise kind(str(error)) from error


def read_outputs(found: Mapping[str, Any], stack: str) -> StackOutputs:
    """Check outputs as the engine has them on record; raise as `parse_outputs` does."""
    return parse_outputs(json.dumps(found), stack)


def aliased(outputs: StackOutputs) -> dict[str, Aliased]:
    """Tell where each function's alias is."""
    return {
        name: Aliased(function=it.name, alias=it.alias) for name, it in outputs.functions.items()
    }


def layer_arns(outputs: StackOutputs) -> dict[str, str]:
    """Give the ARN of each layer's newest version."""
    return {name: it.arn for name, it in outputs.layers.items()}
