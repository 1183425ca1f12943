"""Alarms for every function, queue, rule and schedule, and for what the system itself reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import cloudwatch

from blueprint import AlarmSpec, BusSpec, FunctionSpec, OnEvent, OnQueue, QueueSpec, System
from components.addresses import ALIAS, Addresses
from components.queue import dead_letter_name
from components.resources import Resources
from components.schedule import SCHEDULE_GROUP
from components.stack_context import StackContext

RUNBOOK = "docs/runbook.md"
"""What to do about an alarm: one section for each, named as the alarm is without its stack."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmRule:
    """One alarm that goes off at its threshold and above."""

    name: str
    meaning: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Sum"
    threshold: float = 1
    period_s: int = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmsArgs:
    """Which alarms there are follows from the system; all speak to one topic."""

    system: System
    addresses: Addresses
    topic_arn: pulumi.Input[str]


class Alarms(pulumi.ComponentResource):
    """Tells the alarm topic when something breaks, and when it is well again."""

    def __init__(
        self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("Alarms"), name, None, opts)
        for rule in alarm_rules(args.system, args.addresses):
            cloudwatch.MetricAlarm(
                rule.name,
                name=args.addresses.name(rule.name),
                alarm_description=f"{rule.meaning} See {RUNBOOK}#{rule.name}",
                namespace=rule.namespace,
                metric_name=rule.metric,
                dimensions=dict(rule.dimensions),
                statistic=rule.statistic,
                period=rule.period_s,
                evaluation_periods=1,
                threshold=rule.threshold,
                comparison_operator="GreaterThanOrEqualToThreshold",
                treat_missing_data="notBreaching",
                actions_enabled=True,
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


def make_alarms(context: StackContext, resources: Resources) -> Alarms | None:
    """Make every alarm of a system that has a topic for them."""
    topic = context.system.alarm_topic
    if topic is None:
        return None
    args = AlarmsArgs(
        system=context.system,
        addresses=context.addresses,
        topic_arn=resources.topics[topic].arn,
    )
    return Alarms("alarms", args, context.opts)


def alarm_rules(system: System, addresses: Addresses) -> Iterator[AlarmRule]:
    """List every alarm of a system."""
    for function in system.functions:
        yield from _function_rules(function, addresses)
    for function in system.functions:
        for trigger in function.triggers:
            if isinstance(trigger, OnEvent) and system.bus is not None:
                yield _delivery_rule(trigger, function, system.bus, addresses)
    for queue in system.queues:
        yield from _queue_rules(queue, system, addresses)
    yield AlarmRule(
        name="schedules-dropped",
        meaning="A schedule gave up starting its function.",
        namespace="AWS/Scheduler",
        metric="InvocationDroppedCount",
        dimensions={"ScheduleGroup": addresses.name(SCHEDULE_GROUP)},
    )
    if system.failed_queue is not None:
        # Of all functions together: it can only be a mistake in the queue's or the roles' policies.
        yield AlarmRule(
            name=f"{system.failed_queue}-lost",
            meaning="Lambda could not keep a call that had failed for good.",
            namespace="AWS/Lambda",
            metric="DestinationDeliveryFailures",
        )
    if system.metrics is not None:
        namespace = addresses.namespace(system.metrics)
        yield from (_own_rule(spec, namespace) for spec in system.alarms)


def _own_rule(spec: AlarmSpec, namespace: str) -> AlarmRule:
    return AlarmRule(
        name=spec.name,
        meaning=spec.purpose,
        namespace=namespace,
        metric=spec.metric,
        statistic=spec.statistic,
        threshold=spec.threshold,
        period_s=spec.period_s,
    )


def _function_rules(spec: FunctionSpec, addresses: Addresses) -> Iterator[AlarmRule]:
    function = {"FunctionName": addresses.name(spec.physical_name)}
    # Everything calls the alias; a version that fails its proof has harmed nobody, and the update
    # says so: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
    alias = {**function, "Resource": f"{addresses.name(spec.physical_name)}:{ALIAS}"}
    for metric, dimensions in (("Errors", alias), ("Throttles", function)):
        yield AlarmRule(
            name=f"{spec.physical_name}-{metric.lower()}",
            meaning=f"{spec.name}: {metric.lower()}. {spec.purpose}",
            namespace="AWS/Lambda",
            metric=metric,
            dimensions=dimensions,
        )


def _delivery_rule(
    trigger: OnEvent, spec: FunctionSpec, bus: BusSpec, addresses: Addresses
) -> AlarmRule:
    return AlarmRule(
        name=f"{trigger.rule}-undelivered",
        meaning=f"{spec.name}: the rule {trigger.rule} could not start it.",
        namespace="AWS/Events",
        metric="FailedInvocations",
        dimensions={
            "EventBusName": addresses.name(bus.name),
            "RuleName": addresses.name(trigger.rule),
        },
    )


def _queue_rules(spec: QueueSpec, system: System, addresses: Addresses) -> Iterator[AlarmRule]:
    consumers = ", ".join(
        function.name
        for function in system.functions
        for trigger in function.triggers
        if isinstance(trigger, OnQueue) and trigger.queue == spec.name
    )
    whose = f"{consumers}: " if consumers else ""
    dead_letters = spec.name if spec.max_receives is None else dead_letter_name(spec)
    yield AlarmRule(
        name=f"{dead_letters}-depth",
        meaning=f"{whose}something lies in {dead_letters}. {spec.purpose}",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": addresses.queue(dead_letters, fifo=spec.fifo)},
        statistic="Maximum",
        period_s=60,
    )
    if spec.max_receives is not None:
        yield AlarmRule(
            name=f"{spec.name}-age",
            meaning=f"{whose}the oldest message waits too long. {spec.purpose}",
            namespace="AWS/SQS",
            metric="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": addresses.queue(spec.name, fifo=spec.fifo)},
            statistic="Maximum",
            threshold=spec.old_message_s,
            period_s=60,
        )
