"""Field types that events are made of: checked on the way in, frozen, exact on the way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator

from the_alchemiser.shared.money import Exact, Symbol, Weight, plain

MAX_DEPTH = 64
"""Deeper objects are not ours, and would cost the reader its stack."""

Identifier = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^\S(.*\S)?$")]
"""A non-empty id without blanks around it; short enough for a DynamoDB key."""

Text = Annotated[str, Field(min_length=1)]

Count = Annotated[int, Field(ge=0, le=10**9)]


def frozen(value: object, depth: int = 0) -> Any:
    """Return an immutable copy of a JSON-able value; refuse what has no JSON form."""
    if depth > MAX_DEPTH:
        raise ValueError(f"expected at most {MAX_DEPTH} levels, found more")
    if isinstance(value, Mapping):
        return MappingProxyType(
            {_key(key): frozen(inner, depth + 1) for key, inner in value.items()}
        )
    if isinstance(value, list | tuple):
        return tuple(frozen(inner, depth + 1) for inner in value)
    if isinstance(value, Decimal | float):
        return value if isinstance(value, Exact) else Exact(value)
    if value is None or isinstance(value, str | int | date | datetime):
        return value
    raise ValueError(f"expected a JSON value, found {type(value).__name__}")


def nothing() -> Mapping[str, Any]:
    """Return the empty object, as default for fields that may be left out."""
    return MappingProxyType({})


def jsonable(value: object) -> Any:
    """Return the JSON form of a frozen value: decimals in fixed point, times as ISO-8601."""
    if isinstance(value, Mapping):
        return {key: jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(inner) for inner in value]
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"expected a string as key, found {type(key).__name__}")
    return key


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"expected an object, found {type(value).__name__}")
    result: Mapping[str, Any] = frozen(value)
    return result


def _by_symbol(value: object, number: type[Exact]) -> Mapping[Symbol, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"expected an object of symbols, found {type(value).__name__}")
    result: dict[Symbol, Exact] = {}
    for key, amount in value.items():
        symbol = Symbol(_key(key))
        if symbol in result:
            raise ValueError(f"expected each symbol once, found {symbol} twice")
        if isinstance(amount, bool) or not isinstance(amount, str | int | float | Decimal):
            raise ValueError(f"{symbol}: expected a decimal, found {type(amount).__name__}")
        result[symbol] = number(amount)
    return MappingProxyType(result)


def _weights(value: object) -> Mapping[Symbol, Weight]:
    return _by_symbol(value, Weight)


def _amounts(value: object) -> Mapping[Symbol, Exact]:
    return _by_symbol(value, Exact)


def _contributions(value: object) -> Mapping[str, Mapping[Symbol, Weight]]:
    if not isinstance(value, Mapping):
        raise ValueError(f"expected an object of strategies, found {type(value).__name__}")
    return MappingProxyType({_key(name): _weights(inner) for name, inner in value.items()})


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("expected a time with its zone, found one without")
    return value


_AsJson = PlainSerializer(jsonable, when_used="json")

JsonObject = Annotated[Mapping[str, Any], PlainValidator(_object), _AsJson]
"""Any JSON object, deeply immutable; numbers with a fraction become exact decimals."""

Weights = Annotated[Mapping[Symbol, Weight], PlainValidator(_weights), _AsJson]

Amounts = Annotated[Mapping[Symbol, Exact], PlainValidator(_amounts), _AsJson]

Contributions = Annotated[
    Mapping[str, Mapping[Symbol, Weight]], PlainValidator(_contributions), _AsJson
]

Timestamp = Annotated[datetime, AfterValidator(_aware)]
