"""Attaches what starts a function to its alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import lambda_

from blueprint import FunctionSpec, OnEvent, OnQueue, OnSchedule, System
from components.addresses import Addresses
from components.bus import EventBus, EventSubscription, EventSubscriptionArgs
from components.function import LambdaFunction
from components.queue import WorkQueue
from components.resources import Resources
from components.schedule import Schedule, ScheduleArgs, make_schedule_group
from components.settings import Schedules
from components.stack_context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class Wiring:
    """What triggers are attached to and through."""

    system: System
    addresses: Addresses
    bus: EventBus | None
    aliases: Mapping[str, lambda_.Alias]
    """What is started, by function."""
    queues: Mapping[str, WorkQueue]
    schedule_group: pulumi.Input[str]
    schedules: Schedules
    paused: bool
    """Whether nothing may start by itself."""


def make_wiring(
    context: StackContext, resources: Resources, aliases: Mapping[str, lambda_.Alias]
) -> Wiring:
    """Gather what triggers need, and make the group of schedules."""
    return Wiring(
        system=context.system,
        addresses=context.addresses,
        bus=resources.bus,
        aliases=aliases,
        queues=resources.queues,
        schedule_group=make_schedule_group(context).name,
        schedules=context.settings.schedules,
        paused=context.settings.paused,
    )


def connect(spec: FunctionSpec, function: LambdaFunction, wiring: Wiring) -> None:
    """Make everything that starts one function."""
    for trigger in spec.triggers:
        match trigger:
            case OnEvent():
                _subscribe(trigger, spec, function, wiring)
            case OnQueue():
                _consume(trigger, spec, function, wiring)
            case OnSchedule():
                _schedule(trigger, spec, function, wiring)


def _subscribe(
    trigger: OnEvent, spec: FunctionSpec, function: LambdaFunction, wiring: Wiring
) -> None:
    if wiring.system.bus is None or wiring.bus is None:
        return  # A system that checks as whole has one where it has rules.
    undelivered = wiring.system.undelivered_queue
    args = EventSubscriptionArgs(
        trigger=trigger,
        bus_spec=wiring.system.bus,
        bus_name=wiring.bus.name,
        function_name=function.name,
        target_arn=wiring.addresses.alias_arn(spec.physical_name),
        undelivered_arn=undelivered and wiring.queues[undelivered].arn,
        alias=wiring.aliases[spec.name],
        addresses=wiring.addresses,
    )
    EventSubscription(trigger.rule, args, pulumi.ResourceOptions(parent=function))


def _consume(
    trigger: OnQueue, spec: FunctionSpec, function: LambdaFunction, wiring: Wiring
) -> None:
    queue = next(queue for queue in wiring.system.queues if queue.name == trigger.queue)
    lambda_.EventSourceMapping(
        f"{spec.name}-{trigger.queue}",
        event_source_arn=wiring.addresses.queue_arn(queue.name, fifo=queue.fifo),
        function_name=wiring.addresses.alias_arn(spec.physical_name),
        batch_size=trigger.batch_size,
        enabled=not wiring.paused,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=lambda_.EventSourceMappingScalingConfigArgs(
            maximum_concurrency=trigger.maximum_concurrency
        ),
        # Both are named by fixed ARNs, which tell Pulumi of no order.
        opts=pulumi.ResourceOptions(
            parent=function, depends_on=[wiring.aliases[spec.name], wiring.queues[trigger.queue]]
        ),
    )


def _schedule(
    trigger: OnSchedule, spec: FunctionSpec, function: LambdaFunction, wiring: Wiring
) -> None:
    args = ScheduleArgs(
        trigger=trigger,
        mode=wiring.schedules,
        paused=wiring.paused,
        group=wiring.schedule_group,
        target_arn=wiring.addresses.alias_arn(spec.physical_name),
        undelivered=wiring.system.undelivered_queue,
        alias=wiring.aliases[spec.name],
        addresses=wiring.addresses,
    )
    Schedule(trigger.schedule, args, pulumi.ResourceOptions(parent=function))
