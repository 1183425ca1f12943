"""Symbols, weights and money: exact, finite and checked where they enter."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any, ClassVar, Self

from pydantic_core import core_schema

from the_alchemiser.shared.tickers import canonical

MAX_DIGITS = 38
"""DynamoDB keeps 38 significant digits of a number.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

MAX_EXPONENT = 40
"""Beyond this a fixed-point form would only serve to exhaust memory."""

CENT = Decimal("0.01")

_EXACT = Context(prec=MAX_DIGITS)


class Exact(Decimal):
    """A finite decimal of at most 38 digits; JSON carries it as a fixed-point string."""

    lowest: ClassVar[Decimal | None] = None
    highest: ClassVar[Decimal | None] = None

    def __new__(cls, value: Decimal | int | float | str = 0) -> Self:
        """Check and make; a float counts as its shortest decimal form."""
        number = _finite(value)
        if cls.lowest is not None and number < cls.lowest:
            raise ValueError(f"expected at least {cls.lowest}, found {number:f}")
        if cls.highest is not None and number > cls.highest:
            raise ValueError(f"expected at most {cls.highest}, found {number:f}")
        return super().__new__(cls, number)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Let pydantic models use the class as a field type."""
        return core_schema.no_info_plain_validator_function(
            cls._parsed,
            serialization=core_schema.plain_serializer_function_ser_schema(plain, when_used="json"),
        )

    @classmethod
    def _parsed(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
            raise ValueError(f"expected a decimal, found {type(value).__name__}")
        return cls(value)


class Weight(Exact):
    """A part of a portfolio; merged weights may pass 1 by the tolerance on sums."""

    lowest = Decimal(0)
    highest = Decimal("1.01")


class Money(Exact):
    """US dollars, exact; round with `cents` only where people read them."""

    lowest = Decimal("-1e15")
    highest = Decimal("1e15")


class Symbol(str):
    """A ticker as the broker spells it: upper case, at most ten characters."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Trim, raise to upper case, check, and spell classes with a dot."""
        symbol = canonical(value.strip().upper()) if value.isascii() else None
        if symbol is None:
            raise ValueError(f"expected a ticker such as SPY or BRK.B, found {value[:40]!r}")
        return super().__new__(cls, symbol)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Let pydantic models use the class as a field type."""
        return core_schema.no_info_plain_validator_function(
            cls._parsed,
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json"),
        )

    @classmethod
    def _parsed(cls, value: object) -> Self:
        if not isinstance(value, str):
            raise ValueError(f"expected a ticker, found {type(value).__name__}")
        return cls(value)


def plain(number: Decimal) -> str:
    """Write a decimal without exponent, as every JSON form of ours does."""
    return f"{number:f}"


def cents(amount: Decimal) -> Decimal:
    """Round to whole cents, halves to even."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN, context=_EXACT)


def normalise(weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Scale non-negative weights so that they sum to one; weights of zero drop out."""
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("expected weights of at least 0, found a negative one")
    total = sum(weights.values(), Decimal(0))
    if total <= 0:
        raise ValueError("expected weights with a sum above 0, found none")
    return {name: weight / total for name, weight in weights.items() if weight > 0}


def _finite(value: Decimal | int | float | str) -> Decimal:
    if isinstance(value, float):
        value = repr(value)
    if isinstance(value, str) and len(value) > 2 * MAX_EXPONENT:
        raise ValueError(f"expected a decimal, found {len(value)} characters")
    try:
        number = value if isinstance(value, Decimal) else Decimal(value)
    except InvalidOperation:
        raise ValueError(f"expected a decimal, found {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"expected a finite decimal, found {number}")
    digits = len(number.as_tuple().digits)
    if digits > MAX_DIGITS or not -MAX_EXPONENT <= number.adjusted() <= MAX_EXPONENT:
        raise ValueError(f"expected at most {MAX_DIGITS} digits, found a decimal beyond that")
    return number
