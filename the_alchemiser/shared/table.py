"""One DynamoDB table in plain Python values: strings, exact decimals, maps and lists.

Writes that depend on what is stored answer whether the condition held; they never raise for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from the_alchemiser.shared.aws import aws_errors, error_code
from the_alchemiser.shared.money import plain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
Key = Mapping[str, str]

REFUSED_CODES = frozenset({"ConditionalCheckFailedException"})
CANCELLED_CODE = "TransactionCanceledException"


class PlainNumbers(TypeSerializer):
    """Writes numbers without exponents, which DynamoDB reads and its stand-ins may not."""

    def _serialize_n(self, value: Any) -> str:
        return plain(Decimal(super()._serialize_n(value)))  # type: ignore[misc]


_write = PlainNumbers().serialize
_read = TypeDeserializer().deserialize


def encode(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values in DynamoDB's own notation."""
    return {name: _write(value) for name, value in values.items()}


def decode(item: Mapping[str, Any]) -> Item:
    """Read DynamoDB's own notation."""
    return {name: _read(value) for name, value in item.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An update of one item, and what must hold for it."""

    key: Key
    update: str
    values: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    condition: str | None = None

    def request(self, table: str) -> dict[str, Any]:
        """Give the parameters of UpdateItem, or of its part in a transaction."""
        parts: dict[str, Any] = {
            "TableName": table,
            "Key": encode(self.key),
            "UpdateExpression": self.update,
        }
        if self.values:
            parts["ExpressionAttributeValues"] = encode(self.values)
        if self.names:
            parts["ExpressionAttributeNames"] = dict(self.names)
        if self.condition:
            parts["ConditionExpression"] = self.condition
        return parts


class Table:
    """Reads and conditional writes on one table."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: Key) -> Item | None:
        """Read an item as it is now, or nothing."""
        with aws_errors(f"read {_shown(key)}"):
            found = self._client.get_item(
                TableName=self.name, Key=encode(key), ConsistentRead=True
            ).get("Item")
        return None if found is None else decode(found)

    def put_new(self, item: Item) -> bool:
        """Write an item unless its key is taken; tell whether it was written."""
        try:
            with aws_errors(f"write {_shown(item)}"), _conditions():
                self._client.put_item(
                    TableName=self.name,
                    Item=encode(item),
                    ConditionExpression="attribute_not_exists(PK)",
                )
        except ConditionNotMetError:
            return False
        return True

    def change(self, change: Change) -> Item | None:
        """Update an item and give it as it is then; nothing if the condition did not hold."""
        try:
            with aws_errors(f"change {_shown(change.key)}"), _conditions():
                # The keyword arguments are assembled, which the stubs cannot follow.
                answer = self._client.update_item(
                    **change.request(self.name), ReturnValues="ALL_NEW"
                )
        except ConditionNotMetError:
            return None
        return decode(answer["Attributes"])

    def write_together(self, parts: Sequence[Mapping[str, Any]]) -> bool:
        """Apply all parts of a transaction or none; tell whether all conditions held."""
        try:
            with aws_errors(f"write {len(parts)} items together"), _conditions():
                self._client.transact_write_items(TransactItems=list(parts))  # type: ignore[arg-type]
        except ConditionNotMetError:
            return False
        return True

    def changing(self, change: Change) -> dict[str, Any]:
        """Give an update as a part of a transaction."""
        return {"Update": change.request(self.name)}

    def putting_new(self, item: Item) -> dict[str, Any]:
        """Give a first write of an item as a part of a transaction."""
        return {
            "Put": {
                "TableName": self.name,
                "Item": encode(item),
                "ConditionExpression": "attribute_not_exists(PK)",
            }
        }

    def putting(self, item: Item, condition: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give a write of a whole item under a condition as a part of a transaction."""
        return {
            "Put": {
                "TableName": self.name,
                "Item": encode(item),
                "ConditionExpression": condition,
                "ExpressionAttributeValues": encode(values),
            }
        }

    def delete_if(self, key: Key, condition: str, values: Mapping[str, Any]) -> bool:
        """Remove an item of which something holds; tell whether it was removed."""
        try:
            with aws_errors(f"remove {_shown(key)}"), _conditions():
                self._client.delete_item(
                    TableName=self.name,
                    Key=encode(key),
                    ConditionExpression=condition,
                    ExpressionAttributeValues=encode(values),
                )
        except ConditionNotMetError:
            return False
        return True

    def items(self, partition: str, prefix: str) -> list[Item]:
        """Read the items of a partition whose sort key begins with a prefix, as they are now."""
        return list(
            self._pages(
                "query",
                KeyConditionExpression="PK = :partition AND begins_with(SK, :prefix)",
                ExpressionAttributeValues=encode({":partition": partition, ":prefix": prefix}),
                ConsistentRead=True,
            )
        )

    def indexed(self, index: str, partition: str, prefix: str) -> list[Item]:
        """Read from a global index, in its order; what was written a moment ago may lack."""
        return list(
            self._pages(
                "query",
                IndexName=index,
                KeyConditionExpression=(
                    f"{index}PK = :partition AND begins_with({index}SK, :prefix)"
                ),
                ExpressionAttributeValues=encode({":partition": partition, ":prefix": prefix}),
            )
        )

    def scan(
        self, condition: str, values: Mapping[str, Any], names: Mapping[str, str] | None = None
    ) -> list[Item]:
        """Read every item of which something holds."""
        aliases: dict[str, Any] = {"ExpressionAttributeNames": dict(names)} if names else {}
        return list(
            self._pages(
                "scan",
                FilterExpression=condition,
                ExpressionAttributeValues=encode(values),
                ConsistentRead=True,
                **aliases,
            )
        )

    def _pages(self, operation: str, **request: Any) -> Iterator[Item]:
        with aws_errors(f"{operation} {self.name}"):
            pages = self._client.get_paginator(operation)  # type: ignore[call-overload]
            for page in pages.paginate(TableName=self.name, **request):
                yield from (decode(item) for item in page["Items"])


class ConditionNotMetError(Exception):
    """A conditional write found something else than it expected."""


@contextmanager
def _conditions() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _is_refusal(error):
            raise ConditionNotMetError from error
        raise


def _is_refusal(error: ClientError) -> bool:
    code = error_code(error)
    if code != CANCELLED_CODE:
        return code in REFUSED_CODES
    reasons: Sequence[Mapping[str, Any]] = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)


def _shown(key: Mapping[str, Any]) -> str:
    return f"{key.get('PK')}/{key.get('SK')}"
