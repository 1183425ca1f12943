"""Verbs of the local stack, and the Pulumi CLI itself."""

from __future__ import annotations

import json

import click

from cli import cleaning
from cli.engine.arguments import DEFAULT_STACK, understand
from cli.engine.backend import backend_url
from cli.engine.cli import Cli, announce
from cli.outputs import read_outputs
from cli.recovery import notice_loss, recover_stack
from cli.stack import bring_down, bring_up, preview_stack
from cli.verbs.options import REHEARSE, WATCH
from local.workfolder import WorkFolder
from operations.recovery.file_backend import backend_folder
from operations.recovery.remains import clear_remains
from operations.stack_access import STACKS

PASSED_ON = {"ignore_unknown_options": True, "help_option_names": []}
"""Settings of a command whose arguments, `--help` among them, belong to another program."""


@click.command
@click.option("--and-trade", is_flag=True, help="trade a day on it afterwards")
@click.pass_obj
def local(work: WorkFolder, and_trade: bool) -> int:
    """Bring the local stack to what the checkout says."""
    return bring_up(work, and_trade=and_trade)


@click.command
@click.option("--stack", type=click.Choice(STACKS), default=None, help="follow this stack's alarms")
@WATCH
@REHEARSE
@click.pass_obj
def watch(work: WorkFolder, stack: str | None, watch: str, rehearse: bool) -> int:
    """Deploy every save to the local stack; or with a stack, follow its alarms."""
    if stack is not None:
        from cli.stacks import reach
        from cli.verbs.releases import watched

        return watched(reach(stack, rehearse=rehearse), watch or "15m")
    # Imported here: the catalogue and the components are what no other verb of these pays for.
    from cli.watch_session import watch_stack

    return watch_stack(work)


@click.command
@click.pass_obj
def down(work: WorkFolder) -> int:
    """End the local stack and stop what was started for it."""
    return bring_down(work)


@click.command
@click.option("--all", "everything", is_flag=True, help="engine and tools too")
@click.pass_obj
def clean(work: WorkFolder, everything: bool) -> int:
    """Stop what was started and remove what was made; the engine stays unless ALL=1."""
    return cleaning.clean(work, everything=everything)


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--diff", is_flag=True, help="each property, as the engine shows it")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def preview(work: WorkFolder, diff: bool, arguments: tuple[str, ...]) -> int:
    """Show by name what `make local` would change; DIFF=1 shows each property.

    With ARGUMENTS for the engine's own preview, such as --json, its display is shown instead.
    """
    return preview_stack(work, whole=diff, arguments=arguments)


@click.command
@click.pass_obj
def outputs(work: WorkFolder) -> int:
    """Print the local stack's outputs as JSON and nothing else."""
    found = json.loads(read_outputs(Cli.of(work, touches_cloud=False), DEFAULT_STACK))
    click.echo(json.dumps(found, indent=2))
    return 0


@click.command
@click.option("--stack", default=DEFAULT_STACK, show_default=True, help="which stack to mend")
@click.option("--adopt", "adopts", is_flag=True, help="take in what stands and is the stack's own")
@REHEARSE
@click.pass_obj
def recover(work: WorkFolder, stack: str, adopts: bool, rehearse: bool) -> int:
    """Mend a stack after a run that was cut off, or that met what stands already."""
    return recover_stack(work, stack, rehearse=rehearse, adopts=adopts)


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def pulumi(work: WorkFolder, arguments: tuple[str, ...]) -> int:
    """Run the Pulumi CLI as it is, in this project's environment."""
    invocation = understand(arguments)
    cli = Cli.of(work, touches_cloud=invocation.touches_cloud)
    announce(invocation, cli.engine)
    if invocation.touches_cloud:
        clear_remains(backend_folder(backend_url(work)))
        notice_loss(cli, invocation.stack)
    return cli.run(arguments).status
