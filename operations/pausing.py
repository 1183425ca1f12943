"""The kill switch: nothing starts a run and no queued trade is placed, until resumed.

The stack's file keeps it through every later update; the calls take effect at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from blueprint.outputs import StackOutputs
from operations.engine import Engine
from operations.engine_state import import_state, read_state, resources_in
from operations.stack_file import stack_settings
from the_alchemiser.shared.kill_switch import KillSwitch

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient

PAUSED = "alchemiser:paused"
SCHEDULES = "alchemiser:schedules"
MAIL = "notifications"
"""Topic whose subscribers get the mails of runs."""
_OFF = "off"
_SCHEDULE = "aws:scheduler/schedule:Schedule"
_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
# What UpdateSchedule takes; it replaces the whole schedule:
# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
_KEPT = (
    "Name",
    "GroupName",
    "Description",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "FlexibleTimeWindow",
    "Target",
    "StartDate",
    "EndDate",
    "KmsKeyArn",
    "ActionAfterCompletion",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """Everything in one stack that starts work by itself."""

    engine: Engine
    outputs: StackOutputs
    lambda_: LambdaClient
    scheduler: EventBridgeSchedulerClient
    sns: SNSClient
    shown: KillSwitch
    """What functions read, for the mails that a run in progress still sends."""

    def pause(self, now: datetime) -> None:
        """Turn schedules off and hold queues, keep it so through updates, and tell subscribers."""
        self.engine.run("config", "set", PAUSED, "true", "--plaintext")
        self._turn(on=False)
        self.shown.pause(now)
        self._mail("PAUSED", paused_text(self.engine.stack))

    def resume(self) -> None:
        """Let schedules run as the stack's file says, work off what waits, and tell subscribers."""
        self.engine.run("config", "rm", PAUSED)
        self._turn(on=True)
        self.shown.resume()
        self._mail("RESUMED", f"{self.engine.stack} goes on: runs begin and queued trades go out.")

    def _mail(self, word: str, text: str) -> None:
        self.sns.publish(
            TopicArn=self.outputs.topics[MAIL],
            Subject=f"[{word}] Alchemiser {self.engine.stack}",
            Message=text,
        )

    def _turn(self, *, on: bool) -> None:
        schedules = on and stack_settings(self.engine).get(SCHEDULES) != _OFF
        state = "ENABLED" if schedules else "DISABLED"
        for name, group in self._groups():
            found: dict[str, Any] = dict(self.scheduler.get_schedule(Name=name, GroupName=group))
            kept = {key: found[key] for key in _KEPT if key in found}
            self.scheduler.update_schedule(**{**kept, "State": state})
        for mapping in self._mappings():
            self.lambda_.update_event_source_mapping(UUID=mapping, Enabled=on)
        before = read_state(self.engine)
        import_state(self.engine, before, with_switch(before, schedules=state, enabled=on))

    def _groups(self) -> Iterator[tuple[str, str]]:
        names = {it.name for it in self.outputs.schedules.values()}
        for page in self.scheduler.get_paginator("list_schedules").paginate():
            for entry in page["Schedules"]:
                if entry["Name"] in names:
                    yield entry["Name"], entry["GroupName"]

    def _mappings(self) -> Iterator[str]:
        for function in self.outputs.functions.values():
            qualified = f"{function.name}:{function.alias}"
            pages = self.lambda_.get_paginator("list_event_source_mappings").paginate(
                FunctionName=qualified
            )
            for page in pages:
                yield from (entry["UUID"] for entry in page["EventSourceMappings"])


def is_paused(settings: Mapping[str, Any]) -> bool:
    """Tell whether a stack's file says that it is paused."""
    return str(settings.get(PAUSED, "")).lower() == "true"


def paused_text(stack: str) -> str:
    """Say in one line that a stack is paused, and how to go on."""
    return (
        f"{stack} is PAUSED: schedules are off and queued trades wait, whatever is deployed. "
        f"Go on: make resume STACK={stack}."
    )


def with_switch(state: Mapping[str, Any], *, schedules: str, enabled: bool) -> dict[str, Any]:
    """Return a copy of an exported state that knows how schedules and queues stand."""
    changed: dict[str, Any] = json.loads(json.dumps(state))
    for resource in resources_in(changed):
        if resource["type"] == _SCHEDULE:
            _set(resource, "state", schedules)
        elif resource["type"] == _MAPPING:
            _set(resource, "enabled", enabled)
    return changed


def _set(resource: dict[str, Any], name: str, value: object) -> None:
    for side in ("inputs", "outputs"):
        if side in resource:
            resource[side][name] = value
