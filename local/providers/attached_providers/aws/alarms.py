"""CloudWatch alarms on metrics; the id is the name."""

from __future__ import annotations

from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

ALARM = Properties(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    {
        "alarmActions": says(ordered=False),
        "insufficientDataActions": says(ordered=False),
        "okActions": says(api="OKActions", ordered=False),
        "actionsEnabled": says(default=True),
        "evaluateLowSampleCountPercentiles": says(
            computed=True, api="EvaluateLowSampleCountPercentile"
        ),
        "metricQueries": says(ordered=False),
        "name": says(replaces=True, computed=True, api="AlarmName"),
        "treatMissingData": says(default="missing"),
    },
    unserved=(
        "evaluationCriteria",
        "evaluationInterval",
        "evaluationWindow",
        "warmUpConfiguration",
    ),
)
_QUERY = ALARM.inside("metricQueries").without("metric")
_METRIC = ALARM.inside("metricQueries", "metric")
_PLAIN = ALARM.without("dimensions", "metricQueries")


def _put_alarm(aws: Aws, new: Values) -> str:
    wanted = to_api(_PLAIN, new)
    if new.get("dimensions"):
        wanted["Dimensions"] = tagging.pairs(new["dimensions"], "Name")
    if new.get("metricQueries"):
        wanted["Metrics"] = [_query_out(item) for item in new["metricQueries"]]
    aws.client("cloudwatch").put_metric_alarm(**wanted)
    return str(new["name"])


def _query_out(query: Values) -> dict[str, Any]:
    wanted = to_api(_QUERY, query)
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
    found = from_api(_QUERY, query)
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
        **from_api(_PLAIN, found),
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
        token=ALARM.token,
        props=ALARM,
        outputs=ALARM.outputs,
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
