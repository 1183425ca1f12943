"""One fetch a symbol within the cooldown, kept as items FETCH#<SYM> of a table.

The table has no sort key and expires items by `ttl`, which DynamoDB does late: an item whose time
is over counts as gone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from the_alchemiser.data_v2.ports import Held
from the_alchemiser.shared.aws import aws_errors, error_code
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import AlchemiserError
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.table import encode

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONDITION_FAILED = "ConditionalCheckFailedException"


class CooldownTable:
    """Fails open: when the table cannot be asked, the symbol is fetched."""

    def __init__(
        self, client: DynamoDBClient, table: str, cooldown: timedelta, clock: Clock
    ) -> None:
        self._client = client
        self._table = table
        self._cooldown = cooldown
        self._clock = clock

    def take(self, symbol: str, event_id: str) -> Held | None:
        """Reserve the symbol; the event that holds it, and has not finished, may go on."""
        now_s = int(self._clock.now().timestamp())
        item = {
            **_key(symbol),
            "event_id": event_id,
            "finished": False,
            "ttl": now_s + int(self._cooldown.total_seconds()),
        }
        free = "attribute_not_exists(PK) OR #ttl < :now OR (event_id = :mine AND finished = :no)"
        try:
            with aws_errors(f"reserve the fetch of {symbol}"):
                return self._put(item, free, {":now": now_s, ":mine": event_id, ":no": False})
        except AlchemiserError as error:
            get_logger().warning("fetches_without_cooldown", symbol=symbol, reason=error.message)
            return None

    def complete(self, symbol: str, event_id: str) -> None:
        """Record that the event's fetch was done."""
        self._change_own(
            symbol, event_id, "update_item", "finish", UpdateExpression="SET finished = :yes"
        )

    def release(self, symbol: str, event_id: str) -> None:
        """Give the symbol back, unless somebody else holds it by now."""
        self._change_own(symbol, event_id, "delete_item", "release")

    def _put(self, item: dict[str, Any], free: str, values: dict[str, Any]) -> Held | None:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=encode(item),
                ConditionExpression=free,
                ExpressionAttributeNames={"#ttl": "ttl"},
                ExpressionAttributeValues=encode(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            held: Any = error.response.get("Item", {})
            until_s = int(held.get("ttl", {}).get("N", item["ttl"]))
            is_finished = bool(held.get("finished", {}).get("BOOL", False))
            remaining_s = max(0, until_s - int(values[":now"]))
            return Held(remaining_s=remaining_s, is_finished=is_finished)
        return None

    def _change_own(
        self, symbol: str, event_id: str, operation: str, doing: str, **request: Any
    ) -> None:
        values: dict[str, Any] = {":mine": event_id}
        if "UpdateExpression" in request:
            values[":yes"] = True
        try:
            with aws_errors(f"{doing} the fetch of {symbol}"):
                getattr(self._client, operation)(
                    TableName=self._table,
                    Key=encode(_key(symbol)),
                    ConditionExpression="event_id = :mine",
                    ExpressionAttributeValues=encode(values),
                    **request,
                )
        except AlchemiserError as error:
            get_logger().warning("cooldown_not_changed", symbol=symbol, reason=error.message)


def _key(symbol: str) -> dict[str, str]:
    return {"PK": f"FETCH#{symbol}"}
