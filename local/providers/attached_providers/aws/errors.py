"""Reads AWS errors: what they say, and which of them mean that a thing is not there."""

from __future__ import annotations

from typing import Any

ABSENT = frozenset(
    {
        "404",
        "NoSuchBucket",
        "NoSuchEntity",
        "NotFound",
        "NotFoundException",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    }
)
"""Codes with which AWS says that a resource does not exist."""


def code_of(error: BaseException | None) -> str:
    """Return AWS's code of an error; empty for any other error."""
    response: Any = getattr(error, "response", None)
    return str(response["Error"].get("Code", "")) if isinstance(response, dict) else ""


def describe(error: BaseException) -> str | None:
    """Put an AWS error in one line with its code and message; None for any other error."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ClientError):
        said = error.response["Error"]
        return f"{error.operation_name}: {said.get('Code')}: {said.get('Message')}"
    if isinstance(error, BotoCoreError):
        return f"{type(error).__name__}: {error}"
    return None
