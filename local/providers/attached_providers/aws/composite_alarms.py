"""CloudWatch alarms on the state of other alarms; the id is the name."""

from __future__ import annotations

from attached_providers.aws import tagging
from attached_providers.aws.alarms import delete, tag, tags_of
from attached_providers.aws.limits import contents
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

COMPOSITE = Properties(
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    {
        "alarmActions": says(ordered=False),
        "insufficientDataActions": says(ordered=False),
        "okActions": says(api="OKActions", ordered=False),
        "actionsEnabled": says(replaces=True, default=True),
        "alarmName": says(replaces=True),
    },
)
_PLAIN = COMPOSITE.without("actionsSuppressor")


def create(aws: Aws, new: Values) -> str:
    """Put an alarm; one of that name is overwritten, as CloudWatch does."""
    wanted = to_api(_PLAIN, new)
    suppressor = new.get("actionsSuppressor")
    if suppressor:
        wanted["ActionsSuppressor"] = suppressor["alarm"]
        wanted["ActionsSuppressorExtensionPeriod"] = suppressor["extensionPeriod"]
        wanted["ActionsSuppressorWaitPeriod"] = suppressor["waitPeriod"]
    aws.client("cloudwatch").put_composite_alarm(**wanted)
    return str(new["alarmName"])


def read(aws: Aws, identity: str, state: Values) -> Values | None:
    """Read an alarm."""
    answer = aws.client("cloudwatch").describe_alarms(
        AlarmNames=[identity], AlarmTypes=["CompositeAlarm"]
    )
    if not answer.get("CompositeAlarms"):
        return None
    found = answer["CompositeAlarms"][0]
    suppressor = {
        "alarm": found.get("ActionsSuppressor"),
        "extensionPeriod": found.get("ActionsSuppressorExtensionPeriod"),
        "waitPeriod": found.get("ActionsSuppressorWaitPeriod"),
    }
    return {
        **from_api(_PLAIN, found),
        "actionsSuppressor": suppressor if suppressor["alarm"] else None,
        "arn": found["AlarmArn"],
        "region": aws.region,
        **tagging.read(aws, state, tags_of(aws, found["AlarmArn"])),
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Put the alarm anew."""
    create(aws, change.new)


ROWS = (
    ResourceType(
        token=COMPOSITE.token,
        props=COMPOSITE,
        outputs=COMPOSITE.outputs,
        create=create,
        settle=tag,
        read=read,
        update=update,
        delete=delete,
        check=contents.composite,
        unique_by=("alarmName",),
        tagged=True,
    ),
)
