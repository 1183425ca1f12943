"""CloudWatch alarms on the state of other alarms; the id is the name."""

from __future__ import annotations

from attached_providers.aws import tagging
from attached_providers.aws.alarms import ACTIONS, delete, tag, tags_of
from attached_providers.aws.limits import contents
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import block, flag, integer, text
from attached_providers.wire import Values

COMPOSITE = {
    **ACTIONS,
    "actionsEnabled": flag(default=True, replaces=True),
    "actionsSuppressor": block(
        {
            "alarm": text(required=True),
            "extensionPeriod": integer(required=True),
            "waitPeriod": integer(required=True),
        }
    ),
    "alarmName": text(required=True, replaces=True),
    "alarmRule": text(required=True),
}


def create(aws: Aws, new: Values) -> str:
    """Put an alarm; one of that name is overwritten, as CloudWatch does."""
    wanted = to_api(COMPOSITE, new, [name for name in COMPOSITE if name != "actionsSuppressor"])
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
    names = [name for name in COMPOSITE if name != "actionsSuppressor"]
    return {
        **from_api(COMPOSITE, found, names),
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
        token="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        props=COMPOSITE,
        outputs={"arn": text()},
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
