"""Schedules that start functions by the clock."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import scheduler

from blueprint import OnSchedule
from components.addresses import Addresses
from components.grants import allow
from components.role import ServiceRole, ServiceRoleArgs
from components.settings import Schedules
from components.stack_context import StackContext

SCHEDULE_GROUP = "schedules"


def make_schedule_group(context: StackContext) -> scheduler.ScheduleGroup:
    """Make the group that all schedules of a stack belong to, and are watched by."""
    return scheduler.ScheduleGroup(
        SCHEDULE_GROUP, name=context.addresses.name(SCHEDULE_GROUP), opts=context.opts
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleArgs:
    """Made in every stack, so that each can be looked at; only `mode` says whether it starts."""

    trigger: OnSchedule
    mode: Schedules
    paused: bool
    """Whether it stays off whatever the mode says."""
    group: pulumi.Input[str]
    target_arn: str
    """ARN of the alias that is started."""
    undelivered: str | None
    """Standard queue for starts that never reached the function."""
    alias: pulumi.Resource
    """What the ARN belongs to; it comes first."""
    addresses: Addresses


class Schedule(pulumi.ComponentResource):
    """Starts a function by the clock of a named time zone, and keeps starts that fail."""

    name: pulumi.Output[str]
    """Deployed name."""

    def __init__(
        self, name: str, args: ScheduleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("Schedule"), name, None, opts)
        trigger, addresses = args.trigger, args.addresses
        undelivered_arn = (
            None if args.undelivered is None else addresses.queue_arn(args.undelivered, fifo=False)
        )
        kept = [allow(("sqs:SendMessage",), undelivered_arn)] if undelivered_arn else []
        role = ServiceRole(
            name,
            ServiceRoleArgs(
                physical_name=f"{trigger.schedule}-schedule",
                service="scheduler.amazonaws.com",
                purpose=f"Starts the function of the schedule {trigger.schedule}.",
                statements=[allow(("lambda:InvokeFunction",), args.target_arn), *kept],
                addresses=addresses,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        schedule = scheduler.Schedule(
            f"{name}-schedule",
            name=addresses.name(trigger.schedule),
            group_name=args.group,
            description=f"Starts {args.target_arn.split(':')[-2]}.",
            schedule_expression=trigger.expression,
            schedule_expression_timezone=trigger.timezone,
            flexible_time_window=_window(trigger, args.mode),
            state="DISABLED" if args.paused or args.mode is Schedules.OFF else "ENABLED",
            target=scheduler.ScheduleTargetArgs(
                arn=args.target_arn,
                role_arn=role.arn,
                input=json.dumps(dict(trigger.input), sort_keys=True),
                retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=trigger.max_age_s,
                    maximum_retry_attempts=trigger.retries,
                ),
                dead_letter_config=None
                if undelivered_arn is None
                else scheduler.ScheduleTargetDeadLetterConfigArgs(arn=undelivered_arn),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.alias]),
        )
        self.name = schedule.name
        self.register_outputs({"name": schedule.name})


def _window(trigger: OnSchedule, mode: Schedules) -> scheduler.ScheduleFlexibleTimeWindowArgs:
    minutes = trigger.flexible_window_minutes
    if mode is not Schedules.WINDOW or minutes == 0:
        return scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF")
    return scheduler.ScheduleFlexibleTimeWindowArgs(
        mode="FLEXIBLE", maximum_window_in_minutes=minutes
    )
