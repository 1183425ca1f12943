"""Holds the provider plugins of a stack on AWS to the checksums on record."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.engine.platforms import this_platform
from cli.engine.versions import plugin_versions
from local.problems import LocalProblem
from local.progress import say, step
from packager.store.manifest import digest_of

REMEDY = (
    "Run `make lock-plugins` where Pulumi's releases can be reached, and commit what it writes."
)

NO_ACQUISITION = {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}
"""Keeps the engine from fetching by itself what nobody compares with anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """SHA-256 of one plugin for one platform."""

    archive: str
    program: str
    """Of what the archive unpacks to, which is all that a cache keeps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginLock:
    """What is on record of every plugin."""

    address: str
    plugins: Mapping[str, Any]

    @classmethod
    def read(cls, root: Path) -> PluginLock:
        """Read the lock of a checkout."""
        document = tomllib.loads(plugin_lock(root).read_text(encoding="utf-8"))
        return cls(address=document.pop("address"), plugins=document)

    def url(self, name: str, version: str, platform_name: str) -> str:
        """Say where an archive is."""
        found = self.address.replace("{name}", name).replace("{version}", version)
        return found.replace("{platform}", platform_name)

    def sums(self, name: str, version: str) -> Sums | None:
        """Give what this machine's plugin must be; None for a version that nobody recorded."""
        entry = self.plugins.get(name, {})
        found = entry.get(this_platform()) if entry.get("version") == version else None
        return Sums(**found) if found else None


def plugin_lock(root: Path) -> Path:
    """Name the file that holds address and checksums."""
    return root / "cli/engine/plugins.toml"


def checked_plugins(root: Path, cli: str, home: Path) -> Mapping[str, str]:
    """Install what is missing and compare all; give the variables that leave nothing else in.

    What is not on record stops a job on GitHub, and is said to a person.
    """
    lock = PluginLock.read(root)
    unrecorded = []
    for name, version in plugin_versions().items():
        sums = lock.sums(name, version)
        if sums is None:
            unrecorded.append(f"{name} {version}")
        else:
            _require(cli, home, name, version, sums)
    if not unrecorded:
        return NO_ACQUISITION
    told = f"No checksum of {' and '.join(unrecorded)} for {this_platform()} is on record"
    if os.environ.get("CI"):
        raise LocalProblem(f"{told}, and a job takes no plugin that nobody compared.", REMEDY)
    say(f"{told}: these plugins are taken as they come. {REMEDY}")
    return {}


def _require(cli: str, home: Path, name: str, version: str, sums: Sums) -> None:
    folder = home / "plugins" / f"resource-{name}-v{version}"
    program = folder / f"pulumi-resource-{name}"
    if not program.exists():
        _install(cli, home, name, version, sums)
    found = digest_of(program) if program.exists() else "none"
    if found != sums.program:
        raise LocalProblem(
            f"The plugin {name} {version} in {folder} was expected to have the SHA-256 "
            f"{sums.program}, found {found}.",
            f"Remove {folder} and run the same command again: it is fetched anew, by checksum.",
        )


def _install(cli: str, home: Path, name: str, version: str, sums: Sums) -> None:
    command = [cli, "plugin", "install", "resource", name, version, "--exact"]
    with step(f"fetching the plugin {name} {version} by checksum"):
        answer = subprocess.run(
            [*command, "--checksum", sums.archive],
            capture_output=True,
            text=True,
            env={**os.environ, "PULUMI_HOME": str(home)},
            check=False,
        )
    if answer.returncode:
        raise LocalProblem(
            f"The plugin {name} {version} was not installed: {answer.stderr.strip()[-400:]}",
            "Mend what it names and run the same command again.",
        )


def pulumi_home() -> Path:
    """Give the folder in which the caller's own CLI keeps plugins."""
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
