"""What must be of a resource's own region, and what AWS says of what is of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attached_providers.limits import Rule, breaches
from attached_providers.wire import Values

ALARMED = "ValidationError: Invalid region {found} specified. Only {region} is supported."
ALARM_ACTIONS: Mapping[str, str] = {
    f"{name}[]": ALARMED for name in ("alarmActions", "insufficientDataActions", "okActions")
}
OF_ONE_REGION: Mapping[str, Mapping[str, str]] = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ALARM_ACTIONS,
    "aws:cloudwatch/metricAlarm:MetricAlarm": ALARM_ACTIONS,
    "aws:lambda/eventSourceMapping:EventSourceMapping": {
        # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        "eventSourceArn": "InvalidParameterValueException: expected an event source in the "
        "function's region {region}, found one in {found}",
    },
    "aws:lambda/function:Function": {
        "layers[]": "InvalidParameterValueException: Layers are not in the same region as the "
        "function. Layers are expected to be in region {region}.",
    },
}


def abroad(token: str, new: Values, region: str) -> Iterator[tuple[str, str]]:
    """Name every ARN that is of another region than the resource, where AWS refuses that."""
    rules = {path: _in(region, told) for path, told in OF_ONE_REGION.get(token, {}).items()}
    return breaches(rules, new)


def _in(region: str, told: str) -> Rule:
    def rule(path: str, value: Any) -> str | None:
        found = str(value).split(":")[3:4]
        if not found or found[0] in ("", region):
            return None
        return told.format(found=found[0], region=region)

    return rule
