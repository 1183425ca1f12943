"""Holds what function code asks of AWS, in any test, against what its role allows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import FrameType
from typing import Any

from blueprint import FunctionSpec
from catalogue.system import SYSTEM
from components.addresses import Addresses
from components.grants import statements

PLACE = Addresses(system="alchemiser", stage="dev", account_id="111111111111", region="us-east-1")
FUNCTIONS: Mapping[str, FunctionSpec] = {spec.name: spec for spec in SYSTEM.functions}
SERVICES = {"monitoring": "cloudwatch"}
"""Endpoint prefixes that are not the service's name in IAM."""
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
}
"""https://docs.aws.amazon.com/service-authorization/latest/reference/"""
PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


class NotAllowedError(BaseException):
    """No `except Exception` of the code under test may hide it."""


@cache
def allowed(function: str) -> frozenset[str]:
    """List the actions that a function's role allows on something."""
    return frozenset(
        str(action)
        for statement in statements(FUNCTIONS[function], SYSTEM, PLACE)
        for action in statement["Action"]  # type: ignore[attr-defined]
    )


def actions(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    """Name what IAM is asked about a call."""
    if operation == "TransactWriteItems":
        yield from (PARTS[kind] for part in parameters["TransactItems"] for kind in part)
        return
    action = f"{SERVICES.get(service, service)}:{operation}"
    yield ACTIONS.get(action, action)


def caller() -> str | None:
    """Name the function whose code is running; None for a test's own doing."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        package, _, rest = str(frame.f_globals.get("__name__")).partition(".")
        name = rest.partition(".")[0]
        if package == "the_alchemiser" and name in FUNCTIONS:
            return name
        frame = frame.f_back
    return None


def held(call: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a call that the role of the function making it does not allow."""

    def checked(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        function = caller()
        if function is not None:
            require(function, client.meta.service_model.endpoint_prefix, operation, parameters)
        return call(client, operation, parameters)

    return checked


def require(function: str, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Raise unless a function's role allows all that a call is."""
    for action in actions(service, operation, parameters):
        if action not in allowed(function):
            raise NotAllowedError(f"the role of {function} does not allow {action}")
    for entry in parameters.get("Entries", ()) if operation == "PutEvents" else ():
        if entry["DetailType"] not in FUNCTIONS[function].publishes:
            raise NotAllowedError(f"the role of {function} does not publish {entry['DetailType']}")
