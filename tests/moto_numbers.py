"""Sums in moto's DynamoDB without exponents, which moto cannot read again.

moto adds by Decimal and keeps its text, `0E-11` for a sum of zero to eleven places; its next
addition takes that for a whole number and fails, as no number does in DynamoDB.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from operator import add, sub

from moto.dynamodb.models.dynamo_type import DDBType, DynamoType


def _by(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., DynamoType]:
    def result(self: DynamoType, other: DynamoType) -> DynamoType:
        if not (self.is_number() and other.is_number()):
            raise TypeError("An operand in the update expression has an incorrect data type")
        total = operation(Decimal(self.value), Decimal(other.value))
        return DynamoType({DDBType.NUMBER: f"{total:f}"})

    return result


def mend() -> None:
    """Let moto add and subtract exactly, in this process."""
    DynamoType.__add__ = _by(add)  # type: ignore[method-assign]
    DynamoType.__sub__ = _by(sub)  # type: ignore[method-assign]
