"""Limits of alarms, dashboards, log groups and roles."""

from __future__ import annotations

from collections.abc import Mapping

from attached_providers.limits import (
    Limits,
    arn,
    at_least,
    between,
    either,
    every,
    filled,
    items,
    long,
    multiple_of,
    one_of,
    shaped,
)

ACTIONS: Limits = {
    name: items(5) for name in ("alarmActions", "insufficientDataActions", "okActions")
} | {
    f"{name}[]": every(filled, arn)
    for name in ("alarmActions", "insufficientDataActions", "okActions")
}
PERIOD_S = every(at_least(1), either(one_of(10, 20, 30), multiple_of(60)))
COMPARISONS = one_of(
    *("GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"),
    *("LessThanOrEqualToThreshold", "LessThanLowerOrGreaterThanUpperThreshold"),
    *("LessThanLowerThreshold", "GreaterThanUpperThreshold"),
)
_SIZES = ("Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes")
_BITS = ("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits")
UNITS = one_of(
    *("Seconds", "Microseconds", "Milliseconds", *_SIZES, *_BITS, "Percent", "Count"),
    *(f"{unit}/Second" for unit in (*_SIZES, *_BITS, "Count")),
    "None",
)
RETENTION_DAYS = one_of(
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557),
    *(2922, 3288, 3653),
)
ROLE_NAME = shaped(r"[\w+=,.@-]+", "must match [\\w+=,.@-]")

LIMITS: Mapping[str, Limits] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        **ACTIONS,
        "alarmDescription": long(0, 1024),
        "comparisonOperator": COMPARISONS,
        "datapointsToAlarm": at_least(1),
        "dimensions": items(30),
        "evaluateLowSampleCountPercentiles": one_of("evaluate", "ignore"),
        "evaluationPeriods": at_least(1),
        "extendedStatistic": shaped(
            r"(p|tm|tc|ts|wm)\d{1,2}(\.\d{1,10})?|p100|IQM|(TM|TC|TS|WM|PR)\(.+\)",
            "invalid statistic",
        ),
        "metricName": long(1, 255),
        "metricQueries[].id": every(
            long(1, 255), shaped(r"[a-z][a-zA-Z0-9_]*", "must begin with a lower case letter")
        ),
        "metricQueries[].metric.period": PERIOD_S,
        "name": long(1, 255),
        "namespace": every(long(1, 255), shaped(r"[^:].*", "must not begin with a colon")),
        "period": PERIOD_S,
        "statistic": one_of("SampleCount", "Average", "Sum", "Minimum", "Maximum"),
        "thresholdMetricId": long(1, 255),
        "treatMissingData": one_of("breaching", "notBreaching", "ignore", "missing"),
        "unit": UNITS,
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
        **ACTIONS,
        "alarmDescription": long(0, 1024),
        "alarmName": long(1, 255),
        "alarmRule": long(1, 10_240),
    },
    "aws:cloudwatch/dashboard:Dashboard": {
        "dashboardName": every(
            long(1, 255), shaped(r"[\-_A-Za-z0-9]+", "must be letters, digits, - and _")
        ),
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        "kmsKeyId": arn,
        "logGroupClass": one_of("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
        "name": every(
            long(1, 512),
            shaped(
                r"(?!(?i:aws)/)[\w./#-]+", "must be letters, digits, and _ - / # ., not below aws/"
            ),
        ),
        "retentionInDays": RETENTION_DAYS,
    },
    "aws:iam/role:Role": {
        "description": every(
            long(0, 1000),
            shaped(r"[\t\n\r\x20-\x7e\xa1-\xff]*", "must be printable letters of Latin-1"),
        ),
        "maxSessionDuration": between(3600, 43_200),
        "name": every(long(1, 64), ROLE_NAME),
        "path": every(long(1, 512), shaped(r"/|/[\x21-\x7e]+/", "must begin and end with /")),
        "permissionsBoundary": every(
            arn, shaped(r"(arn:[^:]+:iam::(\d{12}|aws):policy/.+)?", "must be a policy")
        ),
    },
    "aws:iam/rolePolicy:RolePolicy": {
        "name": every(long(1, 128), ROLE_NAME),
        "role": every(long(1, 64), ROLE_NAME),
    },
}
