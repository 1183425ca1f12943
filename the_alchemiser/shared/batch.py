"""Queue batches: one message at a time, and a failure holds back only its own group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.logs import (
    bind_run,
    configure_from_environment,
    get_logger,
    unbind_run,
)

Message = TypeVar("Message")

BatchResponse = dict[str, object]

WHOLE_BATCH = ""
"""An empty identifier makes Lambda repeat the whole batch.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""


def run_in_order(
    event: object, decode: Callable[[str], Message], handle: Callable[[Message], object]
) -> BatchResponse:
    """Handle each message of a FIFO batch; report the failed one and those behind it in its group.

    A batch whose messages cannot be told apart is reported as a whole, before any is handled.
    """
    configure_from_environment()
    records = _records(event)
    if not all(_is_nameable(record) for record in records):
        get_logger().error("batch_rejected", reason="expected records with a messageId")
        return {"batchItemFailures": [{"itemIdentifier": WHOLE_BATCH}]}
    failed: list[str] = []
    blocked_groups: set[str] = set()
    for record in records:
        group = _group(record)
        if group in blocked_groups or not _handled(record, decode, handle):
            blocked_groups.add(group)
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def is_batch(event: object) -> bool:
    """Tell a queue's batch from other inputs."""
    return isinstance(event, Mapping) and isinstance(event.get("Records"), list)


def _records(event: object) -> list[Any]:
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list):
        raise InvalidEvent("expected an object with a list of Records")
    return records


def _is_nameable(record: object) -> bool:
    if not isinstance(record, Mapping):
        return False
    name = record.get("messageId")
    return isinstance(name, str) and name != WHOLE_BATCH


def _group(record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes")
    group = attributes.get("MessageGroupId") if isinstance(attributes, Mapping) else None
    # A message of no group, as on a standard queue, stands for itself.
    return f"group:{group}" if isinstance(group, str) else f"message:{record['messageId']}"


def _handled(
    record: Mapping[str, Any],
    decode: Callable[[str], Message],
    handle: Callable[[Message], object],
) -> bool:
    unbind_run()
    try:
        message = decode(_body(record))
        _bind(message)
        handle(message)
    # Whatever goes wrong with one message must not take the others of the batch with it.
    except Exception as error:
        get_logger().error(
            "message_failed",
            message_id=record["messageId"],
            error_type=type(error).__name__,
            reason=str(error)[:1000],
            exc_info=not isinstance(error, InvalidEvent),
        )
        return False
    return True


def _bind(message: object) -> None:
    ids = (getattr(message, "correlation_id", None), getattr(message, "cause_id", None))
    if isinstance(ids[0], str) and isinstance(ids[1], str):
        bind_run(ids[0], ids[1])


def _body(record: Mapping[str, Any]) -> str:
    body = record.get("body")
    if not isinstance(body, str):
        raise InvalidEvent(f"expected a text as body, found {type(body).__name__}")
    return body
