"""The settings of one stack, as its file has them."""

from __future__ import annotations

import json
from typing import Any

from operations.engine import Engine


def stack_settings(engine: Engine) -> dict[str, Any]:
    """Read every setting by its key with the namespace; a secret's value is not among them."""
    found: dict[str, Any] = json.loads(engine.read("config", "--json"))
    return {key: it.get("objectValue", it.get("value")) for key, it in found.items()}
