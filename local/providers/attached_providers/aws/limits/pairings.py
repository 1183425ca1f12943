"""What must fit what else was given: (property, what is wrong) for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attached_providers.aws.limits.contents import document
from attached_providers.wire import Values

Failures = Iterator[tuple[str, str]]

ENDPOINTS: Mapping[str, re.Pattern[str]] = {
    "sqs": re.compile(r"arn:[^:]+:sqs:.+"),
    "lambda": re.compile(r"arn:[^:]+:lambda:.+"),
    "firehose": re.compile(r"arn:[^:]+:firehose:.+"),
    "sms": re.compile(r"\+?[0-9][0-9 .()-]{3,}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "email-json": re.compile(r"[^@\s]+@[^@\s]+"),
    "http": re.compile(r"http://.+"),
    "https": re.compile(r"https://.+"),
}
"""What an endpoint looks like, by the protocol of its subscription."""

ANOMALY = frozenset(
    {
        *("GreaterThanUpperThreshold", "LessThanLowerThreshold"),
        "LessThanLowerOrGreaterThanUpperThreshold",
    }
)
"""Comparisons with a band, which only an alarm on anomalies has."""

SNAPSHOTS = re.compile(r"java(11|17|2\d)|python3\.1[2-9]|dotnet([89]|\d\d)")
"""https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes"""

STREAMS = re.compile(r"arn:[^:]+:(kinesis:.+|dynamodb:.+/stream/.+)")


def endpoint(new: Values) -> Failures:
    """Refuse an endpoint that is not of the protocol, and what a subscription lacks for it."""
    protocol, place = new.get("protocol"), new.get("endpoint")
    shape = ENDPOINTS.get(str(protocol))
    if isinstance(place, str) and shape and not shape.fullmatch(place):
        yield "endpoint", f"InvalidParameter: Invalid parameter: {protocol} endpoint {place}"
    if protocol == "firehose" and not new.get("subscriptionRoleArn"):
        what = "subscription_role_arn is required for protocol firehose"
        yield "subscriptionRoleArn", f"InvalidParameter: Invalid parameter: {what}"
    if new.get("filterPolicyScope") and not new.get("filterPolicy"):
        what = "filter_policy is required when filter_policy_scope is set"
        yield "filterPolicyScope", what
    target = document(new.get("redrivePolicy")).get("deadLetterTargetArn")
    if target is not None and not ENDPOINTS["sqs"].fullmatch(str(target)):
        what = "RedrivePolicy: deadLetterTargetArn is an invalid arn"
        yield "redrivePolicy", f"InvalidParameter: Invalid parameter: {what}"


def scope(name: str, text: object, service: str) -> Failures:
    """Refuse actions of another service in a policy on one's resource."""
    for statement in _statements(text):
        named = statement.get("Action", statement.get("NotAction", []))
        for action in named if isinstance(named, list) else [named]:
            if action != "*" and not str(action).lower().startswith(f"{service}:"):
                what = f"Policy statement action out of service scope: {action}"
                yield name, f"MalformedPolicy: {what}"


def _statements(text: object) -> list[Mapping[str, Any]]:
    found = document(text).get("Statement", [])
    listed = found if isinstance(found, list) else [found]
    return [it for it in listed if isinstance(it, Mapping)]


def objects(text: object) -> Failures:
    """Refuse a bucket's statement that names no bucket and no objects."""
    for statement in _statements(text):
        named = statement.get("Resource", statement.get("NotResource"))
        if not named:
            yield "policy", "MalformedPolicy: Missing required field Resource"
            continue
        for resource in named if isinstance(named, list) else [named]:
            if resource != "*" and not re.fullmatch(r"arn:[^:]+:s3.+", str(resource)):
                yield "policy", f"MalformedPolicy: Policy has invalid resource: {resource}"


def band(new: Values) -> Failures:
    """Refuse an alarm on a metric without its span and place, or on a band that it has not."""
    if new.get("metricName"):
        for name in ("namespace", "period"):
            if new.get(name) is None:
                yield name, f"ValidationError: MetricAlarm requires {name} with metricName"
    if new.get("comparisonOperator") in ANOMALY and not new.get("thresholdMetricId"):
        what = "is for alarms on anomalies, which name a thresholdMetricId"
        yield "comparisonOperator", f"ValidationError: {new['comparisonOperator']} {what}"
    dimensions = new.get("dimensions")
    for name, value in dimensions.items() if isinstance(dimensions, Mapping) else ():
        if not name or value == "":
            yield "dimensions", f"expected names and values of 1-255 letters, got {name}={value}"


def key_use(new: Values) -> Failures:
    """Refuse a use that keys of a kind are not for."""
    spec = str(new.get("customerMasterKeySpec") or "SYMMETRIC_DEFAULT")
    use = new.get("keyUsage") or "ENCRYPT_DECRYPT"
    ways = {
        "SYMMETRIC_DEFAULT": {"ENCRYPT_DECRYPT"},
        "RSA": {"ENCRYPT_DECRYPT", "SIGN_VERIFY"},
        "ECC": {"SIGN_VERIFY", "KEY_AGREEMENT"},
        "HMAC": {"GENERATE_VERIFY_MAC"},
        "ML": {"SIGN_VERIFY"},
        "SM2": {"ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"},
    }
    known = ways.get(spec) or ways.get(spec.partition("_")[0])
    if known and use not in known:
        yield (
            "keyUsage",
            f"ValidationException: KeyUsage {use} is not compatible with KeySpec {spec}",
        )


def logging(new: Values) -> Failures:
    """Refuse levels for logs that are plain text."""
    config = new.get("loggingConfig")
    if not isinstance(config, Mapping) or config.get("logFormat") != "Text":
        return
    for name in ("applicationLogLevel", "systemLogLevel"):
        if config.get(name):
            what = "log levels are only supported for the JSON format"
            yield f"loggingConfig.{name}", f"InvalidParameterValueException: {what}"


def snapshots(new: Values) -> Failures:
    """Refuse snapshots of runtimes that have none."""
    snap, runtime = new.get("snapStart"), new.get("runtime")
    wanted = isinstance(snap, Mapping) and snap.get("applyOn") == "PublishedVersions"
    if wanted and isinstance(runtime, str) and not SNAPSHOTS.fullmatch(runtime):
        what = f"{runtime} is not supported for SnapStart enabled functions."
        yield "snapStart.applyOn", f"InvalidParameterValueException: {what}"


def position(new: Values) -> Failures:
    """Refuse a stream of which it is not said where to begin."""
    source = new.get("eventSourceArn")
    if isinstance(source, str) and STREAMS.fullmatch(source) and not new.get("startingPosition"):
        yield "startingPosition", f"InvalidParameterValueException: required for {source}"


def ages(rules: object) -> Failures:
    """Refuse objects that would end before they move, and a move that is too early."""
    for place, rule in enumerate(rules if isinstance(rules, list) else ()):
        if not isinstance(rule, Mapping):
            continue
        ends = (rule.get("expiration") or {}).get("days") or 0
        for move in rule.get("transitions") or ():
            days, kind = move.get("days"), move.get("storageClass")
            where = f"rules[{place}].transitions"
            if isinstance(days, int) and days < (30 if str(kind).endswith("_IA") else 0):
                what = f"'Days' in Transition action for storageClass '{kind}'"
                yield where, f"InvalidArgument: {what} is too small: {days}"
            elif isinstance(days, int) and isinstance(ends, int) and 0 < ends <= days:
                what = "'Days' in the Expiration action must be greater than in the Transition"
                yield where, f"InvalidArgument: {what}"
