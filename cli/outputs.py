"""What a stack tells, as the backend recorded it."""

from __future__ import annotations

from blueprint.outputs import OutputsError, StackOutputs
from cli.engine.cli import Cli
from local.problems import LocalProblem


def read_outputs(cli: Cli, stack: str) -> str:
    """Ask the backend for a stack's outputs, as JSON."""
    result = cli.run(["stack", "output", "--json", "--stack", stack], capture=True)
    if result.status:
        raise LocalProblem(
            f"Stack {stack} was expected to have outputs.", "Run `make local` to bring it up."
        )
    return result.output


def stack_outputs(cli: Cli, stack: str) -> StackOutputs:
    """Read and check a stack's outputs."""
    try:
        return StackOutputs.parse(read_outputs(cli, stack), stack)
    except OutputsError as error:
        raise LocalProblem(str(error), "Run `make local` to bring it up.") from error
