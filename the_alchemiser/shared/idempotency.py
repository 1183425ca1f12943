"""At-least-once delivery, one effect: claims kept by conditional writes in DynamoDB.

A claim is free when nobody holds it, when its holder died (the lease ran out before the work was
recorded as done), or when it is so old that no delivery can repeat it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Protocol, TypeVar

from botocore.exceptions import ClientError

from the_alchemiser.shared.aws import aws_errors, error_code
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(minutes=2)
"""Longer than the light functions may run, so that only a dead holder loses its claim."""

REMEMBERED = timedelta(days=7)
"""Longer than bus (24 h) and Lambda (6 h) keep trying to deliver one event."""

CONDITION_FAILED = "ConditionalCheckFailedException"

Result = TypeVar("Result")


class Claim(Enum):
    """What came of asking for a claim."""

    GRANTED = "granted"
    DONE = "done"
    """The work was done before."""
    HELD = "held"
    """Somebody is at it right now."""


class Claims(Protocol):
    """Says who may do a piece of work."""

    def take(self, key: str) -> Claim:
        """Ask for the work named `key`."""
        ...

    def complete(self, key: str) -> None:
        """Record that the work was done."""
        ...

    def release(self, key: str) -> None:
        """Give the work back undone."""
        ...


def once(claims: Claims, key: str, work: Callable[[], Result]) -> Result | None:
    """Do the work unless it was done before, and then return None.

    Work that somebody is at raises TransientError: only a later delivery can tell how it went.
    Work that fails gives its claim back.
    """
    claim = claims.take(key)
    if claim is Claim.DONE:
        return None
    if claim is Claim.HELD:
        raise TransientError(f"{key} is in progress elsewhere")
    try:
        result = work()
    except Exception:
        claims.release(key)
        raise
    claims.complete(key)
    return result


class DynamoClaims:
    """Claims as items `<prefix>#<key>` / METADATA of a table whose TTL attribute is TTL."""

    def __init__(self, client: DynamoDBClient, table: str, *, prefix: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._prefix = prefix
        self._clock = clock

    def take(self, key: str) -> Claim:
        """Write the claim unless it is held or done."""
        now_s = int(self._clock.now().timestamp())
        try:
            with aws_errors(f"claim {key}"):
                self._put(key, now_s)
        except _ClaimTaken:
            return self._state(key)
        return Claim.GRANTED

    def complete(self, key: str) -> None:
        """Mark the claim as done."""
        with aws_errors(f"complete the claim {key}"):
            self._client.update_item(
                TableName=self._table,
                Key=self._key(key),
                UpdateExpression="SET #status = :done",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={":done": {"S": "DONE"}},
            )

    def release(self, key: str) -> None:
        """Remove the claim."""
        with aws_errors(f"release the claim {key}"):
            self._client.delete_item(TableName=self._table, Key=self._key(key))

    def _put(self, key: str, now_s: int) -> None:
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    **self._key(key),
                    "status": {"S": "IN_PROGRESS"},
                    "lease_until_s": {"N": str(now_s + int(LEASE.total_seconds()))},
                    "TTL": {"N": str(now_s + int(REMEMBERED.total_seconds()))},
                },
                ConditionExpression=(
                    "attribute_not_exists(PK) OR #ttl < :now"
                    " OR (#status = :in_progress AND lease_until_s < :now)"
                ),
                ExpressionAttributeNames={"#ttl": "TTL", "#status": "status"},
                ExpressionAttributeValues={
                    ":now": {"N": str(now_s)},
                    ":in_progress": {"S": "IN_PROGRESS"},
                },
            )
        except ClientError as error:
            if error_code(error) == CONDITION_FAILED:
                raise _ClaimTaken from error
            raise

    def _state(self, key: str) -> Claim:
        with aws_errors(f"read the claim {key}"):
            item = self._client.get_item(
                TableName=self._table, Key=self._key(key), ConsistentRead=True
            ).get("Item", {})
        return Claim.DONE if item.get("status", {}).get("S") == "DONE" else Claim.HELD

    def _key(self, key: str) -> dict[str, dict[str, str]]:
        return {"PK": {"S": f"{self._prefix}#{key}"}, "SK": {"S": "METADATA"}}


class _ClaimTaken(Exception):
    """The conditional write was refused."""
