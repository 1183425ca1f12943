"""The one place where failures of alpaca-py and of its HTTP library become ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from alpaca.common.exceptions import APIError, RetryException
from pydantic import ValidationError
from requests import exceptions as http

from the_alchemiser.shared.broker_errors import error_for_status
from the_alchemiser.shared.errors import AlchemiserError, ConfigurationError, TransientError

BAD_ADDRESS = (
    http.InvalidHeader,
    http.InvalidProxyURL,
    http.InvalidSchema,
    http.InvalidURL,
    http.MissingSchema,
    http.URLRequired,
    http.UnrewindableBodyError,
)
"""Failures that come from our own settings or call, so that waiting would not mend them."""

UNREADABLE = (ValidationError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError)
"""What alpaca-py raises when it cannot make its models of what came back."""


@contextmanager
def translated(request: str) -> Iterator[None]:
    """Turn whatever one vendor call raises into an error of ours; `request` names the call."""
    try:
        yield
    except (APIError, RetryException, http.RequestException, *UNREADABLE) as failure:
        raise translate(failure, request) from failure


def translate(failure: Exception, request: str) -> AlchemiserError:
    """Give our error for a vendor's one."""
    if isinstance(failure, APIError):
        return _from_answer(failure, request)
    if isinstance(failure, BAD_ADDRESS):
        return ConfigurationError(f"{request}: {failure}; check ALPACA__ENDPOINT")
    if isinstance(failure, http.RequestException | RetryException):
        return TransientError(f"{request}: no answer from the broker ({type(failure).__name__})")
    return TransientError(f"{request}: the broker's answer is unreadable ({failure})")


def _from_answer(failure: APIError, request: str) -> AlchemiserError:
    status = failure.status_code
    if not isinstance(status, int):
        return TransientError(f"{request}: the broker's answer has no status ({failure})")
    message, code = _body(str(failure))
    return error_for_status(status, f"{request}: {message}", code, _opens_at_s(failure))


def _opens_at_s(failure: APIError) -> float | None:
    """Read when requests are taken again: https://forum.alpaca.markets/t/executing-orders/12029."""
    try:
        return float(failure.response.headers["X-RateLimit-Reset"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _body(text: str) -> tuple[str, int | None]:
    try:
        body = json.loads(text)
    except ValueError:
        return text[:200], None
    if not isinstance(body, dict):
        return text[:200], None
    code = body.get("code")
    return str(body.get("message", text[:200])), code if isinstance(code, int) else None
