"""What a stack tells, as the backend recorded it."""

from __future__ import annotations

import json

from cli.engine.cli import Cli
from local.problems import LocalProblem


def read_outputs(cli: Cli, stack: str) -> dict[str, object]:
    """Ask the backend for a stack's outputs."""
    result = cli.run(["stack", "output", "--json", "--stack", stack], capture=True)
    if result.status:
        raise LocalProblem(
            f"Stack {stack} was expected to have outputs.", "Run `make local` to bring it up."
        )
    outputs: dict[str, object] = json.loads(result.output)
    return outputs
