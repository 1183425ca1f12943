"""Delivery policies of SNS: how messages are sent again over HTTP.

https://docs.aws.amazon.com/sns/latest/dg/set-topic-attributes-delivery-policy-json.html
https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from attached_providers.aws.limits.contents import document
from attached_providers.wire import Values

DELAY_S, TRIES, RATE = (1, 3600), (0, 100), (1, 1_000_000_000)
RETRY: Mapping[str, Any] = MappingProxyType(
    {
        "minDelayTarget": DELAY_S,
        "maxDelayTarget": DELAY_S,
        "numRetries": TRIES,
        "numNoDelayRetries": TRIES,
        "numMinDelayRetries": TRIES,
        "numMaxDelayRetries": TRIES,
        "backoffFunction": ("linear", "arithmetic", "geometric", "exponential"),
    }
)
THROTTLE: Mapping[str, Any] = MappingProxyType({"maxReceivesPerSecond": RATE})
REQUEST: Mapping[str, Any] = MappingProxyType({"headerContentType": None})
OF_TOPIC: Mapping[str, Any] = MappingProxyType(
    {
        "http": {
            "defaultHealthyRetryPolicy": RETRY,
            "defaultSicklyRetryPolicy": RETRY,
            "defaultThrottlePolicy": THROTTLE,
            "defaultRequestPolicy": REQUEST,
            "disableSubscriptionOverrides": None,
        }
    }
)
OF_SUBSCRIPTION: Mapping[str, Any] = MappingProxyType(
    {
        "guaranteed": None,
        "healthyRetryPolicy": RETRY,
        "sicklyRetryPolicy": RETRY,
        "throttlePolicy": THROTTLE,
        "requestPolicy": REQUEST,
    }
)
"""What each place may hold: further places, the ends of a range, words, or None for anything."""


def delivery(new: Values, shape: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Refuse members that SNS does not know, and numbers outside their ranges."""
    for fault in _faults(document(new.get("deliveryPolicy")), shape, ""):
        yield "deliveryPolicy", f"InvalidParameter: Invalid parameter: DeliveryPolicy: {fault}"


def _faults(given: Any, shape: Any, path: str) -> Iterator[str]:
    if shape is None or given is None:
        return
    if isinstance(shape, Mapping):
        yield from _members(given, shape, path)
    elif isinstance(shape[0], str):
        if given not in shape:
            yield f"{path} must be one of {', '.join(shape)}"
    elif not isinstance(given, int) or isinstance(given, bool):
        yield f"{path} must be a number"
    elif given < shape[0]:
        yield f"{path} must be greater than or equal to {shape[0]}"
    elif given > shape[1]:
        yield f"{path} must be less than or equal to {shape[1]}"


def _members(given: Any, shape: Mapping[str, Any], path: str) -> Iterator[str]:
    if not isinstance(given, Mapping):
        yield f"{path} must be an object"
        return
    for name, item in given.items():
        here = f"{path}.{name}" if path else name
        if name in shape:
            yield from _faults(item, shape[name], here)
        else:
            yield f"Unexpected JSON member: {here}"
