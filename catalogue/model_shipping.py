"""The ways in which code that is not a function's own can reach Lambda."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Shipping(Enum):
    """How a function's dependencies travel."""

    LAYER = "layer"
    """Each in a layer that functions share."""
    ZIP = "zip"
    """Inside the function's own zip; layers of our own sources stay attached."""
    IMAGE = "image"
    """Inside a container image, with everything else that the function runs on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GitSource:
    """One package in a git repository that may be private."""

    repository: str
    """Address over HTTPS, without credentials: the token comes from the environment."""
    commit: str
    """The full 40 digits; a branch or tag could come to mean something else."""
    subdirectory: str = ""
    """Where the package's pyproject.toml is, if not at the repository's root."""
