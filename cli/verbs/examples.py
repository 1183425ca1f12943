"""The verb that runs one of examples/ on this machine."""

from __future__ import annotations

import click

from cli.examples import run_example
from local.workfolder import WorkFolder


@click.command
@click.option("--name", required=True, help="one of examples/, or the folder of another system")
@click.pass_obj
def example(work: WorkFolder, name: str) -> int:
    """Deploy an example to MiniStack, ask each of its functions once and print the answers."""
    return run_example(work, name)
