"""The one engine version, and the plugins whose SDKs the lock pins."""

from __future__ import annotations

from importlib.metadata import version

CLI_VERSION = "3.276.0"
"""Of the CLI built here; an official one of the machine may be newer."""

OLDEST_CLI = (3, 250)

OLDEST_GO = (1, 26, 6)
"""What the CLI's own go.mod asks for."""


def plugin_versions() -> dict[str, str]:
    """Name the provider plugins that belong to the installed SDKs."""
    return {"aws": version("pulumi-aws"), "command": version("pulumi-command")}
