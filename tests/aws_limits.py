"""What AWS refuses for its size, refused by every stand-in of it as well.

moto and our own fakes take most of it. Events, messages and asynchronous invocations may have
1 MiB since January 2026 (aws.amazon.com/blogs/compute, "More room to build"); here they keep to
the 256 KB of before, which every partition takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

KB = 1024
EVENT_BYTES = 256 * KB
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html"""
ITEM_BYTES = 400 * KB
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
TRANSACTION_ITEMS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""
TRANSACTION_BYTES = 4 * KB * KB
BATCH_ITEMS = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""
MESSAGE_BYTES = 256 * KB
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
MAIL_BYTES = 256 * KB
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
INVOCATION_BYTES = 256 * KB
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
ENTRIES = 10
"""Of one call to PutEvents: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html"""

Parameters = Mapping[str, Any]


def refuse_too_large(service: str, operation: str, parameters: Parameters) -> None:
    """Raise what AWS answers to a call that is too large for it; nothing for any other."""
    holds = BOUNDS.get((service, operation))
    if holds is not None:
        holds(operation, parameters)


def item_size(item: Mapping[str, Any]) -> int:
    """Count an item as DynamoDB does: names, values, three bytes for a map or list, one for each.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(_bytes(name) + _value_size(value) for name, value in item.items())


def _value_size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    return SIZES.get(kind, _one)(value)


def _one(value: object) -> int:
    return 1


def _number_size(text: str) -> int:
    digits = text.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def _bytes(text: str) -> int:
    return len(text.encode())


def _require(operation: str, found: int, most: int, message: str) -> None:
    if found > most:
        answer = {"Error": {"Code": "ValidationException", "Message": f"{message} ({found})"}}
        raise ClientError(answer, operation)  # type: ignore[arg-type]


SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": _bytes,
    "N": _number_size,
    "B": len,
    "SS": lambda texts: sum(map(_bytes, texts)),
    "NS": lambda numbers: sum(map(_number_size, numbers)),
    "L": lambda values: 3 + sum(1 + _value_size(each) for each in values),
    "M": lambda values: 3 + item_size(values) + len(values),
}
"""By the name of a type; all others take a byte."""


def _item(operation: str, parameters: Parameters) -> None:
    size = item_size(parameters.get("Item", {}))
    _require(operation, size, ITEM_BYTES, "Item size has exceeded the maximum allowed size")


def _update(operation: str, parameters: Parameters) -> None:
    size = item_size(parameters.get("ExpressionAttributeValues", {}))
    _require(operation, size, ITEM_BYTES, "Item size to update has exceeded the maximum size")


def _transaction(operation: str, parameters: Parameters) -> None:
    parts = [part for each in parameters["TransactItems"] for part in each.values()]
    _require(operation, len(parts), TRANSACTION_ITEMS, "Member must have length up to 100")
    sizes = [item_size({**part.get("Item", {}), **part.get("Key", {})}) for part in parts]
    values = [item_size(part.get("ExpressionAttributeValues", {})) for part in parts]
    _require(operation, max(sizes, default=0), ITEM_BYTES, "Item size has exceeded the maximum")
    _require(operation, sum(sizes) + sum(values), TRANSACTION_BYTES, "Transaction too large")


def _batch(operation: str, parameters: Parameters) -> None:
    requests = [each for table in parameters["RequestItems"].values() for each in table]
    _require(operation, len(requests), BATCH_ITEMS, "Member must have length up to 25")
    for request in requests:
        _item(operation, request.get("PutRequest", {}))


def _events(operation: str, parameters: Parameters) -> None:
    entries = parameters["Entries"]
    _require(operation, len(entries), ENTRIES, "Member must have length up to 10")
    told = ("Source", "DetailType", "Detail")
    size = sum(_bytes(entry.get(name, "")) for entry in entries for name in told)
    _require(operation, size, EVENT_BYTES, "Total size of the entries is over the limit")


def _message(operation: str, parameters: Parameters) -> None:
    attributes = parameters.get("MessageAttributes", {})
    size = _bytes(parameters["MessageBody"]) + sum(
        _bytes(name) + _bytes(value["DataType"]) + _bytes(value.get("StringValue", ""))
        for name, value in attributes.items()
    )
    _require(operation, size, MESSAGE_BYTES, "Message must be shorter than 262144 bytes")


def _mail(operation: str, parameters: Parameters) -> None:
    _require(operation, _bytes(parameters["Message"]), MAIL_BYTES, "Message too long")


def _invocation(operation: str, parameters: Parameters) -> None:
    payload = parameters.get("Payload", b"")
    size = len(payload.encode() if isinstance(payload, str) else payload)
    _require(operation, size, INVOCATION_BYTES, "Request must be smaller than 262144 bytes")


BOUNDS: Mapping[tuple[str, str], Callable[[str, Parameters], None]] = {
    ("dynamodb", "PutItem"): _item,
    ("dynamodb", "UpdateItem"): _update,
    ("dynamodb", "TransactWriteItems"): _transaction,
    ("dynamodb", "BatchWriteItem"): _batch,
    ("events", "PutEvents"): _events,
    ("sqs", "SendMessage"): _message,
    ("sns", "Publish"): _mail,
    ("lambda", "Invoke"): _invocation,
}
