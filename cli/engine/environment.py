"""The environment in which the CLI, the program, the providers and the layer builds run."""

from __future__ import annotations

import os

from cli.engine.arguments import Invocation
from cli.engine.backend import backend_url
from cli.engine.selection import Engine
from cli.engine.stack_file import PASSPHRASE
from local.market.address import URL_VARIABLE, market_url
from local.ministack.client_environment import emulator_environment
from local.workfolder import WorkFolder
from operations.child_environment import BUILD_TOKENS, without_tokens


def engine_environment(
    work: WorkFolder, engine: Engine, invocation: Invocation, endpoint: str | None
) -> dict[str, str]:
    """Compose it: the project's own settings over what the caller has, minus real credentials."""
    # Layers are built by the command provider: an attached one gets the builds' token by itself.
    kept = without_tokens(os.environ, keeping=() if engine.attached else BUILD_TOKENS)
    inherited = {key: value for key, value in kept.items() if not key.startswith("AWS_")}
    inherited.pop("VIRTUAL_ENV", None)
    # The caller's PYTHONPATH may hold another version of what the lock pins.
    inherited.pop("PYTHONPATH", None)
    inherited.pop("EMULATOR_REHEARSAL", None)
    programs = [str(work.root / ".venv/bin"), str(engine.cli.parent), inherited.get("PATH", "")]
    composed = inherited | {
        "PATH": os.pathsep.join(programs),
        "PULUMI_HOME": str(work.pulumi_home),
        "PULUMI_BACKEND_URL": backend_url(work),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Lets the CLI keep a log of events, as it does for the automation API.
        "PULUMI_DEBUG_COMMANDS": "true",
        "PULUMI_STACK": invocation.stack,
        "ALCHEMISER_HOME": str(work.home),
    }
    if invocation.rehearses:
        composed["EMULATOR_REHEARSAL"] = "1"
    composed[URL_VARIABLE] = market_url(work)
    return composed | emulator_environment(work, invocation.stack, endpoint)
