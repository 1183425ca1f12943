"""Decides which engine runs: the official one of the machine, or one built and attached here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cli.engine.build import built_engine
from cli.engine.official import official_cli, official_plugins
from cli.engine.versions import CLI_VERSION
from local.problems import LocalProblem
from local.workfolder import WorkFolder

PROVIDERS_VARIABLE = "ALCHEMISER_PROVIDERS"
"""Which providers serve the local stack, rehearsals and tests; stacks on AWS have official ones."""

ATTACHED, OFFICIAL = "attached", "official"


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
    """Take the machine's CLI, else build one; the providers are this project's own unless asked.

    What runs against the emulator is the same on every machine so, whatever is installed there.
    """
    wanted = os.environ.get(PROVIDERS_VARIABLE, ATTACHED)
    if wanted not in (ATTACHED, OFFICIAL):
        raise LocalProblem(
            f"{PROVIDERS_VARIABLE}={wanted} was expected to be {ATTACHED} or {OFFICIAL}.",
            f"Unset it for the {ATTACHED} providers.",
        )
    cli = official_cli(work)
    if wanted == ATTACHED:
        official = cli is not None
        return Engine(cli=cli or built_engine(work) / "pulumi", official=official, attached=True)
    if cli is None or not official_plugins(work, cli):
        raise LocalProblem(
            f"{PROVIDERS_VARIABLE}={OFFICIAL} needs the official CLI and its plugins, and "
            f"{'the plugins are' if cli else 'the CLI is'} not to be had here.",
            f"Install them, or unset {PROVIDERS_VARIABLE} for the attached providers.",
        )
    return Engine(cli=cli, official=True, attached=False)
