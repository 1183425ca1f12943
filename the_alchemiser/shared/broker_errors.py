"""What a broker's refusals and breakdowns mean for the caller."""

from __future__ import annotations

from the_alchemiser.shared.errors import (
    AlchemiserError,
    ConfigurationError,
    PermanentError,
    TransientError,
)

PATIENCE_STATUSES = frozenset({408, 425})
"""Statuses below 500 that ask for patience; every 5xx does too."""
TOO_MANY = 429

INSUFFICIENT_CODE = 40310000
"""Alpaca's code for too little buying power and for too few shares available."""


TAKEN = "client_order_id must be unique"
"""What Alpaca says of an id that an order carries already, with 422:
https://github.com/alpacahq/alpaca-py/issues/260"""


class TooManyRequests(TransientError):
    """The broker takes no request of this account before its next minute."""

    def __init__(self, message: str, *, opens_at_s: float | None) -> None:
        super().__init__(message, details={"status": TOO_MANY})
        self.opens_at_s = opens_at_s
        """When it takes requests again, in seconds since 1970; None if it did not say."""


class OrderFateUnknown(TransientError):
    """An order may exist or does, and cannot be found: nothing may be placed in its stead."""


class BrokerRefused(PermanentError):
    """The broker understood the request and will not do it."""

    def __init__(self, message: str, *, status: int, code: int | None = None) -> None:
        super().__init__(message, details={"status": status, "code": code})
        self.status = status
        self.code = code

    @property
    def lacks_funds(self) -> bool:
        """Whether the account has too little buying power or too few free shares."""
        return self.status == 403 and self.code == INSUFFICIENT_CODE

    @property
    def is_taken(self) -> bool:
        """Whether an order with this client order id exists."""
        return self.status == 422 and TAKEN in str(self)


def error_for_status(
    status: int, message: str, code: int | None = None, opens_at_s: float | None = None
) -> AlchemiserError:
    """Give the error that an HTTP answer other than success means."""
    said = f"the broker answered {status}: {message}"
    if status == TOO_MANY:
        return TooManyRequests(said, opens_at_s=opens_at_s)
    if status in PATIENCE_STATUSES or status >= 500:
        return TransientError(said, details={"status": status})
    if status == 401 or (status == 403 and _is_about_credentials(code)):
        return ConfigurationError(f"{said}; check the secret that ALPACA__SECRET_ARN names")
    return BrokerRefused(said, status=status, code=code)


def _is_about_credentials(code: int | None) -> bool:
    return code is None or str(code).startswith("401")
