"""Verbs of the people who change this program: tests, checks, scaffolding."""

from __future__ import annotations

import click

from cli.tools import TOOLS, run_function_tests, run_tool
from cli.workflows import check_the_workflows
from local.problems import LocalProblem
from local.workfolder import WorkFolder


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", type=click.Choice(list(TOOLS)))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def tool(work: WorkFolder, name: str, arguments: tuple[str, ...]) -> int:
    """Run tests, checks or measurements; ARGUMENTS are handed on to each of their programs."""
    return run_tool(work, [name, *arguments])


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--name", required=True, help="which function, such as metrics_v2")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def test_function(work: WorkFolder, name: str, arguments: tuple[str, ...]) -> int:
    """Run the tests of one function; ARGUMENTS are handed on to pytest."""
    return run_function_tests(work, name, arguments)


@click.command
@click.option("--version", required=True, help="which release of Pulumi, such as 3.276.0")
@click.pass_obj
def lock_engine(work: WorkFolder, version: str) -> int:
    """Pin another release of Pulumi by the checksums of its archives."""
    from cli.engine.release_lock import lock_release

    lock_release(work, version.removeprefix("v"))
    return 0


@click.command
@click.pass_obj
def lock_plugins(work: WorkFolder) -> int:
    """Put the checksums of Pulumi's provider plugins on record."""
    from cli.engine.plugin_recording import record_plugins

    record_plugins(work.root)
    return 0


@click.command
@click.pass_obj
def check_workflows(work: WorkFolder) -> int:
    """Check the workflows themselves: actionlint and zizmor."""
    return check_the_workflows(work)


@click.command
@click.option("--name", required=True, help="folder, module and output, such as risk_report")
@click.option("--layer", required=True, help="dependency layer it runs on, such as notifications")
@click.option("--event", default="", help="event that starts it, such as SignalGenerated")
@click.option("--schedule", default="", help="or when it starts: cron(0 4 ? * TUE-SAT *)")
@click.option("--queue", default="", help="or a new queue whose messages it works off")
@click.option("--table", default="", help="a new table that it writes to")
@click.pass_obj
def new_function(work: WorkFolder, /, name: str, layer: str, **asked: str) -> int:
    """Start a function with its entry, its test and its event."""
    from scaffolding.new_function import NEXT, Refused, make_function
    from scaffolding.triggers import Asked

    try:
        made = make_function(work.root, name, layer, Asked(**asked))
    except Refused as refusal:
        raise LocalProblem(str(refusal), "Nothing was changed.") from refusal
    click.echo("\n".join(["made:", *(f"  {path}" for path in made), NEXT]))
    return 0
