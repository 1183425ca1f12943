"""EventBridge Scheduler: schedules (id group/name) and their groups (id name)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.identities import in_two
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

SCHEDULE = Properties(
    "aws:scheduler/schedule:Schedule",
    {
        "actionAfterCompletion": says(default="NONE"),
        "groupName": says(replaces=True, computed=True),
        "name": says(replaces=True, computed=True),
        "scheduleExpressionTimezone": says(default="UTC"),
        "state": says(default="ENABLED"),
        "target": says(
            fields={
                "eventbridgeParameters": says(api="EventBridgeParameters"),
                "retryPolicy": says(
                    computed=True,
                    fields={
                        "maximumEventAgeInSeconds": says(default=86400),
                        "maximumRetryAttempts": says(default=185),
                    },
                ),
            },
            unserved=("ecsParameters", "sagemakerPipelineParameters"),
        ),
    },
    unserved=("namePrefix",),
)
GROUP = Properties(
    "aws:scheduler/scheduleGroup:ScheduleGroup",
    {
        "name": says(replaces=True, computed=True),
    },
    unserved=("namePrefix",),
)
# What the scheduler says while it does not yet see a role that was just made.
_UNSEEN_ROLE = "role"


def _create(aws: Aws, new: Values) -> str:
    scheduler, wanted = aws.client("scheduler"), to_api(SCHEDULE, new)
    aws.retry(lambda: scheduler.create_schedule(**wanted), {"ValidationException"}, _UNSEEN_ROLE)
    return f"{new.get('groupName') or 'default'}/{new['name']}"


def _read(aws: Aws, identity: str, state: Values) -> Values:
    group, name = in_two(identity, "a schedule", "group/name")
    found = aws.client("scheduler").get_schedule(GroupName=group, Name=name)
    dates = {key: _written(found.get(key)) for key in ("StartDate", "EndDate")}
    return {
        **from_api(SCHEDULE, {**found, **dates}),
        "actionAfterCompletion": found.get("ActionAfterCompletion", "NONE"),
        "arn": found["Arn"],
        "region": aws.region,
    }


def _update(aws: Aws, identity: str, change: Change) -> None:
    """Put the whole schedule anew: what an update leaves out, the scheduler resets."""
    group, name = in_two(identity, "a schedule", "group/name")
    wanted = to_api(SCHEDULE, {**change.new, "groupName": group, "name": name})
    scheduler = aws.client("scheduler")
    aws.retry(lambda: scheduler.update_schedule(**wanted), {"ValidationException"}, _UNSEEN_ROLE)


def _delete(aws: Aws, identity: str, state: Values) -> None:
    group, name = in_two(identity, "a schedule", "group/name")
    aws.client("scheduler").delete_schedule(GroupName=group, Name=name)


def _written(moment: Any) -> Any:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else moment


def _create_group(aws: Aws, new: Values) -> str:
    tags = tagging.pairs(tagging.wanted(new))
    options = {"Tags": tags} if tags else {}
    aws.client("scheduler").create_schedule_group(Name=new["name"], **options)
    return str(new["name"])


def _read_group(aws: Aws, identity: str, state: Values) -> Values | None:
    scheduler = aws.client("scheduler")
    found = scheduler.get_schedule_group(Name=identity)
    if found.get("State") == "DELETING":
        return None
    tags = scheduler.list_tags_for_resource(ResourceArn=found["Arn"]).get("Tags")
    return {
        "name": identity,
        "arn": found["Arn"],
        "state": found["State"],
        "creationDate": _written(found.get("CreationDate")),
        "lastModificationDate": _written(found.get("LastModificationDate")),
        "region": aws.region,
        **tagging.read(aws, state, tagging.unpaired(tags)),
    }


def _update_group(aws: Aws, identity: str, change: Change) -> None:
    scheduler, (put, gone) = aws.client("scheduler"), tagging.turn(change)
    arn = change.old["arn"]
    if gone:
        scheduler.untag_resource(ResourceArn=arn, TagKeys=gone)
    if put:
        scheduler.tag_resource(ResourceArn=arn, Tags=tagging.pairs(put))


def _delete_group(aws: Aws, identity: str, state: Values) -> None:
    """Remove the group and wait until its name is free: the schedules in it go first."""
    aws.client("scheduler").delete_schedule_group(Name=identity)
    aws.wait(lambda: _is_gone(aws, identity), f"schedule group {identity} to be removed")


def _is_gone(aws: Aws, identity: str) -> bool:
    from botocore.exceptions import ClientError

    try:
        aws.client("scheduler").get_schedule_group(Name=identity)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return True
        raise
    return False


ROWS = (
    ResourceType(
        token=SCHEDULE.token,
        props=SCHEDULE,
        outputs=SCHEDULE.outputs,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        check=cross_field.schedule,
        naming=Naming(longest=64),
    ),
    ResourceType(
        token=GROUP.token,
        props=GROUP,
        outputs=GROUP.outputs,
        create=_create_group,
        read=_read_group,
        update=_update_group,
        delete=_delete_group,
        naming=Naming(longest=64),
        tagged=True,
    ),
)
