"""What AWS refuses of texts with a grammar of their own: (property, what is wrong) for each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from attached_providers.aws.limits.iam_grammar import resource_faults
from attached_providers.aws.limits.patterns import pattern_faults
from attached_providers.wire import Values

Failures = Iterator[tuple[str, str]]

GRID = 24
"""Columns of a dashboard:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
WIDGETS = frozenset({"alarm", "custom", "explorer", "log", "metric", "text"})

STATES = r"(?:ALARM|OK|INSUFFICIENT_DATA)\((?:\"[^\"]+\"|'[^']+'|[^()\s\"']+)\)"
WORD = re.compile(rf"\s*(?:({STATES}|TRUE|FALSE)|(AND|OR)\b|(NOT)\b|(\()|(\)))")
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""


def document(text: object) -> Mapping[str, Any]:
    """Read a JSON object; empty for anything else, such as what is not known yet."""
    found = json.loads(text) if isinstance(text, str) and text else None
    return found if isinstance(found, dict) else {}


def resource_policy(name: str, text: object, error: str) -> Failures:
    """Refuse a policy on a resource that is not in IAM's grammar."""
    if isinstance(text, str) and text:
        for fault in resource_faults(document(text)):
            yield name, f"{error}: {fault}"


def dashboard(new: Values) -> Failures:
    """Refuse a dashboard whose widgets CloudWatch cannot show."""
    if not isinstance(new.get("dashboardBody"), str):
        return
    body = document(new["dashboardBody"])
    if not new["dashboardBody"].lstrip().startswith("{"):
        yield "dashboardBody", "DashboardInvalidInputError: The body should be an object"
    widgets = body.get("widgets", [])
    if not isinstance(widgets, list):
        yield "dashboardBody", 'DashboardInvalidInputError: Field "widgets" must be an array'
        return
    for place, widget in enumerate(widgets):
        for fault in _widget(widget if isinstance(widget, Mapping) else {}):
            yield "dashboardBody", f"DashboardInvalidInputError: /widgets/{place}: {fault}"


def _widget(widget: Mapping[str, Any]) -> Iterator[str]:
    if widget.get("type") not in WIDGETS:
        yield f"should be equal to one of the allowed values, found type {widget.get('type')}"
    if not isinstance(widget.get("properties"), Mapping):
        yield "should have required property 'properties'"
    shown = widget.get("properties")
    if widget.get("type") == "text" and isinstance(shown, Mapping) and "markdown" not in shown:
        yield "/properties: should have required property 'markdown'"
    if isinstance(shown, Mapping) and not isinstance(shown.get("metrics", []), list):
        yield "/properties/metrics: should be an array"
    if widget.get("x", 0) not in range(GRID):
        yield f"x should be 0 to {GRID - 1}, found {widget['x']}"
    for side, most in (("width", GRID), ("height", 1000)):
        size = widget.get(side, 1)
        if not isinstance(size, int) or not 1 <= size <= most:
            yield f"{side} should be 1 to {most}, found {size}"


def composite(new: Values) -> Failures:
    """Refuse a rule that is not an expression over states of alarms."""
    rule = new.get("alarmRule")
    if isinstance(rule, str) and not _is_expression(rule):
        yield "alarmRule", f"ValidationError: AlarmRule must be a valid expression, found {rule}"


def _is_expression(rule: str) -> bool:
    """Walk along the words: a value must stand where one is due, and every bracket be closed."""
    at, depth, due = 0, 0, True
    text = rule.rstrip()
    while at < len(text):
        found = WORD.match(text, at)
        if found is None:
            return False
        value, joint, negation, opening, closing = found.groups()
        if due != bool(value or negation or opening) or (closing and not depth):
            return False
        depth += bool(opening) - bool(closing)
        due = bool(joint or negation or opening)
        at = found.end()
    return not due and not depth


def span(new: Values) -> Failures:
    """Refuse dates of a schedule that are none, and an end that is before its start."""
    ends: dict[str, datetime] = {}
    for name in ("startDate", "endDate"):
        text = new.get(name)
        if not isinstance(text, str):
            continue
        try:
            ends[name] = datetime.fromisoformat(text)
        except ValueError:
            ends.pop(name, None)
        if name not in ends or ends[name].tzinfo is None:
            yield name, f'expected "{name}" to be a valid RFC3339 date, got "{text}"'
            return
    if len(ends) == 2 and ends["endDate"] <= ends["startDate"]:
        what = "The EndDate you specify must come after the StartDate"
        yield "endDate", f"ValidationException: {what}"


def constant_input(new: Values) -> Failures:
    """Refuse what a rule is to hand over and is no JSON, and names that AWS keeps for itself."""
    if isinstance(new.get("input"), str) and not _is_json(new["input"]):
        what = f"JSON syntax error in input for target {new.get('targetId')}"
        yield "input", f"ValidationException: {what}"
    transformer = new.get("inputTransformer")
    paths = transformer.get("inputPaths") if isinstance(transformer, Mapping) else None
    for name in paths if isinstance(paths, Mapping) else ():
        if not re.fullmatch(r"(?![aA][wW][sS])[A-Za-z0-9_-]+", name):
            what = f"invalid key {name}: letters, digits, _ and -, not beginning with AWS"
            yield "inputTransformer.inputPaths", what


def handed_over(new: Values) -> Failures:
    """Refuse what a schedule is to hand to a function and is no JSON."""
    target = new.get("target")
    if not isinstance(target, Mapping) or ":lambda:" not in str(target.get("arn")):
        return
    if isinstance(target.get("input"), str) and not _is_json(target["input"]):
        yield "target.input", "ValidationException: The input must be well-formed JSON"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def filtered(new: Values) -> Failures:
    """Refuse a subscription's filter that SNS does not understand, and raw mail."""
    if new.get("rawMessageDelivery") and str(new.get("protocol")).startswith("email"):
        what = f"Delivery protocol [{new['protocol']}] does not support raw message delivery."
        yield "rawMessageDelivery", f"InvalidParameter: Invalid parameter: {what}"
    if isinstance(new.get("filterPolicy"), str) and document(new["filterPolicy"]):
        for fault in pattern_faults(document(new["filterPolicy"])):
            yield "filterPolicy", f"InvalidParameter: Invalid parameter: FilterPolicy: {fault}"


def admission(new: Values) -> Failures:
    """Refuse words about who may use a queue for dead letters that SQS does not know."""
    allowed = document(new.get("redriveAllowPolicy"))
    if allowed and allowed.get("redrivePermission") not in ("allowAll", "denyAll", "byQueue"):
        what = f"redrivePermission {allowed.get('redrivePermission')}"
        yield "redriveAllowPolicy", f"InvalidAttributeValue: RedriveAllowPolicy: {what}"
    by_queue = allowed.get("redrivePermission") == "byQueue"
    if allowed and by_queue != ("sourceQueueArns" in allowed):
        what = "sourceQueueArns go with byQueue, and with nothing else"
        yield "redriveAllowPolicy", f"InvalidAttributeValue: RedriveAllowPolicy: {what}"


def event_filters(new: Values) -> Failures:
    """Refuse filters of an event source that are no patterns."""
    criteria = new.get("filterCriteria")
    filters = criteria.get("filters") if isinstance(criteria, Mapping) else None
    for place, item in enumerate(filters or ()):
        text = item.get("pattern") if isinstance(item, Mapping) else None
        if not isinstance(text, str):
            continue
        faults = list(pattern_faults(document(text))) if _is_json(text) else ["it is no JSON"]
        for fault in faults:
            what = f"Invalid filter pattern definition. {fault}"
            yield f"filterCriteria.filters[{place}].pattern", f"InvalidParameterValue: {what}"


def rotation(new: Values) -> Failures:
    """Refuse rotation of keys that have none, and its period without it."""
    symmetric = new.get("customerMasterKeySpec") in (None, "SYMMETRIC_DEFAULT")
    if new.get("enableKeyRotation") and not symmetric:
        what = "You cannot perform this operation on an asymmetric or HMAC key"
        yield "enableKeyRotation", f"UnsupportedOperationException: {what}"
    if new.get("rotationPeriodInDays") and not new.get("enableKeyRotation"):
        yield "rotationPeriodInDays", '"rotation_period_in_days": requires enable_key_rotation'


def parameter(new: Values) -> Failures:
    """Refuse a value that is too long for the tier, or is not what its pattern allows."""
    value = new.get("value") if new.get("value") is not None else new.get("insecureValue")
    if not isinstance(value, str):
        return
    if not value:
        yield "value", "ValidationException: expected a value of 1 character at least"
    if len(value.encode()) > 4096 and new.get("tier") in (None, "Standard"):
        yield "value", "ValidationException: Standard tier parameters have 4096 characters at most"
    pattern = new.get("allowedPattern")
    if not isinstance(pattern, str) or not pattern:
        return
    try:
        matches = re.search(pattern, value)
    except re.error as error:
        yield "allowedPattern", f"InvalidAllowedPatternException: {error}"
    else:
        if not matches:
            yield "value", f"ParameterPatternMismatchException: expected {pattern}"
