"""Names this machine as archives of programs do."""

from __future__ import annotations

import platform


def this_platform(*, amd64: str = "amd64") -> str:
    """Give system and processor; Pulumi's CLI and its plugins differ in the word for amd64."""
    machine = platform.machine().lower()
    processors = {"x86_64": amd64, "amd64": amd64, "aarch64": "arm64"}
    return f"{platform.system().lower()}-{processors.get(machine, machine)}"
