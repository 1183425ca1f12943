"""AWS clients with bounded waiting, and AWS's errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
)

from the_alchemiser.shared.errors import ConfigurationError, PermanentError, TransientError

CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 10
ATTEMPTS = 4

_TRANSIENT_CODES = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_HTTP_SERVER_ERROR = 500


@cache
def client(service: str) -> Any:
    """Return the one client of a service.

    Region, credentials and AWS_ENDPOINT_URL come from the environment.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]


@contextmanager
def aws_errors(doing: str) -> Iterator[None]:
    """Turn what goes wrong while `doing` something on AWS into our errors."""
    try:
        yield
    except ClientError as error:
        raise _from_response(doing, error) from error
    except (NoCredentialsError, ParamValidationError) as error:
        raise ConfigurationError(f"could not {doing}: {error}") from error
    except BotoCoreError as error:
        raise TransientError(f"could not {doing}: {error}") from error


def error_code(error: ClientError) -> str:
    """Return AWS's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_transient(code: str, status: int = 0) -> bool:
    """Tell whether the same call may succeed later."""
    return code in _TRANSIENT_CODES or status >= _HTTP_SERVER_ERROR


def _from_response(doing: str, error: ClientError) -> TransientError | PermanentError:
    code = error_code(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    message = f"could not {doing}: {code}: {error.response.get('Error', {}).get('Message', '')}"
    details = {"aws_error_code": code}
    if is_transient(code, status) or _only_conflicts(error):
        return TransientError(message, details=details)
    return PermanentError(message, details=details)


def _only_conflicts(error: ClientError) -> bool:
    reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    codes = {reason.get("Code", "None") for reason in reasons} - {"None"}
    return bool(codes) and "ConditionalCheckFailed" not in codes and codes <= _TRANSACTION_RETRY


_TRANSACTION_RETRY = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
