"""Is every function alive? Each alias is sent a health event that touches nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from blueprint.outputs import FunctionOutput
from operations.live import Live

HEALTH_EVENT = b'{"action": "health"}'


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one function said to the health event."""

    name: str
    is_healthy: bool
    said: str


def ask_all(functions: Mapping[str, FunctionOutput], live: Live) -> tuple[Answer, ...]:
    """Send the health event to every alias, in the order of the catalogue."""
    return tuple(_ask(name, function, live) for name, function in functions.items())


def _ask(name: str, function: FunctionOutput, live: Live) -> Answer:
    status, payload = live.answer(function.name, function.alias, HEALTH_EVENT)
    said = payload.decode("utf-8", "replace")
    return Answer(name=name, is_healthy=status == 200 and _is_ok(said), said=said[:300])


def _is_ok(said: str) -> bool:
    try:
        reply = json.loads(said)
    except json.JSONDecodeError:
        return False
    return isinstance(reply, dict) and reply.get("status") == "healthy"
