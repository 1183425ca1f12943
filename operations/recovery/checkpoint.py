"""Reads a stack's record straight from a file backend, which takes no command of the CLI."""

from __future__ import annotations

import json
from pathlib import Path

from operations.recovery.deployment import Deployment


def read_checkpoint(file: Path) -> Deployment:
    """Give the record; an empty one where the stack was never brought up."""
    if not file.exists():
        return Deployment(document={})
    latest = json.loads(file.read_text())["checkpoint"].get("latest")
    return Deployment(document=latest or {})


def parse_export(text: str) -> Deployment:
    """Give the record that `pulumi stack export` printed."""
    return Deployment(document=json.loads(text)["deployment"])
