"""Looks for a Pulumi CLI and its plugins that the machine already has."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from cli.engine.plugin_sums import PluginLock
from cli.engine.versions import OLDEST_CLI, plugin_versions
from local.progress import say, step
from local.workfolder import WorkFolder

ASKED_AGAIN_AFTER_S = 86_400.0
"""A refusal takes half a minute to come, and may have been the network's of that day."""


def official_cli(work: WorkFolder) -> Path | None:
    """Give the machine's own CLI when it is new enough."""
    found = shutil.which("pulumi")
    if found is None or Path(found).is_relative_to(work.home):
        return None
    cli = Path(found).resolve()
    known = _known_version(work, cli)
    if known < OLDEST_CLI:
        say(f"{cli} is older than {'.'.join(map(str, OLDEST_CLI))}: it is not used")
        return None
    return cli


def _known_version(work: WorkFolder, cli: Path) -> tuple[int, ...]:
    # Asking takes as long as a small command, so the answer is kept until the file changes.
    cache, mark = work.engine / "official.json", [str(cli), cli.stat().st_mtime_ns]
    with contextlib.suppress(OSError, ValueError):
        kept = json.loads(cache.read_text())
        if kept["mark"] == mark:
            return tuple(kept["version"])
    try:
        answer = subprocess.run([cli, "version"], capture_output=True, text=True, timeout=30)
        found = re.match(r"v?(\d+)\.(\d+)", answer.stdout)
    except (OSError, subprocess.TimeoutExpired):
        found = None
    numbers = tuple(int(part) for part in found.groups()) if found else (0, 0)
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(json.dumps({"mark": mark, "version": numbers}))
    return numbers


def official_plugins(work: WorkFolder, cli: Path) -> bool:
    """Tell whether the CLI has the plugins of these SDKs, getting them where the network lets."""
    if _present(work):
        return True
    refused = work.engine / "plugins-not-to-be-had"
    if refused.exists() and time.time() - refused.stat().st_mtime < ASKED_AGAIN_AFTER_S:
        return False
    with step("asking for the official provider plugins"):
        answers = [_install(work, cli, name) for name in plugin_versions()]
    if all(answers):
        return True
    refused.touch()
    say("the official provider plugins are not to be had here")
    return False


def _present(work: WorkFolder) -> bool:
    owned = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "plugins"
    link = work.pulumi_home / "plugins"
    if owned.is_dir() and not link.exists():
        # Only the plugins are shared: logins and the selected stack of the user stay apart.
        work.pulumi_home.mkdir(parents=True, exist_ok=True)
        link.symlink_to(owned)
    return all(
        (link / f"resource-{name}-v{version}").is_dir()
        or shutil.which(f"pulumi-resource-{name}") is not None
        for name, version in plugin_versions().items()
    )


def _install(work: WorkFolder, cli: Path, name: str) -> bool:
    version = plugin_versions()[name]
    sums = PluginLock.read(work.root).sums(name, version)
    checked = ["--checksum", sums.archive] if sums else []
    command = [str(cli), "plugin", "install", "resource", name, version, *checked]
    settings = {**os.environ, "PULUMI_HOME": str(work.pulumi_home)}
    try:
        return (
            subprocess.run(command, capture_output=True, env=settings, timeout=300).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
