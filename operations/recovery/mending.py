"""Makes a stack's record true again after a run that was cut off."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from local.problems import LocalProblem
from local.progress import say, step
from operations.recovery.cloud import Cloud
from operations.recovery.deployment import Deployment, Operation, Resource, adopt, mark_unread
from operations.recovery.identities import DERIVED, REPEATED, SEARCHED, Known

_DIAGNOSTICS = "Diagnostics:"
_MOST_CHARACTERS = 2000


class Result(Protocol):
    """How a command of the CLI ended."""

    @property
    def status(self) -> int:
        """Zero when it went well."""

    @property
    def output(self) -> str:
        """What it wrote on stdout, when that was asked for."""


class StackCommands(Protocol):
    """The CLI, as far as recovery uses it."""

    def run(self, arguments: Sequence[str], *, capture: bool = False) -> Result:
        """Run one command to its end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mending:
    """What is changed in a record."""

    resources: list[Resource]
    found: list[str]
    """Creates that had happened or may have: recorded with their id, for a refresh to judge."""
    dropped: list[str]
    """Creates that had not happened: the next `up` makes them."""


def mend(deployment: Deployment, cloud: Cloud) -> Mending:
    """Decide each cut-off create by whether the cloud has it."""
    resources, found, dropped = deployment.resources, [], []
    for operation in deployment.operations:
        if operation.kind not in ("creating", "importing"):
            continue
        identity = find_identity(operation, cloud, deployment.identities)
        if identity is None:
            dropped.append(operation.urn)
        else:
            resources = adopt(resources, operation, identity)
            found.append(operation.urn)
    cut_off = {operation.urn for operation in deployment.operations}
    return Mending(resources=mark_unread(resources, cut_off), found=found, dropped=dropped)


def find_identity(operation: Operation, cloud: Cloud, known: Known) -> str | None:
    """Give the id that a create would have given, or None where there is nothing to find."""
    inputs = operation.resource.get("inputs", {})
    # A component is nothing but a name in the record.
    if operation.token in REPEATED or not operation.resource.get("custom"):
        return None
    if (derive := DERIVED.get(operation.token)) is not None:
        return derive(inputs)
    if (search := SEARCHED.get(operation.token)) is not None:
        return search(cloud, inputs, known)
    raise LocalProblem(
        f"The create of {operation.urn} was cut off, and operations/recovery/identities.py has "
        f"no row for {operation.token}.",
        "Add one, or see whether it exists and run: pulumi refresh (it asks for the id).",
    )


def mend_stack(commands: StackCommands, stack: str, deployment: Deployment, cloud: Cloud) -> int:
    """Write a mended record, read everything it names from the cloud, and say what was done."""
    operations = deployment.operations
    if operations:
        _record_cut_off(commands, stack, deployment, cloud)
    elif deployment.unread:
        say(f"stack {stack}: an earlier recovery was cut off itself and is finished now")
    else:
        return 0
    read_again(commands, stack)
    return len(operations) or len(deployment.unread)


def read_again(commands: StackCommands, stack: str) -> None:
    """Read everything on record from the cloud, as it is."""
    with step(f"reading the resources of stack {stack} as they are"):
        arguments = ["refresh", "--stack", stack, "--yes", "--skip-preview", "--non-interactive"]
        result = commands.run([*arguments, "--suppress-outputs"], capture=True)
    if result.status:
        raise LocalProblem(
            f"Stack {stack} was mended and its refresh failed with status {result.status}:\n"
            f"{_diagnostics(result.output)}",
            f"See: local/pulumi refresh --stack {stack}",
        )


def _diagnostics(output: str) -> str:
    """Give what the engine says went wrong, which it puts last."""
    told = output.rpartition(_DIAGNOSTICS)[2].strip() or "the engine said why above"
    return told[-_MOST_CHARACTERS:]


def _record_cut_off(
    commands: StackCommands, stack: str, deployment: Deployment, cloud: Cloud
) -> None:
    operations = deployment.operations
    say(f"stack {stack}: {len(operations)} operations were cut off by the end of an earlier run")
    for operation in operations:
        say(f"   {operation.kind:9} {operation.urn.rpartition('$')[2]}")
    mending = mend(deployment, cloud)
    import_deployment(commands, stack, deployment.with_resources(mending.resources))
    say(
        f"stack {stack}: {len(mending.found)} looked up and recorded if there, "
        f"{len(mending.dropped)} to be made by the next up"
    )


def import_deployment(commands: StackCommands, stack: str, deployment: Deployment) -> None:
    """Replace what the backend has recorded."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "deployment.json"
        file.write_text(json.dumps({"version": 3, "deployment": dict(deployment.document)}))
        result = commands.run(
            ["stack", "import", "--stack", stack, "--file", str(file)], capture=True
        )
    if result.status:
        raise LocalProblem(
            f"The mended record of stack {stack} was refused; the engine said why above.",
            f"Nothing was changed. What it has: local/pulumi stack export --stack {stack}",
        )
