"""A stack's outputs, as far as operations are told why there are none."""

from __future__ import annotations

from blueprint.outputs import OutputsError, StackOutputs
from operations.errors import OperationError


def parse_outputs(text: str, stack: str) -> StackOutputs:
    """Read `pulumi stack output --json`; raise OperationError when nothing is deployed."""
    try:
        return StackOutputs.parse(text, stack)
    except OutputsError as error:
        raise OperationError(str(error)) from error
