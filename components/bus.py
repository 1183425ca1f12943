"""The event bus, and rules that start functions from it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, lambda_

from blueprint import BusSpec, OnEvent
from components.addresses import ALIAS, Addresses
from components.stack_context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class EventBusArgs:
    """The name that publishers use follows from both."""

    spec: BusSpec
    addresses: Addresses


class EventBus(pulumi.ComponentResource):
    """Carries events from functions to functions."""

    name: pulumi.Output[str]
    """Deployed name, which publishers put events to."""
    arn: pulumi.Output[str]
    """Its ARN."""

    def __init__(
        self, name: str, args: EventBusArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("EventBus"), name, None, opts)
        bus = cloudwatch.EventBus(
            f"{name}-bus",
            name=args.addresses.name(args.spec.name),
            description=args.spec.purpose,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = bus.name
        self.arn = bus.arn
        self.register_outputs({"name": bus.name, "arn": bus.arn})


def make_bus(context: StackContext) -> EventBus | None:
    """Make the system's one bus, if it has one."""
    spec = context.system.bus
    if spec is None:
        return None
    return EventBus(spec.name, EventBusArgs(spec=spec, addresses=context.addresses), context.opts)


@dataclass(frozen=True, kw_only=True, slots=True)
class EventSubscriptionArgs:
    """One rule and its one target, which is an alias and never a version."""

    trigger: OnEvent
    bus_spec: BusSpec
    bus_name: pulumi.Input[str]
    function_name: pulumi.Input[str]
    target_arn: str
    """ARN of the alias that is started."""
    alias: pulumi.Resource
    """What the ARN belongs to; it comes first."""
    undelivered_arn: pulumi.Input[str] | None
    addresses: Addresses


class EventSubscription(pulumi.ComponentResource):
    """Starts a function by matching events, and keeps those that cannot be delivered."""

    rule_name: pulumi.Output[str]
    """Deployed name of the rule."""

    def __init__(
        self, name: str, args: EventSubscriptionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("EventSubscription"), name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        trigger, addresses = args.trigger, args.addresses
        # Without the permission EventBridge drops events and says nothing, so it comes first.
        permission = lambda_.Permission(
            f"{name}-permission",
            statement_id=trigger.rule,
            action="lambda:InvokeFunction",
            function=args.function_name,
            qualifier=ALIAS,
            principal="events.amazonaws.com",
            # The ARN carries the account. EventBridge was seen to tell Lambda of no other:
            # https://github.com/hashicorp/terraform-provider-aws/pull/4116
            source_arn=addresses.rule_arn(args.bus_spec.name, trigger.rule),
            # Lambda refuses a second statement of the same id beside the first.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[args.alias], delete_before_replace=True
            ),
        )
        rule = cloudwatch.EventRule(
            f"{name}-rule",
            name=addresses.name(trigger.rule),
            description=", ".join(trigger.detail_types),
            event_bus_name=args.bus_name,
            event_pattern=event_pattern(trigger),
            state="ENABLED",
            opts=child,
        )
        cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            event_bus_name=args.bus_name,
            target_id="function",
            arn=args.target_arn,
            dead_letter_config=None
            if args.undelivered_arn is None
            else cloudwatch.EventTargetDeadLetterConfigArgs(arn=args.undelivered_arn),
            retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
                maximum_event_age_in_seconds=trigger.max_age_s,
                maximum_retry_attempts=trigger.retries,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.rule_name = rule.name
        self.register_outputs({"rule_name": rule.name})


def event_pattern(trigger: OnEvent) -> str:
    """Write the pattern that EventBridge matches events against."""
    prefix = trigger.source_prefix
    pattern: dict[str, object] = {
        "source": [{"prefix": prefix}] if prefix else list(trigger.sources),
        "detail-type": [str(name) for name in trigger.detail_types],
    }
    if trigger.detail:
        pattern["detail"] = {key: list(values) for key, values in trigger.detail.items()}
    return json.dumps(pattern, sort_keys=True)
