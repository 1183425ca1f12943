"""Each command by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cli.days import trade_day, trade_days
from cli.engine.arguments import understand
from cli.engine.backend import backend_url
from cli.engine.cli import Cli, announce
from cli.recovery import notice_loss, recover
from cli.stack import bring_down, bring_up, clean, preview, print_outputs
from cli.strategies import show_strategies
from cli.tools import run_module, run_tool
from cli.workflows import check_workflows
from local.workfolder import WorkFolder
from operations.recovery.file_backend import backend_folder
from operations.recovery.remains import clear_remains

Command = Callable[[WorkFolder, list[str]], int]


def run_pulumi(work: WorkFolder, arguments: list[str]) -> int:
    """Run the Pulumi CLI as it is, in this project's environment."""
    invocation = understand(arguments)
    cli = Cli.of(work, touches_cloud=invocation.touches_cloud)
    announce(invocation, cli.engine)
    if invocation.touches_cloud:
        clear_remains(backend_folder(backend_url(work)))
        notice_loss(cli, invocation.stack)
    return cli.run(arguments).status


COMMANDS: Mapping[str, Command] = {
    "clean": clean,
    "day": trade_day,
    "days": trade_days,
    "down": bring_down,
    "local": bring_up,
    "new-function": lambda work, arguments: run_module(work, "scaffolding", arguments),
    "operate": lambda work, arguments: run_module(work, "operations", arguments),
    "outputs": print_outputs,
    "preview": preview,
    "pulumi": run_pulumi,
    "recover": recover,
    "strategies": show_strategies,
    "tool": run_tool,
    "workflows": check_workflows,
}
