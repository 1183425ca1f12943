"""Structured logs: one JSON object a line, with the run's ids and without secrets.

structlog brings asyncio and more with it; it is imported with the first line that is written.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import structlog

REDACTED = "[redacted]"

_SECRET_NAME = re.compile(
    r"secret|token|passw|credential|authorization|api_?key|access_?key|apca", re.IGNORECASE
)
_SHORTEST_SECRET = 6
_secret_values: set[str] = set()


def configure(function_name: str, level: str = "INFO") -> None:
    """Set the form of all log lines of this process."""
    import structlog

    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_StandardOutput,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(function=function_name)


@cache
def configure_from_environment() -> None:
    """Set the form of all log lines by what Lambda and the stack say, once a process."""
    configure(
        os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"), os.environ.get("LOG_LEVEL", "INFO")
    )


def get_logger() -> Any:
    """Return the logger; ids bound by `bind_run` are in each of its lines."""
    import structlog

    return structlog.get_logger()


def bind_run(correlation_id: str, causation_id: str) -> None:
    """Put the run's ids into every line until the next call."""
    import structlog

    structlog.contextvars.bind_contextvars(correlation_id=correlation_id, causation_id=causation_id)


def unbind_run() -> None:
    """Forget the ids of the run before, so that no line carries a stranger's."""
    import structlog

    structlog.contextvars.unbind_contextvars("correlation_id", "causation_id")


def redact(value: str) -> None:
    """Keep a secret value out of all lines from now on, wherever it turns up."""
    if len(value) >= _SHORTEST_SECRET:
        _secret_values.add(value)


def without_secrets(value: Any) -> Any:
    """Return a copy in which secret fields and known secret values are blotted out."""
    if isinstance(value, Mapping):
        return {
            key: REDACTED
            if isinstance(key, str) and _SECRET_NAME.search(key) and not key.endswith("_arn")
            else without_secrets(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [without_secrets(inner) for inner in value]
    if isinstance(value, str | BaseException):
        text = str(value)
        for secret in _secret_values:
            text = text.replace(secret, REDACTED)
        return text
    return value


def _without_secrets(
    logger: Any, method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    cleaned: MutableMapping[str, Any] = without_secrets(line)
    return cleaned


def _StandardOutput(*args: Any) -> structlog.PrintLogger:  # noqa: N802
    import structlog

    # Looked up at each line, so that whoever captures the output gets it.
    return structlog.PrintLogger(sys.stdout)
