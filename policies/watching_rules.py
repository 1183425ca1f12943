"""Rules on logs and alarms."""

from __future__ import annotations

from collections.abc import Iterator

from policies.lambda_rules import FUNCTION
from policies.messaging_rules import QUEUE
from policies.model import Finding, Resource, Resources, Rule, each, rule

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
YEAR_DAYS = 365
LONG_LOGS = frozenset({"prod"})


@each("aws:cloudwatch/logGroup:LogGroup", "logs-retention", "CKV_AWS_66", "CKV_AWS_338")
def retention(group: Resource) -> str | None:
    """Logs are kept for a stated time, in prod for a year."""
    days = group.inputs.get("retentionInDays")
    if not days:
        return "is kept for ever"
    short = group.stack in LONG_LOGS and days < YEAR_DAYS
    return f"is kept for {days:g} days, less than a year" if short else None


@each(ALARM, "alarm-actions", "CKV_AWS_319", "NIST AlarmAction")
def alarm_actions(alarm: Resource) -> str | None:
    """An alarm tells somebody."""
    tells = alarm.inputs.get("alarmActions") and alarm.inputs.get("actionsEnabled") is not False
    return None if tells else "tells nobody"


@rule("alarm-coverage", "DLQ depth", "Errors", "Throttles", "FailedInvocations", "AgeOfOldest")
def alarm_coverage(resources: Resources) -> Iterator[Finding]:
    """Every function, dead-letter queue, work queue and rule is watched."""
    watched = {
        (alarm.inputs.get("metricName"), value)
        for alarm in resources.of(ALARM)
        for value in (alarm.inputs.get("dimensions") or {}).values()
    }
    for resource, metric in _wanted(resources):
        if (metric, resource.inputs.get("name")) not in watched:
            yield resource, f"nothing watches {metric}"


def _wanted(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for function in resources.of(FUNCTION):
        yield function, "Errors"
        yield function, "Throttles"
    for queue in resources.of(QUEUE):
        if queue.inputs.get("redrivePolicy"):
            yield queue, "ApproximateAgeOfOldestMessage"
        else:
            yield queue, "ApproximateNumberOfMessagesVisible"
    for event_rule in resources.of("aws:cloudwatch/eventRule:EventRule"):
        yield event_rule, "FailedInvocations"


RULES: tuple[Rule, ...] = (retention, alarm_actions, alarm_coverage)
