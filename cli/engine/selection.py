"""Decides which engine runs: the official one of the machine, or one built and attached here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cli.engine.build import built_engine
from cli.engine.official import official_cli, official_plugins
from cli.engine.versions import CLI_VERSION
from local.workfolder import WorkFolder


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A CLI with what it needs to run a program."""

    cli: Path
    official: bool
    """Installed on the machine, and not built here."""
    attached: bool
    """Its aws and command providers are this project's, attached over gRPC."""

    @property
    def description(self) -> str:
        """Tell a person which of the ways is in use."""
        cli = "official CLI of this machine" if self.official else f"CLI {CLI_VERSION} built here"
        plugins = "this project's providers attached" if self.attached else "official plugins"
        return f"{cli} ({self.cli}), {plugins}"


def ensure_engine(work: WorkFolder) -> Engine:
    """Take what the machine has, else build."""
    if (cli := official_cli(work)) is not None:
        return Engine(cli=cli, official=True, attached=not official_plugins(work, cli))
    return Engine(cli=built_engine(work) / "pulumi", official=False, attached=True)
