"""What properties may not be together, and what must be: (property, what is wrong) for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attached_providers.aws.limits import contents, deliveries, pairings
from attached_providers.aws.limits.contents import document
from attached_providers.aws.limits.iam_grammar import policy_faults, trust_faults
from attached_providers.aws.limits.patterns import pattern_faults
from attached_providers.wire import UNKNOWN, Values

Failures = Iterator[tuple[str, str]]
DAY_S, WEEK_S, HOUR_S = 86_400, 604_800, 3_600
QUEUE_POLICY_BYTES, TOPIC_POLICY_BYTES, BUCKET_POLICY_BYTES = 8_192, 30_720, 20_480
KEY_POLICY_BYTES = 32_768
ROLE_POLICIES_BYTES, TRUST_BYTES = 10_240, 2_048
"""IAM counts no white space: docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def is_fifo(arn: object) -> bool:
    """Tell the ARN of a first-in-first-out queue or topic."""
    return isinstance(arn, str) and arn.endswith(".fifo")


def exclusive(new: Values, *names: str) -> Failures:
    """Refuse more than one of some properties."""
    given = [name for name in names if new.get(name) not in (None, "", [], {}, False)]
    if len(given) > 1:
        yield given[1], f'"{given[1]}": conflicts with {given[0]}'


def queue(new: Values) -> Failures:
    """Refuse what SQS has for the other kind of queue alone."""
    fifo = bool(new.get("fifoQueue"))
    if not fifo:
        if new.get("contentBasedDeduplication"):
            what = "content-based deduplication can only be set for FIFO queue"
            yield "contentBasedDeduplication", what
        for name in ("deduplicationScope", "fifoThroughputLimit"):
            if new.get(name):
                yield name, f"InvalidAttributeName: Unknown Attribute {name}: no FIFO queue"
    by_group = new.get("fifoThroughputLimit") == "perMessageGroupId"
    if fifo and by_group and new.get("deduplicationScope") != "messageGroup":
        what = "perMessageGroupId requires deduplicationScope messageGroup"
        yield "fifoThroughputLimit", f"InvalidAttributeValue: {what}"
    yield from exclusive(new, "kmsMasterKeyId", "sqsManagedSseEnabled")
    yield from contents.admission(new)
    yield from contents.resource_policy("policy", new.get("policy"), "InvalidAttributeValue")
    yield from pairings.scope("policy", new.get("policy"), "sqs")
    yield from _redrive(new, fifo=fifo)


FIFO_TOPIC_ONLY = ("archivePolicy", "contentBasedDeduplication", "fifoThroughputScope")


def topic(new: Values) -> Failures:
    """Refuse what SNS has for first-in-first-out topics alone, and one that is not named so."""
    fifo, name = bool(new.get("fifoTopic")), new.get("name")
    if isinstance(name, str) and is_fifo(name) != fifo:
        what = "Fifo Topic names must end with .fifo" if fifo else "Topic Name"
        yield "name", f"InvalidParameter: Invalid parameter: {what}: invalid topic name {name}"
    yield from contents.resource_policy("policy", new.get("policy"), "InvalidParameter: Policy")
    yield from pairings.scope("policy", new.get("policy"), "sns")
    yield from deliveries.delivery(new, deliveries.OF_TOPIC)
    for key in FIFO_TOPIC_ONLY:
        if new.get(key) and not fifo:
            yield key, f"InvalidParameter: {key} can only be set for a FIFO topic"


def _redrive(new: Values, *, fifo: bool) -> Failures:
    redrive = document(new.get("redrivePolicy"))
    if not redrive:
        return
    if is_fifo(redrive.get("deadLetterTargetArn")) != fifo:
        what = "Dead letter queue must be same type of queue as the source."
        yield "redrivePolicy", f"InvalidParameterValue: RedrivePolicy is invalid. Reason: {what}"
    count = redrive.get("maxReceiveCount")
    if not (str(count).isdecimal() and 1 <= int(str(count)) <= 1000):
        what = "Invalid value for maxReceiveCount"
        yield "redrivePolicy", f"InvalidParameterValue: {what}: {count}, must be 1 to 1000"


def subscription(new: Values) -> Failures:
    """Refuse an endpoint that is not of the protocol."""
    yield from contents.filtered(new)
    yield from pairings.endpoint(new)
    yield from deliveries.delivery(new, deliveries.OF_SUBSCRIPTION)
    endpoint = new.get("endpoint")
    if is_fifo(endpoint) and isinstance(new.get("topic"), str) and not is_fifo(new["topic"]):
        what = "FIFO SQS Queues can not be subscribed to standard SNS topics"
        yield "endpoint", f"InvalidParameter: Invalid parameter: Endpoint Reason: {what}"


def target(new: Values) -> Failures:
    """Refuse dead letters into a FIFO queue, and messages without a group into one."""
    yield from exclusive(new, "input", "inputPath", "inputTransformer")
    yield from contents.constant_input(new)
    yield from standard(new, "deadLetterConfig", "arn")
    if is_fifo(new.get("arn")) and not (new.get("sqsTarget") or {}).get("messageGroupId"):
        what = "Parameter(s) SqsParameters must be specified for target"
        yield "sqsTarget", f"ValidationException: {what} {new['arn']}"


def standard(new: Values, *path: str) -> Failures:
    """Refuse a FIFO queue where AWS takes a standard one alone."""
    value: Any = new
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if is_fifo(value):
        where = ".".join(path)
        yield where, f"InvalidParameterValue: expected a standard queue for {where}, found {value}"


def rule(new: Values) -> Failures:
    """Refuse a rule that nothing sets off, and a clock on a bus that has none."""
    if new.get("eventPattern") is None and new.get("scheduleExpression") is None:
        yield "eventPattern", "one of `event_pattern,schedule_expression` must be specified"
    if new.get("scheduleExpression") and new.get("eventBusName") not in (None, "default"):
        what = "ScheduleExpression is supported only on the default event bus."
        yield "scheduleExpression", f"ValidationException: {what}"
    if isinstance(new.get("eventPattern"), str):
        for fault in pattern_faults(document(new["eventPattern"])):
            what = f"Event pattern is not valid. {fault}"
            yield "eventPattern", f"InvalidEventPatternException: {what}"


def schedule(new: Values) -> Failures:
    """Refuse a window without a width, a width without a window, and FIFO dead letters."""
    window = new.get("flexibleTimeWindow")
    if isinstance(window, Mapping) and isinstance(window.get("mode"), str):
        yield from _window(window)
    yield from standard(new, "target", "deadLetterConfig", "arn")
    yield from contents.span(new)
    yield from contents.handed_over(new)


def _window(window: Values) -> Failures:
    if (window["mode"] == "FLEXIBLE") != (window.get("maximumWindowInMinutes") is not None):
        what = "MaximumWindowInMinutes is required for mode FLEXIBLE, and only for it"
        yield "flexibleTimeWindow.maximumWindowInMinutes", f"ValidationException: {what}"


def alarm(new: Values) -> Failures:
    """Refuse an alarm that looks at nothing, at two things, or further back than it may."""
    if bool(new.get("metricName")) == bool(new.get("metricQueries")):
        yield "metricName", "expected exactly one of metricName, metricQueries"
    for name in ("comparisonOperator", "evaluationPeriods"):
        if new.get(name) is None:
            yield name, f"missing required property {name}"
    if new.get("threshold") is None and not new.get("thresholdMetricId"):
        yield "threshold", "ValidationError: MetricAlarm requires a threshold"
    yield from exclusive(new, "statistic", "extendedStatistic")
    if new.get("metricName") and not (new.get("statistic") or new.get("extendedStatistic")):
        what = "One of `statistic` or `extended_statistic` must be set for a metric alarm"
        yield "statistic", what
    yield from pairings.band(new)
    yield from _looks_back(new)


def _looks_back(new: Values) -> Failures:
    periods, seconds = new.get("evaluationPeriods"), new.get("period")
    if not isinstance(periods, int):
        return
    needed = new.get("datapointsToAlarm")
    if isinstance(needed, int) and needed > periods:
        what = "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
        yield "datapointsToAlarm", f"ValidationError: {what}"
    if isinstance(seconds, int):
        most = WEEK_S if seconds >= HOUR_S else DAY_S
        if periods * seconds > most:
            what = f"EvaluationPeriods * Period must be <= {most}"
            yield "evaluationPeriods", f"ValidationError: Metrics cannot be checked: {what}"


def role(new: Values) -> Failures:
    """Refuse a trust that trusts nobody, one that IAM has no room for, and tags that are one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    keys = [key.lower() for key in new.get("tags") or ()] if new.get("tags") is not UNKNOWN else []
    if len(keys) != len({*keys}):
        what = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        yield "tags", f"InvalidInput: {what}"
    trust = new.get("assumeRolePolicy")
    if isinstance(trust, str):
        for fault in trust_faults(document(trust)):
            yield "assumeRolePolicy", f"MalformedPolicyDocument: {fault}"
    for statement in statements(trust):
        if "Principal" not in statement:
            what = "AssumeRolepolicy must contain a principal"
            yield "assumeRolePolicy", f"MalformedPolicyDocument: {what}"
    yield from fits("assumeRolePolicy", trust, TRUST_BYTES, "LimitExceeded: ACLSizePerRole")


def role_policy(new: Values) -> Failures:
    """Refuse a policy that names principals, and one that IAM has no room for."""
    what = f"LimitExceeded: Maximum policy size for role {new.get('role')}"
    yield from fits("policy", new.get("policy"), ROLE_POLICIES_BYTES, what)
    for statement in statements(new.get("policy")):
        if "Principal" in statement or "NotPrincipal" in statement:
            what = "Policy document should not specify a principal."
            yield "policy", f"MalformedPolicyDocument: {what}"
    if isinstance(new.get("policy"), str):
        for fault in policy_faults(document(new["policy"])):
            yield "policy", f"MalformedPolicyDocument: {fault}"


def fits(name: str, text: object, most: int, error: str) -> Failures:
    """Refuse a policy of more bytes than AWS keeps, white space not counted."""
    size = len("".join(text.split()).encode()) if isinstance(text, str) else 0
    if size > most:
        yield name, f"{error}: {size} bytes, of {most} at most"


def policy(new: Values, service: str, most: int, error: str) -> Failures:
    """Refuse a resource's policy that is none of its service, or that AWS has no room for."""
    if new.get("policy") == "":
        yield "policy", '"policy" is an empty string, which is not a valid JSON value'
    yield from contents.resource_policy("policy", new.get("policy"), "MalformedPolicy")
    yield from pairings.scope("policy", new.get("policy"), service)
    yield from fits("policy", new.get("policy"), most, error)


def statements(text: object) -> list[Mapping[str, Any]]:
    """List a policy's statements."""
    found = document(text).get("Statement", [])
    return found if isinstance(found, list) else [found]
