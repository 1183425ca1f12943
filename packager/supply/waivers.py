"""Reads what a project waives, each with its reason, from [tool.packager]."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packager.errors import PackagingError


def read_waivers(file: Path, settings: Mapping[str, Any], rule: str) -> Mapping[str, str]:
    """Give the reasons in `[tool.packager.<rule>.waived]`; PackagingError where one is missing."""
    waived = settings.get(rule, {}).get("waived", {})
    if not all(isinstance(reason, str) and reason.strip() for reason in waived.values()):
        raise PackagingError(
            f"{file}: [tool.packager.{rule}] waived: expected a reason for each that is waived"
        )
    return dict(waived)
