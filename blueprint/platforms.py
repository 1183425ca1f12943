"""What functions run on."""

from __future__ import annotations

from enum import StrEnum

DEFAULT_PYTHON = "3.12"
"""Python of a system that names none."""


class Architecture(StrEnum):
    """Instruction sets, as Lambda spells them."""

    X86_64 = "x86_64"
    ARM64 = "arm64"
