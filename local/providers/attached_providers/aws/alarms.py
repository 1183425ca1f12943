"""CloudWatch alarms on metrics; the id is the name."""

from __future__ import annotations

from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import (
    block,
    blocks,
    flag,
    integer,
    number,
    text,
    text_map,
    texts,
)
from attached_providers.wire import Values

ACTIONS = {
    "alarmActions": texts(ordered=False),
    "alarmDescription": text(),
    "insufficientDataActions": texts(ordered=False),
    "okActions": texts(ordered=False, api="OKActions"),
}
_METRIC = {
    "metricName": text(required=True),
    "period": integer(required=True),
    "stat": text(required=True),
    "dimensions": text_map(),
    "namespace": text(),
    "unit": text(),
}
ALARM = {
    **ACTIONS,
    "actionsEnabled": flag(default=True),
    "comparisonOperator": text(),
    "datapointsToAlarm": integer(),
    "dimensions": text_map(),
    "evaluateLowSampleCountPercentiles": text(
        computed=True, api="EvaluateLowSampleCountPercentile"
    ),
    "evaluationPeriods": integer(),
    "extendedStatistic": text(),
    "metricName": text(),
    "metricQueries": blocks(
        {
            "id": text(required=True),
            "accountId": text(),
            "expression": text(),
            "label": text(),
            "metric": block(_METRIC),
            "period": integer(),
            "returnData": flag(),
        },
        ordered=False,
    ),
    "name": text(replaces=True, computed=True, api="AlarmName"),
    "namespace": text(),
    "period": integer(),
    "statistic": text(),
    "threshold": number(),
    "thresholdMetricId": text(),
    "treatMissingData": text(default="missing"),
    "unit": text(),
}
_PLAIN = tuple(name for name in ALARM if name not in ("dimensions", "metricQueries"))


def _put_alarm(aws: Aws, new: Values) -> str:
    wanted = to_api(ALARM, new, _PLAIN)
    if new.get("dimensions"):
        wanted["Dimensions"] = tagging.pairs(new["dimensions"], "Name")
    if new.get("metricQueries"):
        wanted["Metrics"] = [_query_out(item) for item in new["metricQueries"]]
    aws.client("cloudwatch").put_metric_alarm(**wanted)
    return str(new["name"])


def _query_out(query: Values) -> dict[str, Any]:
    fields = {
        "id": text(),
        "accountId": text(),
        "expression": text(),
        "label": text(),
        "period": integer(),
        "returnData": flag(),
    }
    wanted = to_api(fields, query)
    metric = query.get("metric")
    if metric:
        what = {
            **to_api(_METRIC, metric, ["namespace", "metricName"]),
            "Dimensions": tagging.pairs(metric.get("dimensions") or {}, "Name"),
        }
        wanted["MetricStat"] = {
            "Metric": what,
            **to_api(_METRIC, metric, ["period", "stat", "unit"]),
        }
    return wanted


def _query_in(query: dict[str, Any]) -> dict[str, Any]:
    names = ["id", "accountId", "expression", "label", "period", "returnData"]
    found = {name: query.get(name[0].upper() + name[1:]) for name in names}
    stat = query.get("MetricStat")
    if stat:
        found["metric"] = {
            **from_api(_METRIC, stat, ["period", "stat", "unit"]),
            **from_api(_METRIC, stat["Metric"], ["namespace", "metricName"]),
            "dimensions": tagging.unpaired(stat["Metric"].get("Dimensions"), "Name"),
        }
    return {name: item for name, item in found.items() if item is not None}


def _read_alarm(aws: Aws, identity: str, state: Values) -> Values | None:
    answer = aws.client("cloudwatch").describe_alarms(
        AlarmNames=[identity], AlarmTypes=["MetricAlarm"]
    )
    if not answer.get("MetricAlarms"):
        return None
    found = answer["MetricAlarms"][0]
    return {
        **from_api(ALARM, found, _PLAIN),
        "dimensions": tagging.unpaired(found.get("Dimensions"), "Name"),
        "metricQueries": [_query_in(item) for item in found.get("Metrics", [])],
        "treatMissingData": found.get("TreatMissingData", "missing"),
        "arn": found["AlarmArn"],
        "region": aws.region,
        **tagging.read(aws, state, tags_of(aws, found["AlarmArn"])),
    }


def _update_alarm(aws: Aws, identity: str, change: Change) -> None:
    _put_alarm(aws, change.new)


def tag(aws: Aws, identity: str, new: Values) -> None:
    """Bring the tags to what is wanted: putting an alarm anew leaves them as they were."""
    cloudwatch, tags = aws.client("cloudwatch"), tagging.wanted(new)
    arn = aws.arn("cloudwatch", f"alarm:{identity}")
    stray = [key for key in tags_of(aws, arn) if key not in tags]
    if stray:
        cloudwatch.untag_resource(ResourceARN=arn, TagKeys=stray)
    if tags:
        cloudwatch.tag_resource(ResourceARN=arn, Tags=tagging.pairs(tags))


def tags_of(aws: Aws, arn: str) -> dict[str, str]:
    """Read an alarm's tags."""
    return tagging.unpaired(
        aws.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    )


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the alarm."""
    aws.client("cloudwatch").delete_alarms(AlarmNames=[identity])


ROWS = (
    ResourceType(
        token="aws:cloudwatch/metricAlarm:MetricAlarm",
        props=ALARM,
        outputs={"arn": text()},
        create=_put_alarm,
        settle=tag,
        read=_read_alarm,
        update=_update_alarm,
        delete=delete,
        check=cross_field.alarm,
        naming=Naming(longest=255),
        tagged=True,
    ),
)
