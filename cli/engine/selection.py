"""Decides which engine runs: the machine's, Pulumi's pinned release, or one built here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cli.engine.build import built_engine, engine_folder
from cli.engine.official import official_cli, official_plugins
from cli.engine.release import released_engine
from cli.engine.versions import CLI_VERSION
from local.problems import LocalProblem
from local.workfolder import WorkFolder

PROVIDERS_VARIABLE = "ALCHEMISER_PROVIDERS"
"""Which providers serve the local stack, rehearsals and tests; stacks on AWS have official ones."""

ATTACHED, OFFICIAL = "attached", "official"

BUILT = f"CLI {CLI_VERSION} built here"


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A CLI with what it needs to run a program."""

    cli: Path
    source: str = BUILT
    """Where the CLI is from, for a person."""
    attached: bool
    """Its aws and command providers are this project's, attached over gRPC."""

    @property
    def official(self) -> bool:
        """Tell whether Pulumi built the CLI, and not this machine."""
        return self.source != BUILT

    @property
    def description(self) -> str:
        """Tell a person which of the ways is in use."""
        plugins = "this project's providers attached" if self.attached else "official plugins"
        return f"{self.source} ({self.cli}), {plugins}"


def ensure_engine(work: WorkFolder) -> Engine:
    """Take the machine's CLI, else the pinned release, else build one; attach our providers.

    What runs against the emulator is the same on every machine so, whatever is installed there.
    """
    wanted = os.environ.get(PROVIDERS_VARIABLE, ATTACHED)
    if wanted not in (ATTACHED, OFFICIAL):
        raise LocalProblem(
            f"{PROVIDERS_VARIABLE}={wanted} was expected to be {ATTACHED} or {OFFICIAL}.",
            f"Unset it for the {ATTACHED} providers.",
        )
    cli, source = _official(work)
    if wanted == ATTACHED:
        if cli is not None:
            return Engine(cli=cli, source=source, attached=True)
        built = built_engine(work) / "pulumi"
        return Engine(cli=built, attached=True)
    if cli is None or not official_plugins(work, cli):
        raise LocalProblem(
            f"{PROVIDERS_VARIABLE}={OFFICIAL} needs the official CLI and its plugins, and "
            f"{'the plugins are' if cli else 'the CLI is'} not to be had here.",
            f"Install them, or unset {PROVIDERS_VARIABLE} for the attached providers.",
        )
    return Engine(cli=cli, source=source, attached=False)


def _official(work: WorkFolder) -> tuple[Path | None, str]:
    if cli := official_cli(work):
        return cli, "official CLI of this machine"
    if engine_folder(work).exists():
        # It took minutes to make, and a release that was not to be had then is not missed now.
        return None, BUILT
    released = released_engine(work)
    if released is None:
        return None, BUILT
    return released / "pulumi", f"Pulumi's {released.name.replace('-', ' ', 1)}"
