"""What a stack tells, as the backend recorded it."""

from __future__ import annotations

from blueprint.outputs import OutputsError, StackOutputs
from cli.engine.backend import backend_url
from cli.engine.cli import Cli
from cli.engine.stack_file import checkpoint_file
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from operations.recovery.checkpoint import read_checkpoint


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


def recorded_outputs(work: WorkFolder, stack: str) -> StackOutputs | None:
    """Read them from the record itself, which takes no command of the CLI; None without any."""
    record = read_checkpoint(checkpoint_file(backend_url(work), stack))
    root = (it for it in record.resources if it["type"] == "pulumi:pulumi:Stack")
    try:
        return StackOutputs.read(next(root, {}).get("outputs") or {}, stack)
    except OutputsError:
        return None
